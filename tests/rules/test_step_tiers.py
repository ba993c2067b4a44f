"""Tiers, case by case: how a level is reached, kept and lost."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from regulars.rules import layout as y
from regulars.rules.programme import Currency
from regulars.rules.tables import build
from tests.rules.shop import GROWTH, NAME, Customer, customer, ladder, points, programme, rule

Story = Callable[[Customer], Any]
EVER = ladder(10_000, 50_000, 100_000, window="ever")
ROLLING = ladder(10_000, 50_000, 100_000, window="rolling", window_days=30)
KEPT = ladder(10_000, 50_000, 100_000, window="rolling", window_days=30, keep_days=60)
GRACE = ladder(10_000, 50_000, 100_000, window="rolling", window_days=30, keep_days=60, grace_days=15)
STEP = ladder(10_000, 50_000, 100_000, window="rolling", window_days=30, keep_days=60, then="one_step")
STEP_GRACE = ladder(
    10_000, 50_000, 100_000, window="rolling", window_days=30, keep_days=60, grace_days=15, then="one_step"
)
CALENDAR = ladder(10_000, 50_000, 100_000, window="calendar", keep_days=30)
OWN_YEAR = ladder(10_000, 50_000, 100_000, window="anniversary", keep_days=30)

CASES: list[tuple[str, Any, Story, list[str]]] = [
    # up
    ("a cent short of silver", EVER, lambda c: c.orders_for("2026-03-01", 9_999), []),
    ("silver, just so", EVER, lambda c: c.orders_for("2026-03-01", 10_000), ["silver"]),
    ("two orders together", EVER, lambda c: c.orders_for("2026-03-01", 6_000).orders_for("2026-03-02", 4_000, "B"), ["silver"]),
    ("three levels at once", EVER, lambda c: c.orders_for("2026-03-01", 100_000), ["diamond"]),
    ("one after the other", EVER, lambda c: c.orders_for("2026-03-01", 10_000).orders_for("2026-03-02", 40_000, "B"), ["silver", "gold"]),
    ("the part paid with points does not count", EVER, lambda c: c.orders_for("2026-03-01", 10_000, points_minor=1), []),
    ("tax and delivery do not count", EVER, lambda c: c.orders_for("2026-03-01", 9_999, tax=500, shipping=500), []),
    ("by number of orders", ladder(1, 3, measure="orders", window="ever"), lambda c: [c.orders_for("2026-03-01", 1, f"o{n}") for n in range(3)], ["silver", "gold"]),
    # windows
    ("30 days: still in on day 29", ROLLING, lambda c: c.orders_for("2026-03-01", 6_000).orders_for("2026-03-30", 4_000, "B"), ["silver"]),
    ("30 days: out on day 30", ROLLING, lambda c: c.orders_for("2026-03-01", 6_000).orders_for("2026-03-31", 4_000, "B"), []),
    ("calendar year: New Year's Eve still counts that evening", CALENDAR, lambda c: c.orders_for("2026-01-01 00:00", 6_000).orders_for("2026-12-31 23:59", 4_000, "B"), ["silver"]),
    ("calendar year: the new year begins at nothing", CALENDAR, lambda c: c.orders_for("2026-12-31 23:59", 6_000).orders_for("2027-01-01 00:00", 4_000, "B"), []),
    ("own year: the day before the anniversary", OWN_YEAR, lambda c: c.orders_for("2026-03-15", 6_000).orders_for("2027-03-14 23:59", 4_000, "B"), ["silver"]),
    ("own year: the anniversary begins at nothing", OWN_YEAR, lambda c: c.orders_for("2026-03-15", 6_000).orders_for("2027-03-15 00:00", 4_000, "B"), []),
    ("own year of somebody who joined on a leap day: 27 February", OWN_YEAR, lambda c: c.orders_for("2024-02-29", 6_000).orders_for("2025-02-27", 4_000, "B"), ["silver"]),
    ("own year of somebody who joined on a leap day: 28 February", OWN_YEAR, lambda c: c.orders_for("2024-02-29", 6_000).orders_for("2025-02-28", 4_000, "B"), []),
    ("ever: ten years later", EVER, lambda c: c.orders_for("2026-03-01", 6_000).orders_for("2036-03-01", 4_000, "B"), ["silver"]),
    # review
    ("no keeping: a level is never lost", ROLLING, lambda c: c.orders_for("2026-03-01", 50_000).waits("2030-01-01"), ["gold"]),
    ("review after 60 days: the evening before", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).waits("2026-04-29 23:59:59"), ["gold"]),
    ("review after 60 days: down to what is earned", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).waits("2026-04-30 00:00"), ["gold", "none"]),
    ("review: down to silver that was earned", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-04-20", 10_000, "B").waits("2026-04-30 00:00"), ["gold", "silver"]),
    ("review: earned again, kept for 60 days more", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-04-20", 50_000, "B").waits("2026-06-28 23:59:59"), ["gold"]),
    ("review: earned again, then lost", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-04-20", 50_000, "B").waits("2026-06-29 00:00"), ["gold", "none"]),
    ("one step: gold to silver", STEP, lambda c: c.orders_for("2026-03-01", 50_000).waits("2026-04-30 00:00"), ["gold", "silver"]),
    ("one step after the other, 60 days each", STEP, lambda c: c.orders_for("2026-03-01", 100_000).waits("2026-08-28 00:00"), ["diamond", "gold", "silver", "none"]),
    ("one step: not before its time", STEP, lambda c: c.orders_for("2026-03-01", 100_000).waits("2026-08-27 23:59:59"), ["diamond", "gold", "silver"]),
    # grace
    ("grace: still gold on its last evening", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).waits("2026-05-14 23:59:59"), ["gold"]),
    ("grace: over", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).waits("2026-05-15 00:00"), ["gold", "none"]),
    ("grace: gold earned again keeps it", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-05-10", 50_000, "B").waits("2026-07-08 23:59:59"), ["gold"]),
    ("grace: kept from then for 60 days, and grace again", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-05-10", 50_000, "B").waits("2026-07-24 00:00"), ["gold", "none"]),
    ("grace: an upgrade in it", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-05-10", 100_000, "B"), ["gold", "diamond"]),
    ("grace: silver earned in it is what remains", GRACE, lambda c: c.orders_for("2026-03-01", 50_000).orders_for("2026-05-10", 10_000, "B").waits("2026-05-15 00:00"), ["gold", "silver"]),
    ("grace: then one step", STEP_GRACE, lambda c: c.orders_for("2026-03-01", 100_000).waits("2026-05-15 00:00"), ["diamond", "gold"]),
    # refunds
    ("a refund does not take the level at once", KEPT, lambda c: c.orders_for("2026-03-01", 50_000).refunds("2026-03-05").waits("2026-03-06"), ["gold"]),
    ("a refund counts against at the review", ladder(10_000, window="ever", keep_days=60), lambda c: c.orders_for("2026-03-01", 10_000).refunds("2026-03-05").waits("2026-04-30 00:00"), ["silver", "none"]),
    ("what is left after a partial refund counts", EVER, lambda c: c.orders_for("2026-03-01", 9_000).refunds("2026-03-02", amount=50).orders_for("2026-03-03", 5_999, "B"), []),
    ("one cent more", EVER, lambda c: c.orders_for("2026-03-01", 9_000).refunds("2026-03-02", amount=50).orders_for("2026-03-03", 6_000, "B"), ["silver"]),
    ("a refund counts on the day of its order, out of the window", ROLLING, lambda c: c.orders_for("2026-03-01", 9_000).orders_for("2026-04-10", 9_999, "B").refunds("2026-04-11", "A").orders_for("2026-04-12", 1, "C"), ["silver"]),
    ("orders: a whole refund takes one", ladder(2, measure="orders", window="ever"), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02").orders_for("2026-03-03", 100, "B"), []),
    ("orders: a partial refund takes none", ladder(2, measure="orders", window="ever"), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02", amount="0.50").orders_for("2026-03-03", 100, "B"), ["silver"]),
    # late events
    ("late: counts on its own day, inside the window", ROLLING, lambda c: c.orders_for("2026-03-31", 4_000).orders_for("2026-03-05", 6_000, "B", at="2026-04-01"), ["silver"]),
    ("late: its own day is out of the window by now", ROLLING, lambda c: c.orders_for("2026-04-10", 4_000).orders_for("2026-03-05", 6_000, "B", at="2026-04-11"), []),
    ("late: last year's order does not count this calendar year", CALENDAR, lambda c: c.orders_for("2027-01-02", 4_000).orders_for("2026-12-31", 6_000, "B", at="2027-01-03"), []),
]  # fmt: skip


@pytest.mark.parametrize(("tiers", "story", "levels"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_levels(tiers: Any, story: Story, levels: list[str]) -> None:
    one = customer(tiers)
    story(one)
    assert one.tiers == levels
    assert one.tier == (levels or ["none"])[-1]


def test_the_order_that_lifts_is_earned_on_the_old_level() -> None:
    one = customer(ladder(10_000, times=["2"]), rule(times_tier=True))
    assert one.orders_for("2026-03-01", 10_000).available() == 100
    assert one.orders_for("2026-03-02", 1_000, "B").available() == 120


TIMES = [
    ("1.2 times 35.20: 42.24, the rest is dropped once", "1.2", 3_520, {}, 42),
    ("1.5 times 0.99: 1.485", "1.5", 99, {}, 1),
    ("1.5 times a fixed 5: 7.5", "1.5", 100, {"points": 5}, 7),
    ("a rule that does not look at the level", "2", 3_520, {"times_tier": False}, 35),
    ("a third more, exactly", "4/3", 3_000, {}, 40),
]


@pytest.mark.parametrize(
    ("times", "amount", "settings", "earned"), [pytest.param(*one[1:], id=one[0]) for one in TIMES]
)
def test_multipliers(times: str, amount: int, settings: dict[str, Any], earned: int) -> None:
    welcome = rule("welcome", times_tier=False, valid_until_day=20_513)  # only for the first order
    one = customer(ladder(1, times=[times], window="ever"), rule(**({"times_tier": True} | settings)), welcome)
    one.orders_for("2026-03-01", 1)
    before = one.available()
    assert one.orders_for("2026-03-05", amount, "B").available() - before == earned


def test_a_refund_takes_back_with_the_multiplier_of_its_time() -> None:
    one = customer(ladder(10_000, times=["1.5"], keep_days=10, window_days=5), rule(times_tier=True))
    one.orders_for("2026-03-01", 10_000, "A").orders_for("2026-03-02", [("tea", 1_000), ("cups", 1_001)], "B")
    assert one.available() == 130
    one.waits("2026-04-01").refunds("2026-04-02", "B", products=[{"number": 1}])
    assert one.tier == "none"
    assert one.available() == 115
    assert one.refunds("2026-04-03", "B").available() == 100


# growth

GROWN = [
    ("growth points lift", lambda c: c.orders_for("2026-03-01", 10_000), (["silver"], 100)),
    ("a review's growth counts too", lambda c: c.orders_for("2026-03-01", 9_000).does("2026-03-02", "Product Reviewed"), (["silver"], 100)),
    ("a refund takes growth back", lambda c: c.orders_for("2026-03-01", 9_000).refunds("2026-03-02").does("2026-03-02", "Product Reviewed"), ([], 10)),
    ("a partial refund takes that much", lambda c: c.orders_for("2026-03-01", 9_000).refunds("2026-03-02", amount=45), ([], 45)),
]  # fmt: skip


@pytest.mark.parametrize(("story", "expected"), [pytest.param(*one[1:], id=one[0]) for one in GROWN])
def test_growth(story: Story, expected: tuple[list[str], int]) -> None:
    tiers = ladder(100, 500, measure="growth", window="ever", currency="growth")
    one = customer(
        points(),
        GROWTH,
        rule(),
        rule("growth", gives="growth"),
        rule("r", "Product Reviewed", "growth", points=10),
        tiers,
    )
    story(one)
    assert (one.tiers, one.counted[2]) == expected
    assert one.available("growth") == expected[1]


def test_growth_may_be_any_currency_that_the_programme_names() -> None:
    kudos = Currency("kudos", NAME, spendable=False)
    tiers = ladder(5, measure="growth", window="ever", currency="kudos")
    one = customer(
        points(), GROWTH, kudos, rule("g", gives="growth"), rule("k", "Product Reviewed", "kudos", points=5), tiers
    )
    assert one.orders_for("2026-03-01", 10_000).tier == "none"
    assert one.does("2026-03-02", "Product Reviewed").tier == "silver"


# a new version of the programme

CHANGES: list[tuple[str, Any, Any, list[str]]] = [
    ("nothing changes", EVER, EVER, ["gold"]),
    ("gold gets cheaper than they spent: diamond", EVER, ladder(100, 200, 300, window="ever"), ["gold", "diamond"]),
    ("gold gets dearer: kept", EVER, ladder(10_000, 90_000, window="ever"), ["gold"]),
    ("a shorter window: kept until a review", EVER, ladder(10_000, 50_000, window="rolling", window_days=10), ["gold"]),
    ("orders count instead: kept", EVER, ladder(5, 9, measure="orders", window="ever"), ["gold"]),
    ("orders count instead, and one is enough for diamond", EVER, ladder(1, keys=["diamond"], measure="orders", window="ever"), ["gold"]),
    ("keeping begins with the new version", EVER, ladder(10_000, 50_000, window="rolling", window_days=10, keep_days=20), ["gold", "none"]),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "levels"), [pytest.param(*one[1:], id=one[0]) for one in CHANGES])
def test_a_version_takes_over(first: Any, second: Any, levels: list[str]) -> None:
    one = customer(first, later=[programme(second)])
    one.orders_for("2026-03-01", 50_000).changes("2026-03-20 00:00").waits("2026-06-01")
    assert one.tiers == levels


def test_a_version_measures_the_whole_past_again() -> None:
    one = customer(ladder(10_000, window="rolling", window_days=10), later=[programme(ladder(10_000, window="ever"))])
    one.orders_for("2026-03-01", 6_000).orders_for("2026-03-20", 6_000, "B")
    assert one.tier == "none"
    assert one.changes("2026-03-25").tiers == ["silver"]
    assert one.counted == (12_000, 2, 0)


def test_points_earned_under_the_old_version_are_taken_back_by_it() -> None:
    double = programme(rule(rate=Fraction(2, 100)))
    one = customer(later=[double]).orders_for("2026-03-01", [("tea", 3_000), ("cups", 2_000)]).changes("2026-03-02")
    assert one.refunds("2026-03-03", products=[{"number": 1}]).available() == 30
    assert one.orders_for("2026-03-04", 1_000, "B").available() == 50
    assert one.refunds("2026-03-05").refunds("2026-03-05", "B").has() == {}


def test_a_rule_that_is_gone_still_takes_back_what_it_gave() -> None:
    one = customer(rule(), rule("extra", points=7), later=[programme(rule())]).orders_for("2026-03-01", 1_000)
    assert one.changes("2026-03-02").refunds("2026-03-03").has() == {}


def test_level_of_a_ladder_without_tiers_is_none() -> None:
    one = customer(EVER, later=[programme()]).orders_for("2026-03-01", 50_000).changes("2026-03-02")
    assert one.tier == "none"
    assert one.state.scalars[y.REVIEW] == y.NEVER


def test_numbers_of_keys_stay_from_version_to_version() -> None:
    one = customer(rule("a"), later=[programme(rule("b"), rule("a"))])
    assert one.versions[0].registry is one.versions[1].registry
    assert one.tables.registry.rules == ("a", "b")
    assert build(programme(rule("a"))).registry.rules == ("a",)
