"""Rows of the log spread into columns, only those that somebody asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import polars as pl

from regulars.rules import events as ev
from regulars.rules.columns import EARNING, EARNING_POINTS
from regulars.science.history import EVENTS, LINES, Part, order_number

_LINE_FIELDS: dict[str, tuple[Any, Any]] = {
    "product_id": (str, ""),
    "quantity": (int, 1),
    "list_minor": (int, 0),
    "net_minor": (int, 0),
    "tax_minor": (int, 0),
    "points_minor": (int, 0),
    "price_minor": (int, 0),
    "category": (str | None, None),
    "brand": (str | None, None),
    "name": (str | None, None),
    "sku": (str | None, None),
    "variant": (str | None, None),
    "number": (int, 0),
    "extra": (msgspec.Raw, msgspec.Raw(b"")),
    "earns_minor": (int | None, None),
}
_ORDER_FIELDS: dict[str, tuple[Any, Any]] = {
    **{f"{name}_minor": (int, 0) for name in ("total", "subtotal", "discount", "shipping", "tax", "points")},
    "about": (int | None, None),
    "about_day": (int | None, None),
    "whole": (bool | None, None),
    "share_num": (int | None, None),
    "share_den": (int | None, None),
    "shipping_earns_minor": (int | None, None),
}
_LEDGER_FIELDS = {"hold": "hold", "hold_points": "points", "hold_currency": "currency", "hold_expires_us": "expires_us"}
_ALWAYS = ("seq", "member", "name", "occurred_us", "effective_us", "version")
_SUMS = ("list_minor", "net_minor", EARNING, EARNING_POINTS)
_BEHIND = {EARNING: "net_minor", EARNING_POINTS: "points_minor"}
"""Columns of lines that the log does not hold, and the field that they are where a line does not say what it earns
on."""
_SAID = "earns_minor"
_EARNING_SHIPPING = "earning_shipping_minor"


class _Ledger(msgspec.Struct):
    hold: int | None = None
    points: int | None = None
    currency: str | None = None
    expires_us: int | None = None


class _Texts(msgspec.Struct):
    channel: Any = None
    coupon: Any = None


_ledger = msgspec.json.Decoder(_Ledger).decode
_texts = msgspec.json.Decoder(_Texts).decode
_NO_LEDGER = _Ledger()


class Spread:
    """Turns rows of the log into a part of a history with the wanted columns."""

    def __init__(self, events: Collection[str], lines: Collection[str]) -> None:
        always = {*_ALWAYS, "lines_count", "about", "about_version"}
        self.events = [name for name in EVENTS if name in always or name in events]
        self.lines = [name for name in LINES if name in lines]
        # sums over lines need their columns, and a part without any line column still has its (empty) lines
        self._earning = [name for name in _BEHIND if name in lines or name in self.events]
        wanted = {*self.lines, *(name for name in _SUMS if name in self.events), *map(_BEHIND.get, self._earning)}
        self._read = [name for name in _LINE_FIELDS if name in wanted]
        fields_of_line = [*self._read, _SAID] if self._earning else self._read
        line = msgspec.defstruct("Line", [(name, *_LINE_FIELDS[name]) for name in fields_of_line])
        self._of_order = [name for name in self.events if name in _ORDER_FIELDS]
        of_order = {*self._of_order}
        if _EARNING_SHIPPING in self.events:
            of_order |= {"shipping_minor", "shipping_earns_minor"}
        fields: list[Any] = [("lines", list[line])]  # type: ignore[valid-type]
        fields += [(name, *_ORDER_FIELDS[name]) for name in sorted(of_order)]
        order = msgspec.defstruct("Order", fields)
        # made at run time, so nothing is known of it here but that it has lines
        self._order: Callable[[str], Any] = msgspec.json.Decoder(order).decode
        self._empty: Any = order([])
        self._texts = [name for name in ("channel", "coupon") if name in self.events]

    def sql(self, *, anybody: bool = False) -> str:
        """The query for the rows that ``part`` takes, of members with an account, or of anybody; more conditions may be
        added at its end."""
        whole = "properties" in self.events or self._texts
        names = ", ".join(f"'{name}'" for name in sorted(ev.LEDGER_NAMES))
        properties = "e.properties::text" if whole else f"CASE WHEN e.name IN ({names}) THEN e.properties::text END"
        context = "e.context::text" if "context" in self.events else "NULL"
        account = "" if anybody else " JOIN points_account a ON a.member_id = e.member_id"
        return (
            "SELECT e.id, e.member_id, e.name, (extract(epoch FROM e.occurred_at) * 1000000)::bigint,"
            " (extract(epoch FROM e.effective_at) * 1000000)::bigint, e.version_id, e.source, e.currency, e.order_id,"
            f" {properties}, {context}, e.amounts::text"
            f" FROM events_event e{account} WHERE NOT e.fact"
        )

    def part(self, rows: list[tuple[Any, ...]]) -> Part:
        """These rows as a part."""
        columns = list(zip(*rows, strict=True))
        orders = [self._empty if text is None else self._order(text) for text in columns[11]]
        counts = [len(order.lines) for order in orders]
        lines = [line for order in orders for line in order.lines]
        of_lines = {name: self._line_column(name, lines) for name in self._read}
        if self._earning:
            said = list(map(attrgetter(_SAID), lines))
            of_lines |= {name: _earning(name, said, of_lines[_BEHIND[name]]) for name in self._earning}
        out: dict[str, Any] = dict(zip(_ALWAYS, columns[:6], strict=True))
        out["lines_count"] = counts
        out["about_version"] = [None] * len(rows)
        for place, name in ((6, "source"), (7, "currency"), (8, "order_id"), (9, "properties"), (10, "context")):
            if name in self.events:
                out[name] = columns[place]
        if "order_ref" in self.events:
            out["order_ref"] = [None if order_id is None else order_number(order_id) for order_id in columns[8]]
        for name in self._of_order:
            out[name] = list(map(attrgetter(name), orders))
        if _EARNING_SHIPPING in self.events:
            out[_EARNING_SHIPPING] = [_earning_shipping(order) for order in orders]
        for name in _SUMS:
            if name in self.events:
                out[name] = _sums(of_lines[name], counts)
        self._add_ledger(out, columns[2], columns[9])
        if self._texts:
            texts = [_texts(text) for text in columns[9]]
            for name in self._texts:
                out[name] = [_text(getattr(one, name)) for one in texts]
        return Part(_frame(out, {name: EVENTS[name] for name in self.events}), self._lines(columns, counts, of_lines))

    def _add_ledger(self, out: dict[str, Any], names: Any, properties: Any) -> None:
        wanted = [name for name in _LEDGER_FIELDS if name in self.events]
        if wanted:
            ledger = [
                _ledger(text) if name in ev.LEDGER_NAMES else _NO_LEDGER
                for name, text in zip(names, properties, strict=True)
            ]
            for name in wanted:
                out[name] = list(map(attrgetter(_LEDGER_FIELDS[name]), ledger))

    def _line_column(self, name: str, lines: list[Any]) -> Any:
        values = map(attrgetter(name), lines)
        if name == "extra":
            return [bytes(value).decode() if value else None for value in values]
        if name.endswith("_minor"):
            return np.fromiter(values, np.int64, len(lines))
        return list(values)

    def _lines(self, columns: list[Any], counts: list[int], of_lines: dict[str, Any]) -> pl.DataFrame:
        out = {name: values for name, values in of_lines.items() if name in self.lines}
        for name, place in (("seq", 0), ("member", 1)):
            if name in self.lines:
                out[name] = np.repeat(np.array(columns[place], np.int64), counts)
        return _frame(out, {name: LINES[name] for name in self.lines})


def _earning(name: str, said: list[int | None], plain: np.ndarray) -> np.ndarray:
    """The column ``name``: what the lines say that they earn on, ``plain`` where they say nothing."""
    if said.count(None) == len(said):
        return plain
    given = np.array([one is not None for one in said])
    of_said = np.array([one or 0 for one in said], np.int64) if name == EARNING else np.int64(0)
    result: np.ndarray = np.where(given, of_said, plain)
    return result


def _sums(values: np.ndarray, counts: list[int]) -> np.ndarray:
    """The sum of each event's lines."""
    ends = np.cumsum(counts, dtype=np.int64)
    running = np.concatenate((np.zeros(1, np.int64), np.cumsum(values)))
    result: np.ndarray = running[ends] - running[ends - np.array(counts, np.int64)]
    return result


def _text(value: Any) -> str | None:
    """A text as it is, a number as its text, anything else as missing: what conditions on such columns compare."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _frame(columns: dict[str, Any], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, columns[name], dtype=kind) for name, kind in schema.items()})


def _earning_shipping(order: Any) -> int:
    """As ``rules.events.Order.earning_shipping_minor``, of an order that was read for its columns."""
    said: int | None = order.shipping_earns_minor
    shipping: int = order.shipping_minor
    return shipping if said is None else said
