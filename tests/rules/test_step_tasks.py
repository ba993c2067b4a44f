"""Tasks, case by case: what a customer does under a programme, and what they have afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from regulars.rules.programme import Goal
from tests.rules.shop import GROWTH, Customer, customer, gifts, ladder, points, rule, steps, streak, task

Story = Callable[[Customer], Any]
IN, ORDER, REVIEW, PROFILE = "Checked In", "Order Completed", "Product Reviewed", "Profile Completed"
WEEK = points(pending_days=7)


def days(c: Customer, *numbers: int, name: str = IN, month: str = "2026-03") -> Customer:
    """The event on those days of the month."""
    for number in numbers:
        c.does(f"{month}-{number:02}", name)
    return c


def watches(c: Customer, *seconds: Any, day: str = "2026-03-01") -> Customer:
    """Watches so many seconds, one time after the other."""
    for one in seconds:
        c.does(day, "Live Room Watched", properties={"seconds": one})
    return c


ONCE: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("a survey gives once", (task("Survey Answered"),), lambda c: days(c, 1, 2, name="Survey Answered"), {"available": 10}),
    ("three times ever if the task says so", (task("Survey Answered", at_most=("times", 3, "ever")),), lambda c: days(c, 1, 2, 3, 4, name="Survey Answered"), {"available": 30}),
    ("once a month: a new month, a new time", (task("Survey Answered", at_most=("times", 1, "month")),), lambda c: days(days(c, 1, 30, name="Survey Answered"), 1, name="Survey Answered", month="2026-04"), {"available": 20}),
    ("only the survey about tea", (task("Survey Answered", where=[("survey", "equal", "tea")]),), lambda c: days(c, 1, name="Survey Answered"), {}),
    ("a gift of several things: the points of each currency", (points(), GROWTH, task(REVIEW, gives={"points": 20, "growth": 5, "coupon": "tea"})), lambda c: days(c, 1, name=REVIEW), {"available": 20}),
    ("not for somebody without a tier", (ladder(10_00), task(REVIEW, member=[("member.tier", "any_of", ("silver",))])), lambda c: days(c, 1, name=REVIEW), {}),
    ("an order as a task waits as orders' points do", (WEEK, task(ORDER)), lambda c: c.orders_for("2026-03-01", 100), {"pending": 10}),
    ("a check-in earns at once", (WEEK, task(IN)), lambda c: days(c, 1), {"available": 10}),
]  # fmt: skip

COUNTS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("two reviews of three: nothing yet", (task(REVIEW, goal=Goal("count", reaches=3)),), lambda c: days(c, 1, 2, name=REVIEW), {}),
    ("the third review", (task(REVIEW, goal=Goal("count", reaches=3)),), lambda c: days(c, 1, 2, 3, name=REVIEW), {"available": 10}),
    ("once is enough: six reviews give no second time", (task(REVIEW, goal=Goal("count", reaches=3)),), lambda c: days(c, 1, 2, 3, 4, 5, 6, name=REVIEW), {"available": 10}),
    ("at every third review", (task(REVIEW, goal=Goal("count", reaches=3, every=True)),), lambda c: days(c, 1, 2, 3, 4, 5, 6, name=REVIEW), {"available": 20}),
    ("three in one week, not in two", (task(REVIEW, goal=Goal("count", reaches=3, per="week")),), lambda c: days(c, 6, 7, 9, name=REVIEW), {}),
    ("three in each of two months", (task(REVIEW, goal=Goal("count", reaches=3, per="month")),), lambda c: days(days(c, 1, 2, 3, name=REVIEW), 1, 2, 3, name=REVIEW, month="2026-04"), {"available": 20}),
    ("every month, but twice in all", (task(REVIEW, goal=Goal("count", reaches=1, per="month"), at_most=("times", 2, "ever")),), lambda c: [days(c, 1, name=REVIEW, month=f"2026-0{m}") for m in (3, 4, 5)], {"available": 20}),
    ("299 seconds of 300", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=300_000, per="day")),), lambda c: watches(c, 200, 99), {}),
    ("300 seconds in two parts", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=300_000, per="day")),), lambda c: watches(c, 200, 100), {"available": 10}),
    ("parts of a second add up exactly", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=600, per="day")),), lambda c: watches(c, Decimal("0.2"), Decimal("0.4")), {"available": 10}),
    ("text is no number of seconds", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=300_000)),), lambda c: watches(c, "400", None, True, -5), {}),
    ("one long visit counts for every full 300 seconds", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=300_000, every=True)),), lambda c: watches(c, 950), {"available": 30}),
    ("tomorrow counts anew", (task("Live Room Watched", goal=Goal("sum", of="seconds", reaches=300_000, per="day")),), lambda c: watches(watches(c, 200), 200, day="2026-03-02"), {}),
    ("100.00 of goods in two orders", (task(ORDER, goal=Goal("sum", of="net", is_money=True, reaches=10_000)),), lambda c: c.orders_for("2026-03-01", 6_000).orders_for("2026-03-02", 4_000, "B"), {"available": 10}),
    ("100.00 of tea: cups do not count", (task(ORDER, goal=Goal("sum", of="net", is_money=True, reaches=10_000), where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", [("tea", 6_000), ("cups", 9_000)]), {}),
    ("the total has delivery in it", (task(ORDER, goal=Goal("sum", of="total", is_money=True, reaches=10_000)),), lambda c: c.orders_for("2026-03-01", 9_500, shipping=500), {"available": 10}),
    ("two orders with tea", (task(ORDER, goal=Goal("count", reaches=2), where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", [("tea", 100)]).orders_for("2026-03-01", [("cups", 100)], "B").orders_for("2026-03-01", [("tea", 1), ("tea", 1)], "C"), {"available": 10}),
]  # fmt: skip

STREAKS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("the first day", (task(IN, goal=streak(1, 2, 3)),), lambda c: days(c, 1), {"available": 1}),
    ("three days in a row", (task(IN, goal=streak(1, 2, 3)),), lambda c: days(c, 1, 2, 3), {"available": 6}),
    ("a second time on one day gives nothing more", (task(IN, goal=streak(1, 2, 3)),), lambda c: days(c, 1, 1, 2, 2), {"available": 3}),
    ("a gap begins anew", (task(IN, goal=streak(1, 2, 3)),), lambda c: days(c, 1, 2, 4, 5), {"available": 6}),
    ("it begins again after the last", (task(IN, goal=streak(1, 2, 3)),), lambda c: days(c, 1, 2, 3, 4, 5), {"available": 9}),
    ("or stays at the last", (task(IN, goal=streak(1, 2, 3, then="last")),), lambda c: days(c, 1, 2, 3, 4, 5), {"available": 12}),
    ("or stops, until a gap", (task(IN, goal=streak(1, 2, 3, then="stop")),), lambda c: days(c, 1, 2, 3, 4, 6), {"available": 7}),
    ("a day may give nothing and count all the same", (task(IN, goal=streak(0, 0, 30)),), lambda c: days(c, 1, 2, 3), {"available": 30}),
    ("weeks in a row", (task(IN, goal=streak(1, 2, per="week")),), lambda c: days(c, 2, 9, 10), {"available": 3}),
    ("months in a row, over the year's end", (task(IN, goal=streak(1, 2, per="month")),), lambda c: days(days(c, 31, month="2025-12"), 1, month="2026-01"), {"available": 3}),
    ("a whole streak gives its gift too", (task(IN, goal=streak(1, 2, 3), gives={"points": 100}),), lambda c: days(c, 1, 2, 3), {"available": 106}),
    ("once a week it pays, though it is kept every day", (task(IN, goal=streak(5), at_most=("times", 1, "week")),), lambda c: days(c, 2, 3, 4, 9), {"available": 10}),
    ("another currency", (points(), points(key="stars"), task(IN, goal=streak(1, 2), gives={}) ,), lambda c: days(c, 1), {"available": 1}),
]  # fmt: skip

STEPS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("two of three steps", (task(goal=steps(PROFILE, IN, REVIEW)),), lambda c: days(days(c, 1, name=PROFILE), 2), {}),
    ("all three, in any order", (task(goal=steps(PROFILE, IN, REVIEW)),), lambda c: days(days(days(c, 1, name=REVIEW), 2), 3, name=PROFILE), {"available": 10}),
    ("one step three times is one step", (task(goal=steps(PROFILE, IN)),), lambda c: days(c, 1, 2, 3), {}),
    ("the same event as two steps", (task(goal=steps(IN, IN)),), lambda c: days(c, 1, 2), {"available": 10}),
    ("in their order: the wrong one first", (task(goal=steps(PROFILE, IN, in_order=True)),), lambda c: days(days(c, 1), 2, name=PROFILE), {}),
    ("in their order: then the right one", (task(goal=steps(PROFILE, IN, in_order=True)),), lambda c: days(days(days(c, 1), 2, name=PROFILE), 3), {"available": 10}),
    ("on the last of 30 days", (task(goal=steps(PROFILE, IN, within_days=30)),), lambda c: days(days(c, 1, name=PROFILE), 31), {"available": 10}),
    ("a day too late begins anew", (task(goal=steps(PROFILE, IN, within_days=29)),), lambda c: days(days(c, 1, name=PROFILE), 31), {}),
    ("and the late step is the first of the new run", (task(goal=steps(PROFILE, IN, within_days=5)),), lambda c: days(days(days(c, 1, name=PROFILE), 10), 12, name=PROFILE), {"available": 10}),
    ("once ever", (task(goal=steps(PROFILE, IN)),), lambda c: days(days(days(days(c, 1, name=PROFILE), 2), 3, name=PROFILE), 4), {"available": 10}),
    ("twice if it may", (task(goal=steps(PROFILE, IN), at_most=("times", 2, "ever")),), lambda c: days(days(days(days(c, 1, name=PROFILE), 2), 3, name=PROFILE), 4), {"available": 20}),
]  # fmt: skip

EVERY_THIRD = task(REVIEW, goal=Goal("count", reaches=3))
TWO_ORDERS = task(ORDER, goal=Goal("count", reaches=2))
REFUNDS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("the order that was a task goes back: so do its points", (task(ORDER),), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02"), {}),
    ("part of it goes back: the points stay", (task(ORDER),), lambda c: c.orders_for("2026-03-01", [("a", 100), ("b", 100)]).refunds("2026-03-02", products=[{"number": 0}]), {"available": 10}),
    ("and the task can be done again", (task(ORDER),), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02").orders_for("2026-03-03", 100, "B"), {"available": 10}),
    ("an order that goes back counts no more", (TWO_ORDERS,), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02").orders_for("2026-03-03", 100, "B"), {}),
    ("the one that completed the task takes its points along", (TWO_ORDERS,), lambda c: c.orders_for("2026-03-01", 100).orders_for("2026-03-02", 100, "B").refunds("2026-03-03", "B"), {}),
    ("the first of two goes back: what was given stays", (TWO_ORDERS,), lambda c: c.orders_for("2026-03-01", 100).orders_for("2026-03-02", 100, "B").refunds("2026-03-03"), {"available": 10}),
    ("and is not given twice", (TWO_ORDERS,), lambda c: c.orders_for("2026-03-01", 100).orders_for("2026-03-02", 100, "B").refunds("2026-03-03").orders_for("2026-03-04", 100, "C"), {"available": 10}),
    ("a part of an order goes back: it still counts", (TWO_ORDERS,), lambda c: c.orders_for("2026-03-01", [("a", 100), ("b", 100)]).refunds("2026-03-02", products=[{"number": 0}]).orders_for("2026-03-03", 100, "B"), {"available": 10}),
    ("money of an order that goes back counts no more", (task(ORDER, goal=Goal("sum", of="net", is_money=True, reaches=10_000)),), lambda c: c.orders_for("2026-03-01", 6_000).refunds("2026-03-02").orders_for("2026-03-03", 4_000, "B"), {}),
    ("a capped task has its time back", (task(ORDER, goal=Goal("count", reaches=1, per="day"), at_most=("times", 1, "ever")),), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-02").orders_for("2026-03-03", 100, "B"), {"available": 10}),
    ("a day of a streak goes back: the next begins anew", (task(ORDER, goal=streak(1, 2, 3)),), lambda c: c.orders_for("2026-03-01", 100).refunds("2026-03-01 13:00").orders_for("2026-03-02", 100, "B"), {"available": 1}),
    ("the order that was the last step takes the gift along, and all steps are to be taken again", (task(goal=steps(IN, ORDER)),), lambda c: days(c, 1).orders_for("2026-03-02", 100).refunds("2026-03-03").orders_for("2026-03-04", 100, "B"), {}),
    ("beside an order's own earnings", (rule(), TWO_ORDERS), lambda c: c.orders_for("2026-03-01", 1000).orders_for("2026-03-02", 1000, "B").refunds("2026-03-03", "B"), {"available": 10}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "story", "has"),
    [pytest.param(*case[1:], id=case[0]) for case in ONCE + COUNTS + STREAKS + STEPS + REFUNDS],
)
def test_tasks(parts: tuple[Any, ...], story: Story, has: dict[str, int]) -> None:
    one = customer(*parts)
    story(one)
    assert one.has() == has


def test_a_streak_across_a_time_zones_midnight_counts_local_days() -> None:
    """Five minutes apart, on two days of Shanghai and one of London."""
    late, early = "2026-03-01 23:58", "2026-03-02 00:03"
    shanghai = customer(task(IN, goal=streak(1, 2)), zone="Asia/Shanghai").does(late, IN).does(early, IN)
    assert shanghai.available() == 3
    london = (
        customer(task(IN, goal=streak(1, 2)), zone="Europe/London")
        .does("2026-03-01 15:58", IN)
        .does("2026-03-01 16:03", IN)
    )
    assert london.available() == 1


def test_days_of_the_change_of_clocks_are_days() -> None:
    one = customer(task(IN, goal=streak(1, 2, 3)), zone="America/New_York")
    assert days(one, 7, 8, 9).available() == 6


def test_a_late_check_in_counts_for_its_day_and_changes_no_later_one() -> None:
    one = customer(task(IN, goal=streak(1, 2, 3)))
    days(one, 1, 3)
    one.does("2026-03-02", IN, at="2026-03-04")
    assert one.available() == 1 + 1 + 2
    assert days(one, 4).available() == 1 + 1 + 2 + 2


def test_coupons_and_badges_are_said() -> None:
    one = customer(task(IN, goal=Goal("count", reaches=2, every=True), gives={"coupon": "tea", "badge": "regular"}))
    days(one, 1, 2, 3, 4)
    assert one.given == [("coupon", "tea", 1), ("badge", "regular", 1)] * 2
    assert one.has() == {}


def test_what_a_task_gives_counts_as_growth() -> None:
    one = customer(points(), GROWTH, ladder(5, measure="growth", currency="growth"), task(IN, gives={"growth": 5}))
    assert days(one, 1).tier == "silver"


def test_what_a_cap_keeps_back_is_said() -> None:
    one = customer(task(REVIEW, gives={"points": 7}))
    days(one, 1, 2, name=REVIEW)
    assert one.capped == [("task", 7)]


def test_a_task_of_an_earlier_version_is_refunded_under_the_next() -> None:
    before = customer(TWO_ORDERS)
    after = before.programme
    one = customer(TWO_ORDERS, later=[after])
    one.orders_for("2026-03-01", 100).orders_for("2026-03-02", 100, "B").changes("2026-03-03").refunds(
        "2026-03-04", "B"
    )
    assert one.has() == {}
    assert one.orders_for("2026-03-05", 100, "C").has() == {"available": 10}


def reaching(**given: Any) -> Customer:
    """Somebody under a ladder whose levels give, silver from 10.00 and gold from 50.00."""
    tiers = ladder(1000, 5000)
    levels = tuple(
        replace(level, gifts=gifts(**given[level.key])) if level.key in given else level for level in tiers.levels
    )
    return customer(points(pending_days=7), GROWTH, replace(tiers, levels=levels))


def test_reaching_a_level_gives_at_once_and_once_ever() -> None:
    one = reaching(silver={"points": 100, "coupon": "hello"})
    one.orders_for("2026-03-01", 1000)
    assert one.has() == {"pending": 10, "available": 100}
    assert one.given == [("coupon", "hello", 1)]
    one.orders_for("2026-03-02", 1000, "B")
    assert one.available() == 100


def test_levels_passed_on_the_way_give_too() -> None:
    one = reaching(silver={"points": 100}, gold={"points": 300, "growth": 5})
    one.orders_for("2026-03-01", 9000)
    assert (one.available(), one.available("growth"), one.tier) == (400, 5, "gold")


def test_no_refund_takes_back_what_a_level_gave_and_it_is_not_given_again() -> None:
    one = reaching(silver={"points": 100})
    one.orders_for("2026-03-01", 1000).refunds("2026-03-02").orders_for("2026-03-03", 1000, "B")
    assert one.available() == 100


def test_growth_that_a_level_gives_may_raise_further() -> None:
    tiers = ladder(10, 50, measure="growth", currency="growth")
    levels = (replace(tiers.levels[0], gifts=gifts(growth=45)), replace(tiers.levels[1], gifts=gifts(points=7)))
    one = customer(points(), GROWTH, replace(tiers, levels=levels), rule("grow", gives="growth"))
    one.orders_for("2026-03-01", 1000)
    assert (one.tier, one.available()) == ("gold", 7)
