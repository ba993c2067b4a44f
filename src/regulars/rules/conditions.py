"""Conditions for one live event: tests compiled once into closures, then asked for every event and line.

What a test means for a value is in ``values``; ``science.conditions`` runs the same meaning over columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from operator import and_, attrgetter
from typing import Any

from regulars.rules.columns import Columns
from regulars.rules.programme import Test
from regulars.rules.values import (
    NUMBERS,
    Predicate,
    WholeTest,
    missing_answer,
    text_test,
    value_at,
    value_test,
    whole_test,
)

LinePick = Callable[[Columns, str], list[Any]]

EVENT_MONEY = {
    "total": "total_minor",
    "subtotal": "subtotal_minor",
    "revenue": "subtotal_minor",
    "discount": "discount_minor",
    "shipping": "shipping_minor",
    "tax": "tax_minor",
}
"""Amounts of an order, by the name conditions use. ``revenue`` is the goods after discounts, as
``subtotal``."""
EVENT_TEXT = ("source", "currency", "channel", "coupon")
LINE_MONEY = {"price": "price_minor", "list": "list_minor", "net": "net_minor", "tax": "tax_minor"}
LINE_GROSS = "gross"
LINE_TEXT = ("product_id", "category", "brand", "name", "sku", "variant")
LINE_WHOLE = "quantity"


def event_predicate(tests: Sequence[Test], minor_digits: int) -> Predicate:
    """A function of a ``rules.events.Event``: whether all ``tests`` hold. Pass no line.* and no member.*
    tests."""
    return _all([_event_test(test, minor_digits) for test in tests])


def line_fields(tests: Sequence[Test]) -> set[str]:
    """The fields of lines, as ``rules.columns`` names them, that ``tests`` (of line.*) are about."""
    return {_line_test(test, 0)[0] for test in tests}


def line_pick(tests: Sequence[Test], minor_digits: int) -> LinePick:
    """A function that picks values of lines: given an order's lines and a field, that field's values of those lines
    for which all ``tests`` (of line.*, at least one) hold."""
    (field, holds), *more = [_line_test(test, minor_digits) for test in tests]
    if not more:
        return lambda columns, wanted: list(compress(columns[wanted], map(holds, columns[field])))

    def pick(columns: Columns, wanted: str) -> list[Any]:
        answers: Iterable[bool] = map(holds, columns[field])
        for another, holds_too in more:
            answers = map(and_, answers, map(holds_too, columns[another]))
        return list(compress(columns[wanted], answers))

    return pick


def line_predicate(tests: Sequence[Test], minor_digits: int) -> Predicate:
    """A function of one line, of an order or a cart, which has the fields of ``line_fields(tests)``: whether all
    ``tests`` (of line.*) hold."""
    return _all([_of(_field(field), holds) for field, holds in (_line_test(test, minor_digits) for test in tests)])


def _event_test(test: Test, digits: int) -> Predicate:
    if test.name in EVENT_MONEY:
        return _of_order(attrgetter(EVENT_MONEY[test.name]), _whole(whole_test(test, digits)), missing_answer(test))
    if test.name in ("source", "currency"):
        return _of(attrgetter(test.name), text_test(test))
    if test.name in EVENT_TEXT:
        return _of_property_text(test.name, text_test(test))
    parts = test.name.split(".")
    if parts[0] == "context":
        return _of_mapping(attrgetter("context"), parts[1:], value_test(test))
    return _of_mapping(attrgetter("properties"), parts, value_test(test))


def _line_test(test: Test, digits: int) -> tuple[str, Predicate]:
    """The field of lines that ``test`` is about, and what it says of the field's value."""
    name = test.name.removeprefix("line.")
    if name in LINE_MONEY:
        return LINE_MONEY[name], _whole(whole_test(test, digits))
    if name == LINE_GROSS:
        return "net_minor + tax_minor", _whole(whole_test(test, digits))
    if name == LINE_WHOLE:
        return LINE_WHOLE, _whole(whole_test(test, 0))
    if name in LINE_TEXT:
        return name, text_test(test)
    follow, holds = value_at(name.split(".")), value_test(test)
    return "extra", lambda extra: holds(follow(extra))


def _field(name: str) -> Callable[[Any], Any]:
    """Reads a field of lines as ``rules.columns`` names it."""
    if " + " not in name:
        return attrgetter(name)
    get = attrgetter(*name.split(" + "))
    return lambda line: sum(get(line))


def _of(get: Callable[[Any], Any], holds: Predicate) -> Predicate:
    return lambda thing: holds(get(thing))


def _of_order(get: Callable[[Any], int], holds: Predicate, missing: bool) -> Predicate:
    def test(event: Any) -> bool:
        order = event.order
        return missing if order is None else holds(get(order))

    return test


def _of_property_text(name: str, holds: Predicate) -> Predicate:
    """A property that the lake keeps as a column of texts: a number counts as its text, other kinds as
    missing."""

    def test(event: Any) -> bool:
        value = event.properties.get(name)
        if type(value) is str:
            return holds(value)
        return holds(str(value) if type(value) in NUMBERS else None)

    return test


def _of_mapping(get: Callable[[Any], Mapping[str, Any]], parts: Sequence[str], holds: Predicate) -> Predicate:
    if len(parts) == 1:
        name = parts[0]
        return lambda thing: holds(get(thing).get(name))
    follow = value_at(parts)
    return lambda thing: holds(follow(get(thing)))


def _whole(test: WholeTest) -> Predicate:
    """Bound methods of int and frozenset: the fastest comparison Python has."""
    if test.op == "at_least":
        return test.bound.__le__
    if test.op == "at_most":
        return test.bound.__ge__
    if test.op == "is":
        return test.members.__contains__
    members = test.members
    return lambda value: value not in members


def _all(tests: list[Predicate]) -> Predicate:
    if not tests:
        return _always
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda thing: first(thing) and second(thing)
    several = tuple(tests)

    def test(thing: Any) -> bool:
        for holds in several:  # noqa: SIM110 (all() of a generator takes twice as long)
            if not holds(thing):
                return False
        return True

    return test


def _always(_: Any) -> bool:
    return True
