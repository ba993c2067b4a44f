"""Days, weeks and months as consecutive numbers, so that "two months later" is an addition.

A day's number counts from 1970-01-01, a week's (Monday to Sunday) from the week of that day, a month's from January of
the year 0. Days are the programme's local days, as the lake has them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import ibis
from ibis.expr import types as ir

Period = Literal["day", "week", "month"]
PERIODS: tuple[Period, ...] = ("day", "week", "month")
_EPOCH = date(1970, 1, 1)
_FIRST_MONDAY = date(1969, 12, 29)
_FIRST_MONTH = date(1, 1, 1)


def a_day(given: date) -> date:
    """A day of Python's as it is. Raises TypeError for what is none, as a text: Ibis would say so much later."""
    if not isinstance(given, date):
        raise TypeError(f"a day is a datetime.date, as date(2026, 3, 31), not {given!r}")
    return given


def number(day: ir.DateValue, period: Period) -> ir.IntegerValue:
    """The number of the period that a day lies in. Raises ValueError for a period there is not."""
    if period == "month":  # which costs a fifth of taking year and month out of the day
        return day.delta(ibis.date(_FIRST_MONTH), unit="month").cast("int64") + number_of(_FIRST_MONTH, "month")
    if period == "day":
        return days_between(_EPOCH, day)
    if period == "week":
        return (days_between(_FIRST_MONDAY, day) / 7).floor().cast("int64")
    raise ValueError(f"a period is one of {', '.join(PERIODS)}, not {period!r}")


def number_of(day: date, period: Period) -> int:
    """As ``number``, for a day of Python's. Raises TypeError for what is no day."""
    a_day(day)
    if period == "month":
        return day.year * 12 + day.month - 1
    if period == "day":
        return (day - _EPOCH).days
    if period == "week":
        return (day - _FIRST_MONDAY).days // 7
    raise ValueError(f"a period is one of {', '.join(PERIODS)}, not {period!r}")


def last_whole(until: date, period: Period) -> int:
    """The number of the last period that had ended when ``until`` had: later ones are unfinished."""
    return number_of(a_day(until) + timedelta(days=1), period) - 1


def start(numbers: ir.IntegerValue, period: Period) -> ir.DateValue:
    """The first day of the periods with these numbers."""
    if period == "month":
        year = (numbers / 12).floor().cast("int32")
        return ibis.date(year, (numbers % 12 + 1).cast("int32"), 1)
    if period == "day":
        return day_after(ibis.date(_EPOCH), numbers)
    return day_after(ibis.date(_FIRST_MONDAY), numbers * 7)


def day_after(day: ir.DateValue, days: ir.IntegerValue) -> ir.DateValue:
    """The day so many days later."""
    return (day + days.cast("int32").as_interval("D")).cast("date")


def days_between(first: date | ir.DateValue, then: ir.DateValue) -> ir.IntegerValue:
    """How many days ``then`` comes after ``first``."""
    begin = ibis.date(first) if isinstance(first, date) else first
    return then.delta(begin, unit="day").cast("int64")
