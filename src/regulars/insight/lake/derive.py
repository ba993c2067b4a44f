"""What the log's events amount to: orders with what came back of them, their lines, and visits."""

from __future__ import annotations

import polars as pl

from regulars.rules.events import LEDGER_NAMES, ORDER_COMPLETED, OWN_NAMES, REFUND_NAMES
from regulars.science.history import Part
from regulars.science.lake.tables import ORDER_LINES, ORDERS, VISITS, Schema

_NO_VISIT = [ORDER_COMPLETED, *REFUND_NAMES, *LEDGER_NAMES, *OWN_NAMES]
REFUNDS = ["seq", "about", "whole", "share_num", "share_den"]


def at(zone: str) -> list[pl.Expr]:
    """When an event happened (at the latest, when it was decided) and the local day of that."""
    moment = pl.from_epoch(pl.min_horizontal("occurred_us", "effective_us"), time_unit="us").dt.replace_time_zone("UTC")
    return [moment.alias("at"), day(moment, zone).alias("day")]


def day(moment: pl.Expr, zone: str) -> pl.Expr:
    """The local day of a moment."""
    return moment.dt.convert_time_zone(zone).dt.date()


def derive(part: Part, zone: str) -> dict[str, pl.DataFrame]:
    """The tables ``orders``, ``order_lines`` and ``visits`` of a part. Refunds are not taken off yet."""
    assert part.lines is not None
    events = part.events.with_columns(*at(zone), pl.col("name").cast(pl.String))
    orders = events.filter(pl.col("name") == ORDER_COMPLETED)
    lines = part.lines.with_columns(pl.col("category").cast(pl.String)).join(orders.select("seq", "day"), on="seq")
    dearest = (
        lines.sort("seq", pl.col("net_minor").neg(), "number")
        .group_by("seq", maintain_order=True)
        .agg(
            pl.col("category").first().alias("first_category"),
            pl.col("product_id").first().alias("first_product_id"),
            pl.col("quantity").cast(pl.Int64).sum().alias("units"),
        )
    )
    nothing = [pl.col(name).fill_null(0) for name in ("net_minor", "list_minor", "shipping_minor", "tax_minor")]
    paid = pl.col("points_minor").fill_null(0)
    orders = (
        orders.join(dearest, on="seq", how="left")
        .with_columns(*nothing, pl.col("units").fill_null(0), pl.lit(0, pl.Int64).alias("returned_minor"))
        .with_columns((pl.col("list_minor") - pl.col("net_minor") - paid).alias("discount_minor"))
    )
    visits = events.filter(~pl.col("name").is_in(_NO_VISIT)).with_columns(
        _number("properties", "$.seconds").alias("seconds"),
        pl.col("context").str.json_path_match("$.campaign.name").alias("campaign"),
    )
    return {
        "orders": shaped(orders, ORDERS),
        "order_lines": shaped(lines, ORDER_LINES),
        "visits": shaped(visits, VISITS),
    }


def refunds(part: Part) -> pl.DataFrame:
    """The refunds of a part, as ``take_off`` wants them."""
    names = pl.col("name").cast(pl.String).is_in(list(REFUND_NAMES))
    return part.events.filter(names & pl.col("about").is_not_null()).select(REFUNDS)


def take_off(orders: pl.DataFrame, given_back: pl.DataFrame) -> pl.DataFrame:
    """The orders after more refunds: each takes off its share of the order's net, the whole of it when nothing of the
    order is left. Refunds of other orders change nothing. Taking them off in several goes comes to the same, for
    shares are never negative and what is more than the order counts at no time."""
    net = pl.col("net_minor")
    share = net * pl.col("share_num") // pl.when(pl.col("share_den") > 0).then(pl.col("share_den"))
    more = (
        given_back.join(orders.select(pl.col("seq").alias("about"), "net_minor"), on="about")
        .with_columns(pl.when(pl.col("whole")).then(net).otherwise(share).fill_null(0).alias("more"))
        .group_by(pl.col("about").alias("seq"))
        .agg(pl.col("more").sum())
    )
    returned = pl.min_horizontal(pl.col("returned_minor") + pl.col("more").fill_null(0), "net_minor")
    found = orders.join(more, on="seq", how="left", maintain_order="left")
    return shaped(found.with_columns(returned.alias("returned_minor")), ORDERS)


def shaped(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """These columns of a frame, of these types, in this order."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _number(column: str, path: str) -> pl.Expr:
    """A number in a column of JSON, down to a whole one; null where there is none."""
    return pl.col(column).str.json_path_match(path).cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False)
