"""Lakes written by hand: orders that a test chose, without a shop's whole road to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from regulars.science.lake import manifest as mf
from regulars.science.lake.manifest import File, Manifest, Position
from regulars.science.lake.root import Root
from regulars.science.lake.tables import TABLES

AS_OF = date(2026, 11, 1)
GOODS = ("tea", "cups", "books")


def shoppers(count: int = 300, days: int = 320, seed: int = 1) -> list[tuple[int, date, int]]:
    """Orders (member, day, net in minor units) of people who buy at a pace of their own and leave as easily as is
    theirs."""
    chance = np.random.default_rng(seed)
    first = AS_OF - timedelta(days=days)
    found = []
    for member in range(1, count + 1):
        pace, mean, leaves = chance.gamma(1.2, 1 / 14), chance.gamma(4, 700), chance.beta(0.8, 9)
        at = float(chance.integers(0, days * 2 // 3))
        while at < days:
            net = int(max(1, chance.gamma(3, mean / 3)))
            found.append((member, first + timedelta(days=int(at)), net))
            if chance.random() < leaves:
                break
            at += chance.exponential(1 / pace)
    return found


def lake_of(
    folder: Path, orders: list[tuple[int, date, int]], as_of: date = AS_OF, currencies: tuple[str, ...] = ("USD",)
) -> str:
    """Writes a lake of these orders as it would be on the day ``as_of``; gives its path."""
    root = Root(folder)
    rows: list[dict[str, Any]] = [
        {
            "seq": place,
            "member": member,
            "order_id": f"o{place}",
            "at": datetime.combine(day, time(12), UTC),
            "day": day,
            "net_minor": net,
            "list_minor": net + net // 10,
            "discount_minor": net // 10,
            "returned_minor": 0,
            "first_category": GOODS[(member + place) % 3],
            "name": "Order Completed",
            "currency": currencies[place % len(currencies)],
        }
        for place, (member, day, net) in enumerate(orders, 1)
    ]
    tables: dict[str, list[File]] = {}
    for name, schema in TABLES.items():
        tables[name] = []
        if rows and name in ("orders", "events"):
            have = pl.DataFrame(rows)
            frame = have.select(
                (pl.col(column) if column in have.columns else pl.lit(None)).cast(kind).alias(column)
                for column, kind in schema.items()
            )
            path = f"{name}/month=2026-01/part-000001-0001.parquet"
            tables[name] = [File(path, "2026-01", frame.height, root.put_frame(path, frame), 1, frame.height)]
    synced_at = datetime.combine(as_of, time(6), UTC)
    mf.write(root, Manifest(mf.FORMAT, 1, synced_at, "UTC", "points", Position(1, len(rows), 1), tables))
    return str(folder)
