"""What a run reads: the orders and visits up to the last whole day, each under the member they belong to now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import polars as pl

from regulars.science.lake.opened import Lake


class CannotScore(ValueError):
    """Why there are no scores of these orders: a key for ``audience.scores.words``, with its numbers."""

    def __init__(self, key: str, **numbers: Any) -> None:
        super().__init__(key)
        self.said: dict[str, Any] = {"key": key, **numbers}


@dataclass(frozen=True, slots=True)
class Past:
    """``orders``: ``member, day, net_minor`` (after what came back), ``list_minor, discount_minor, first_category``;
    ``visits``: ``member, day``. Nothing of ``as_of`` or later is in them."""

    orders: pl.DataFrame
    visits: pl.DataFrame
    as_of: date


def read(lake: Lake, became: Mapping[int, int]) -> Past:
    """The past as the lake has it. became: whom joined visitors turned out to be. Raises CannotScore where nothing can
    be learned from it whatever the model."""
    as_of = lake.manifest.synced_at.astimezone(ZoneInfo(lake.manifest.time_zone)).date()
    _one_currency(lake)
    orders = lake.orders.filter(lake.orders.day < ibis.date(as_of))
    # An order that came back whole was no purchase, as in RFM.
    orders = orders.filter((orders.returned_minor < orders.net_minor) | (orders.net_minor == 0))
    rows: pl.DataFrame = lake.connection.to_polars(
        orders.select(
            "member",
            "day",
            net_minor=orders.net_minor - orders.returned_minor,
            list_minor=orders.list_minor,
            discount_minor=orders.discount_minor,
            first_category=orders.first_category,
        )
    )
    rows = _as_they_are_now(rows, became)
    if not rows.height:
        raise CannotScore("no_orders")
    if rows.height == 1:
        raise CannotScore("one_order")
    if rows["day"].n_unique() == 1:
        raise CannotScore("one_day", day=rows["day"][0].isoformat(), orders=rows.height)
    visits = lake.visits.filter(lake.visits.day < ibis.date(as_of)).select("member", "day").distinct()
    return Past(rows, _as_they_are_now(lake.connection.to_polars(visits), became), as_of)


def _as_they_are_now(rows: pl.DataFrame, became: Mapping[int, int]) -> pl.DataFrame:
    if not became:
        return rows
    return rows.with_columns(pl.col("member").replace(dict(became)))


def _one_currency(lake: Lake) -> None:
    events = lake.events.filter(lake.events.name == "Order Completed")
    found = lake.connection.to_polars(events.select("currency").distinct())["currency"].drop_nulls()
    if len(found) > 1:
        raise CannotScore("currencies", currencies=", ".join(sorted(found.to_list())))
