"""A shop's past as columns: what the lake holds and a replay reads.

Two tables, in parts (a part is a month), each sorted by member and, within a member, in the order events were decided.
``lines`` follow their events: event ``i`` of a part owns the next ``lines_count`` rows. A replay takes them range of
members after range of members, so that years of millions stream through little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import polars as pl

from regulars.rules.layout import NEVER

EVENTS = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "name": pl.Categorical,
    "source": pl.String,
    "occurred_us": pl.Int64,
    "effective_us": pl.Int64,
    "version": pl.Int64,
    "currency": pl.String,
    "order_id": pl.String,
    "order_ref": pl.Int64,
    "total_minor": pl.Int64,
    "subtotal_minor": pl.Int64,
    "discount_minor": pl.Int64,
    "shipping_minor": pl.Int64,
    "tax_minor": pl.Int64,
    "points_minor": pl.Int64,
    "list_minor": pl.Int64,
    "net_minor": pl.Int64,
    "earning_minor": pl.Int64,
    "earning_points_minor": pl.Int64,
    "earning_shipping_minor": pl.Int64,
    "lines_count": pl.Int32,
    "about": pl.Int64,
    "about_day": pl.Int32,
    "about_version": pl.Int64,
    "whole": pl.Boolean,
    "share_num": pl.Int64,
    "share_den": pl.Int64,
    "hold": pl.Int64,
    "hold_points": pl.Int64,
    "hold_currency": pl.String,
    "hold_expires_us": pl.Int64,
    "channel": pl.String,
    "coupon": pl.String,
    "properties": pl.String,
    "context": pl.String,
}
"""Columns of events. ``net_minor``, ``list_minor``, ``earning_minor`` and ``earning_points_minor`` are sums over the
event's lines; ``earning*`` is what points are earned on (``rules.columns``); times are microseconds UTC;
``order_ref`` is ``order_number(order_id)``; ``about*``, ``whole`` and ``share*`` are a refund's, ``hold*`` a ledger
event's."""

LINES = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "number": pl.Int32,
    "product_id": pl.String,
    "category": pl.Categorical,
    "brand": pl.String,
    "name": pl.String,
    "sku": pl.String,
    "variant": pl.String,
    "quantity": pl.Int32,
    "price_minor": pl.Int64,
    "list_minor": pl.Int64,
    "net_minor": pl.Int64,
    "tax_minor": pl.Int64,
    "points_minor": pl.Int64,
    "earning_minor": pl.Int64,
    "earning_points_minor": pl.Int64,
    "extra": pl.String,
}
"""Columns of order lines (and of refunds' lines)."""


RARE = ("about", "about_day", "about_version", "whole", "share_num", "share_den",
        "hold", "hold_points", "hold_currency", "hold_expires_us")  # fmt: skip
"""Columns that only refunds and ledger events fill: null everywhere else."""

_ABSENT = {"order_ref": -1, "hold": -1, "hold_points": -1, "hold_expires_us": NEVER, "whole": False}


def plain(column: str, kind: pl.DataType) -> pl.Expr:
    """The column without nulls where it holds numbers: what is absent counts as nothing."""
    if column in _ABSENT:
        return pl.col(column).fill_null(_ABSENT[column])
    return pl.col(column).fill_null(0) if kind.is_numeric() else pl.col(column)


def order_number(order_id: str | None) -> int:
    """A number that stands for an order id: 63 bits of its BLAKE2b digest; -1 for none. Two orders of one member
    would have to collide to matter."""
    if order_id is None:
        return -1
    return int.from_bytes(blake2b(order_id.encode(), digest_size=8).digest(), "big") >> 1


@dataclass(slots=True)
class Part:
    """One part with the columns that were asked for."""

    events: pl.DataFrame
    lines: pl.DataFrame | None


class History(Protocol):
    """Anything a replay can read. Numbers are never null, but for those of ``RARE`` columns."""

    def ranges(self, event_columns: Iterable[str], line_columns: Iterable[str]) -> Iterator[list[Part]]:
        """Range of members after range of members, none twice: each range's parts in the order of time, with those
        columns (``member`` among them); no lines when no line column is asked for."""
        ...

    def event_columns(self) -> set[str]:
        """The event columns that exist."""
        ...


@dataclass(slots=True)
class Frames:
    """A history that is in memory already, one range of members."""

    held: list[Part]

    def event_columns(self) -> set[str]:
        """The event columns of the first part."""
        return set(self.held[0].events.columns) if self.held else set(EVENTS)

    def ranges(self, event_columns: Iterable[str], line_columns: Iterable[str]) -> Iterator[list[Part]]:
        """All parts at once, with the columns asked for."""
        event_columns, line_columns = list(event_columns), list(line_columns)
        parts = []
        for part in self.held:
            lines = without_nulls(part.lines.select(line_columns)) if line_columns and part.lines is not None else None
            parts.append(Part(without_nulls(part.events.select(event_columns)), lines))
        yield parts


def without_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with no nulls where it holds numbers, ``RARE`` columns apart; columns that have none stay as they
    are."""
    some = [column for column in frame.get_columns() if column.name not in RARE and column.null_count()]
    return frame.with_columns(plain(column.name, column.dtype) for column in some) if some else frame
