"""Why an event gave nothing, or no more: case by case, and for any life the explained points are the transfers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from regulars.programmes.reads import microseconds
from regulars.rules import layout as y
from regulars.rules.decide import Decider, State
from regulars.rules.explain import Verdict, copy_of, explain
from regulars.rules.obstacles import value_of
from regulars.rules.programme import Test as Asks
from tests.rules.shop import Customer, customer, ladder, points, rule
from tests.science.live import FIRST, HOUR, Lives, timeline
from tests.science.shoppers import programme as any_programme

Story = Callable[[Customer], Any]
DAY = 20513  # 2026-03-01


class Watched(Decider):
    """A decider that explains each event before it decides it."""

    verdicts: list[Verdict]

    def decide(self, state: State, event: Any, event_id: int, at: int, day: int, *more: Any) -> tuple[int, list[int]]:
        other = Decider(self.tables)
        before = copy_of(state)
        other.advance(before, at)
        kept = copy_of(before)
        self.verdicts = explain(other, before, event, event_id, at, day, *more)
        assert asdict(before) == asdict(kept), "explaining changes nothing"
        return super().decide(state, event, event_id, at, day, *more)


def verdicts(parts: tuple[Any, ...], story: Story) -> dict[str, Verdict]:
    """The verdicts of a story's last event, by rule."""
    one = customer(*parts)
    one.decider = Watched(one.tables)
    story(one)
    assert isinstance(one.decider, Watched)
    return {verdict.rule: verdict for verdict in one.decider.verdicts}


TEA = rule(where=(("line.category", "any_of", ("tea", "coffee")),))
TIERS = ladder(10_000, 50_000, times=("1", "3/2"))
CASES: list[tuple[str, tuple[Any, ...], Story, str, dict[str, Any]]] = [
    ("a review is no order", (), lambda c: c.does("2026-03-01", "Product Reviewed"),
     "other-event", {"wants": "Order Completed", "saw": "Product Reviewed"}),
    ("a total too small", (rule(where=(("total", "at_least", 100),)),), lambda c: c.orders_for("2026-03-01", 9_999),
     "condition", {"test": Asks("total", "at_least", 100), "saw": 9_999}),
    ("a property that is missing", (rule(when="Product Reviewed", points=5, where=(("photos", "at_least", 1),)),),
     lambda c: c.does("2026-03-01", "Product Reviewed"),
     "condition", {"test": Asks("photos", "at_least", 1), "saw": None}),
    ("a property that is too small", (rule(when="Product Reviewed", points=5, where=(("photos", "at_least", 2),)),),
     lambda c: c.does("2026-03-01", "Product Reviewed", properties={"photos": 1}),
     "condition", {"test": Asks("photos", "at_least", 2), "saw": 1}),
    ("a rate without an order", (rule(when="Checked In"),), lambda c: c.does("2026-03-01", "Checked In"),
     "no-order", {}),
    ("no tea in it", (TEA,), lambda c: c.orders_for("2026-03-01", [("cups", 500), ("books", 500), ("cups", 100)]),
     "no-line", {"test": TEA.where.tests[0], "saw": ("cups", "books")}),
    ("tea, and something dear, but no dear tea",
     (rule(where=(("line.category", "equal", "tea"), ("line.net", "at_least", 10))),),
     lambda c: c.orders_for("2026-03-01", [("tea", 500), ("cups", 5_000)]),
     "no-line-all", {"tests": (Asks("line.category", "equal", "tea"), Asks("line.net", "at_least", 10))}),
    ("all paid with points", (), lambda c: c.orders_for("2026-03-01", 3_000, points_minor=3_000),
     "paid-with-points", {"amount_minor": 3_000}),
    ("a free order", (), lambda c: c.orders_for("2026-03-01", 0), "nothing-counts", {}),
    ("a day too early", (rule(valid_from_day=DAY + 1),), lambda c: c.orders_for("2026-03-01", 3_000),
     "not-yet", {"day": DAY, "from_day": DAY + 1}),
    ("on the first day after", (rule(valid_until_day=DAY),), lambda c: c.orders_for("2026-03-01", 3_000),
     "over", {"day": DAY, "until_day": DAY}),
    ("for gold only, and nobody yet", (rule(member=(("member.tier", "equal", "gold"),)), TIERS),
     lambda c: c.orders_for("2026-03-01", 3_000),
     "tier", {"test": Asks("member.tier", "equal", "gold"), "level": ""}),
    ("the order that makes them gold is decided before", (rule(member=(("member.tier", "equal", "gold"),)), TIERS),
     lambda c: c.orders_for("2026-03-01", 20_000).orders_for("2026-03-02", 90_000, "B"),
     "tier", {"test": Asks("member.tier", "equal", "gold"), "level": "silver"}),
    ("only for those on some level", (rule(member=(("member.tier", "exists", True),)), TIERS),
     lambda c: c.orders_for("2026-03-01", 3_000),
     "tier", {"test": Asks("member.tier", "exists", True), "level": ""}),
    ("here too short", (rule(member=(("member.joined_days", "at_least", 30),)),),
     lambda c: c.does("2026-02-20", "Checked In").orders_for("2026-03-01", 3_000),
     "tenure", {"test": Asks("member.joined_days", "at_least", 30), "days": 9}),
    ("less than a point", (), lambda c: c.orders_for("2026-03-01", 99),
     "rounded", {"base": 99, "exact": Fraction(99, 100)}),
    ("three reviews were that day's", (rule(when="Product Reviewed", points=5, at_most=("times", 3, "day")),),
     lambda c: [c.does("2026-03-01", "Product Reviewed") for _ in range(4)],
     "capped", {"used": 3, "would": 5}),
    ("the month's points are used up", (rule(at_most=("points", 50, "month")),),
     lambda c: c.orders_for("2026-03-01", 5_000).orders_for("2026-03-09", 2_000, "B"),
     "capped", {"used": 50, "would": 20}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "parts", "story", "kind", "values"), CASES, ids=[case[0] for case in CASES])
def test_why_it_gave_nothing(
    case: str, parts: tuple[Any, ...], story: Story, kind: str, values: dict[str, Any]
) -> None:
    verdict = verdicts(parts, story)["purchase"]
    assert verdict.points == 0
    [reason] = verdict.reasons
    assert reason.kind == kind
    assert {name: value for name, value in reason.values.items() if name != "cap"} == values


def test_every_test_that_failed_is_told() -> None:
    parts = (rule(where=(("total", "at_least", 100), ("coupon", "equal", "SPRING"))),)
    reasons = verdicts(parts, lambda c: c.orders_for("2026-03-01", 500))["purchase"].reasons
    assert [reason.values["test"].name for reason in reasons] == ["total", "coupon"]


def test_what_it_gave_and_what_was_cut_off() -> None:
    parts = (rule(times_tier=True, at_most=("points", 100, "month")), TIERS)
    twice = verdicts(parts, lambda c: c.orders_for("2026-03-01", 60_00).orders_for("2026-03-02", 70_00, "B"))
    verdict = twice["purchase"]
    assert (verdict.points, verdict.lost, verdict.base, verdict.times) == (40, 30, 7_000, 1)
    [reason] = verdict.reasons
    assert (reason.kind, reason.values["used"], reason.values["would"], reason.values["given"]) == ("cut", 60, 70, 40)


def test_the_part_paid_with_points_is_told_though_the_rest_earned() -> None:
    verdict = verdicts((), lambda c: c.orders_for("2026-03-01", 5_000, points_minor=2_000))["purchase"]
    assert (verdict.points, [reason.kind for reason in verdict.reasons]) == (30, ["part-paid-with-points"])
    earns = (points(earns_on_points_paid=True),)
    assert verdicts(earns, lambda c: c.orders_for("2026-03-01", 5_000, points_minor=2_000))["purchase"].reasons == ()


def test_every_rule_answers() -> None:
    parts = (rule(), rule("review", when="Product Reviewed", points=5), rule("bonus", points=7))
    found = verdicts(parts, lambda c: c.orders_for("2026-03-01", 1_000))
    assert {key: one.points for key, one in found.items()} == {"purchase": 10, "review": 0, "bonus": 7}


@pytest.mark.parametrize("seed", range(25))
def test_the_explained_points_are_the_transfers(seed: int) -> None:
    """Random programmes and lives: by rule, the points of every event; and where there are none, a reason."""
    random = Random(seed)
    versions = [any_programme(random, "Asia/Shanghai") for _ in range(random.choice([1, 2]))]
    starts = [FIRST + random.randrange(1, 300 * 24) * HOUR for _ in versions[1:]]
    lives = Lives(timeline(versions, starts), seed, members=2, events=40)
    desk = type(lives.desk)(None, lives.line)
    explained = 0
    for step in lives.steps:
        if step.member not in desk.members:
            desk.members[step.member] = type(lives.desk.members[step.member])(step.member)
            desk.records[step.member] = []
        state = desk.members[step.member].state
        if step.event.name not in lives.line.names and state.scalars[y.JOINED] != -y.NEVER:
            continue
        desk.advance(step.member, max(step.at, state.scalars[y.CLOCK]))
        tables = desk.tables[state.version]
        decider = Decider(tables)
        day = min(decider.local_day(microseconds(step.event.occurred_at)), decider.local_day(step.at))
        order_tables = desk.tables[step.order_version] if step.order_version else None
        found = explain(decider, state, step.event, step.event_id, step.at, day, step.hold, order_tables)
        _answer, version, records = desk.decide(
            step.member, step.event, step.event_id, step.at, step.hold, step.order_version
        )
        assert version == tables.version
        gave = dict.fromkeys((one.rule for one in found), 0)
        for o in range(0, len(records), y.OW):
            if records[o] == y.EARN:
                gave[tables.registry.rules[records[o + y.O_RULE]]] += records[o + y.O_AMOUNT]
        assert {one.rule: one.points + sum(points for _, points in one.also) for one in found} == gave
        for one in found:
            assert one.gave or one.reasons, (step.event, one)
            assert all(reason.kind != "unknown" for reason in one.reasons), (step.event, one)
        explained += sum(gave.values())
    assert explained > 0 or seed


def test_values_of_events() -> None:
    one = customer()
    seen: list[Any] = []

    class Looking(Decider):
        def decide(self, state: State, event: Any, *more: Any) -> tuple[int, list[int]]:
            names = ("total", "source", "coupon", "a.b", "context.page.path")
            seen.append([value_of(Asks(name, "exists", True), event) for name in names])
            return super().decide(state, event, *more)

    one.decider = Looking(one.tables)
    one.does("2026-03-01", "Checked In", properties={"coupon": "X", "a": {"b": 3}})
    one.orders_for("2026-03-02", 1_234)
    assert seen == [[None, "shop", "X", 3, None], [1_234, "shop", None, None, None]]
