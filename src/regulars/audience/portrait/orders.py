"""A member's orders, less what came back, and what they say: favourites and times. Counted, not estimated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.events.append import amounts_of
from regulars.rules.events import ORDER_COMPLETED, REFUND_NAMES, Line

ORDERS_MOST = 1000
"""The newest so many are looked at; who has more is known well enough."""
SHOWN_MOST = 5


@dataclass(frozen=True, slots=True)
class Bought:
    """An order: the local moment, its day, its lines' net (minor units) and what of that came back."""

    at: datetime
    day: date
    net_minor: int
    returned_minor: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Favourite:
    """A category or a product: what it is called, in how many orders, net (minor units) and the share of all net."""

    name: str
    orders: int
    net_minor: int
    share: float


def orders_of(member_ids: Sequence[int], zone: ZoneInfo) -> list[Bought]:
    """The newest orders of a member and the visitors joined with her, oldest first; without what came back whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, least(occurred_at, effective_at), amounts::text FROM events_event"
            " WHERE member_id = ANY(%s) AND NOT fact AND name = ANY(%s) AND amounts IS NOT NULL"
            " ORDER BY id DESC LIMIT %s",
            [list(member_ids), [ORDER_COMPLETED, *sorted(REFUND_NAMES)], ORDERS_MOST],
        )
        rows = [(row[0], row[1], row[2], amounts_of(row[3])) for row in cursor.fetchall()]
    refunds = [amounts for _, name, _, amounts in rows if name != ORDER_COMPLETED]
    found = []
    for event_id, name, at, order in reversed(rows):
        if name != ORDER_COMPLETED:
            continue
        net = sum(line.net_minor for line in order.lines)
        back = 0
        for refund in refunds:
            if refund.about == event_id:
                back += net if refund.whole else net * refund.share_num // refund.share_den if refund.share_den else 0
        if net and back >= net:
            continue
        local = at.astimezone(zone)
        found.append(Bought(local, local.date(), net, min(back, net), order.lines))
    return sorted(found, key=lambda one: one.at)


def categories(orders: Sequence[Bought]) -> list[Favourite]:
    """What she spends most on."""
    return _favourites(orders, lambda line: line.category or "", by_orders=False)


def products(orders: Sequence[Bought]) -> list[Favourite]:
    """What she buys most often; a product by its name, else its number."""
    return _favourites(orders, lambda line: line.name or line.product_id, by_orders=True)


def hours(orders: Sequence[Bought]) -> dict[tuple[int, int], int]:
    """How many orders by weekday (0: Monday) and hour of the programme's clock."""
    return dict(Counter((order.at.weekday(), order.at.hour) for order in orders))


def _favourites(orders: Sequence[Bought], name_of: object, *, by_orders: bool) -> list[Favourite]:
    net: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for order in orders:
        seen = set()
        for line in order.lines:
            name = name_of(line)  # type: ignore[operator]
            if name:
                net[name] += line.net_minor
                seen.add(name)
        count.update(seen)
    total = sum(net.values())
    first = count if by_orders else net
    ranked = sorted(net, key=lambda name: (-first[name], -net[name], name))[:SHOWN_MOST]
    return [Favourite(name, count[name], net[name], net[name] / total if total else 0.0) for name in ranked]
