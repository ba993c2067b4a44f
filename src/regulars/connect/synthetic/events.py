"""A chunk as the columns of the log: the tables ``events`` and ``lines`` of the lake, without a database."""

from __future__ import annotations

import polars as pl

from regulars.connect.synthetic.bodies import prefix
from regulars.connect.synthetic.chunk import DO, JOIN, ORDER, REFUND, Chunk
from regulars.connect.synthetic.doing import KINDS, NAMES
from regulars.connect.synthetic.people import AGE_GROUPS, JOINED_BY, REGIONS
from regulars.connect.synthetic.shop import CHANNELS, SOURCE, Shop, names_of_products
from regulars.science.history import EVENTS, LINES, Part, order_number
from regulars.science.lake.tables import Schema

_BITS = 20
"""An event's number in the log: the chunk's number, then so many bits for its place in the chunk's time line."""


def seq(chunk: Chunk, place: pl.Expr) -> pl.Expr:
    """The number in the log of an event by its place in the line; members are numbered from 1."""
    return (place.cast(pl.Int64) + (chunk.number << _BITS) + 1).alias("seq")


def part(shop: Shop, chunk: Chunk, currency: str) -> Part:
    """All events and lines of a chunk, by member and then in time."""
    line = chunk.line.with_columns(
        seq(chunk, pl.col("place")),
        (pl.col("member") + chunk.people.first + 1).alias("member"),
        (pl.col("s") * 1_000_000 + shop.began_us).alias("occurred_us"),
    )
    orders = _orders(shop, chunk, line, currency)
    parts = [_joins(chunk, line), orders, _refunds(chunk, line, orders, currency), _doings(chunk, line)]
    common = {"source": SOURCE, "version": 1}
    events = pl.concat([_filled(one, EVENTS, common) for one in parts]).sort("member", "seq")
    return Part(events, _lines(chunk, orders).sort("member", "seq", "number"))


def traits(chunk: Chunk) -> pl.DataFrame:
    """What each member said of themselves, as JSON: ``member``, ``traits``."""
    people = chunk.people
    said = pl.DataFrame(
        {
            "member": range(people.first + 1, people.first + 1 + len(people)),
            "age": _named(people.age, AGE_GROUPS),
            "region": _named(people.region, REGIONS),
            "joined_by": _named(people.joined_by, JOINED_BY),
        }
    )
    text = pl.format('"age_group": "{}", "region": "{}", "joined_by": "{}"', "age", "region", "joined_by")
    return said.select(pl.col("member").cast(pl.Int64), (pl.lit("{") + text + "}").alias("traits"))


def _joins(chunk: Chunk, line: pl.DataFrame) -> pl.DataFrame:
    joined = line.filter(pl.col("what") == JOIN)
    return joined.select("seq", "member", "occurred_us", pl.lit("Identified").alias("name"))


def _orders(shop: Shop, chunk: Chunk, line: pl.DataFrame, currency: str) -> pl.DataFrame:
    of_line = line.filter(pl.col("what") == ORDER).select("seq", "member", "occurred_us", pl.col("row").alias("order"))
    found = chunk.orders.drop("member").join(of_line, on="order", maintain_order="left")
    campaigns = [key for key, *_rest in shop.campaigns]
    net = pl.col("net_minor")
    order_id = pl.format("{}-m{}-o{}", pl.lit(prefix(shop)), pl.col("member") - 1, "turn")
    channel = _words("channel", CHANNELS)
    found = found.with_columns(
        order_id.alias("order_id"), channel.alias("channel"), _words("coupon", campaigns).alias("coupon")
    )
    coupon = _said("coupon", pl.col("coupon"))
    return found.with_columns(
        pl.lit("Order Completed").alias("name"),
        pl.lit(currency).alias("currency"),
        pl.Series("order_ref", [order_number(one) for one in found["order_id"].to_list()], dtype=pl.Int64),
        net.alias("total_minor"),
        net.alias("subtotal_minor"),
        (pl.col("list_minor") - net).alias("discount_minor"),
        net.alias("earning_minor"),
        *(pl.lit(0, pl.Int64).alias(name) for name in _NOTHING),
        pl.col("lines").alias("lines_count"),
        (pl.lit('{"channel": "') + pl.col("channel") + '"' + coupon + "}").alias("properties"),
    )


_NOTHING = ("shipping_minor", "tax_minor", "points_minor", "earning_points_minor", "earning_shipping_minor")


def _refunds(chunk: Chunk, line: pl.DataFrame, orders: pl.DataFrame, currency: str) -> pl.DataFrame:
    of_line = line.filter(pl.col("what") == REFUND).select("seq", "member", "occurred_us", pl.col("row").alias("order"))
    about = orders.select(
        "order", "order_id", "order_ref", "list_minor", "lines", "back_whole", pl.col("seq").alias("about")
    )
    first = chunk.lines.filter(pl.col("number") == 0).select("order", pl.col("list_minor").alias("first_minor"))
    whole = pl.col("back_whole") | (pl.col("lines") == 1)
    return (
        of_line.join(about, on="order", maintain_order="left")
        .join(first, on="order", maintain_order="left")
        .select(
            "seq",
            "member",
            "occurred_us",
            "order_id",
            "order_ref",
            "about",
            pl.lit("Order Refunded").alias("name"),
            pl.lit(currency).alias("currency"),
            pl.lit(1, pl.Int64).alias("about_version"),
            whole.alias("whole"),
            pl.when(whole).then("list_minor").otherwise("first_minor").alias("share_num"),
            pl.col("list_minor").alias("share_den"),
        )
    )


def _doings(chunk: Chunk, line: pl.DataFrame) -> pl.DataFrame:
    of_line = line.filter(pl.col("what") == DO).sort("row").select("seq", "member", "occurred_us")
    found = pl.concat([of_line, chunk.doings.drop("member", "s")], how="horizontal")
    ids, categories, _brands, _names = names_of_products()
    name = _words("name", NAMES)
    channel = pl.when(pl.col("id") % 3 == 0).then(pl.lit("web")).otherwise(pl.lit("app"))
    product = pl.when(pl.col("product") >= 0).then("product")
    found = found.with_columns(
        name.alias("name"), channel.alias("channel"), product.alias("product"), _words("kind", KINDS).alias("kind")
    ).with_columns(_words("product", ids).alias("id_text"), _words("product", categories).alias("category"))
    scored = pl.when(pl.col("score") >= 0).then("score")
    word = pl.when(pl.col("name") == "Product Reviewed").then(pl.lit("rating")).otherwise(pl.lit("score"))
    seconds = pl.when(pl.col("seconds") >= 0).then("seconds")
    # texts are added up: pl.format of a column of nothing but nulls panics (polars 1.x)
    text = (
        _said("channel", pl.col("channel"), first=True)
        + _said("product_id", pl.col("id_text"))
        + _said("category", pl.col("category"))
        + _said("seconds", seconds, quote="")
        + _said("kind", pl.col("kind"))
        + (pl.lit(', "') + word + '": ' + scored.cast(pl.String)).fill_null("")
    )
    return found.select(
        "seq", "member", "occurred_us", "name", "channel", (pl.lit("{") + text + "}").alias("properties")
    )


def _lines(chunk: Chunk, orders: pl.DataFrame) -> pl.DataFrame:
    ids, categories, brands, names = names_of_products()
    found = chunk.lines.join(orders.select("order", "seq", "member"), on="order", maintain_order="left").with_columns(
        _words("product", ids).alias("product_id"),
        _words("product", categories).alias("category"),
        _words("product", brands).alias("brand"),
        _words("product", names).alias("name"),
        pl.col("net_minor").alias("earning_minor"),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("tax_minor", "points_minor", "earning_points_minor")),
    )
    return _filled(found, LINES, {})


def _said(name: str, value: pl.Expr, quote: str = '"', first: bool = False) -> pl.Expr:
    """A member of a JSON object, or nothing where the value is null."""
    lead = "" if first else ", "
    return (pl.lit(f'{lead}"{name}": {quote}') + value.cast(pl.String) + quote).fill_null("")


def _words(column: str, words: list[str] | tuple[str, ...]) -> pl.Expr:
    """The word for each place in a list; null where there is no place (null or below 0)."""
    place = pl.when(pl.col(column) >= 0).then(column)
    return pl.lit(pl.Series(list(words), dtype=pl.String)).gather(place.cast(pl.UInt32))


def _named(places: object, words: tuple[str, ...]) -> pl.Series:
    return pl.Series(words).gather(pl.Series(places).cast(pl.UInt32))  # type: ignore[arg-type]


def _filled(frame: pl.DataFrame, schema: Schema, common: dict[str, object]) -> pl.DataFrame:
    """These columns of these types; what the frame lacks is null, or what is ``common`` to all."""
    if "effective_us" not in frame.columns and "occurred_us" in frame.columns:
        frame = frame.with_columns(pl.col("occurred_us").alias("effective_us"))
    has = set(frame.columns)
    defaults = {"lines_count": 0} | common
    return frame.select(
        (pl.col(name) if name in has else pl.lit(defaults.get(name))).cast(kind).alias(name)
        for name, kind in schema.items()
    )
