"""Small tables as the lake has them, written as rows of a test, and the answers as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import numpy as np
import polars as pl

ENGINE = ibis.duckdb.connect()
AT = pl.Datetime("us", "UTC")


def day(text: str) -> date:
    """``1-31`` is 31 January 2026; ``2025-12-31`` says its year."""
    parts = [int(part) for part in text.split("-")]
    return date(*parts) if len(parts) == 3 else date(2026, *parts)


def table(frame: pl.DataFrame) -> ibis.Table:
    """A table of Ibis with those rows."""
    return ibis.memtable(frame)


def orders(rows: str) -> ibis.Table:
    """Orders from lines ``member day net [returned] [channel]``; their places in the log follow the lines."""
    made = []
    for seq, row in enumerate(rows.strip().splitlines()):
        member, when, net, *rest = row.split()
        returned, channel = [*rest, "0", "web"][:2] if rest else ("0", "web")
        made.append((seq, int(member), day(when), int(net), int(returned), channel if len(rest) > 1 else "web"))
    return table(orders_frame(made))


def orders_frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Orders of rows (seq, member, day, net, returned, channel), each at noon of its day."""
    schema = {
        "seq": pl.Int64, "member": pl.Int64, "day": pl.Date, "net_minor": pl.Int64, "returned_minor": pl.Int64,
        "channel": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(at=noon())


def noon() -> pl.Expr:
    """Noon of the row's day."""
    return (pl.col("day").cast(pl.Datetime("us")) + timedelta(hours=12)).dt.replace_time_zone("UTC")


def visits(rows: str) -> ibis.Table:
    """Visits from lines ``member day name [seconds|-] [channel]``; underscores in names are blanks."""
    made = []
    for seq, row in enumerate(rows.strip().splitlines()):
        member, when, name, *rest = row.split()
        seconds, channel = [*rest, "-", "-"][:2] if len(rest) < 2 else rest[:2]
        made.append(
            (seq, int(member), day(when), name.replace("_", " "), None if seconds == "-" else int(seconds),
             None if channel == "-" else channel)
        )  # fmt: skip
    schema = {
        "seq": pl.Int64, "member": pl.Int64, "day": pl.Date, "name": pl.String, "seconds": pl.Int64,
        "channel": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(made, schema=schema, orient="row")
    return table(frame.with_columns(at=noon(), campaign=pl.lit(None, pl.String)))


def random_orders(count: int = 4000, members: int = 600, days: int = 400, seed: int = 7) -> pl.DataFrame:
    """Orders by chance from 2025-01-01 on, some members far busier than others, some orders returned in part."""
    rng = np.random.default_rng(seed)
    busy = rng.gamma(0.7, 1, members)
    net = rng.integers(100, 20_000, count)
    return pl.DataFrame(
        {
            "seq": rng.permutation(count),
            "member": rng.choice(members, count, p=busy / busy.sum()) + 1,
            "day": [date(2025, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, days, count)],
            "net_minor": net,
            "returned_minor": np.where(rng.random(count) < 0.1, net // 2, 0),
            "channel": rng.choice(["web", "app", "live"], count),
        }
    ).with_columns(at=noon())


def random_visits(count: int = 5000, members: int = 300, days: int = 200, seed: int = 8) -> pl.DataFrame:
    """Visits by chance from 2025-01-01 on."""
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 300, count)
    at = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=int(n)) for n in rng.integers(0, days * 1440, count)]
    frame = pl.DataFrame(
        {
            "seq": np.arange(count),
            "member": rng.integers(1, members, count),
            "at": at,
            "name": rng.choice(["Product Viewed", "Cart Viewed", "Product Reviewed", "Order Completed"], count),
            "channel": rng.choice(["web", "app"], count),
            "seconds": [int(n) if n > 60 else None for n in seconds],
            "campaign": rng.choice(["spring", "none"], count),
        },
        schema_overrides={"at": AT},
    )
    return frame.with_columns(day=pl.col("at").dt.date())


def answer(expression: ibis.Table, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of a measure, in order, of these columns (or all); fractions rounded to 6 places, days as texts."""
    frame = ENGINE.to_polars(expression)
    rows = frame.select(columns or frame.columns).rows()
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=lambda row: [_key(v) for v in row])


def same(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of an independent calculation, as ``answer`` gives them."""
    rows = frame.select(columns or frame.columns).rows()
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=lambda row: [_key(v) for v in row])


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat() if isinstance(value, date) else value


def _key(value: Any) -> tuple[bool, str, float]:
    number = isinstance(value, int | float)
    return value is None, "" if number else str(value), float(value) if number else 0.0
