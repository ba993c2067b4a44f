"""A chunk as a shop would have sent it: bodies of ``POST /api/events``, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from regulars.connect.native import introduction, major
from regulars.connect.synthetic.chunk import JOIN, ORDER, REFUND, Chunk
from regulars.connect.synthetic.doing import ADDED, ANSWERED, KINDS, NAMES, REVIEWED, SEARCHED, VIEWED
from regulars.connect.synthetic.people import AGE_GROUPS, JOINED_BY, REGIONS, user_id
from regulars.connect.synthetic.shop import CHANNELS, Shop, names_of_products

_SLICE = 8_192


def prefix(shop: Shop) -> str:
    """What the message ids of this shop begin with: another seed or length is another shop."""
    return f"s{shop.seed}d{shop.days}"


def introduction_id(shop: Shop, member: int) -> str:
    """The message id by which a member introduces themselves."""
    return f"{prefix(shop)}-m{member}"


def message_id(shop: Shop, chunk: Chunk, what: int, member: int, row: int) -> str:
    """The message id of an entry of a chunk's line."""
    number = chunk.people.first + member
    if what == JOIN:
        return introduction_id(shop, number)
    letter = {ORDER: "o", REFUND: "r"}.get(what, "e")
    turn = chunk.orders["turn"][row] if what in (ORDER, REFUND) else chunk.doings["id"][row]
    return f"{prefix(shop)}-m{number}-{letter}{turn}"


def last_message_ids(shop: Shop, chunk: Chunk) -> list[str]:
    """The message ids that are there when all of a chunk is: the last of each kind, the last member's introduction."""
    last = chunk.line.group_by("what", maintain_order=True).last().select("what", "member", "row").rows()
    found = {message_id(shop, chunk, what, member, row) for what, member, row in last}
    return sorted(found | {introduction_id(shop, chunk.people.first + len(chunk.people) - 1)})


def bodies(shop: Shop, chunk: Chunk, digits: int = 2) -> Iterator[dict[str, Any]]:
    """Every event of a chunk as JSON-ready data. digits: decimal places of the shop's currency."""
    say = _Say(shop, chunk, digits)
    for piece in chunk.line.iter_slices(_SLICE):
        for _place, s, what, row, member in piece.iter_rows():
            yield say(s, what, row, member)


class _Say:
    """One chunk's entries in words. Columns are plain lists: looking one value up in a frame is slow."""

    def __init__(self, shop: Shop, chunk: Chunk, digits: int) -> None:
        self._shop, self._chunk, self._digits = shop, chunk, digits
        self._orders = chunk.orders.select("turn", "channel", "coupon", "lines", "back_whole").rows()
        self._doings = chunk.doings.select("id", "name", "product", "seconds", "kind", "score").rows()
        self._lines = chunk.lines.select("product", "quantity", "price_minor", "list_minor", "net_minor").rows()
        starts = chunk.orders["lines"].cum_sum().to_list()
        self._starts = [0, *starts[:-1]]
        self._products = names_of_products()

    def __call__(self, s: int, what: int, row: int, member: int) -> dict[str, Any]:
        at = self._shop.began + timedelta(seconds=s)
        message = message_id(self._shop, self._chunk, what, member, row)
        who = user_id(self._chunk.people.first + member)
        if what == JOIN:
            return introduction(who, self._traits(member), at, message)
        if what == ORDER:
            return _event("Order Completed", message, who, at, self._order(row, message))
        if what == REFUND:
            return _event("Order Refunded", message, who, at, self._refund(row, message))
        return self._doing(row, message, who, at)

    def _traits(self, member: int) -> dict[str, str]:
        people = self._chunk.people
        return {
            "age_group": AGE_GROUPS[people.age[member]],
            "region": REGIONS[people.region[member]],
            "joined_by": JOINED_BY[people.joined_by[member]],
        }

    def _order(self, row: int, message: str) -> dict[str, Any]:
        _turn, channel, coupon, count, _whole = self._orders[row]
        start = self._starts[row]
        said: dict[str, Any] = {"order_id": message, "channel": CHANNELS[channel]}
        if coupon is not None:
            said["coupon"] = self._shop.campaigns[coupon][0]
        said["products"] = [self._line(*line) for line in self._lines[start : start + count]]
        return said

    def _line(self, product: int, quantity: int, price: int, listed: int, net: int) -> dict[str, Any]:
        ids, categories, brands, names = self._products
        said: dict[str, Any] = {
            "product_id": ids[product],
            "quantity": quantity,
            "price": self._money(price),
            "category": categories[product],
            "brand": brands[product],
            "name": names[product],
        }
        if listed > net:
            said["discount"] = self._money(listed - net)
        return said

    def _refund(self, row: int, message: str) -> dict[str, Any]:
        turn, _channel, _coupon, count, whole = self._orders[row]
        order = f"{message.rpartition('-')[0]}-o{turn}"
        part = {} if whole or count == 1 else {"products": [{"number": 0}]}
        return {"order_id": order, "reason": "changed mind", **part}

    def _doing(self, row: int, message: str, who: str, at: datetime) -> dict[str, Any]:
        number, place, product, seconds, kind, score = self._doings[row]
        name = NAMES[place]
        ids, categories, _brands, _names = self._products
        said: dict[str, Any] = {"channel": "app" if number % 3 else "web"}
        if name in (VIEWED, ADDED, REVIEWED, "Product Shared"):
            said |= {"product_id": ids[product], "category": categories[product]}
        if name in (VIEWED, SEARCHED):
            said["seconds"] = seconds
        if name == SEARCHED:
            said["query"] = categories[number % len(categories)]
        if name == ANSWERED:
            said |= {"kind": KINDS[kind], "score": score}
        if name == REVIEWED:
            said["rating"] = score
        return _event(name, message, who, at, said)

    def _money(self, minor: int) -> Decimal:
        return major(minor, self._digits)


def _event(name: str, message: str, who: str, at: datetime, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "message_id": message,
        "user_id": who,
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "properties": properties,
    }
