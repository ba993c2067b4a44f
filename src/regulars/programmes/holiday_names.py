"""The holidays that there are to choose from: which countries, and what their holidays are called."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import holidays
from django.utils.translation import get_language

from regulars.programmes.calendar import OBSERVED
from regulars.screens.figures import locale

YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class HolidayName:
    """A holiday as the file names it, as the reader's language shows it, and the day it falls on next."""

    name: str
    shown: str
    next_day: date


def countries() -> list[tuple[str, str]]:
    """Codes and names of the countries whose holidays are known, by name in the active language."""
    names = locale().territories
    known = holidays.list_supported_countries()
    return sorted(((code, f"{names.get(code, code)} ({code})") for code in known), key=lambda pair: pair[1])


def holiday_names(country: str) -> list[HolidayName]:
    """A country's holidays from today on, the nearest first; none of a country that nobody knows."""
    tongue = {"zh-hans": "zh_CN", "zh-hant": "zh_TW"}.get((get_language() or "en").lower(), "en_US")
    return _names(country, datetime.now(UTC).date(), tongue)


@lru_cache(maxsize=32)
def _names(country: str, today: date, tongue: str) -> list[HolidayName]:
    try:
        own = holidays.country_holidays(country)
    except (NotImplementedError, KeyError, TypeError):
        return []
    english = "en_US" if "en_US" in own.supported_languages else own.default_language
    shown = tongue if tongue in own.supported_languages else english
    years = range(today.year, today.year + YEARS_AHEAD)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = holidays.country_holidays(country, years=years, language=english)
        said = holidays.country_holidays(country, years=years, language=shown)
    found: dict[str, HolidayName] = {}
    for day in sorted(named):
        names, words = named[day].split("; "), said.get(day, "").split("; ")
        if day < today:
            continue
        for place, name in enumerate(names):
            if name in found or any(word in name for word in OBSERVED):
                continue
            word = words[place] if len(words) == len(names) else name
            found[name] = HolidayName(name, name if word == name else f"{word} ({name})", day)
    return list(found.values())
