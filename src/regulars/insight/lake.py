"""The lake: the log as columns, in memory for a replay or as Parquet for everyone else.

``regulars lake sync`` writes ``events/2026-11.parquet`` and ``lines/2026-11.parquet``, a pair for each month (UTC, by
the moment events were decided at), as ``science.history`` describes. Personal data is not in the log, so none is here.
Only events of members with an account are taken: nothing is ever decided for a visitor who has not signed in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import psycopg
from django.db import connection, transaction

from regulars.rules import events as ev
from regulars.science.history import EVENTS, LINES, Frames, Part, order_number

_BATCH = 20_000


class _Line(msgspec.Struct):
    product_id: str = ""
    quantity: int = 1
    list_minor: int = 0
    net_minor: int = 0
    tax_minor: int = 0
    points_minor: int = 0
    price_minor: int = 0
    category: str | None = None
    brand: str | None = None
    name: str | None = None
    sku: str | None = None
    variant: str | None = None
    number: int = 0
    extra: msgspec.Raw = msgspec.Raw(b"")


class _Order(msgspec.Struct):
    lines: list[_Line]
    total_minor: int = 0
    subtotal_minor: int = 0
    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    points_minor: int = 0
    about: int | None = None
    about_day: int | None = None
    whole: bool | None = None
    share_num: int | None = None
    share_den: int | None = None


class _Ledger(msgspec.Struct):
    hold: int | None = None
    points: int | None = None
    currency: str | None = None
    expires_us: int | None = None


class _Texts(msgspec.Struct):
    channel: Any = None
    coupon: Any = None


_order = msgspec.json.Decoder(_Order).decode
_ledger = msgspec.json.Decoder(_Ledger).decode
_texts = msgspec.json.Decoder(_Texts).decode
_EMPTY = _Order([])
_NO_LEDGER = _Ledger()

_SQL = """
    SELECT e.id, e.member_id, e.name, e.source,
        (extract(epoch FROM e.occurred_at) * 1000000)::bigint, (extract(epoch FROM e.effective_at) * 1000000)::bigint,
        e.version_id, e.currency, e.order_id, e.properties::text, e.context::text, e.amounts::text
    FROM events_event e JOIN points_account a ON a.member_id = e.member_id
    WHERE NOT e.fact
"""


@dataclass(slots=True)
class _Columns:
    """Rows of the log on their way to columns."""

    events: dict[str, list[Any]]
    lines: dict[str, list[Any]]

    @classmethod
    def empty(cls) -> _Columns:
        return cls({name: [] for name in EVENTS}, {name: [] for name in LINES})


def read(members: Sequence[int] | None = None, progress: Callable[[int], None] | None = None) -> Frames:
    """The whole log (or that of some members) as one part in memory, from one consistent snapshot.

    progress: called with how many events each step read.
    """
    parts = []
    for columns in _read(members, progress):
        parts.append((_frame(columns.events, EVENTS), _frame(columns.lines, LINES)))
    if not parts:
        return Frames([])
    events = pl.concat([part[0] for part in parts])
    lines = pl.concat([part[1] for part in parts])
    return Frames([sort(Part(_with_about_versions(events), lines))])


def _with_about_versions(events: pl.DataFrame) -> pl.DataFrame:
    """For each refund the version that decided its order."""
    versions = events.select(pl.col("seq").alias("about"), pl.col("version").alias("about_version"))
    refunds = events.filter(pl.col("about").is_not_null())
    if not refunds.height:
        return events
    found = refunds.select("seq", "about").join(versions, on="about", how="left").select("seq", "about_version")
    return events.drop("about_version").join(found, on="seq", how="left", maintain_order="left").select(list(EVENTS))


def sort(part: Part) -> Part:
    """A part in the order of a history: by member, then as decided, lines after their events."""
    events = part.events
    order = np.lexsort((events["seq"].to_numpy(), events["member"].to_numpy()))
    lines = part.lines
    if lines is not None and lines.height:
        counts = events["lines_count"].to_numpy().astype(np.int64)
        starts = np.cumsum(counts) - counts
        moved = counts[order]
        ends = np.cumsum(moved)
        within = np.arange(ends[-1]) - np.repeat(ends - moved, moved)
        lines = lines[np.repeat(starts[order], moved) + within]
    return Part(events[order], lines)


def _read(members: Sequence[int] | None, progress: Callable[[int], None] | None) -> Iterator[_Columns]:
    sql, parameters = _SQL, ()
    if members is not None:
        sql, parameters = sql + " AND e.member_id = ANY(%s)", (list(members),)  # type: ignore[assignment]
    with transaction.atomic():
        connection.ensure_connection()
        with psycopg.ServerCursor(connection.connection, "lake") as cursor:
            cursor.itersize = _BATCH
            cursor.execute(sql + " ORDER BY e.id", parameters, binary=True)
            while rows := cursor.fetchmany(_BATCH):
                columns = _Columns.empty()
                _add(columns, rows)
                if progress:
                    progress(len(rows))
                yield columns


def _add(columns: _Columns, rows: list[tuple[Any, ...]]) -> None:
    """Spread rows of the log into columns."""
    out = columns.events
    orders = [_EMPTY if row[11] is None else _order(row[11]) for row in rows]
    ledger = [_ledger(row[9]) if row[2] in ev.LEDGER_NAMES else _NO_LEDGER for row in rows]
    texts = [_texts(row[9]) for row in rows]
    for place, name in enumerate(("seq", "member", "name", "source", "occurred_us", "effective_us", "version")):
        out[name] = [row[place] for row in rows]
    out["currency"] = [row[7] for row in rows]
    out["order_id"] = [row[8] for row in rows]
    out["order_ref"] = [None if row[8] is None else order_number(row[8]) for row in rows]
    for name in ("total", "subtotal", "discount", "shipping", "tax", "points"):
        attribute = f"{name}_minor"
        out[attribute] = [getattr(order, attribute) for order in orders]
    out["list_minor"] = [sum([line.list_minor for line in order.lines]) for order in orders]
    out["net_minor"] = [sum([line.net_minor for line in order.lines]) for order in orders]
    out["lines_count"] = [len(order.lines) for order in orders]
    for name in ("about", "about_day", "whole", "share_num", "share_den"):
        out[name] = [getattr(order, name) for order in orders]
    out["about_version"] = [None] * len(rows)
    out["hold"] = [one.hold for one in ledger]
    out["hold_points"] = [one.points for one in ledger]
    out["hold_currency"] = [one.currency for one in ledger]
    out["hold_expires_us"] = [one.expires_us for one in ledger]
    out["channel"] = [_text(one.channel) for one in texts]
    out["coupon"] = [_text(one.coupon) for one in texts]
    out["properties"] = [row[9] for row in rows]
    out["context"] = [row[10] for row in rows]
    _add_lines(columns.lines, rows, orders)


def _add_lines(out: dict[str, list[Any]], rows: list[tuple[Any, ...]], orders: list[_Order]) -> None:
    out["seq"] = [row[0] for row, order in zip(rows, orders, strict=True) for _ in order.lines]
    out["member"] = [row[1] for row, order in zip(rows, orders, strict=True) for _ in order.lines]
    lines = [line for order in orders for line in order.lines]
    for name in LINES:
        if name == "extra":
            out[name] = [bytes(line.extra).decode() if line.extra else None for line in lines]
        elif name not in ("seq", "member"):
            out[name] = [getattr(line, name) for line in lines]


def _text(value: Any) -> str | None:
    """A text as it is, a number as its text, anything else as missing: what conditions on such columns compare."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _frame(columns: dict[str, list[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, columns[name], dtype=kind) for name, kind in schema.items()})


def sync(path: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the whole log as Parquet under ``path``; returns the number of events.

    Files are written beside their final place and moved there whole, so a reader never sees half of one.
    """
    frames = read(progress=progress)
    for folder in ("events", "lines"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    count = 0
    kept: set[str] = set()
    for part in frames.held:
        month = pl.from_epoch(pl.col("effective_us"), time_unit="us").dt.strftime("%Y-%m")
        months = part.events.select(month.alias("month"))["month"]
        assert part.lines is not None
        of_lines = pl.Series(np.repeat(months.to_numpy(), part.events["lines_count"].to_numpy()))
        for name in sorted(months.unique()):
            events = part.events.filter(months == name)
            _write(part.lines.filter(of_lines == name), path / "lines" / f"{name}.parquet")
            _write(events, path / "events" / f"{name}.parquet")
            kept.add(f"{name}.parquet")
            count += events.height
    for folder in ("events", "lines"):
        for file in (path / folder).glob("*.parquet"):
            if file.name not in kept:
                file.unlink()
    return count


def _write(frame: pl.DataFrame, file: Path) -> None:
    draft = file.with_suffix(".draft")
    frame.write_parquet(draft, compression="zstd", row_group_size=1 << 18, statistics=True)
    os.replace(draft, file)
