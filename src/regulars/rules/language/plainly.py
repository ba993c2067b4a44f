"""Settings as a file would say them: what every part of the way back from a programme needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.rules.programme import Test

_EPOCH = date(1970, 1, 1).toordinal()


def filled(settings: dict[str, Any]) -> dict[str, Any]:
    """Only the settings that say something: None stands for the default."""
    return {key: value for key, value in settings.items() if value is not None and value != {}}


def condition(tests: Sequence[Test]) -> dict[str, Any]:
    """Tests as a condition of the file."""
    said: dict[str, Any] = {}
    for test in tests:
        value = list(test.value) if isinstance(test.value, tuple) else test.value
        if test.op in ("equal", "any_of"):
            said[test.name] = value
        else:
            said.setdefault(test.name, {})[test.op] = value
    return said


def local_day(day: int | None) -> date | None:
    """A day of the calendar by its number."""
    return None if day is None else date.fromordinal(day + _EPOCH)


def exact(number: Fraction) -> int | Decimal:
    """A fraction with few decimals as the number a file would hold."""
    return number.numerator if number.denominator == 1 else Decimal(number.numerator) / Decimal(number.denominator)
