"""Actual against expected repeat purchases over time: the tracking plot of Fader, Hardie and Lee (2005)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from regulars.science.lifetime.fitter import Fitter
from regulars.science.lifetime.transactions import Moment, days_with_a_purchase

WEEK_DAYS = 7


def tracking(
    model: Fitter,
    transactions: Any,
    customer_id_col: str,
    datetime_col: str,
    calibration_period_end: Moment,
    observation_period_end: Moment | None = None,
    unit_days: float = 7,
    datetime_format: str | None = None,
) -> pl.DataFrame:
    """Repeat purchases of those who first bought in the calibration period, week by week, as many as the model expects
    of people of whom nothing but the first day is known.

    unit_days: days of the unit of time that the model was fitted in. Weeks count from the first purchase of all;
    several purchases on one day are one. A row a week: ``week`` (from 1), ``ends`` (its last day), ``actual`` and
    ``expected`` (repeat purchases in it), ``actual_cumulative`` and ``expected_cumulative``, ``held_out`` (it ends
    after the calibration period) and ``complete`` (the last one may be cut short).
    """
    days, split, end = days_with_a_purchase(
        transactions, customer_id_col, datetime_col, calibration_period_end, observation_period_end, datetime_format
    )
    first = days.group_by("customer").agg(pl.col("day").min().alias("first"))
    begin = first["first"].min()
    assert isinstance(begin, date)
    weeks = -(-((end - begin).days + 1) // WEEK_DAYS)
    ends = [min(begin + timedelta(days=WEEK_DAYS * week - 1), end) for week in range(1, weeks + 1)]
    come = first.filter(pl.col("first") <= split).group_by("first").len().sort("first")
    back = days.join(first.filter(pl.col("first") <= split), on="customer").filter(pl.col("day") > pl.col("first"))
    week = (back["day"] - begin).dt.total_days() // WEEK_DAYS
    actual = np.bincount(week.to_numpy(), minlength=weeks).astype(float)
    expected = np.diff(_expected(model, come, ends, unit_days), prepend=0.0)
    return pl.DataFrame(
        {
            "week": range(1, weeks + 1),
            "ends": ends,
            "actual": actual,
            "expected": expected,
            "actual_cumulative": actual.cumsum(),
            "expected_cumulative": expected.cumsum(),
            "held_out": [day > split for day in ends],
            "complete": [(begin + timedelta(days=WEEK_DAYS * n - 1)) <= end for n in range(1, weeks + 1)],
        }
    )


def _expected(model: Fitter, come: pl.DataFrame, ends: list[date], unit_days: float) -> np.ndarray:
    """Repeat purchases up to each end, summed over the days on which people came."""
    firsts = come["first"].to_list()
    ages = np.array([[max((end - first).days, 0) for first in firsts] for end in ends], dtype=float)
    different, place = np.unique(ages, return_inverse=True)
    of_age = np.zeros(len(different))
    some = different > 0
    of_age[some] = np.asarray(model.expected_number_of_purchases_up_to_time(different[some] / unit_days))
    return np.asarray(of_age[place].reshape(ages.shape) @ come["len"].to_numpy().astype(float))
