"""A typed event in the shape that ``POST /api/events`` takes: what a shop would have sent for it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from regulars.rules.events import Event, Line, Order


def body(user_id: str, event: Event, minor_digits: int = 2) -> dict[str, Any]:
    """The event as JSON-ready data; money as exact decimals of the major unit.

    minor_digits: decimal places of the event's currency.
    """
    properties: dict[str, Any] = {}
    if event.order is not None:
        properties |= _order(event.order, minor_digits)
    elif event.order_id is not None:
        properties["order_id"] = event.order_id
    if event.currency is not None:
        properties["currency"] = event.currency
    properties |= event.properties
    out: dict[str, Any] = {
        "name": event.name,
        "message_id": event.message_id,
        "user_id": user_id,
        "timestamp": _iso(event.occurred_at),
        "properties": properties,
    }
    if event.context:
        out["context"] = dict(event.context)
    return out


def _order(order: Order, digits: int) -> dict[str, Any]:
    out: dict[str, Any] = {"order_id": order.order_id}
    for name in ("total", "subtotal", "discount", "shipping", "tax"):
        minor = getattr(order, f"{name}_minor")
        if minor:
            out[name] = major(minor, digits)
    if order.points_minor:
        out["points_amount"] = major(order.points_minor, digits)
    if order.shipping_earns_minor is not None:
        out["shipping_earns"] = major(order.shipping_earns_minor, digits)
    out["products"] = [_line(line, digits) for line in order.lines]
    return out


def _line(line: Line, digits: int) -> dict[str, Any]:
    out: dict[str, Any] = {"product_id": line.product_id, "quantity": line.quantity}
    if line.price_minor * line.quantity == line.list_minor:
        out["price"] = major(line.price_minor, digits)
    else:
        # Three for five dollars: no price of one piece says that.
        out["subtotal"] = major(line.list_minor, digits)
    discount = line.list_minor - line.net_minor - line.points_minor
    if discount:
        out["discount"] = major(discount, digits)
    if line.tax_minor:
        out["tax"] = major(line.tax_minor, digits)
    if line.earns_minor is not None:
        out["earns"] = major(line.earns_minor, digits)
    for name in ("category", "brand", "name", "sku", "variant"):
        value = getattr(line, name)
        if value is not None:
            out[name] = value
    return out | line.extra


@lru_cache(maxsize=65_536)
def major(minor: int, digits: int) -> Decimal:
    """An amount in the major unit, exact: 1999 with two digits is 19.99."""
    return Decimal(minor).scaleb(-digits)


def introduction(user_id: str, traits: dict[str, str], at: datetime, message_id: str) -> dict[str, Any]:
    """An identify call: who a customer is."""
    return {
        "type": "identify",
        "message_id": message_id,
        "user_id": user_id,
        "timestamp": _iso(at),
        "traits": traits,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
