"""Birthdays: which day a person keeps, in which year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from regulars.members.birthdays import key_of, keys_on

KEPT: list[tuple[str, dict[str, Any], str]] = [
    ("a day with its year", {"birthday": "1990-10-03"}, "S1003"),
    ("without its year", {"birthday": "10-03"}, "S1003"),
    ("as vCard writes it", {"birthday": "--10-03"}, "S1003"),
    ("with a time after it", {"birthday": "1990-10-03T00:00:00Z"}, "S1003"),
    ("under another name", {"date_of_birth": "1990-10-03"}, "S1003"),
    ("29 February", {"birthday": "1992-02-29"}, "S0229"),
    ("the lunar date of a day: Mid-Autumn of 1990", {"birthday": "1990-10-03", "birthday_calendar": "lunar"}, "L0815"),
    ("born in a leap month: the fifth of 1990", {"birthday": "1990-07-01", "birthday_calendar": "lunar"}, "M0509"),
    ("the lunar date itself", {"lunar_birthday": "08-15"}, "L0815"),
    ("of a leap month", {"lunar_birthday": "leap-04-30"}, "M0430"),
    ("lunar without a year is no lunar date", {"birthday": "10-03", "birthday_calendar": "lunar"}, "S1003"),
    ("no such day", {"birthday": "1990-02-30"}, ""),
    ("no such lunar day", {"lunar_birthday": "08-31"}, ""),
    ("something else", {"birthday": "spring"}, ""),
    ("nothing", {}, ""),
]


@pytest.mark.parametrize(("person", "key"), [pytest.param(*row[1:], id=row[0]) for row in KEPT])
def test_the_day_a_person_keeps(person: dict[str, Any], key: str) -> None:
    assert key_of(person) == key


def kept_in(key: str, year: int) -> list[str]:
    """The days of that year on which the key's owners have their birthday."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=i) for i in range(366)]
    return [day.isoformat() for day in days if day.year == year and key in keys_on(day)]


YEARS: list[tuple[str, str, int, list[str]]] = [
    ("every year on its day", "S1003", 2026, ["2026-10-03"]),
    ("29 February in a leap year", "S0229", 2028, ["2028-02-29"]),
    ("and in a common one on the 28th", "S0229", 2026, ["2026-02-28"]),
    ("Mid-Autumn", "L0815", 2026, ["2026-09-25"]),
    ("lunar New Year", "L0101", 2026, ["2026-02-17"]),
    ("the 30th of the twelfth, which has 29 days in the year of the snake", "L1230", 2026, ["2026-02-16"]),
    ("the sixth month of 2025, not its leap one", "L0609", 2025, ["2025-07-03"]),
    ("born in a leap sixth month: in 2025 there is one", "M0609", 2025, ["2025-08-02"]),
    ("and in 2026 there is none: the sixth month itself", "M0609", 2026, ["2026-07-22"]),
]


@pytest.mark.parametrize(("key", "year", "days"), [pytest.param(*row[1:], id=row[0]) for row in YEARS])
def test_when_it_is(key: str, year: int, days: list[str]) -> None:
    assert kept_in(key, year) == days


@pytest.mark.parametrize("kind", "SLM")
def test_nobody_goes_without(kind: str) -> None:
    """Every key of a kind comes once in every lunar or solar year."""
    months = {1: 31, 2: 29, **dict.fromkeys((3, 5, 7, 8, 10, 12), 31), **dict.fromkeys((4, 6, 9, 11), 30)}
    keys = [f"{kind}{m:02}{d:02}" for m in range(1, 13) for d in range(1, 31 if kind != "S" else months[m] + 1)]
    for year in range(2020, 2032):
        first = date(year, 1, 1) if kind == "S" else {2020: date(2020, 1, 25)}.get(year)
        if first is None:
            first = next(
                date(year, 1, 20) + timedelta(days=i)
                for i in range(40)
                if "L0101" in keys_on(date(year, 1, 20) + timedelta(days=i))
            )
        last = (
            date(year, 12, 31)
            if kind == "S"
            else next(
                date(year + 1, 1, 20) + timedelta(days=i)
                for i in range(40)
                if "L0101" in keys_on(date(year + 1, 1, 20) + timedelta(days=i))
            )
            - timedelta(days=1)
        )
        found: dict[str, int] = {}
        day = first
        while day <= last:
            for key in keys_on(day):
                found[key] = found.get(key, 0) + 1
            day += timedelta(days=1)
        assert {key: found.get(key, 0) for key in keys} == dict.fromkeys(keys, 1), year


def test_a_year_beyond_the_lunar_tables_is_no_crash() -> None:
    assert "S0101" in keys_on(date(2890, 1, 1))
