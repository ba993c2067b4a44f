"""Days of the calendar, case by case: what is earned on them, and what they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from regulars.rules.days import day_number
from regulars.rules.programme import Condition, Occasion, Programme
from regulars.rules.programme import Test as Comparison
from tests.rules.shop import GROWTH, Customer, gifts, ladder, points, programme, rule, task

Story = Callable[[Customer], Any]


def day(text: str) -> int:
    """The number of a local day."""
    return day_number(date.fromisoformat(text))


def on(*days: str, times: str = "2", key: str = "day", tiers: tuple[str, ...] = (), **given: Any) -> Occasion:
    """A multiplier of those days, or what they give."""
    whom = Condition((Comparison("member.tier", "any_of", tiers),) if tiers else ())
    return Occasion(
        key,
        dates=tuple(map(day, days)),
        gifts=gifts(**given),
        earns_times=None if given else Fraction(times),
        member=whom,
    )


BIRTHDAY = Occasion("birthday", "birthday", earns_times=Fraction(2))
EIGHTH = Occasion("eighth", "day_of_month", day_of_month=8, earns_times=Fraction(2))
LAST = Occasion("last", "day_of_month", day_of_month=31, earns_times=Fraction(2))
GOLD = ladder(1000, times=("3/2",))
TIER = rule(times_tier=True)
BORN = "Birthday Came"


def with_calendar(parts: tuple[Any, ...], zone: str = "UTC") -> Programme:
    days = tuple(part for part in parts if isinstance(part, Occasion))
    return replace(programme(*(part for part in parts if not isinstance(part, Occasion)), zone=zone), calendar=days)


TIMES: list[tuple[str, tuple[Any, ...], Story, int]] = [
    ("double on the day", (on("2026-03-08"),), lambda c: c.orders_for("2026-03-08", 1000), 20),
    ("not the day before", (on("2026-03-08"),), lambda c: c.orders_for("2026-03-07 23:59", 1000), 10),
    ("one of several days", (on("2026-03-08", "2026-03-10", "2026-03-20"),), lambda c: c.orders_for("2026-03-10", 1000), 20),
    ("between two of them", (on("2026-03-08", "2026-03-10"),), lambda c: c.orders_for("2026-03-09", 1000), 10),
    ("half as much again is exact", (on("2026-03-08", times="3/2"),), lambda c: c.orders_for("2026-03-08", 333), 4),
    ("every eighth of a month", (EIGHTH,), lambda c: c.orders_for("2026-03-08", 1000).orders_for("2026-04-08", 1000, "B").orders_for("2026-04-09", 1000, "C"), 50),
    ("the 31st of a month of 30 days is the 30th", (LAST,), lambda c: c.orders_for("2026-04-30", 1000), 20),
    ("and of February the 28th", (LAST,), lambda c: c.orders_for("2026-02-28", 1000), 20),
    ("but of March not the 30th", (LAST,), lambda c: c.orders_for("2026-03-30", 1000), 10),
    ("of two on one day the larger", (on("2026-03-08", times="3"), EIGHTH), lambda c: c.orders_for("2026-03-08", 1000), 30),
    ("together with the tier they multiply", (GOLD, TIER, EIGHTH), lambda c: c.orders_for("2026-03-01", 1000).orders_for("2026-03-08", 1000, "B"), 10 + 30),
    ("the day counts though the rule leaves the tier out", (GOLD, rule(), EIGHTH), lambda c: c.orders_for("2026-03-01", 1000).orders_for("2026-03-08", 1000, "B"), 10 + 20),
    ("only for gold", (GOLD, TIER, on("2026-03-08", tiers=("silver",))), lambda c: c.orders_for("2026-03-08", 1000), 10),
    ("a fixed number of points is not multiplied", (rule(points=50), EIGHTH), lambda c: c.orders_for("2026-03-08", 1000), 50),
    ("other currencies neither", (points(), points(key="stars"), rule(gives="stars"), EIGHTH), lambda c: c.orders_for("2026-03-08", 1000), 0),
    ("the birthday, when it has come", (BIRTHDAY,), lambda c: c.does("2026-03-08 00:00", BORN).orders_for("2026-03-08", 1000), 20),
    ("the day after it is over", (BIRTHDAY,), lambda c: c.does("2026-03-08 00:00", BORN).orders_for("2026-03-09", 1000), 10),
    ("an order of the birthday that comes late", (BIRTHDAY,), lambda c: c.does("2026-03-08 00:00", BORN).orders_for("2026-03-08", 1000, at="2026-03-11"), 20),
    ("no birthday, no doubling", (BIRTHDAY,), lambda c: c.orders_for("2026-03-08", 1000), 10),
    ("a refund of part of it takes the double back", (EIGHTH,), lambda c: c.orders_for("2026-03-08", [("a", 1000), ("b", 500)]).refunds("2026-03-12", products=[{"number": 1}]), 20),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "has"), [pytest.param(*case[1:], id=case[0]) for case in TIMES])
def test_days_that_multiply(parts: tuple[Any, ...], story: Story, has: int) -> None:
    one = Customer(with_calendar(parts))
    story(one)
    assert one.available() == has


def test_growth_is_not_multiplied() -> None:
    one = Customer(with_calendar((points(), GROWTH, rule(), rule("grow", gives="growth"), EIGHTH)))
    one.orders_for("2026-03-08", 1000)
    assert (one.available(), one.available("growth")) == (20, 10)


def test_the_day_is_the_programmes_own() -> None:
    one = Customer(with_calendar((EIGHTH,), zone="Asia/Shanghai"))
    assert (
        one.orders_for("2026-03-08 00:01", 1000)
        .orders_for("2026-03-07 23:59", 1000, "B", at="2026-03-08 00:02")
        .available()
        == 30
    )


def test_what_days_give() -> None:
    birthday = Occasion("birthday", "birthday", gifts=gifts(points=100, coupon="cake"))
    one = Customer(
        with_calendar((birthday, on("2026-03-08", key="moon", points=7), on("2026-03-08", key="sun", coupon="tea")))
    )
    one.does("2026-03-08 00:00", BORN).does("2026-03-08 00:00", "Occasion Came", properties={"occasion": "moon"})
    assert one.available() == 107
    assert one.given == [("coupon", "cake", 1)]


def test_a_gift_for_gold_is_for_gold() -> None:
    parts = (GOLD, TIER, task("Checked In"), on("2026-03-08", tiers=("silver",), points=7))
    said = {"properties": {"occasion": "day"}}
    without, gold = Customer(with_calendar(parts)), Customer(with_calendar(parts))
    assert without.does("2026-03-08 00:00", "Occasion Came", **said).available() == 0
    assert gold.orders_for("2026-03-01", 1000).does("2026-03-08 00:00", "Occasion Came", **said).available() == 17
