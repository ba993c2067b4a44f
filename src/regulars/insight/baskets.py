"""Baskets of the log: what people lately bought, as carts at list prices; and which goods and channels there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from regulars.events.append import amounts_of
from regulars.events.models import Event
from regulars.insight.trial import Basket
from regulars.points.models import Account
from regulars.rules import events as ev
from regulars.rules.pricing import Cart, Line
from regulars.tiers.models import Standing

DAYS = 7
LOOKED_MAX = 20_000
"""So many of the newest orders are looked at for those of the last days."""
BASKETS_MAX = 3_000
"""So many baskets are tried at most: of more, those of every n-th member."""
GOODS_LOOKED = 1_000
"""The newest orders whose goods are known by name."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Week:
    """Orders of the last days of the log: those sampled (id, member), a member's together; how many there were in all;
    the moments of the first and the last; the newest id looked at."""

    orders: tuple[tuple[int, int | None], ...] = ()
    total: int = 0
    first: datetime | None = None
    last: datetime | None = None
    newest: int = 0

    def part(self, start: int, size: int) -> list[int]:
        """About ``size`` ids from ``start`` on, up to the end of a member's."""
        end = min(start + size, len(self.orders))
        while (
            end < len(self.orders)
            and self.orders[end][1] is not None
            and self.orders[end][1] == self.orders[end - 1][1]
        ):
            end += 1
        return [order for order, _member in self.orders[start:end]]


def week(until: int | None = None) -> Week:
    """The orders of the last ``DAYS`` days of data, every basket or (of many) those of every n-th member. ``until``: as
    it was when this was the newest id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH recent AS MATERIALIZED (SELECT id, member_id, occurred_at FROM events_event"
            " WHERE name = 'Order Completed' AND NOT fact AND id <= %s ORDER BY id DESC LIMIT %s)"
            " SELECT id, member_id, occurred_at FROM recent"
            " WHERE occurred_at > (SELECT max(occurred_at) FROM recent) - make_interval(days => %s)"
            " ORDER BY member_id, id",
            [until or 2**62, LOOKED_MAX, DAYS],
        )
        rows = cursor.fetchall()
    if not rows:
        return Week()
    times = [row[2] for row in rows]
    orders = tuple(chosen([(row[0], row[1]) for row in rows]))
    return Week(orders, len(rows), min(times), max(times), max(row[0] for row in rows))


def chosen(orders: Sequence[tuple[int, int | None]], most: int = BASKETS_MAX) -> list[tuple[int, int | None]]:
    """The orders (id, member) to try: all, or those of every n-th member, whole members and at most ``most`` orders."""
    step = -(-len(orders) // most) or 1
    # Orders of nobody known stand for themselves.
    people = list(dict.fromkeys((member, None if member is not None else order) for order, member in orders))
    kept = set(people[::step])
    some = [(order, who) for order, who in orders if (who, None if who is not None else order) in kept]
    return some[:most]


def baskets(ids: Sequence[int], currency: str, zone: ZoneInfo) -> list[Basket]:
    """Those orders as carts, in the order given: list prices, the member's tier of today, the order's own channel and
    delivery fee. ``zone``: whose days count since joining."""
    rows = {
        row[0]: row
        for row in Event.objects.filter(pk__in=ids)
        .order_by()
        .annotate(order_text=Cast("amounts", TextField()))
        .values_list("pk", "member_id", "occurred_at", "order_text", "properties")
    }
    tiers = dict(
        Standing.objects.filter(member_id__in={row[1] for row in rows.values() if row[1]}).values_list(
            "member_id", "level"
        )
    )
    joined = dict(
        Account.objects.filter(member_id__in={row[1] for row in rows.values() if row[1]}).values_list(
            "member_id", "joined_day"
        )
    )
    found = []
    for order_id in ids:
        if order_id in rows:
            _id, member_id, at, text, properties = rows[order_id]
            order = amounts_of(text)
            lines = lines_of(order)
            if lines:
                channel = properties.get("channel")
                today = (at.astimezone(zone).date() - _EPOCH.date()).days
                found.append(
                    Basket(
                        member_id,
                        Cart(
                            lines=lines,
                            currency=currency,
                            at_us=(at - _EPOCH) // timedelta(microseconds=1),
                            member=str(member_id or ""),
                            joined_days=max(today - joined[member_id], 0) if member_id in joined else None,
                            tier=tiers.get(member_id, ""),
                            channel=channel if isinstance(channel, str) else "",
                            delivery_minor=max(order.shipping_minor, 0),
                            properties=properties,
                        ),
                    )
                )
    return found


def lines_of(order: ev.Order) -> tuple[Line, ...]:
    """An order's lines at list prices; a line whose list price does not divide by its units loses the odd cents."""
    return tuple(
        Line(
            line_id=str(number),
            product_id=line.product_id,
            price_minor=line.list_minor // line.quantity,
            quantity=line.quantity,
            category=line.category or "",
            brand=line.brand or "",
            name=line.name or "",
            sku=line.sku or "",
            variant=line.variant or "",
            extra=line.extra,
        )
        for number, line in enumerate(order.lines, 1)
        if line.quantity > 0 and line.list_minor >= 0
    )


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the newest orders have it: its list price for one unit, in minor units."""

    product_id: str
    category: str
    name: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class Goods:
    """What the newest orders are made of, the most frequent first."""

    categories: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    channels: tuple[str, ...] = ()


def goods() -> Goods:
    """Categories, products and channels of the last ``GOODS_LOOKED`` orders."""
    rows = (
        Event.objects.filter(name=ev.ORDER_COMPLETED, fact=False)
        .order_by("-id")
        .annotate(order_text=Cast("amounts", TextField()))
        .values_list("order_text", "properties")[:GOODS_LOOKED]
    )
    categories: Counter[str] = Counter()
    products: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    known: dict[str, Product] = {}
    for text, properties in rows:
        channel = properties.get("channel")
        if isinstance(channel, str) and channel:
            channels[channel] += 1
        for line in lines_of(amounts_of(text)):
            categories[line.category] += 1
            products[line.product_id] += 1
            known.setdefault(line.product_id, Product(line.product_id, line.category, line.name, line.price_minor))
    del categories[""]
    return Goods(
        tuple(name for name, _count in categories.most_common(200)),
        tuple(known[product] for product, _count in products.most_common(300) if product),
        tuple(name for name, _count in channels.most_common(20)),
    )
