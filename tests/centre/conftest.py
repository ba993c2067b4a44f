"""A member with something to see on every page, and browsers signed in as them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from regulars.centre import tokens
from regulars.rules import layout as y
from tests.flow.builders import Person, publish


@pytest.fixture
def person(db: None) -> Person:
    """A gold member with pending, held and soon-lapsing points and a history of every kind."""
    return make_person()


def make_person(shop_id: str = "m-1", source: str = "shop") -> Person:
    """See ``person``; dates are around today, so that pages say "soon" and "pending"."""

    def ago(days: float) -> str:
        return (timezone.now() - timezone.timedelta(days=days)).strftime("%Y-%m-%d %H:%M")

    p = Person(publish(), shop_id=shop_id, source=source)
    order = p.event("Order Completed", ago(300), f"{shop_id}-1")
    old = p.lot(order, 300, remaining=150, expires=ago(-20))
    p.move(y.EARN, y.ISSUED, y.ACC_PENDING, 300, order, lot=old, rule="purchase", base=30000)
    p.move(y.MATURE, y.ACC_PENDING, y.ACC_AVAILABLE, 300, order, when=ago(290), lot=old)
    growth = p.lot(order, 300, currency="growth")
    p.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 300, order, lot=growth, rule="growth", base=30000, currency="growth")
    review = p.event("Product Reviewed", ago(200), properties={"name": "Oat <b>milk</b>"})
    p.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 20, review, lot=p.lot(review, 20, remaining=0), rule="review", base=1)
    p.move(y.EXPIRE, y.ACC_AVAILABLE, y.EXPIRED, 20, review, when=ago(100))
    spend = p.event("Points Redeemed", ago(60), f"{shop_id}-2")
    hold = p.hold(spend, 50, [old], state=y.HOLD_CAPTURED, expires=ago(59))
    p.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 50, spend, lot=old, hold=hold)
    p.move(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 50, spend, lot=old, hold=hold)
    placed = p.event("Points Held", ago(0.01), f"{shop_id}-3")
    held = p.hold(placed, 100, [old], state=y.HOLD_OPEN, expires=ago(-0.5))
    p.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 100, placed, lot=old, hold=held)
    new = p.event("Order Completed", ago(1), f"{shop_id}-4")
    lot = p.lot(new, 54, matures=ago(-14), expires=ago(-380))
    for rule, amount, base, times in (("purchase", 42, 3520, (6, 5)), ("tea-month", 12, 1299, (1, 1))):
        p.move(y.EARN, y.ISSUED, y.ACC_PENDING, amount, new, lot=lot, rule=rule, base=base, times=times)
    p.stands("gold", ago(100), ago(-265))
    p.did(ago(100)[:10], 326_050)
    return p


@pytest.fixture
def member(person: Person, client: Client) -> Client:
    """A browser that the shop has signed in as ``person``."""
    sign_in(client, person.shop_id)
    return client


def sign_in(client: Client, shop_id: str) -> None:
    """Come in from the shop."""
    answer = client.get("/me/enter", {"token": tokens.make(shop_id)})
    assert answer.status_code == 302, answer.content.decode()
