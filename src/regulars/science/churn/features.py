"""What was known of each customer on a day, as numbers, from nothing but what happened before that day.

``FEATURES`` are keys; the room above words them. A number that cannot be known (the mean pause of somebody who bought
once) is null.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from regulars.science.churn.history import History
from regulars.science.lifetime import BetaGeoFitter, ConvergenceError

RECENT_DAYS = 90
SHORT_DAYS = 30
HELD_BACK = 0.01
"""The penalizer of BG/NBD where too few have left yet for it to say who does."""
FEATURES = (
    "recency",  # log of days since the last order, plus one
    "tenure",  # log of days since the first, plus one
    "frequency",  # log of days with an order
    "frequency_recent",  # log of such days among the last 90, plus one
    "frequency_short",  # log of such days among the last 30, plus one
    "gap_mean",  # log of the mean pause between them, plus one
    "gap_deviation",  # spread of the pauses over their mean
    "overdue",  # log of (days since the last + 1) over (the mean pause + 1)
    "spend_mean",  # log of the mean of such a day, minor units, plus one
    "spend_trend",  # log of the last 90 days' spend over that of the 90 before, each plus the mean of a day
    "categories",  # log of how many different categories
    "discount_share",  # of the list price
    "visit",  # log of days since the last visit, plus one
    "alive",  # the chance of not having left for good, by BG/NBD fitted to the days before
)
"""Facts come after these under their own names."""
NOT_FACTS = ("customer", "day", "cut", "left")


def at_cut(history: History, cut: date, active_days: int | None = None) -> pl.DataFrame:
    """A row a customer who bought before ``cut``: ``customer``, ``cut`` and the features.

    active_days: leave out who has not bought in so many days before; they have left already. Raises
    ``ConvergenceError`` when nobody is left.
    """
    orders = history.orders.filter(pl.col("day") < cut)
    days = _days(orders)
    table = _rhythm(days, cut).join(_money(days, cut), on="customer", how="left", maintain_order="left")
    if active_days is not None:
        table = table.filter(pl.col("last") >= cut - timedelta(days=active_days))
    if not table.height:
        raise ConvergenceError(f"Nobody had bought before {cut}: there is nobody to speak of.")
    if "category" in orders.columns:
        table = _with(table, orders.group_by("customer").agg(categories=pl.col("category").n_unique().log()))
    if {"list_minor", "discount_minor"} <= set(orders.columns):
        share = pl.col("discount_minor").sum() / pl.col("list_minor").sum()
        found = orders.group_by("customer").agg(discount_share=pl.when(share.is_finite()).then(share.clip(0, 1)))
        table = _with(table, found)
    if history.visits is not None:
        since = (pl.lit(cut) - pl.col("day").max()).dt.total_days()
        table = _with(table, history.visits.filter(pl.col("day") < cut).group_by("customer").agg(visit=since.log1p()))
    table = table.with_columns(_alive(table, cut))
    if history.facts is not None:
        held = history.facts.filter(pl.col("day") < cut).group_by("customer", maintain_order=True).last().drop("day")
        table = _with(table, held)
    return table.drop("first", "last", "count").with_columns(cut=pl.lit(cut)).sort("customer")


def stayed_within(history: History, cut: date, horizon_days: int) -> pl.DataFrame:
    """Who had an order within ``horizon_days`` from ``cut`` on, that day included: ``customer``. Nobody else stayed."""
    within = pl.col("day").is_between(cut, cut + timedelta(days=horizon_days), closed="left")
    return history.orders.filter(within).select("customer").unique()


def counts(days: pl.DataFrame, cut: date) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency and T, in days, of a table with ``first``, ``last`` and ``count``; the last day seen is the
    one before ``cut``."""
    age = (pl.lit(cut - timedelta(days=1)) - pl.col("first")).dt.total_days()
    read = days.select(
        x=pl.col("count") - 1.0, t_x=(pl.col("last") - pl.col("first")).dt.total_days().cast(pl.Float64), T=age * 1.0
    )
    return read["x"].to_numpy(), read["t_x"].to_numpy(), read["T"].to_numpy()


def _days(orders: pl.DataFrame) -> pl.DataFrame:
    """Days with an order: several on one day are one occasion."""
    return orders.group_by("customer", "day").agg(pl.col("net_minor").sum().clip(0)).sort("customer", "day")


def _rhythm(days: pl.DataFrame, cut: date) -> pl.DataFrame:
    ago = (pl.lit(cut) - pl.col("day")).dt.total_days()
    gaps = pl.col("day").diff().dt.total_days()
    table = days.group_by("customer").agg(
        first=pl.col("day").min(),
        last=pl.col("day").max(),
        count=pl.len(),
        recency=ago.min().log1p(),
        tenure=ago.max().log1p(),
        frequency=pl.len().cast(pl.Float64).log(),
        frequency_recent=(ago <= RECENT_DAYS).sum().log1p(),
        frequency_short=(ago <= SHORT_DAYS).sum().log1p(),
        gap_mean=gaps.mean().log1p(),
        gap_deviation=gaps.std(ddof=1) / gaps.mean(),
    )
    return table.with_columns(overdue=pl.col("recency") - pl.col("gap_mean"))


def _money(days: pl.DataFrame, cut: date) -> pl.DataFrame:
    ago, spent = (pl.lit(cut) - pl.col("day")).dt.total_days(), pl.col("net_minor")
    lately = spent.filter(ago <= RECENT_DAYS).sum()
    before = spent.filter((ago > RECENT_DAYS) & (ago <= 2 * RECENT_DAYS)).sum()
    mean = spent.mean() + 1
    return days.group_by("customer").agg(
        spend_mean=spent.mean().log1p(), spend_trend=(lately + mean).log() - (before + mean).log()
    )


def _alive(table: pl.DataFrame, cut: date) -> pl.Series:
    x, t_x, age = counts(table, cut)
    for penalizer in (0.0, HELD_BACK):
        try:
            model = BetaGeoFitter(penalizer).fit(x, t_x, age)
        except ConvergenceError:
            continue
        return pl.Series("alive", np.asarray(model.conditional_probability_alive(x, t_x, age)))
    return pl.Series("alive", [None] * table.height, dtype=pl.Float64)


def _with(table: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return table.join(more, on="customer", how="left", maintain_order="left")
