"""Chances as people write them, exact: ``1/1000``, ``0.1%``, ``12.5 %`` or ``0.001``."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.rules.language.reading import Path, Reader, is_number

DENOMINATOR_MAX = 10**9
_RATIO = re.compile(r"\s*(\d{1,12})\s*/\s*(\d{1,12})\s*")
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d{1,9})?)\s*[%％]\s*")


def read_chance(reader: Reader, value: Any, path: Path) -> Fraction | None:
    """A chance above 0 and at most 1."""
    chance = None
    if is_number(value):
        number = reader.number(value, path)
        if number is None:
            return None
        chance = Fraction(number)
    elif isinstance(value, str):
        ratio, percent = _RATIO.fullmatch(value), _PERCENT.fullmatch(value)
        if ratio and int(ratio[2]):
            chance = Fraction(int(ratio[1]), int(ratio[2]))
        elif percent:
            chance = Fraction(Decimal(percent[1])) / 100
    if chance is None:
        reader.say(path, "must be a chance such as 1/1000, 0.1% or 0.001")
    elif not 0 < chance <= 1:
        reader.say(path, "must be above 0 and at most 1 (100%)")
    elif chance.denominator > DENOMINATOR_MAX:
        reader.say(path, "must be at least one in {most}, and no finer", most=DENOMINATOR_MAX)
    else:
        return chance
    return None


def chance_text(chance: Fraction) -> str:
    """The chance as percent where that is short and exact, else as a ratio: ``12.5%``, ``1/3``."""
    percent = chance * 100
    scaled = percent * 10**6
    if scaled.denominator == 1:
        return f"{(Decimal(scaled.numerator) / 10**6).normalize():f}%"
    return f"{chance.numerator}/{chance.denominator}"
