"""What is not in the events: transfers, where members stand, and changes of tier (facts of the log)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import psycopg
from django.db import connection

from regulars.insight.lake.derive import day, shaped
from regulars.rules import layout as y
from regulars.science.lake.tables import LEDGER, STANDING, TIER_CHANGES

_BATCH = 200_000
KINDS = {
    y.EARN: "earned",
    y.MATURE: "matured",
    y.EXPIRE: "expired",
    y.HOLD: "held",
    y.CAPTURE: "spent",
    y.RELEASE: "released",
    y.LAPSE: "lapsed",
    y.CLAW_BACK: "taken_back",
    y.GIVE_BACK: "given_back",
    y.REPAY: "repaid",
    y.ADJUST: "adjusted",
}
ACCOUNTS = {
    y.ISSUED: "issued",
    y.ACC_PENDING: "pending",
    y.ACC_AVAILABLE: "available",
    y.ACC_HELD: "held",
    y.ACC_DEBT: "debt",
    y.REDEEMED: "redeemed",
    y.EXPIRED: "expired",
    y.DONATED: "donated",
}


def transfers(low: int, high: int, floor: int, zone: str) -> Iterator[pl.DataFrame]:
    """The transfers that transactions from ``low`` on and below ``high`` wrote, by their numbers. Those from before
    transfers kept a transaction's number came before any that is open."""
    sql = (
        "SELECT id, member_id, (extract(epoch FROM effective_at) * 1000000)::bigint, currency, kind, amount, rule,"
        " debit, credit, event_id FROM points_transfer WHERE id > %s AND xid < %s::xid8 AND xid >= %s::xid8"
    )
    if low == 0:
        sql = sql.replace("xid < %s::xid8 AND xid >= %s::xid8", "(xid IS NULL OR (xid < %s::xid8 AND xid >= %s::xid8))")
    raw = ["transfer", "member", "us", "currency", "kind", "points", "rule", "debit", "credit", "event"]
    texts = {"currency", "rule"}
    types = {name: pl.String if name in texts else pl.Int64 for name in raw}
    for rows in _batches(sql + " ORDER BY id", (floor, str(high), str(low))):
        frame = _frame(rows, types).with_columns(
            _at(),
            pl.col("kind").replace_strict(KINDS, return_dtype=pl.String),
            pl.col("debit").replace_strict(ACCOUNTS, return_dtype=pl.String),
            pl.col("credit").replace_strict(ACCOUNTS, return_dtype=pl.String),
        )
        yield shaped(frame.with_columns(day(pl.col("at"), zone).alias("day")), LEDGER)


def tier_changes(low: int, high: int, zone: str) -> Iterator[pl.DataFrame]:
    """The facts of tiers that transactions from ``low`` on and below ``high`` wrote."""
    sql = (
        "SELECT id, member_id, (extract(epoch FROM effective_at) * 1000000)::bigint, properties->>'from',"
        " properties->>'to', properties->>'reason' FROM events_event"
        " WHERE xid >= %s::xid8 AND xid < %s::xid8 AND fact AND name = 'Tier Changed' ORDER BY id"
    )
    types = {"seq": pl.Int64, "member": pl.Int64, "us": pl.Int64, "before": pl.String, "after": pl.String}
    for rows in _batches(sql, (str(low), str(high))):
        frame = _frame(rows, {**types, "why": pl.String}).with_columns(_at())
        yield shaped(frame.with_columns(day(pl.col("at"), zone).alias("day")), TIER_CHANGES)


def standing(currency: str, places: pl.DataFrame) -> pl.DataFrame:
    """Where everybody with an account stands. places: by member, ``source`` and ``last_us`` (see ``STANDING``)."""
    sql = (
        "SELECT a.member_id, a.joined_day, nullif(s.level, ''), (extract(epoch FROM s.since) * 1000000)::bigint,"
        " b.available, b.pending, b.held, b.debt, nullif(m.traits, '{}')::text FROM points_account a"
        " LEFT JOIN members_member m ON m.id = a.member_id"
        " LEFT JOIN tiers_standing s ON s.member_id = a.member_id"
        " LEFT JOIN points_balance b ON b.member_id = a.member_id AND b.currency = %s ORDER BY a.member_id"
    )
    numbers = ["points", "points_pending", "points_held", "points_debt"]
    names = ["member", "joined", "tier", "us", *numbers, "traits"]
    types = {name: pl.String if name in ("tier", "traits") else pl.Int64 for name in names}
    found = pl.concat([_frame([], types), *(_frame(rows, types) for rows in _batches(sql, (currency,)))])
    frame = found.join(places, on="member", how="left").with_columns(
        pl.col("joined").cast(pl.Int32).cast(pl.Date),
        _at().alias("tier_since"),
        pl.from_epoch("last_us", time_unit="us").dt.replace_time_zone("UTC").alias("last_at"),
        *(pl.col(name).fill_null(0) for name in numbers),
    )
    return shaped(frame, STANDING).sort("member")


def accounts() -> pl.Series:
    """Every member with an account."""
    rows = [row for batch in _batches("SELECT member_id FROM points_account", ()) for row in batch]
    return pl.Series("member", [row[0] for row in rows], dtype=pl.Int64)


def _at() -> pl.Expr:
    return pl.from_epoch("us", time_unit="us").dt.replace_time_zone("UTC").alias("at")


def _batches(sql: str, parameters: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, "lake") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(sql, parameters, binary=True)
        while rows := cursor.fetchmany(_BATCH):
            yield rows


def _frame(rows: list[tuple[Any, ...]], types: dict[str, Any]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(types)
    return pl.DataFrame(
        {name: pl.Series(name, column, dtype=kind) for (name, kind), column in zip(types.items(), columns, strict=True)}
    )
