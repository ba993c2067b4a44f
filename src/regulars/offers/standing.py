"""How an offer stands now, and on which days it can hold: what lists and calendars show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from regulars.offers.models import Use
from regulars.rules.offers.goods import WEEKDAYS
from regulars.rules.offers.model import Offer
from regulars.rules.values import value_test

State = Literal["running", "coming", "over", "sold_out", "spent"]
STATES: tuple[State, ...] = ("running", "coming", "over", "sold_out", "spent")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: dict[str, Callable[[date], Any]] = {
    "at.weekday": lambda on: WEEKDAYS[on.weekday()],
    "at.day": lambda on: on.day,
    "at.month": lambda on: on.month,
    "at.date": lambda on: on.isoformat(),
}


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row on which an offer can hold, both included."""

    first: date
    last: date


def moment_of(at_us: int) -> datetime:
    """Microseconds UTC as a moment."""
    return _EPOCH + timedelta(microseconds=at_us)


def state_of(offer: Offer, use: Use | None, now: datetime) -> State:
    """How an offer stands: what ran out comes before what is over by its dates."""
    if offer.valid_until_us is not None and now >= moment_of(offer.valid_until_us):
        return "over"
    if use is not None and offer.stock is not None and use.units >= offer.stock:
        return "sold_out"
    if offer.stock == 0:
        return "sold_out"
    if use is not None and offer.budget_minor is not None and use.amount_minor >= offer.budget_minor:
        return "spent"
    if offer.valid_from_us is not None and now < moment_of(offer.valid_from_us):
        return "coming"
    return "running"


def runs(offer: Offer, first: date, last: date, zone: ZoneInfo) -> list[Run]:
    """The days from ``first`` to ``last`` (local) on some moment of which the offer can hold, in rows of days.

    Its validity and its tests of the weekday, the day, the month and the date are asked; hours and the cart are not.
    """
    found: list[Run] = []
    for on in _days(offer, first, last, zone):
        if found and found[-1].last == on - timedelta(days=1):
            found[-1] = Run(found[-1].first, on)
        else:
            found.append(Run(on, on))
    return found


def _days(offer: Offer, first: date, last: date, zone: ZoneInfo) -> Iterator[date]:
    begins = None if offer.valid_from_us is None else moment_of(offer.valid_from_us).astimezone(zone)
    # What ends at midnight does not reach into the day that begins then.
    ends = None
    if offer.valid_until_us is not None:
        ends = (moment_of(offer.valid_until_us) - timedelta(microseconds=1)).astimezone(zone)
    tests = [(_DAYS[test.name], value_test(test)) for test in offer.where.tests if test.name in _DAYS]
    on = max(first, begins.date()) if begins else first
    end = min(last, ends.date()) if ends else last
    while on <= end:
        if all(holds(of(on)) for of, holds in tests):
            yield on
        on += timedelta(days=1)
