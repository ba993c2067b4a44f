"""Conditions for one live event: tests compiled once into closures, then asked for every event and line.

What a test means for a value is in ``values``; ``science.conditions`` runs the same meaning over columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

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

LineFilter = Callable[[Sequence[Any]], list[Any]]

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


def line_predicate(tests: Sequence[Test], minor_digits: int) -> Predicate:
    """A function of a ``rules.events.Line``: whether all ``tests`` (of line.*) hold."""
    return _all([_line_test(test, minor_digits) for test in tests])


def line_filter(tests: Sequence[Test], minor_digits: int) -> LineFilter:
    """A function that picks, of an order's lines, those that ``tests`` (of line.*) hold for.

    The usual single test on one of a line's texts reads the attribute in the loop itself: a call a line less.
    """
    field = tests[0].name.removeprefix("line.")
    if len(tests) == 1 and tests[0].op in ("equal", "any_of") and field in LINE_TEXT:
        holds = text_test(tests[0])
        get = attrgetter(field)
        return lambda lines: [line for line in lines if holds(get(line))]
    test = line_predicate(tests, minor_digits)
    return lambda lines: [line for line in lines if test(line)]


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


def _line_test(test: Test, digits: int) -> Predicate:
    name = test.name.removeprefix("line.")
    if name in LINE_MONEY:
        return _of(attrgetter(LINE_MONEY[name]), _whole(whole_test(test, digits)))
    if name == LINE_GROSS:
        holds = _whole(whole_test(test, digits))
        return lambda line: holds(line.net_minor + line.tax_minor)
    if name == LINE_WHOLE:
        return _of(attrgetter(LINE_WHOLE), _whole(whole_test(test, 0)))
    if name in LINE_TEXT:
        return _of(attrgetter(name), text_test(test))
    return _of_mapping(attrgetter("extra"), name.split("."), value_test(test))


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
