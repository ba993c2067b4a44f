"""Birthdays, of the solar or of the Chinese lunar year as a person chose, and whose is today.

From what is known of a person (``members.personal``): ``birthday`` (``1990-10-03``, or ``10-03`` without its year) and
``birthday_calendar`` (``lunar``: they celebrate the lunar date of that day); or ``lunar_birthday``, a month and day of
the lunar year (``08-15``; ``leap-04-30`` for one of a leap month).

Nobody goes without: 29 February is kept on 28 February in common years; lunar day 30 on the last day of a month of 29;
a leap month's day in the month of the same number in years without that leap month.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lunardate import LunarDate

_SOLAR = re.compile(r"(?:(\d{4})-|--)?(\d{1,2})-(\d{1,2})")
_LUNAR = re.compile(r"(leap-)?(\d{1,2})-(\d{1,2})")
LUNAR_DAYS = 30
LUNAR_FROM, LUNAR_UNTIL = date(1900, 2, 1), date(2099, 12, 1)
"""The days that the tables of the lunar year have; beyond them only solar birthdays are known."""


def key_of(person: Mapping[str, Any]) -> str:
    """The day a person keeps, as ``S1003``, ``L0815`` or ``M0430`` (of a leap month); empty when it is not known."""
    lunar = _LUNAR.fullmatch(str(person.get("lunar_birthday") or ""))
    if lunar:
        month, day = int(lunar[2]), int(lunar[3])
        fits = 1 <= month <= 12 and 1 <= day <= LUNAR_DAYS
        return f"{'M' if lunar[1] else 'L'}{month:02}{day:02}" if fits else ""
    said = str(person.get("birthday") or person.get("birth_date") or person.get("date_of_birth") or "")[:10]
    solar = _SOLAR.fullmatch(said)
    if not solar:
        return ""
    try:
        born = date(int(solar[1] or 2000), int(solar[2]), int(solar[3]))
    except ValueError:
        return ""
    if person.get("birthday_calendar") == "lunar" and solar[1]:
        return _lunar_key(born)
    return f"S{born.month:02}{born.day:02}"


def keys_on(day: date) -> set[str]:
    """The keys of everybody who keeps their birthday on that day."""
    keys = {f"S{day.month:02}{day.day:02}"}
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        keys.add("S0229")
    if not LUNAR_FROM <= day < LUNAR_UNTIL:
        return keys
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    tomorrow = day + timedelta(days=1)
    is_last = LunarDate.from_solar_date(tomorrow.year, tomorrow.month, tomorrow.day).day == 1
    leap_month = LunarDate.leap_month_for_year(lunar.year)
    days = {lunar.day} | ({LUNAR_DAYS} if is_last else set())
    kinds = "M" if lunar.is_leap_month else "L" if leap_month == lunar.month else "LM"
    return keys | {f"{kind}{lunar.month:02}{each:02}" for kind in kinds for each in days}


def _lunar_key(born: date) -> str:
    if not LUNAR_FROM <= born < LUNAR_UNTIL:
        return f"S{born.month:02}{born.day:02}"
    lunar = LunarDate.from_solar_date(born.year, born.month, born.day)
    return f"{'M' if lunar.is_leap_month else 'L'}{lunar.month:02}{lunar.day:02}"
