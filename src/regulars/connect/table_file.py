"""CSV and Parquet files in: rows become events in the shape of ``POST /api/events``.

Two kinds of file, told apart by whether it has a column ``event``:

* **order lines**, one row a product. Rows with one ``order_id`` are one "Order Completed"; what belongs to the order
  may stand in each of its rows or in some, but must not differ between them;
* **events**, one row each, with their properties in a column ``properties`` (a JSON object) or in columns of their
  own.

Columns not listed here are kept: as a property of the event, or, when called ``line.something``, of the product. The
message id of an order is ``order-<order_id>``; that of an event without one is made from what the row says, so that
the same file read twice is the same events.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from regulars.rules.events import ORDER_COMPLETED

COLUMNS = {
    "event": "name of the event; without this column the file holds order lines",
    "order_id": "the order; rows with the same one belong together",
    "customer_id": "the customer's id at the shop",
    "anonymous_id": "the visitor's id, when the customer is not known",
    "timestamp": "when it happened, ISO 8601; without an offset in --time-zone",
    "message_id": "events only: what makes it the same event when sent again",
    "properties": "events only: a JSON object",
    "currency": "three letters; absent: --currency",
    "product_id": "order lines: the product",
    "quantity": "order lines: pieces, 1 when absent",
    "price": "order lines: price of one piece before discounts",
    "list": "order lines: price times quantity, when one piece has no round price",
    "discount": "order lines: discount on the whole line",
    "net": "order lines: what was paid for the line, before tax and delivery",
    "tax": "order lines: tax on top",
    "sku": "order lines: the shop's own number of the product",
    "name": "order lines: name of the product",
    "category": "order lines: category of the product",
    "brand": "order lines: brand of the product",
    "variant": "order lines: colour, size and the like",
    "order_discount": "discount on the whole order, spread over its lines",
    "order_tax": "tax on top of the whole order",
    "shipping": "delivery, on top",
    "total": "all that was paid, to be checked against the rest",
    "coupon": "coupon code used",
}
"""The columns that mean something, and what; any other is kept as a property."""

_LINE = (
    "product_id",
    "sku",
    "name",
    "category",
    "brand",
    "variant",
    "quantity",
    "price",
    "list",
    "discount",
    "net",
    "tax",
)
_NUMBERS = {"quantity", "price", "list", "discount", "net", "tax", "order_discount", "order_tax", "shipping", "total"}
_ON_THE_WIRE = {"order_discount": "discount", "order_tax": "tax"}
_ON_THE_WIRE_OF_A_LINE = {"list": "subtotal", "net": "total"}
_ABOUT = ("customer_id", "anonymous_id", "timestamp", "message_id", "event", "properties", "order_id")
_ROW = "__row__"


class TableError(ValueError):
    """The file as a whole cannot be imported; the message says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event and the rows it was read from (for an order: one a product, in order), or why there is none.

    Rows are counted as a person sees them: in a CSV file the header is row 1. ``body`` has the shape that
    ``POST /api/events`` takes; ``problem`` is empty unless the rows do not make an event.
    """

    rows: tuple[int, ...]
    body: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read. ``names``: our column name to the file's; the rest are called as ``COLUMNS`` says."""

    names: Mapping[str, str]
    time_zone: str
    currency: str | None = None


def read(path: Path, layout: Layout) -> list[Found]:
    """Every event of a file, earliest first; rows that make none come before all others.

    Raises TableError when the file cannot be read, or lacks a column it must have.
    """
    frame = _named(_load(path), layout.names)
    found = _events(frame, layout) if "event" in frame.columns else _orders(frame, layout)
    return sorted(found, key=lambda one: (one.body.get("timestamp", ""), one.rows))


def _load(path: Path) -> pl.DataFrame:
    """The file with every value as text, exactly as it stands, and the number of its row."""
    if not path.is_file():
        raise TableError(f"{path}: there is no such file")
    try:
        if path.suffix.lower() == ".parquet":
            return _as_text(pl.read_parquet(path)).with_row_index(_ROW, offset=1)
        if path.name.lower().endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz")):
            separator = "\t" if ".tsv" in path.name.lower() else ","
            return pl.read_csv(path, infer_schema=False, separator=separator).with_row_index(_ROW, offset=2)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: cannot be read: {error}") from error
    raise TableError(f"{path.name}: must end in .csv, .csv.gz, .tsv, .tsv.gz or .parquet")


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    texts = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.Datetime):
            # With the column's own zone it is a moment; without, it is local time like a bare text in a CSV file.
            pattern = "%Y-%m-%dT%H:%M:%S%.6f" + ("%:z" if kind.time_zone else "")
            texts.append(column.dt.strftime(pattern))
        elif isinstance(kind, pl.Struct):
            texts.append(column.struct.json_encode())
        elif kind.is_nested():
            raise TableError(f"column {name} holds lists; write them as JSON text in a column properties")
        else:
            texts.append(column.cast(pl.String))
    return frame.with_columns(texts)


def _named(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    for ours, theirs in names.items():
        if theirs not in frame.columns:
            known = ", ".join(name for name in frame.columns if name != _ROW)
            raise TableError(f"there is no column {theirs!r} to take as {ours}; the file has {known}")
    frame = frame.rename({theirs: ours for ours, theirs in names.items()}, strict=False)
    events = "event" in frame.columns
    missing = [name for name in ("timestamp",) if name not in frame.columns]
    if not {"customer_id", "anonymous_id"} & set(frame.columns):
        missing.append("customer_id")
    if not events:
        missing += [name for name in ("order_id", "product_id") if name not in frame.columns]
        if not {"price", "net", "list"} & set(frame.columns):
            missing.append("price (or net)")
    if missing:
        raise TableError(
            f"missing column{'s' if len(missing) > 1 else ''}: {', '.join(missing)}."
            " If the file calls it otherwise: --map customer_id='Customer No'"
        )
    return frame


def _orders(frame: pl.DataFrame, layout: Layout) -> Iterator[Found]:
    lines = [name for name in frame.columns if name in _LINE or name.startswith("line.")]
    shared = [name for name in frame.columns if name not in lines and name not in (_ROW, "order_id")]
    nameless = frame.filter(pl.col("order_id").is_null())[_ROW].to_list()
    for row in nameless:
        yield Found((row,), {}, "order_id is empty")
    grouped = (
        frame.filter(pl.col("order_id").is_not_null())
        .group_by("order_id", maintain_order=True)
        .agg(
            pl.col(_ROW),
            pl.struct(lines).alias("lines"),
            *(pl.col(name).drop_nulls().unique(maintain_order=True) for name in shared),
        )
    )
    for order in grouped.iter_rows(named=True):
        yield _order(order, shared, layout)


def _order(order: Mapping[str, Any], shared: list[str], layout: Layout) -> Found:
    rows = tuple(order[_ROW])
    for name in shared:
        if len(order[name]) > 1:
            values = " and ".join(repr(value) for value in order[name][:2])
            return Found(rows, {}, f"{name} differs within order {order['order_id']}: {values}")
    given = {name: order[name][0] for name in shared if order[name]}
    properties: dict[str, Any] = {"order_id": order["order_id"]}
    for name, value in given.items():
        if name not in _ABOUT:
            properties[_ON_THE_WIRE.get(name, name)] = _value(name, value)
    properties["products"] = [
        {
            _ON_THE_WIRE_OF_A_LINE.get(name, name.removeprefix("line.")): _value(name, value)
            for name, value in line.items()
            if value is not None
        }
        for line in order["lines"]
    ]
    return _found(rows, ORDER_COMPLETED, f"order-{order['order_id']}", given, properties, layout)


def _events(frame: pl.DataFrame, layout: Layout) -> Iterator[Found]:
    for record in frame.iter_rows(named=True):
        row = record.pop(_ROW)
        given = {name: value for name, value in record.items() if value is not None}
        properties: Any = {}
        if "properties" in given:
            try:
                properties = json.loads(given["properties"], parse_float=Decimal)
            except ValueError:
                yield Found((row,), {}, "properties is no JSON")
                continue
            if not isinstance(properties, dict):
                yield Found((row,), {}, "properties must be a JSON object")
                continue
        if not given.get("event"):
            yield Found((row,), {}, "event is empty")
            continue
        # A column of its own says more than the same name inside the JSON.
        for name, value in given.items():
            if name == "order_id" or name not in _ABOUT:
                properties[_ON_THE_WIRE.get(name, name)] = _value(name, value)
        message_id = given.get("message_id") or _digest(given)
        yield _found((row,), given["event"], message_id, given, properties, layout)


def _found(
    rows: tuple[int, ...],
    event: str,
    message_id: str,
    given: Mapping[str, str],
    properties: dict[str, Any],
    layout: Layout,
) -> Found:
    if layout.currency:
        properties.setdefault("currency", layout.currency)
    body: dict[str, Any] = {"name": event, "message_id": message_id, "properties": properties}
    if "customer_id" in given:
        body["user_id"] = given["customer_id"]
    if "anonymous_id" in given:
        body["anonymous_id"] = given["anonymous_id"]
    try:
        body["timestamp"] = _moment(given.get("timestamp", ""), layout.time_zone)
    except ValueError:
        return Found(
            rows, {}, f"timestamp {given.get('timestamp', '')!r} is no moment such as 2026-03-01T09:30:00+08:00"
        )
    return Found(rows, body)


def _moment(text: str, time_zone: str) -> str:
    """The moment as ISO 8601 in UTC, so that moments sort as texts do."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(time_zone))
    return moment.astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _value(name: str, value: str) -> Any:
    """A column's text as the event has it: exact numbers where a number is meant, else the text itself."""
    if name not in _NUMBERS:
        return value
    text = value.strip()
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}(e-?\d{1,2})?", text):
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else number
    return value  # the parser says what is wrong with it


def _digest(given: Mapping[str, str]) -> str:
    text = json.dumps(dict(sorted(given.items())), ensure_ascii=False)
    return "row-" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
