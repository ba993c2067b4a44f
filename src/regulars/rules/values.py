"""What one test of a condition means for one value. Said here and only here; ``conditions`` asks it of live events and
lines, ``science.conditions`` of columns.

* A value that is missing (absent, JSON null, an empty text in a column of texts) fails every test but
  ``none_of`` and ``exists: false``.
* Numbers compare as numbers, texts only equal texts, booleans only booleans. A bare number in a programme
  also equals a text that reads the same, because ids and categories are often written without quotes.
* ``at_least``, ``at_most``, ``above``, ``below`` fail for anything that is not a number. ``contains`` looks
  for a part of a text or a member of a list.
* Amounts of an order or line are integer minor units and are compared as such; a bound between two minor
  units is rounded to the side that keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

from regulars.rules.programme import Test

Predicate = Callable[[Any], bool]

MINOR_MAX = 2**62
"""Amounts are smaller than this, so bounds beyond it can be cut to it."""
NUMBERS = frozenset((int, Decimal))
"""The types that are numbers; a bool is none."""


def missing_answer(test: Test) -> bool:
    """What ``test`` says of a value that is not there."""
    return test.op == "none_of" or (test.op == "exists" and test.value is False)


@dataclass(frozen=True, slots=True)
class WholeTest:
    """A test on an integer: ``op`` with a bound, or with a set of integers that match."""

    op: Literal["at_least", "at_most", "is", "is_not"]
    bound: int = 0
    members: frozenset[int] = frozenset()


def whole_test(test: Test, digits: int) -> WholeTest:
    """``test`` on integers that count 10**-digits of its unit: 19.99 with 2 digits is tested as 1999."""
    if test.op == "exists":
        return WholeTest("is_not" if test.value else "is")
    if test.op in ("equal", "any_of", "none_of"):
        scaled = [Fraction(value) * 10**digits for value in _values(test) if _is_number(value)]
        members = frozenset(int(value) for value in scaled if value.denominator == 1 and abs(value) < MINOR_MAX)
        return WholeTest("is_not" if test.op == "none_of" else "is", members=members)
    if test.op == "contains" or not _is_number(test.value):
        return WholeTest("is")
    bound = Fraction(test.value) * 10**digits  # type: ignore[arg-type]
    if test.op == "at_least":
        return WholeTest("at_least", _cut(ceil(bound)))
    if test.op == "above":
        return WholeTest("at_least", _cut(floor(bound) + 1))
    if test.op == "at_most":
        return WholeTest("at_most", _cut(floor(bound)))
    return WholeTest("at_most", _cut(ceil(bound) - 1))


def text_test(test: Test) -> Callable[[str | None], bool]:
    """``test`` on a text that may be None or empty, both of which are missing."""
    if test.op in ("equal", "any_of"):
        return text_members(test).__contains__
    if test.op == "none_of":
        members = text_members(test)
        return lambda text: text not in members
    if test.op == "exists":
        return bool if test.value else (lambda text: not text)
    if test.op == "contains" and not isinstance(test.value, bool):
        part = str(test.value)
        return lambda text: bool(text) and part in text  # type: ignore[operator]
    return _never


def text_members(test: Test) -> frozenset[str]:
    """The texts that equal a value of ``test``; a number equals the text that reads the same."""
    return frozenset(str(value) for value in _values(test) if not isinstance(value, bool)) - {""}


def value_test(test: Test) -> Predicate:
    """``test`` on any JSON value (None, str, int, Decimal, bool, list, dict)."""
    if test.op == "exists":
        return _is_there if test.value else _is_missing
    if test.op in ("equal", "any_of"):
        return _equals(_values(test))
    if test.op == "none_of":
        equals = _equals(_values(test))
        return lambda value: not equals(value)
    if test.op == "contains":
        return _contains(test)
    bound = test.value
    if not _is_number(bound):
        return _never
    if test.op == "at_least":
        return lambda value: type(value) in NUMBERS and value >= bound
    if test.op == "at_most":
        return lambda value: type(value) in NUMBERS and value <= bound
    if test.op == "above":
        return lambda value: type(value) in NUMBERS and value > bound
    return lambda value: type(value) in NUMBERS and value < bound


def value_at(parts: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    """A function that follows the names ``parts`` into nested mappings; None where one of them is missing."""
    first, *rest = parts
    if not rest:
        return lambda mapping: mapping.get(first)

    def follow(mapping: Mapping[str, Any]) -> Any:
        value = mapping.get(first)
        for part in rest:
            if not isinstance(value, dict):
                return None
            value = value.get(part)
        return value

    return follow


def _equals(values: Sequence[Any]) -> Predicate:
    numbers = frozenset(value for value in values if _is_number(value))
    texts = frozenset(value for value in values if isinstance(value, str)) | {str(number) for number in numbers}
    booleans = frozenset(value for value in values if isinstance(value, bool))

    def test(value: Any) -> bool:
        kind = type(value)
        if kind is str:
            return value in texts
        if kind in NUMBERS:
            return value in numbers
        return kind is bool and value in booleans

    return test


def _contains(test: Test) -> Predicate:
    equals = _equals((test.value,))
    part = None if isinstance(test.value, bool) else str(test.value)

    def contains(value: Any) -> bool:
        if type(value) is str:
            return part is not None and part in value
        return type(value) is list and any(equals(item) for item in value)

    return contains


def _values(test: Test) -> tuple[Any, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _is_number(value: Any) -> bool:
    return type(value) in NUMBERS


def _cut(bound: int) -> int:
    return max(-MINOR_MAX, min(MINOR_MAX, bound))


def _never(_: Any) -> bool:
    return False


def _is_there(value: Any) -> bool:
    return value is not None


def _is_missing(value: Any) -> bool:
    return value is None
