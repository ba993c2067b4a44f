"""What is known of customers, dated: orders, visits, and facts such as a tier, with the days they hold from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from regulars.science.lifetime.fitting import ConvergenceError

ORDER_COLUMNS = {"list_minor": pl.Float64, "discount_minor": pl.Float64, "category": pl.String, "currency": pl.String}
"""Columns that orders may have besides ``customer``, ``day`` and ``net_minor``."""


@dataclass(frozen=True, slots=True)
class History:
    """Orders (``customer``, ``day``, ``net_minor``, perhaps ``list_minor``, ``discount_minor``, ``category``), visits
    (``customer``, ``day``) and facts (``customer``, ``day``, numbers that hold from the day after)."""

    orders: pl.DataFrame
    visits: pl.DataFrame | None = None
    facts: pl.DataFrame | None = None

    @property
    def first_day(self) -> date:
        """Of the orders."""
        day = self.orders["day"].min()
        assert isinstance(day, date)
        return day

    @property
    def last_day(self) -> date:
        """Of the orders."""
        day = self.orders["day"].max()
        assert isinstance(day, date)
        return day


def history(
    orders: Any,
    as_of: date,
    visits: Any = None,
    facts: Any = None,
    customer: str = "member",
    day: str = "day",
    net: str = "net_minor",
    category: str = "first_category",
) -> History:
    """The tables of the lake (or of pandas, Polars, Arrow, DuckDB), checked.

    as_of: the first day of which nothing is known yet. Amounts are minor units of one currency. Raises ``ValueError``
    for missing columns or values, several currencies, and days at or after ``as_of`` (a clock went back, or the day is
    wrong); ``ConvergenceError`` where the orders cannot teach anything: none, one, or all on one day.
    """
    names = {"customer": customer, "day": day, "net_minor": net}
    read = _picked(orders, "orders", names, {"category": category} | {n: n for n in ORDER_COLUMNS if n != "category"})
    read = read.with_columns(pl.col("net_minor").cast(pl.Float64))
    read = read.with_columns(pl.col(n).cast(kind) for n, kind in ORDER_COLUMNS.items() if n in read.columns)
    if "currency" in read.columns:
        seen = read["currency"].drop_nulls().unique().sort().to_list()
        if len(seen) > 1:
            raise ValueError(f"the orders are in several currencies ({', '.join(seen)}): keep one, or convert them")
        read = read.drop("currency")
    if not read["net_minor"].is_finite().all():
        raise ValueError("net_minor has values that are no numbers")
    _not_after(read, as_of, "orders")
    if read.height < 2:
        raise ConvergenceError(f"There are {read.height} orders: nothing can be learned from that.")
    if read["day"].n_unique() == 1:
        raise ConvergenceError("All orders are of one day: no time has passed that could teach anything.")
    seen_visits = None if visits is None else _picked(visits, "visits", {"customer": customer, "day": day}, {})
    held = None
    if facts is not None:
        numbers = [n for n in nw.from_native(facts).collect_schema().names() if n not in (customer, day)]
        held = _picked(facts, "facts", {"customer": customer, "day": day} | {n: n for n in numbers}, {}, numbers)
        held = held.with_columns(pl.col(numbers).cast(pl.Float64)).sort("day")
    for table, what in ((seen_visits, "visits"), (held, "facts")):
        if table is not None:
            _not_after(table, as_of, what)
    return History(read, seen_visits, held)


def _picked(
    table: Any, what: str, names: dict[str, str], optional: dict[str, str], may_miss: list[str] | None = None
) -> pl.DataFrame:
    frame = nw.from_native(table)
    has = frame.collect_schema().names()
    missing = [name for name in names.values() if name not in has]
    if missing:
        raise ValueError(f"{what} has no column {', '.join(map(repr, missing))}")
    wanted = names | {to: name for to, name in optional.items() if name in has}
    picked = frame.select(*[nw.col(name).alias(to) for to, name in wanted.items()])
    rows = picked.collect("polars").to_native() if isinstance(picked, nw.LazyFrame) else picked.to_polars()
    empty = [names[to] for to in names if rows[to].null_count() and to not in (may_miss or [])]
    if empty:
        raise ValueError(f"{what}: {', '.join(map(repr, empty))} has missing values")
    kind = rows["day"].dtype
    if kind != pl.Date and not isinstance(kind, pl.Datetime):
        raise ValueError(f"{what}: {names['day']!r} must be days or moments, not {kind}")
    return rows.with_columns(pl.col("day").cast(pl.Date))


def _not_after(rows: pl.DataFrame, as_of: date, what: str) -> None:
    late = rows.filter(pl.col("day") >= as_of)
    if late.height:
        raise ValueError(
            f"{late.height} {what} are of {as_of} or later, the last of {late['day'].max()!s}: "
            "a clock went back, or as_of is wrong"
        )
