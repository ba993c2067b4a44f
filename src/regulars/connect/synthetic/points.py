"""Points of a synthetic shop that has no ledger: one a unit of money, some spent, some taken back; tiers by spending.

A plain programme worked out over columns, for a lake that is written without a database. A shop that is loaded has its
points from the rules.
"""

from __future__ import annotations

import polars as pl

from regulars.connect.synthetic.shop import SOURCE
from regulars.insight.lake.derive import day, shaped
from regulars.science.lake.tables import LEDGER, STANDING, TIER_CHANGES

CURRENCY = "points"
TIERS = (("member", 200_00), ("gold", 1000_00), ("platinum", 2500_00), ("diamond", 5000_00))
"""Key and from what spending on, in minor units: those of the demo shop's programme."""
SPENT_POINTS = 500
_WEEK_US = 7 * 86_400_000_000
_SPENDS_ONE_IN = 4
_KINDS = ("earned", "matured", "held", "spent", "taken_back")
_MOVES = {
    "earned": ("issued", "pending"),
    "matured": ("pending", "available"),
    "held": ("available", "held"),
    "spent": ("held", "redeemed"),
    "taken_back": ("available", "issued"),
}


def ledger(orders: pl.DataFrame, ends_us: int, zone: str) -> pl.DataFrame:
    """The transfers of whole members' orders (``seq``, ``member``, ``us``, ``net_minor``, ``back_us``).

    Everything earned matures after a week. Of an order that comes back the points are taken back, once they have
    matured; every fourth member without returns spends 500 at the last order if they had matured by then.
    """
    earned = orders.select("seq", "member", "us", "back_us", points=pl.col("net_minor") // 100).filter(
        pl.col("points") > 0
    )
    due = pl.col("us") + _WEEK_US
    matured = earned.filter(due <= ends_us).with_columns(due.alias("us"))
    taken_us = pl.max_horizontal("back_us", due)
    taken = earned.filter(pl.col("back_us").is_not_null() & (taken_us <= ends_us)).with_columns(taken_us.alias("us"))
    last = orders.group_by("member").agg(
        pl.col("us").max(), pl.col("seq").last(), pl.col("back_us").is_not_null().any().alias("returns")
    )
    ripe = matured.join(last.select("member", pl.col("us").alias("last_us")), on="member").filter(
        pl.col("us") <= pl.col("last_us")
    )
    had = ripe.group_by("member").agg(pl.col("points").sum().alias("had"))
    spends = (
        last.join(had, on="member")
        .filter(~pl.col("returns") & (pl.col("had") >= SPENT_POINTS) & (pl.col("member") % _SPENDS_ONE_IN == 0))
        .select("seq", "member", "us", points=pl.lit(SPENT_POINTS, pl.Int64))
    )
    kinds = {"earned": earned, "matured": matured, "held": spends, "spent": spends, "taken_back": taken}
    moves = [
        frame.select(
            "seq",
            "member",
            "us",
            pl.col("points").cast(pl.Int64),
            pl.lit(kind).alias("kind"),
            pl.lit(_MOVES[kind][0]).alias("debit"),
            pl.lit(_MOVES[kind][1]).alias("credit"),
            pl.lit(_KINDS.index(kind), pl.Int64).alias("step"),
        )
        for kind, frame in kinds.items()
    ]
    moment = pl.from_epoch("us", time_unit="us").dt.replace_time_zone("UTC")
    rows = pl.concat(moves).with_columns(
        # a number of its own for each: of its event, and of what it is of it
        (pl.col("seq") * len(_KINDS) + pl.col("step")).alias("transfer"),
        moment.alias("at"),
        day(moment, zone).alias("day"),
        pl.lit(CURRENCY).alias("currency"),
        pl.lit("purchase").alias("rule"),
        pl.col("seq").alias("event"),
    )
    return shaped(rows, LEDGER)


def tier_changes(orders: pl.DataFrame, zone: str) -> pl.DataFrame:
    """When each member's spending so far reached a level for the first time; levels passed over are not reached."""
    spent = orders.sort("member", "seq").with_columns(pl.col("net_minor").cum_sum().over("member").alias("so_far"))
    rank = sum(((pl.col("so_far") >= least).cast(pl.Int64) for _key, least in TIERS), pl.lit(0, pl.Int64))
    levels = spent.with_columns(rank.alias("rank")).with_columns(
        pl.col("rank").shift(1, fill_value=0).over("member").alias("before_rank")
    )
    keys = pl.Series([None, *(key for key, _least in TIERS)], dtype=pl.String)
    moment = pl.from_epoch("us", time_unit="us").dt.replace_time_zone("UTC")
    found = levels.filter(pl.col("rank") > pl.col("before_rank")).with_columns(
        moment.alias("at"),
        day(moment, zone).alias("day"),
        pl.lit(keys).gather(pl.col("before_rank").cast(pl.UInt32)).alias("before"),
        pl.lit(keys).gather(pl.col("rank").cast(pl.UInt32)).alias("after"),
        pl.lit("reached").alias("why"),
    )
    return shaped(found, TIER_CHANGES)


def standing(
    joined: pl.DataFrame, transfers: pl.DataFrame, changes: pl.DataFrame, traits: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """Where everybody stands at the end. joined: ``member``, ``us`` (of joining), ``last_us`` (of the last event)."""
    sums = [
        transfers.group_by("member").agg(
            (
                pl.col("points").filter(pl.col("credit") == account).sum()
                - pl.col("points").filter(pl.col("debit") == account).sum()
            ).alias(name)
            for name, account in (("points", "available"), ("points_pending", "pending"), ("points_held", "held"))
        ),
        changes.sort("seq")
        .group_by("member")
        .agg(pl.col("after").last().alias("tier"), pl.col("at").last().alias("tier_since")),
        traits,
    ]
    found = joined
    for one in sums:
        found = found.join(one, on="member", how="left")
    moment = pl.from_epoch("us", time_unit="us").dt.replace_time_zone("UTC")
    found = found.with_columns(
        day(moment, zone).alias("joined"),
        pl.from_epoch("last_us", time_unit="us").dt.replace_time_zone("UTC").alias("last_at"),
        pl.lit(SOURCE).alias("source"),
        *(pl.col(name).fill_null(0) for name in ("points", "points_pending", "points_held")),
        pl.lit(0, pl.Int64).alias("points_debt"),
    )
    return shaped(found, STANDING).sort("member")
