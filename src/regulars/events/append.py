"""Writing to the log: numbers for new events, who was here before, and the rows themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from regulars.rules import events as ev
from regulars.store.columns import TEXT, Array
from regulars.store.questions import Known, Question

_COLUMNS = (
    "id",
    "source",
    "message_id",
    "name",
    "fact",
    "member_id",
    "occurred_at",
    "effective_at",
    "version_id",
    "body_hash",
    "currency",
    "order_id",
    "properties",
    "context",
    "amounts",
    "decision",
)
_TYPES = (
    "int8",
    "text",
    "text",
    "text",
    "bool",
    "int8",
    "timestamptz",
    "timestamptz",
    "int8",
    "bytea",
    "varchar",
    "text",
    # JSON goes out as bytes that are encoded already; a jsonb begins with its format's version, 1
    "bytea",
    "bytea",
    "bytea",
    "bytea",
)
COPY = f"COPY events_event ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(slots=True)
class Row:
    """One row to be appended. ``decision`` is the answer as JSON."""

    id: int
    event: ev.Event
    member_id: int | None
    effective_at: datetime
    version_id: int | None
    body_hash: bytes
    decision: bytes | None = None
    fact: bool = False


def next_ids(count: int) -> Question[list[int]]:
    """The next ``count`` places in the log. Ask with the members locked: then a member's ids are in decision order."""
    if not count:
        return Known([])
    return Question(
        "SELECT nextval('events_event_seq') FROM generate_series(1, %s)",
        (count,),
        lambda rows: [row[0] for row in rows],
    )


Seen = dict[tuple[str, str], tuple[int, bytes, Any]]


def known(keys: Sequence[tuple[str, str]], order_ids: Collection[str]) -> Question[tuple[Seen, set[str]]]:
    """What the log has already: of the (source, message id) pairs those in it, with their id, body hash and first
    answer; and which of the orders are completed."""

    def read(rows: list[Any]) -> tuple[Seen, set[str]]:
        seen = {(row[0], row[1]): (row[2], bytes(row[3]), row[4]) for row in rows if row[2] is not None}
        return seen, {row[5] for row in rows if row[2] is None}

    return Question(
        "SELECT e.source, e.message_id, e.id, e.body_hash, e.decision::text, NULL::text"
        " FROM unnest(%s, %s) k(source, message_id)"
        " JOIN events_event e USING (source, message_id)"
        " UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, order_id FROM events_event"
        " WHERE name = 'Order Completed' AND NOT fact AND order_id = ANY(%s)",
        (
            Array(TEXT, [key[0] for key in keys]),
            Array(TEXT, [key[1] for key in keys]),
            Array(TEXT, list(order_ids)),
        ),
        read,
    )


@dataclass(slots=True)
class KnownOrder:
    """A completed order in the log, with what was refunded of it so far, oldest first."""

    event_id: int
    member_id: int | None
    occurred_at: datetime
    version_id: int | None
    order: ev.Order
    refunds: list[ev.Order] = field(default_factory=list)


def orders(cursor: Any, order_ids: Iterable[str]) -> dict[str, KnownOrder]:
    """The completed orders with those ids, each with its refunds."""
    cursor.execute(
        "SELECT order_id, id, member_id, least(occurred_at, effective_at), version_id, amounts::text FROM events_event"
        " WHERE name = 'Order Completed' AND NOT fact AND order_id = ANY(%s)",
        (Array(TEXT, list(order_ids)),),
    )
    found = {row[0]: KnownOrder(row[1], row[2], row[3], row[4], amounts_of(row[5])) for row in cursor.fetchall()}
    members = {known.member_id for known in found.values()}
    cursor.execute(
        "SELECT order_id, amounts::text FROM events_event"
        " WHERE member_id = ANY(%s) AND name = ANY(%s) AND NOT fact AND order_id = ANY(%s) ORDER BY id",
        (list(members), list(ev.REFUND_NAMES), list(found)),
    )
    for order_id, amounts in cursor.fetchall():
        found[order_id].refunds.append(amounts_of(amounts))
    return found


_decode_order = msgspec.json.Decoder(ev.Order).decode


def amounts_of(text: str | bytes) -> ev.Order:
    """The typed order in a row's ``amounts``."""
    return _decode_order(text)


def line_json(line: ev.Line) -> dict[str, Any]:
    """A line without what stands at its default, as the log keeps it."""
    out: dict[str, Any] = {
        "product_id": line.product_id,
        "quantity": line.quantity,
        "list_minor": line.list_minor,
        "net_minor": line.net_minor,
        "number": line.number,
    }
    if line.price_minor:
        out["price_minor"] = line.price_minor
    if line.tax_minor:
        out["tax_minor"] = line.tax_minor
    if line.points_minor:
        out["points_minor"] = line.points_minor
    if line.category is not None:
        out["category"] = line.category
    if line.brand is not None:
        out["brand"] = line.brand
    if line.name is not None:
        out["name"] = line.name
    if line.sku is not None:
        out["sku"] = line.sku
    if line.variant is not None:
        out["variant"] = line.variant
    if line.extra:
        out["extra"] = line.extra
    if line.earns_minor is not None:
        out["earns_minor"] = line.earns_minor
    return out


def order_json(order: ev.Order) -> dict[str, Any]:
    """An order as the log keeps it."""
    out: dict[str, Any] = {
        "order_id": order.order_id,
        "total_minor": order.total_minor,
        "subtotal_minor": order.subtotal_minor,
        "discount_minor": order.discount_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "points_minor": order.points_minor,
        "lines": [line_json(line) for line in order.lines],
    }
    if order.about:
        out["about"] = order.about
        out["about_day"] = order.about_day
        out["whole"] = order.whole
        out["share_num"] = order.share_num
        out["share_den"] = order.share_den
    if order.shipping_earns_minor is not None:
        out["shipping_earns_minor"] = order.shipping_earns_minor
    return out


def append(cursor: Any, rows: Iterable[Row]) -> None:
    """Write rows to the log. Raises psycopg UniqueViolation when a message or order got there first."""
    with cursor.copy(COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            event = row.event
            copy.write_row(
                (
                    row.id,
                    event.source,
                    event.message_id,
                    event.name,
                    row.fact,
                    row.member_id,
                    event.occurred_at,
                    row.effective_at,
                    row.version_id,
                    row.body_hash,
                    event.currency,
                    event.order_id,
                    _jsonb(event.properties),
                    _jsonb(event.context),
                    None if event.order is None else encode(order_json(event.order)),
                    row.decision,
                )
            )


def _jsonb(value: Any) -> bytes:
    return b"\x01" + encode(value) if value else b"\x01{}"
