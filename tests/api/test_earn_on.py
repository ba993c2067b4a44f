"""``policy.earn_on`` down to the event: an order earns what its checkout said, and every replay agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.checkouts import writes as checkouts
from regulars.coupons import writes as coupons
from regulars.events.models import Event
from regulars.flow import holds
from regulars.insight.replays import replay
from regulars.insight.verify import verify
from regulars.members.reads import by_shop_id
from regulars.offers import writes as offers
from regulars.programmes.reads import current
from tests.api.conftest import Shop, order
from tests.api.test_checkouts import cart, follow, post
from tests.insight.lake.shop import synced

pytestmark = pytest.mark.django_db(transaction=True)

OFFERS = """
currency: USD
time_zone: UTC
policy: {earn_on: %s}
offers: []
coupons:
  - {key: twenty, kind: amount, off: 20.00}
"""
FLAGS = [
    # 100.00 less a coupon of 20.00; 5.00 paid with points, 30.00 with a gift card. And after one of two comes back
    ("{}", 75, 37),
    ("{points_paid: true}", 80, 40),
    ("{gift_card_paid: false}", 45, 22),
    ("{coupon_paid: true}", 95, 47),
    ("{points_paid: true, gift_card_paid: false, coupon_paid: true}", 70, 35),
]
CART = cart(
    ("pot", "50.00", 2), coupons=["twenty"], points={"use": 500}, gift_cards=[{"code": "card"}]
)  # fmt: skip


@pytest.fixture
def ann(shop: Shop) -> int:
    """A member with 500 points by hand, the coupon and a gift card of 30.00."""
    offers.apply(OFFERS % "{}")
    shop.send(order("0.00"))
    member = by_shop_id("ann")
    assert member is not None
    now = datetime.now(UTC)
    coupons.give("twenty", [member.pk], now)
    checkouts.issue_card("CARD", "USD", 3000, now, member.pk)
    holds.adjust(member.pk, 500, "points", "welcome")
    return int(member.pk)


def committed(shop: Shop, policy: str) -> dict[str, Any]:
    """The cart bought under that policy."""
    if policy != "{}":
        offers.apply(OFFERS % policy)
    made = post(shop, "checkouts", {"cart": CART})
    assert made.status_code == 201, made.content
    return post(shop, f"checkouts/{made.json()['checkout']}/commit", {"order_id": "A-1"}).json()


def completed(shop: Shop, properties: dict[str, Any], user: str = "ann") -> int:
    """How many points the order earns."""
    answer = shop.send({"name": "Order Completed", "message_id": "A-1", "user_id": user, "properties": properties})
    assert answer.status_code == 200, answer.content
    return sum(one["points"] for one in answer.json()["transfers"] if one["kind"] == "earn")


def assert_replays_agree(shop: Shop, folder: Path) -> None:
    """The log, and the lake made of it, give what is in the books."""
    assert verify().found == []
    synced(folder)
    _, programme = current()
    of_log, of_lake = replay(programme), replay(programme, folder)
    for figures in (of_log, of_lake):
        figures.pop("seconds")
    assert of_log == of_lake
    assert of_log["available"]["points"] == shop.available("ann")


@pytest.mark.parametrize(("policy", "points", "left"), FLAGS, ids=[row[0] for row in FLAGS])
def test_it_earns_what_the_policy_says(
    shop: Shop, ann: int, tmp_path: Path, policy: str, points: int, left: int
) -> None:
    done = committed(shop, policy)
    assert done["price"]["points_to_earn"] == {"points": points}
    assert completed(shop, done["order"]) == points
    assert shop.available("ann") == points
    assert_replays_agree(shop, tmp_path)

    back = {"order_id": "A-1", "products": [{"line_id": "1", "quantity": 1}]}
    shop.send({"name": "Order Refunded", "message_id": "R-1", "user_id": "ann", "properties": back})
    follow()
    assert shop.available("ann") == left + 250  # half of the points that paid come back
    assert_replays_agree(shop, tmp_path)
    shop.send({"name": "Order Refunded", "message_id": "R-2", "user_id": "ann", "properties": {"order_id": "A-1"}})
    follow()
    assert shop.available("ann") == 500
    assert_replays_agree(shop, tmp_path)


POLICY, POINTS = FLAGS[-1][:2]
Report = Callable[[dict[str, Any]], dict[str, Any]]
PLAIN = {"product_id": "pot", "price": "50.00", "quantity": 2, "discount": "20.00"}
REPORTS: list[tuple[str, Report, int]] = [
    ("as the commit answered", lambda done: done["order"], POINTS),
    ("in the shop's own words, by its order id", lambda _: own("A-1"), POINTS),
    ("naming the checkout", lambda done: own("A-1", checkout_id=done["checkout"]), POINTS),
    ("with a word of its own", lambda _: own("A-1", products=[PLAIN | {"earns": "1.00"}]), POINTS),
    ("as a sum", lambda _: {"order_id": "A-1", "total": "80.00"}, POINTS),
    ("as another order", lambda _: own("B-1"), 80),
    ("as another order of that checkout", lambda done: own("B-1", checkout_id=done["checkout"]), 80),
    ("of a checkout nobody knows", lambda _: own("B-1", checkout_id="what?"), 80),
]


def own(order_id: str, **more: Any) -> dict[str, Any]:
    """The order as the shop itself would tell it."""
    return {"order_id": order_id, "products": [PLAIN], **more}


@pytest.mark.parametrize(("name", "report", "points"), REPORTS, ids=[row[0] for row in REPORTS])
def test_however_the_order_is_reported(
    shop: Shop, ann: int, tmp_path: Path, name: str, report: Report, points: int
) -> None:
    done = committed(shop, POLICY)
    assert completed(shop, report(done)) == points
    follow()
    assert_replays_agree(shop, tmp_path)


def test_an_order_that_comes_before_its_commit(shop: Shop, ann: int, tmp_path: Path) -> None:
    offers.apply(OFFERS % POLICY)
    made = post(shop, "checkouts", {"cart": CART}).json()
    assert completed(shop, own("A-1", checkout_id=made["checkout"])) == POINTS
    follow()
    assert_replays_agree(shop, tmp_path)


def test_a_checkout_speaks_of_its_own_member_only(shop: Shop, ann: int) -> None:
    done = committed(shop, POLICY)
    assert completed(shop, own("A-1", checkout_id=done["checkout"]), user="ben") == 80


def test_a_shop_says_itself_what_earns(shop: Shop) -> None:
    assert completed(shop, own("A-1", products=[PLAIN | {"earns": "12.00"}, PLAIN])) == 92
    logged = Event.objects.get(name="Order Completed")
    assert logged.amounts is not None
    assert [line["earns_minor"] for line in logged.amounts["lines"]] == [1200, 8000]
    assert verify().found == []
