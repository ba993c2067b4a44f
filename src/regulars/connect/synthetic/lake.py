"""A synthetic shop as a lake, without a database: a million members in minutes, for benches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from regulars.connect.synthetic import points
from regulars.connect.synthetic.chunk import Chunk, chunk
from regulars.connect.synthetic.events import part, traits
from regulars.connect.synthetic.shop import CHUNK, Shop
from regulars.insight.lake.derive import derive, refunds, take_off
from regulars.insight.lake.draft import Draft
from regulars.science.history import Part
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root

CHUNKS_AT_ONCE = 16
"""So many chunks share their files: 80,000 members are held in memory at once."""


def write(
    shop: Shop, url: str | Path, zone: str, currency: str, progress: Callable[[int], None] | None = None
) -> mf.Manifest:
    """Write the shop's lake where there is none. progress: called with how many members more were written.

    Killed before the end it leaves no manifest, so nothing that counts. Raises FileExistsError where a lake is.
    """
    root = Root(url)
    if mf.read(root) is not None:
        raise FileExistsError(f"there is a lake under {root.url} already")
    draft = Draft(root, None, root.sizes())
    held: list[pl.DataFrame] = []
    for first in range(0, shop.chunks, CHUNKS_AT_ONCE):
        numbers = range(first, min(first + CHUNKS_AT_ONCE, shop.chunks))
        held.append(_group(shop, draft, [chunk(shop, number) for number in numbers], zone, currency))
        if progress:
            progress(min(shop.members - first * CHUNK, CHUNKS_AT_ONCE * CHUNK))
    draft.add("standing", "", pl.concat(held), draft.next_name())
    last = max((file.last or 0 for file in draft.tables["events"]), default=0)
    transfer = max((file.last or 0 for file in draft.tables["ledger"]), default=0)
    manifest = mf.Manifest(
        mf.FORMAT,
        draft.generation,
        datetime.now(UTC),
        zone,
        points.CURRENCY,
        mf.Position(event=last, transfer=transfer),
        draft.tables,
    )
    mf.write(root, manifest)
    return manifest


def _group(shop: Shop, draft: Draft, chunks: list[Chunk], zone: str, currency: str) -> pl.DataFrame:
    """Write a few chunks' files; returns where their members stand."""
    parts = [part(shop, one, currency) for one in chunks]
    both = Part(
        pl.concat([one.events for one in parts]), pl.concat([one.lines for one in parts if one.lines is not None])
    )
    _file_events(draft, both)
    tables = derive(both, zone)
    tables["orders"] = take_off(tables["orders"], refunds(both))
    bought = _bought(shop, both)
    tables["ledger"] = points.ledger(bought, shop.began_us + shop.ends_s * 1_000_000, zone)
    tables["tier_changes"] = points.tier_changes(bought, zone)
    for table, frame in tables.items():
        draft.add_by_month(table, frame)
    first_and_last = both.events.group_by("member").agg(
        pl.col("occurred_us").min().alias("us"), pl.col("occurred_us").max().alias("last_us")
    )
    said = pl.concat([traits(one) for one in chunks])
    return points.standing(first_and_last, tables["ledger"], tables["tier_changes"], said, zone)


def _file_events(draft: Draft, both: Part) -> None:
    """``events`` and ``lines`` by the month (UTC), already by member and time."""
    assert both.lines is not None
    months = both.events.select(pl.from_epoch("effective_us", time_unit="us").dt.strftime("%Y-%m").alias("m"))["m"]
    counts = both.events["lines_count"].to_numpy()
    of_lines = pl.Series(np.repeat(months.to_physical().to_numpy(), counts), dtype=pl.String)
    for month in sorted(months.unique()):
        name = draft.next_name()
        draft.add("events", month, both.events.filter(months == month), name)
        draft.add("lines", month, both.lines.filter(of_lines == month), name)


def _bought(shop: Shop, both: Part) -> pl.DataFrame:
    """The orders with the moment something of them comes back."""
    orders = both.events.filter(pl.col("name") == "Order Completed")
    back = both.events.filter(pl.col("about").is_not_null()).select(
        pl.col("about").alias("seq"), pl.col("occurred_us").alias("back_us")
    )
    return orders.select("seq", "member", pl.col("occurred_us").alias("us"), "net_minor").join(
        back, on="seq", how="left", maintain_order="left"
    )
