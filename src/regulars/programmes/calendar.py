"""Which local days the occasions of a programme fall on: public holidays come from the ``holidays`` library."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from regulars.rules.days import day_date, day_number, month_first, year_month
from regulars.rules.programme import Occasion, Programme

FIRST_YEAR, LAST_YEAR = 2000, 2099
OBSERVED = ("(observed)", "(substituted")
"""What the library says of days that stand in for a holiday."""


def holiday_days(programme: Programme) -> dict[str, tuple[int, ...]]:
    """The days of the programme's holidays, by the occasion's key."""
    return {one.key: days_of(one) for one in programme.calendar if one.kind == "holiday"}


def days_of(occasion: Occasion) -> tuple[int, ...]:
    """The local days of a holiday, ascending; the file's own dates stand for all of their years."""
    own = {day_date(day).year for day in occasion.dates}
    known = (day for day in _known(occasion.country, occasion.holiday) if day_date(day).year not in own)
    return tuple(sorted({*known, *occasion.dates}))


def is_on(occasion: Occasion, day: int, days: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether the occasion falls on that local day, the same for everybody; a birthday never does."""
    if occasion.kind == "day_of_month":
        month = year_month(day)
        return day == min(month_first(month) + occasion.day_of_month - 1, month_first(month + 1) - 1)
    return occasion.kind != "birthday" and day in days.get(occasion.key, occasion.dates)


def unknown_holidays(programme: Programme, today: date) -> list[tuple[str, int]]:
    """Occasions whose day nobody knows this year or next: (key, year)."""
    found = []
    for occasion in programme.calendar:
        if occasion.kind == "holiday":
            years = {day_date(day).year for day in days_of(occasion)}
            found += [(occasion.key, year) for year in (today.year, today.year + 1) if year not in years]
    return found


_SAID_IN = {"en": ("en_US", "en_HK"), "zh-hans": ("zh_CN",), "zh-hant": ("zh_TW", "zh_HK")}
"""The library's names of languages, by ours."""


def holiday_name(occasion: Occasion, language: str) -> str:
    """What a holiday is called in a language of the screens, as far as the library knows; else as the file calls it."""
    return _name_in(occasion.country, occasion.holiday, language)


@lru_cache(maxsize=64)
def _name_in(country: str, name: str, language: str) -> str:
    try:
        supported = holidays.country_holidays(country).supported_languages
    except (NotImplementedError, KeyError):
        return name
    wanted = next((one for one in _SAID_IN.get(language, ()) if one in supported), None)
    if wanted is None:
        return name
    for day in map(day_date, _known(country, name)):
        said = holidays.country_holidays(country, years=day.year, language=wanted).get(day, "")
        # on a day with several holidays nobody knows which name is whose
        if said and ";" not in said and not any(word in said for word in OBSERVED):
            return str(said)
    return name


@lru_cache(maxsize=64)
def _known(country: str, name: str) -> tuple[int, ...]:
    """The days that the library calls so, in English or in the country's own language; none of a country it does not
    know."""
    wanted = name.casefold()
    return tuple(sorted(day for day, names in _year_by_year(country) if wanted in names))


@lru_cache(maxsize=16)
def _year_by_year(country: str) -> tuple[tuple[int, frozenset[str]], ...]:
    found: dict[int, set[str]] = {}
    for language in _languages(country):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            years = range(FIRST_YEAR, LAST_YEAR + 1)
            calendar = holidays.country_holidays(country, years=years, language=language)
        for day, said in calendar.items():
            names = {part.strip().casefold() for part in said.split(";")}
            kept = {one for one in names if not any(word in one for word in OBSERVED)}
            found.setdefault(day_number(day), set()).update(kept)
    return tuple((day, frozenset(names)) for day, names in sorted(found.items()))


def _languages(country: str) -> set[str | None]:
    """English and the country's own; none of a country that the library does not know."""
    try:
        own = holidays.country_holidays(country)
    except (NotImplementedError, KeyError):
        return set()
    return {"en_US" if "en_US" in own.supported_languages else None, own.default_language}
