"""Which goods, whose and when: ``goods``, ``where`` and ``for`` of an offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from regulars.rules.language.reading import Path, Reader, is_list, is_number, listed
from regulars.rules.language.where import VALUES_MAX, Names, read_condition
from regulars.rules.programme import Condition, Test

FIELDS = ("product_id", "category", "brand", "name", "sku", "variant")
"""What goods are picked by."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AT = ("at.weekday", "at.day", "at.month", "at.hour", "at.date")
AMOUNTS = ("net", "list", "gross", "goods.net", "goods.list", "goods.gross", "line.price", "line.list")
COUNTS = ("quantity", "goods.quantity")
MEMBER = ("member.tier", "member.segment", "member.joined_days")
LINE = (*(f"line.{field}" for field in FIELDS), "line.price", "line.list", "line.quantity")
OF_ORDERS = ("line.net", "line.gross", "line.tax")
"""What only the lines of an order have: in a cart it depends on the very offers that would ask."""
MOVING = frozenset(("net", "gross", "goods.net", "goods.gross"))
"""The names whose value depends on the offers before."""


def _names(tiers: Collection[str] | None, closed: Mapping[str, Sequence[str]]) -> Names:
    return Names(
        money=frozenset(AMOUNTS) | frozenset(COUNTS),
        prefixes={"line": "line.category", "member": "member.tier", "at": "at.weekday", "goods": "goods.net"},
        closed=closed,
        tiers=tiers,
        words={"at.weekday": WEEKDAYS},
        missing=_missing,
    )


def _missing(reader: Reader, path: Path, known: Sequence[str]) -> None:
    if known:
        reader.say(path, "is no value that a cart has; there are {known}", known=listed(known))
    else:  # only ``member`` has none, in ``where``
        reader.say(path, "belongs in `for`, which says who gets the offer")


def read_where(reader: Reader, value: Any, path: Path) -> Condition:
    """Tests on the cart: its sums, the moment, the channel, its own properties; ``line.*`` picks goods."""
    goods = tuple(name for name in (*AMOUNTS, *COUNTS) if name.startswith("goods."))
    tests = read_condition(reader, value, path, _names((), {"at": AT, "goods": goods, "member": ()}))
    for test in tests:
        if test.name in OF_ORDERS:
            _missing(reader, (*path, test.name), LINE)
    return Condition(tests)


def read_for(reader: Reader, value: Any, path: Path, tiers: Collection[str] | None) -> Condition:
    """Tests on the member: tier, segment, days since joining."""
    tests = read_condition(reader, value, path, _names(tiers, {"member": MEMBER}))
    for test in tests:
        if not test.name.startswith("member."):
            reader.say((*path, test.name), "belongs in `where`; `for` asks for member.tier, member.segment or the like")
    return Condition(tests)


def read_goods(reader: Reader, value: Any, path: Path, more: Sequence[str] = ()) -> Condition:
    """Goods by product, category, brand…, all of which must fit, and ``none_of`` what does not belong.

    more: settings that stand beside them (a bundle's ``quantity``) and are read elsewhere.
    """
    goods = reader.section(value, path, (*FIELDS, "none_of", *more))
    if goods is None:
        return Condition()
    tests = [_one_of(reader, goods[field], (*path, field), field, "any_of") for field in FIELDS if field in goods]
    if "none_of" in goods:
        at = (*path, "none_of")
        but = reader.section(goods["none_of"], at, FIELDS) or {}
        if isinstance(goods["none_of"], Mapping) and not but:
            reader.say(at, "must not be empty")
        tests += [_one_of(reader, but[field], (*at, field), field, "none_of") for field in FIELDS if field in but]
    if not tests and not any(key not in more for key in goods):
        reader.say(path, "must say which goods, such as {{category: [tea]}}")
    return Condition(tuple(tests))


def _one_of(reader: Reader, value: Any, path: Path, field: str, op: Any) -> Test:
    """One of several texts; a bare one is a list of one, a bare number the text that reads the same."""
    items = reader.items(value, path, most=VALUES_MAX) if is_list(value) else [value]
    texts = []
    for place, item in enumerate(items):
        at = (*path, place) if is_list(value) else path
        text = str(item) if is_number(item) and reader.number(item, at) is not None else reader.text(item, at)
        if text:
            texts.append(text)
    return Test(f"line.{field}", op, tuple(texts))
