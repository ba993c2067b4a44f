"""Five thousand members and all they ever did, as one time line."""

from __future__ import annotations

from dataclasses import dataclass, fields

import polars as pl

from regulars.connect.synthetic.buying import orders
from regulars.connect.synthetic.doing import doings
from regulars.connect.synthetic.people import People, people
from regulars.connect.synthetic.shop import CHUNK, Shop

JOIN, ORDER, REFUND, DO = 0, 1, 2, 3
"""What kind an entry of the time line is: somebody introduces themselves, orders, brings back, does something else."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's tables (see ``buying`` and ``doing``), and ``line``: ``s``, ``what``, ``row`` (of the table that
    ``what`` names; the member of a JOIN, the order of a REFUND), ``member``, in the order of time, introductions first.
    ``place`` in the line numbers every event of the chunk."""

    number: int
    people: People
    orders: pl.DataFrame
    lines: pl.DataFrame
    doings: pl.DataFrame
    line: pl.DataFrame


def chunk(shop: Shop, number: int, only_orders: bool = False) -> Chunk:
    """A chunk of a shop by its number, from 0. only_orders: its time line leaves out what is in ``doings``."""
    who = people(shop, number)
    bought, lines = orders(shop, who, number)
    # numbered before any is left out, so that a larger shop calls them the same
    done = doings(shop, who, bought, number).with_row_index("id")
    count = min(CHUNK, shop.members - number * CHUNK)
    if count < CHUNK:
        columns = [getattr(who, field.name)[:count] for field in fields(who) if field.name != "first"]
        who = People(who.first, *columns)
        bought, done = bought.filter(pl.col("member") < count), done.filter(pl.col("member") < count)
        lines = lines.filter(pl.col("order") < bought.height)
    joined = pl.DataFrame({"s": who.joined_s}).with_row_index("row").with_columns(pl.col("row").alias("member"))
    back = bought.filter(pl.col("back_s").is_not_null())
    entries = [
        _entries(joined, "s", JOIN, "row"),
        _entries(bought, "s", ORDER, "order"),
        _entries(back, "back_s", REFUND, "order"),
        _entries(done.with_row_index("row"), "s", DO, "row"),
    ]
    if only_orders:
        entries.pop()
    line = pl.concat(entries).sort("s", "what", "member", "row").with_row_index("place")
    return Chunk(number, who, bought, lines, done, line)


def _entries(frame: pl.DataFrame, moment: str, what: int, row: str) -> pl.DataFrame:
    return frame.select(
        pl.col(moment).cast(pl.Int64).alias("s"),
        pl.lit(what, pl.Int8).alias("what"),
        pl.col(row).cast(pl.Int64).alias("row"),
        pl.col("member").cast(pl.Int64),
    )
