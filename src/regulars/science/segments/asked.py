"""One test of a condition as an Ibis expression: the meaning of ``rules.values`` over columns. Never null."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.rules.condition import Test
from regulars.rules.values import missing_answer, text_members, whole_test

NUMBER = "decimal(38, 10)"
_NUMBER_MAX = Decimal(10) ** 27
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


def every(parts: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether all hold; of none, true."""
    whole = list(parts)
    return reduce(operator.and_, whole[1:], whole[0]) if whole else ibis.literal(True)


def some(parts: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether any holds; of none, false."""
    return reduce(operator.or_, parts[1:], parts[0]) if parts else ibis.literal(False)


def whole(test: Test, value: ir.IntegerValue, digits: int) -> ir.BooleanValue:
    """A test of an integer that counts 10**-digits of the test's unit."""
    asked = whole_test(test, digits)
    if asked.op == "at_least":
        holds = value >= asked.bound
    elif asked.op == "at_most":
        holds = value <= asked.bound
    else:
        within = value.isin(sorted(asked.members)) if asked.members else value.isnull() & False
        holds = within if asked.op == "is" else ~within
    return holds.fill_null(missing_answer(test))


def text(test: Test, value: ir.StringValue) -> ir.BooleanValue:
    """A test of a text, of which an empty one is missing."""
    there = (value != "").fill_null(False)
    if test.op == "exists":
        return there if test.value else ~there
    if test.op in ("equal", "any_of", "none_of"):
        members = sorted(text_members(test))
        within = value.isin(members).fill_null(False) if members else there & False
        return ~within if test.op == "none_of" else within
    if test.op == "contains" and not isinstance(test.value, bool):
        return there & value.contains(str(test.value)).fill_null(False)
    return there & False


def json(test: Test, column: ir.StringValue, names: Sequence[str]) -> ir.BooleanValue:
    """A test of the value that ``names`` lead to in a column of JSON as text."""
    value = column.cast("json")
    for name in names:
        value = value[name]
    there = (value.cast("string") != "null").fill_null(False)
    if test.op == "exists":
        return there if test.value else ~there
    if test.op in ("equal", "any_of", "none_of"):
        within = _equals(value, test.value if isinstance(test.value, tuple) else (test.value,))
        return ~within if test.op == "none_of" else within
    if test.op == "contains":
        listed = value.array.map(lambda item: _equals(item, (test.value,))).anys().fill_null(False)
        if isinstance(test.value, bool):
            return listed
        return listed | value.str.contains(str(test.value)).fill_null(False)
    if not _is_number(test.value):
        return there & False
    return compared(test.op, number(value.cast("string")), test.value)  # type: ignore[arg-type]


def number(value: ir.StringValue) -> ir.DecimalValue:
    """A number written as text; null for whatever is none."""
    return value.try_cast(NUMBER)


def compared(op: str, value: ir.NumericValue, bound: int | Decimal) -> ir.BooleanValue:
    """``value`` against an exact number; false where there is no value."""
    return COMPARE[op](value, _literal(bound)).fill_null(False)


def _equals(value: Any, wanted: Sequence[Any]) -> ir.BooleanValue:
    """Whether a JSON value equals one of these: numbers as numbers, texts as texts or as a number's text."""
    numbers = [one for one in wanted if _is_number(one)]
    texts = [one for one in wanted if isinstance(one, str)] + [str(one) for one in numbers]
    parts = []
    if texts:
        parts.append(value.str.isin(texts).fill_null(False))
    if numbers:
        parts.append(number(value.cast("string")).isin([_literal(one) for one in numbers]).fill_null(False))
    for one in wanted:
        if isinstance(one, bool):
            parts.append((value.cast("string") == ("true" if one else "false")).fill_null(False))
    return some(parts)


def _literal(bound: int | Decimal) -> Any:
    held = max(-_NUMBER_MAX, min(_NUMBER_MAX, Decimal(bound)))
    return ibis.literal(held, type=NUMBER)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
