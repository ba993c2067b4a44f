"""Where a file is at home: its currency and its time zone."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.language.reading import Path, Reader, nearest


def read_currency(reader: Reader, value: Any, path: Path) -> tuple[str, int] | None:
    """The code of a currency and its decimals."""
    code = reader.text(value, path)
    if code is None:
        return None
    if code in MINOR_DIGITS:
        return code, MINOR_DIGITS[code]
    if code.upper() in MINOR_DIGITS:
        reader.say(path, "must be in capitals: {code}", code=code.upper())
    else:
        reader.say(path, "is no currency of ISO 4217, such as CNY or USD")
    return None


def read_time_zone(reader: Reader, value: Any, path: Path) -> str | None:
    """The name of a time zone."""
    zone = reader.text(value, path)
    if zone is None:
        return None
    known = _zones()
    if zone in known:
        return zone
    guess = nearest(zone, known)
    if guess:
        reader.say(path, "is no time zone; did you mean `{guess}`?", guess=guess)
    else:
        reader.say(path, "is no time zone, such as Asia/Shanghai or America/New_York")
    return None


@cache
def _zones() -> frozenset[str]:
    """Every time zone there is; the standard library looks through folders each time it is asked."""
    return frozenset(available_timezones())
