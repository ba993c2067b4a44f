"""Time, case by case: when points lapse, local days, clocks that change, events that come late."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.rules import layout as y
from tests.rules.shop import customer, expires, ladder, points, rule

# (name, zone, expiry, earned on, good until: the first moment they are gone)
EXPIRY: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("a month on", "UTC", {"after_months": 1}, "2026-03-10", "2026-04-11 00:00"),
    ("twelve months on", "UTC", {"after_months": 12}, "2026-03-10", "2027-03-11 00:00"),
    ("a month on from the 31st of January: the 28th of February is the last day", "UTC", {"after_months": 1}, "2026-01-31", "2026-03-01 00:00"),
    ("in a leap year: the 29th", "UTC", {"after_months": 1}, "2028-01-31", "2028-03-01 00:00"),
    ("a year on from a leap day", "UTC", {"after_months": 12}, "2024-02-29", "2025-03-01 00:00"),
    ("four years on from a leap day", "UTC", {"after_months": 48}, "2024-02-29", "2028-03-01 00:00"),
    ("12 months, end of month", "UTC", {"after_months": 12, "at_end_of": "month"}, "2026-03-10", "2027-04-01 00:00"),
    ("12 months, end of month, earned on the last", "UTC", {"after_months": 12, "at_end_of": "month"}, "2026-03-31 23:59:59", "2027-04-01 00:00"),
    ("end of February in a leap year", "UTC", {"after_months": 12, "at_end_of": "month"}, "2027-02-10", "2028-03-01 00:00"),
    ("end of quarter", "UTC", {"after_months": 1, "at_end_of": "quarter"}, "2026-03-31", "2026-07-01 00:00"),
    ("end of the last quarter", "UTC", {"after_months": 6, "at_end_of": "quarter"}, "2026-05-02", "2027-01-01 00:00"),
    ("end of year", "UTC", {"after_months": 12, "at_end_of": "year"}, "2026-12-31", "2028-01-01 00:00"),
    ("end of year, earned on New Year's Day", "UTC", {"after_months": 12, "at_end_of": "year"}, "2026-01-01 00:00", "2028-01-01 00:00"),
    ("90 days", "UTC", {"after_days": 90}, "2026-03-01", "2026-05-31 00:00"),
    ("a day", "UTC", {"after_days": 1}, "2026-02-28", "2026-03-02 00:00"),
    ("20 days to the end of that month", "UTC", {"after_days": 20, "at_end_of": "month"}, "2026-03-15", "2026-05-01 00:00"),
    ("local days in Shanghai", "Asia/Shanghai", {"after_days": 1}, "2026-03-01 00:30", "2026-03-03 00:00"),
    ("New York, over the spring change", "America/New_York", {"after_days": 7}, "2026-03-05", "2026-03-13 00:00"),
    ("New York, over the autumn change", "America/New_York", {"after_days": 7}, "2026-10-30", "2026-11-07 00:00"),
    ("New York, the day of 23 hours", "America/New_York", {"after_days": 1}, "2026-03-07", "2026-03-09 00:00"),
    ("Santiago, where midnight itself is skipped", "America/Santiago", {"after_days": 1}, "2026-09-04", "2026-09-06 00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "settings", "earned", "gone"), [pytest.param(*one[1:], id=one[0]) for one in EXPIRY])
def test_expiry(zone: str, settings: dict[str, Any], earned: str, gone: str) -> None:
    one = customer(expires(**settings), zone=zone).orders_for(earned, 1_000)
    end = one.us(gone)
    one.decider.advance(one.state, end - 1)
    assert one.has() == {"available": 10}
    one.decider.advance(one.state, end)
    assert one.has() == {}


def test_skipped_midnight_is_when_that_day_begins() -> None:
    # On 2026-09-06 Chile goes from 23:59 to 01:00.
    one = customer(expires(after_days=1), zone="America/Santiago").orders_for("2026-09-04", 1_000)
    assert one.lots() == [(10, "2026-09-06 01:00")]


# sliding

SLIDING: list[tuple[str, Any, list[tuple[int, str]]]] = [
    ("nothing more happens", lambda c: c, [(10, "2026-03-12 00:00")]),
    ("earning moves all of it", lambda c: c.orders_for("2026-03-05", 500, "B"), [(10, "2026-03-16 00:00"), (5, "2026-03-16 00:00")]),
    ("spending moves what is left", lambda c: c.spends("2026-03-05", 4), [(6, "2026-03-16 00:00")]),
    ("capturing moves it", lambda c: c.holds("2026-03-02", 4).captures("2026-03-05"), [(6, "2026-03-16 00:00")]),
    ("holding alone does not", lambda c: c.holds("2026-03-05", 4), [(6, "2026-03-12 00:00")]),
    ("releasing does not", lambda c: c.holds("2026-03-02", 4).releases("2026-03-05"), [(10, "2026-03-12 00:00")]),
    ("a refund does not", lambda c: c.orders_for("2026-03-01", 500, "B").refunds("2026-03-05", "B"), [(10, "2026-03-12 00:00")]),
    ("an order that earns nothing does not", lambda c: c.orders_for("2026-03-05", 50, "B"), [(10, "2026-03-12 00:00")]),
    ("points that are held are moved too", lambda c: c.holds("2026-03-02", 10).orders_for("2026-03-05", 500, "B").releases("2026-03-06"), [(10, "2026-03-16 00:00"), (5, "2026-03-16 00:00")]),
    ("spent points that come back have the expiry they had", lambda c: c.spends("2026-03-02", 10, "P").orders_for("2026-03-02", 50, "P", points_minor=10).orders_for("2026-03-05", 500, "B").refunds("2026-03-06", "P"), [(10, "2026-03-12 00:00"), (5, "2026-03-16 00:00")]),
    ("it comes too late", lambda c: c.orders_for("2026-03-12 00:00", 500, "B"), [(5, "2026-03-23 00:00")]),
    ("it comes just in time", lambda c: c.orders_for("2026-03-11 23:59", 500, "B"), [(10, "2026-03-22 00:00"), (5, "2026-03-22 00:00")]),
    ("a late event moves from when it came", lambda c: c.orders_for("2026-03-02", 500, "B", at="2026-03-05"), [(10, "2026-03-16 00:00"), (5, "2026-03-16 00:00")]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "lots"), [pytest.param(*one[1:], id=one[0]) for one in SLIDING])
def test_sliding_expiry(story: Any, lots: list[tuple[int, str]]) -> None:
    one = customer(expires(after_days=10, sliding=True)).orders_for("2026-03-01", 1_000)
    story(one)
    assert one.lots() == lots


# late events post now, and count in their window


def test_a_late_order_waits_and_lapses_from_when_it_came() -> None:
    one = customer(points(pending_days=7, expires=expires(after_days=30).expires))
    one.orders_for("2026-03-20", 100, "A").orders_for("2026-03-01", 1_000, "B", at="2026-03-21")
    assert one.waits("2026-03-28 11:59:59").has() == {"pending": 10, "available": 1}
    assert one.waits("2026-03-28 12:00").has() == {"available": 11}
    assert one.lots() == [(1, "2026-04-20 00:00"), (10, "2026-04-21 00:00")]


def test_a_late_order_earns_by_what_was_valid_on_its_day() -> None:
    day = customer().decider.local_day(customer().us("2026-03-10"))
    one = customer(rule(valid_until_day=day)).orders_for("2026-03-09", 1_000, at="2026-03-20")
    assert one.available() == 10


def test_a_late_order_of_somebody_new_is_their_first_day() -> None:
    one = customer().orders_for("2026-02-01", 1_000, at="2026-03-20")
    assert one.state.scalars[y.JOINED] == one.decider.local_day(one.us("2026-02-01"))


def test_history_is_not_rewritten_by_a_late_order() -> None:
    one = customer(ladder(10_000, times=["2"]), rule(times_tier=True))
    one.orders_for("2026-03-10", 5_000).orders_for("2026-03-11", 1_000, "B").orders_for(
        "2026-03-01", 9_000, "C", at="2026-03-12"
    )
    assert one.tier == "silver"
    assert one.available() == 50 + 10 + 90


@pytest.mark.parametrize(
    ("zone", "earned", "free"),
    [
        ("UTC", "2026-03-07 12:00", "2026-03-14 12:00:00"),
        # A week is 168 hours: over the spring change it ends an hour later by the clock on the wall.
        ("America/New_York", "2026-03-07 12:00", "2026-03-14 13:00:00"),
        ("America/New_York", "2026-10-31 12:00", "2026-11-07 11:00:00"),
    ],
)
def test_pending_days_are_of_24_hours(zone: str, earned: str, free: str) -> None:
    one = customer(points(pending_days=7), zone=zone).orders_for(earned, 1_000)
    one.decider.advance(one.state, one.us(free) - 1)
    assert one.has() == {"pending": 10}
    one.decider.advance(one.state, one.us(free))
    assert one.has() == {"available": 10}


# at one moment: points come, holds lapse, points lapse, the tier is reviewed


def test_the_order_of_things_at_one_midnight() -> None:
    one = customer(expires(after_days=9), ladder(1_000, keep_days=10, window_days=5)).orders_for(
        "2026-03-01 00:00", 1_000
    )
    one.holds("2026-03-02", 10, until="2026-03-11 00:00")
    one.moves.clear()
    one.waits("2026-03-11 00:00")
    assert one.moves == [("lapse", "points", 10), ("expire", "points", 10)]
    assert one.tiers == ["silver", "none"]


@pytest.mark.parametrize("stops", [1, 2, 5, 60])
def test_how_often_time_is_let_pass_changes_nothing(stops: int) -> None:
    def told(stops: int) -> tuple[Any, ...]:
        one = customer(
            points(pending_days=3, expires=expires(after_days=20).expires),
            ladder(1_000, 3_000, window_days=15, keep_days=10, grace_days=5, then="one_step"),
        )
        one.orders_for("2026-03-01", 2_000, "A").orders_for("2026-03-03", 1_500, "B")
        one.waits("2026-03-08").holds("2026-03-08", 12, until="2026-03-26")
        first, last = one.us("2026-03-08"), one.us("2026-06-01")
        for n in range(1, stops + 1):
            one._note(one.decider.advance(one.state, first + (last - first) * n // stops))
        return one.has(), one.lots(), one.moves, one.tiers, one.tier

    assert told(stops) == told(7)
