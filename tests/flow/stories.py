"""Customers and what they did in the last year, sent in through the ordinary ingestion; days are counted back from now.

For tests of what is read, and for looking at pages by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from regulars.flow import holds, intake
from regulars.flow.sweep import sweep
from regulars.members import reads as members
from regulars.programmes import writes as programmes

_ROOT = Path(__file__).resolve().parents[2]
_message = count(1)


def publish_live_commerce() -> None:
    """Apply the live-commerce programme, without the sections that are not in operation yet."""
    text = (_ROOT / "programmes" / "live-commerce.yaml").read_text(encoding="utf-8")
    programmes.apply(text.partition("\ntasks:")[0] + "\n")


@dataclass
class Customer:
    """Somebody who shops. Each verb is one event; ``ago`` is in days."""

    shop_id: str
    source: str = "shop"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    orders: int = 0

    @property
    def member_id(self) -> int:
        """The member behind the shop's id."""
        found = members.by_shop_id(self.shop_id)
        assert found is not None
        return found.pk

    def send(self, name: str, ago: float, /, **properties: Any) -> None:
        """Any event."""
        event = {
            "event": name,
            "message_id": f"{self.source}-{self.shop_id}-{next(_message)}",
            "user_id": self.shop_id,
            "timestamp": (self.now - timedelta(days=ago)).isoformat(),
            "properties": properties,
        }
        [outcome] = intake.take([event], intake.reader(self.source))
        assert outcome.status == "accepted", outcome.problem

    def orders_for(
        self, ago: float, *products: tuple[str, str, str], points_amount: str = "", discount: str = ""
    ) -> str:
        """An order of ``(name, category, price)``; returns its id."""
        self.orders += 1
        order_id = f"{sum(map(ord, self.shop_id)) % 90 + 10}{100 + self.orders}"
        extra: dict[str, Any] = {"discount": discount} if discount else {}
        if points_amount:
            extra["points_amount"] = points_amount
        lines = [
            {"product_id": name.lower(), "name": name, "category": category, "price": price, "quantity": 1}
            for name, category, price in products
        ]
        self.send("Order Completed", ago, order_id=order_id, currency="CNY", products=lines, **extra)
        return order_id

    def gets(self, order_id: str, ago: float) -> None:
        """The parcel arrives."""
        self.send("Order Delivered", ago, order_id=order_id)


def a_gold_member(shop_id: str = "gold", source: str = "shop") -> Customer:
    """Orders through the year, a review, a spend, a return, points pending, held and soon to lapse."""
    c = Customer(shop_id, source)
    for ago, price in ((352, "860.00"), (300, "430.50"), (190, "599.00"), (120, "1288.80"), (45, "212.35")):
        if ago == 45:
            c.send("Product Reviewed", 110, name="Longjing 2026", photos=2)
            c.send("Product Shared", 100, name="Longjing 2026")
        order = c.orders_for(ago, ("Longjing 2026", "tea", price), ("Porcelain cup", "home", "59.90"))
        c.gets(order, ago - 3)
    c.send("Points Redeemed", 44, points=500, order_id=order)
    last = c.orders_for(20, ("Oolong", "tea", "188.00"), ("Tea tray", "home", "320.00"))
    c.gets(last, 17)
    c.send("Order Refunded", 12, order_id=last, products=[{"product_id": "tea tray", "quantity": 1}])
    c.orders_for(1, ("Pu'er cake", "tea", "286.00"), ("Linen cloth", "home", "45.00"))
    holds.adjust(c.member_id, 50, reason="Parcel came late, with our apology", message_id=f"adj-{shop_id}")
    holds.place(c.member_id, 200, order_id="77099", message_id=f"hold-{shop_id}")
    return c


def a_debtor(shop_id: str = "debtor", source: str = "shop") -> Customer:
    """Spent what an order earned, then sent the order back."""
    c = Customer(shop_id, source)
    order = c.orders_for(40, ("Camera", "electronics", "3200.00"))
    c.gets(order, 37)
    c.send("Points Redeemed", 30, points=3000, order_id="x-9")
    c.send("Order Refunded", 25, order_id=order)
    return c


def a_newcomer(shop_id: str = "new", source: str = "shop") -> Customer:
    """One small order, still on its way."""
    c = Customer(shop_id, source)
    c.orders_for(0.1, ("Tea sampler", "tea", "88.00"))
    return c


def a_diamond(shop_id: str = "diamond", source: str = "shop") -> Customer:
    """At the top of the ladder."""
    c = Customer(shop_id, source)
    for ago in range(200, 0, -25):
        c.gets(c.orders_for(ago, ("Tea chest", "tea", "1999.00")), ago - 0.5)
    return c


def one_in_danger(shop_id: str = "danger", source: str = "shop") -> Customer:
    """Gold a year ago, little since: the review has put them in grace."""
    c = Customer(shop_id, source)
    c.gets(c.orders_for(380, ("Tea chest", "tea", "2400.00")), 377)
    c.gets(c.orders_for(90, ("Cup", "home", "640.00")), 87)
    return c


def everybody(source: str = "shop") -> list[Customer]:
    """All of the above, time let pass up to now."""
    found = [make(source=source) for make in (a_gold_member, a_debtor, a_newcomer, a_diamond, one_in_danger)]
    sweep()
    return found
