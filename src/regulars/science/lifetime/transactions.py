"""From single purchases to a row a customer, as the models take them.

Purchases in one period (a day, unless said otherwise) are one purchase of their sum: the models speak of occasions.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from regulars.science.lifetime.arrays import number
from regulars.science.lifetime.reading import moment, purchases

_DAY_US, _HOUR_US = 86_400_000_000, 3_600_000_000
Moment = str | date | datetime | np.datetime64
"""What the end of a period may be; pandas' ``Timestamp`` is a datetime, its ``Period`` counts by its end."""
PERIODS = {"h": "1h", "H": "1h", "D": "1d", "W": "1w", "M": "1mo", "Y": "1y"}
"""The units of time, as ``lifetimes`` (pandas) names them, and as Polars does. A week begins on Monday."""


def summary_data_from_transaction_data(
    transactions: Any,
    customer_id_col: str,
    datetime_col: str,
    monetary_value_col: str | None = None,
    datetime_format: str | None = None,
    observation_period_end: Moment | None = None,
    freq: str = "D",
    freq_multiplier: float = 1,
    include_first_transaction: bool = False,
) -> Any:
    """A row a customer: ``frequency`` (periods with a purchase after the first), ``recency`` (age at the last of them),
    ``T`` (age at the end of what was observed) and, when asked, ``monetary_value`` (the mean over those periods; 0 for
    who never came back).

    transactions: a table of pandas, Polars, Arrow or DuckDB, a row a purchase. freq: the unit of time, ``h D W M`` or
    ``Y``; freq_multiplier: so many of them are one unit of recency and T (``D`` and 7: weeks, to the day).
    datetime_format: how moments written as text are written (``%d/%m/%Y``), the end too; ISO 8601 when not given.
    observation_period_end: later purchases do not count; the last purchase's moment when not given. One with a zone
    counts by the clock of the purchases.
    include_first_transaction: count the first purchase too, in ``frequency`` and ``monetary_value``.

    Sorted by customer. Given pandas the customers are the index, as in ``lifetimes``; given a DuckDB relation the
    result is an Arrow table. Raises ``ValueError`` for a missing column, times that cannot be read or missing values.
    """
    unit = _unit(freq, freq_multiplier)
    rows, zone = purchases(transactions, customer_id_col, datetime_col, monetary_value_col, datetime_format)
    if not rows.height:
        raise ValueError("there are no transactions")
    end = _end(observation_period_end, rows, datetime_format, zone)
    if rows["at"].max() > end.item():
        rows = rows.filter(pl.col("at").dt.truncate(unit) <= end.dt.truncate(unit))
    if not rows.height:
        raise ValueError("there are no transactions before the end of the observation period")
    table = _summary(rows, end, unit, freq_multiplier, monetary_value_col is not None, include_first_transaction)
    return _as_given(table, transactions, customer_id_col)


def calibration_and_holdout_data(
    transactions: Any,
    customer_id_col: str,
    datetime_col: str,
    calibration_period_end: Moment,
    observation_period_end: Moment | None = None,
    freq: str = "D",
    freq_multiplier: float = 1,
    datetime_format: str | None = None,
    monetary_value_col: str | None = None,
    include_first_transaction: bool = False,
) -> Any:
    """The summary of the time up to ``calibration_period_end`` (columns ``…_cal``), and beside it what the same
    customers did until ``observation_period_end``: ``frequency_holdout`` (periods with a purchase),
    ``monetary_value_holdout`` (the mean over them) and ``duration_holdout`` (how long that time was). Customers who
    came later are left out.
    """
    unit = _unit(freq, freq_multiplier)
    rows, zone = purchases(transactions, customer_id_col, datetime_col, monetary_value_col, datetime_format)
    if not rows.height:
        raise ValueError("there are no transactions")
    split, end = (
        moment(calibration_period_end, "calibration_period_end", datetime_format, zone),
        _end(observation_period_end, rows, datetime_format, zone),
    )
    periods, last, until = pl.col("at").dt.truncate(unit), split.dt.truncate(unit), end.dt.truncate(unit)
    if last.item() >= until.item():
        raise ValueError("the calibration period must end before the observation period does")
    known, later = rows.filter(periods <= last), rows.filter((periods > last) & (periods <= until))
    if not known.height:
        raise ValueError("there are no transactions in the calibration period")
    money = monetary_value_col is not None
    table = _summary(known, split, unit, freq_multiplier, money, include_first_transaction)
    table = table.rename({name: f"{name}_cal" for name in table.columns if name != "customer"})
    sums = [pl.len().alias("frequency_holdout").cast(pl.Float64)]
    if money:
        sums.append(pl.col("value").mean().alias("monetary_value_holdout"))
    held = _periods(later, unit, money).group_by("customer").agg(sums)
    table = table.join(held, on="customer", how="left", maintain_order="left")
    table = table.with_columns(pl.col([one.meta.output_name() for one in sums]).fill_null(0.0))
    table = table.with_columns(duration_holdout=pl.lit(_between(last, until, unit).item() / freq_multiplier))
    return _as_given(table, transactions, customer_id_col)


def days_with_a_purchase(
    transactions: Any,
    customer_id_col: str,
    datetime_col: str,
    calibration_period_end: Moment,
    observation_period_end: Moment | None = None,
    datetime_format: str | None = None,
) -> tuple[pl.DataFrame, date, date]:
    """``customer`` and ``day``, each once, up to the end of the observation; with the last days of the calibration and
    of the observation. Raises ``ValueError`` as ``calibration_and_holdout_data``."""
    rows, zone = purchases(transactions, customer_id_col, datetime_col, None, datetime_format)
    if not rows.height:
        raise ValueError("there are no transactions")
    split, end = (
        moment(calibration_period_end, "calibration_period_end", datetime_format, zone).dt.date().item(),
        _end(observation_period_end, rows, datetime_format, zone).dt.date().item(),
    )
    days = rows.select("customer", pl.col("at").dt.date().alias("day")).unique().filter(pl.col("day") <= end)
    first = days["day"].min()
    if not isinstance(first, date) or first > split:
        raise ValueError("there are no transactions in the calibration period")
    if split >= end:
        raise ValueError("the calibration period must end before the observation period does")
    return days, split, end


def _unit(freq: str, multiplier: float) -> str:
    if not (np.isfinite(number(multiplier, "freq_multiplier")) and multiplier > 0):
        raise ValueError(f"freq_multiplier must be above zero, not {multiplier!r}")
    if not isinstance(freq, str) or freq not in PERIODS:
        raise ValueError(f"freq must be one of {', '.join(PERIODS)}, not {freq!r}")
    return PERIODS[freq]


def _end(given: Moment | None, rows: pl.DataFrame, written: str | None, zone: tzinfo | None) -> pl.Series:
    if given is None:
        return pl.Series("at", [rows["at"].max()])
    return moment(given, "observation_period_end", written, zone)


def _periods(rows: pl.DataFrame, unit: str, money: bool) -> pl.DataFrame:
    """A row for each period in which a customer bought."""
    sums = [pl.col("value").sum()] if money else []
    return rows.group_by("customer", pl.col("at").dt.truncate(unit)).agg(sums)


def _between(first: pl.Series, last: pl.Series, unit: str) -> pl.Series:
    """How many periods lie from one to the other; both are beginnings of periods."""
    if unit in ("1mo", "1y"):
        months = (last.dt.year() - first.dt.year()) * 12 + last.dt.month().cast(pl.Int32) - first.dt.month()
        return months.cast(pl.Float64) // (12 if unit == "1y" else 1)
    hours = {"1h": 1, "1d": 24, "1w": 168}[unit]
    return (last - first).dt.total_hours().cast(pl.Float64) / hours


def _summary(
    rows: pl.DataFrame, end: pl.Series, unit: str, multiplier: float, money: bool, with_first: bool
) -> pl.DataFrame:
    if money:
        by_first = pl.col("value").sort_by("at")
        values = (by_first if with_first else by_first.slice(1)).mean().fill_null(0.0).fill_nan(0.0)
        found = (
            _periods(rows, unit, money)
            .group_by("customer")
            .agg(pl.len().alias("count"), pl.col("at").min().alias("first"), pl.col("at").max().alias("last"), values)
        )
    else:
        found = _first_and_last(rows, unit)
    found = found.sort("customer")
    first, last = found["first"], found["last"]
    over = end.dt.truncate(unit).new_from_index(0, found.height)
    table = found.select("customer").with_columns(
        (found["count"].cast(pl.Float64) - (0 if with_first else 1)).alias("frequency"),
        (_between(first, last, unit) / multiplier).alias("recency"),
        (_between(first, over, unit) / multiplier).alias("T"),
    )
    return table.with_columns(found["value"].alias("monetary_value")) if money else table


def _first_and_last(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """How many different periods each customer bought in, the first of them and the last.

    Customers that are whole numbers are put beside the period into one number: sorting ten million of those takes a
    third of the time of grouping them.
    """
    if rows["customer"].dtype.is_integer() and (packed := _packed(rows, unit)) is not None:
        return packed
    period = pl.col("at").dt.truncate(unit)
    grouped = rows.lazy().group_by("customer")
    return grouped.agg(
        period.n_unique().alias("count"), period.min().alias("first"), period.max().alias("last")
    ).collect()


def _packed(rows: pl.DataFrame, unit: str) -> pl.DataFrame | None:
    """As ``_first_and_last``; nothing where both do not fit into one number."""
    us = rows["at"].to_physical().to_numpy()
    # Days are counted, other periods named by the hour they begin in.
    step = _DAY_US if unit == "1d" else _HOUR_US
    period = (us if unit == "1d" else rows["at"].dt.truncate(unit).to_physical().to_numpy()) // step
    who = rows["customer"]
    low, high = who.min(), who.max()
    assert isinstance(low, int) and isinstance(high, int)
    begin = int(period.min())
    bits = int(period.max() - begin).bit_length()
    if (high - low).bit_length() + bits > 62:
        return None
    key = (who - low).cast(pl.Int64).to_numpy() << bits
    key |= period - begin
    key.sort()
    customer = key >> bits
    starts = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    ends = np.append(starts[1:], len(key)) - 1
    new = np.cumsum(np.append(True, key[1:] != key[:-1]))
    mask = (1 << bits) - 1

    def moments(at: np.ndarray) -> pl.Series:
        return pl.Series(((key[at] & mask) + begin) * step).cast(pl.Datetime("us"))

    return pl.DataFrame(
        {
            "customer": (pl.Series(customer[starts]) + low).cast(who.dtype),
            "count": new[ends] - new[starts] + 1,
            "first": moments(starts),
            "last": moments(ends),
        }
    )


def _as_given(table: pl.DataFrame, given: Any, customer: str) -> Any:
    """The table in the library that the transactions came in."""
    library = nw.from_native(given).implementation
    if library.is_pandas_like():
        found = nw.from_native(table.to_arrow(), eager_only=True).to_pandas().set_index("customer")
        return found.rename_axis(customer)
    if customer in table.columns and customer != "customer":
        raise ValueError(f"the column of customers must not be named {customer!r}, as a result is: rename it first")
    table = table.rename({"customer": customer})
    return table if library.is_polars() else table.to_arrow()
