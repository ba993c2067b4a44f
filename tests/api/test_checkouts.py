"""Prices and checkouts over HTTP: a customer buys with a coupon, points and a gift card, and returns half of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from regulars.checkouts import writes as checkouts
from regulars.checkouts.models import Checkout, Claim, GiftCard
from regulars.coupons import writes as coupons
from regulars.coupons.models import Coupon
from regulars.events import readers
from regulars.events.models import Event
from regulars.flow.checkout import confirm, settle
from regulars.members.reads import by_shop_id
from regulars.offers import writes as offers
from regulars.offers.models import Use
from tests.api.conftest import Shop, order
from tests.events.conftest import wait_for_older_transactions

pytestmark = pytest.mark.django_db(transaction=True)

OFFERS = """
currency: USD
time_zone: UTC
offers:
  - key: flash
    kind: price
    goods: {product_id: [oolong]}
    price: 40.00
    stock: 3
    at_most: {quantity: 2, per: member}
  - key: steps
    kind: spend
    group: order
    of: net
    steps: [{from: 100, off: 10}]
  - key: gold-only
    kind: percent
    goods: {product_id: [pot]}
    for: {member.tier: [gold]}
    off_percent: 10
coupons:
  - key: five
    kind: amount
    off: 5.00
    where: {net: {at_least: 50}}
  - key: public-ten
    kind: percent
    off_percent: 10
    codes: {public: HELLO}
"""
_HEADERS = iter(range(10**9))


@pytest.fixture
def ann(shop: Shop) -> int:
    """A member with 1,000 points, the coupon ``five`` and a gift card of 20.00."""
    offers.apply(OFFERS)
    shop.send(order("1000.00"))
    member = by_shop_id("ann")
    assert member is not None
    now = datetime.now(UTC)
    coupons.give("five", [member.pk], now)
    checkouts.issue_card("GIFT1", "USD", 2000, now, member.pk)
    return int(member.pk)


def cart(*lines: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    """A cart of (product, price, quantity)."""
    return {
        "member": "ann",
        "lines": [
            {"line_id": str(i + 1), "product_id": product, "price": price, "quantity": quantity}
            for i, (product, price, quantity) in enumerate(lines)
        ],
        **more,
    }


def post(shop: Shop, path: str, body: Any = None, key: str = "") -> Any:
    """One write with a key of its own."""
    headers = {"Idempotency-Key": key or f"k-{next(_HEADERS)}"}
    return shop.call("post", f"/api/{path}", body if body is not None else {}, **headers)


def follow() -> None:
    """Let the reader catch up, whatever else runs in the same PostgreSQL."""
    wait_for_older_transactions()
    readers.run("checkouts", confirm.follow)


EVERYTHING = cart(
    ("oolong", "60.00", 1), ("pot", "80.00", 2), delivery="6.00", coupons=["five"], points={"use": 500},
    gift_cards=[{"code": "gift-1"}],
)  # fmt: skip


def test_a_price_says_everything(shop: Shop, ann: int) -> None:
    answer = shop.call("post", "/api/carts/price", {"cart": EVERYTHING}).json()
    # 40 + 2 × 80 − 10 % of the pots (she is gold) − 10 (steps) − 5 (coupon), and 6 for delivery
    assert (answer["goods"], answer["delivery"], answer["total"]) == ("169.00", "6.00", "175.00")
    assert answer["tenders"] == [{"points": 500, "amount": "5.00"}, {"gift_card": "GIFT1", "amount": "20.00"}]
    assert answer["to_pay"] == "150.00"
    assert {one["offer"]: one["amount"] for one in answer["discounts"]} == {
        "flash": "20.00", "gold-only": "16.00", "steps": "10.00", "five": "5.00"
    }  # fmt: skip
    # of 169.00, 5.00 were paid with points, which earn none
    assert answer["points_to_earn"] == {"points": 164}
    assert answer["proved_best"] is True
    assert not Checkout.objects.exists()


def test_buying_and_returning_half(shop: Shop, ann: int) -> None:
    made = post(shop, "checkouts", {"cart": EVERYTHING, "total": "175.00"})
    assert made.status_code == 201, made.content
    checkout = made.json()
    assert checkout["state"] == "reserved"
    assert shop.standing("ann")["balances"]["points"]["available"] == 500
    assert GiftCard.objects.get().balance_minor == 0
    assert Coupon.objects.get().state == Coupon.RESERVED
    done = post(shop, f"checkouts/{checkout['checkout']}/commit", {"order_id": "A-1", "total": "175.00"})
    assert done.status_code == 200, done.content
    paid = done.json()["order"]
    assert (paid["total"], paid["points_amount"], paid["order_id"]) == ("175.00", "5.00", "A-1")
    earned = shop.send({"name": "Order Completed", "message_id": "A-1", "user_id": "ann", "properties": paid})
    assert earned.json()["transfers"][0]["points"] == checkout["price"]["points_to_earn"]["points"] == 164
    follow()
    row = Checkout.objects.get()
    assert row.confirmed_at is not None
    assert Coupon.objects.get().state == Coupon.USED

    part = shop.call(
        "post", f"/api/checkouts/{row.pk}/returns/price", {"lines": [{"line_id": "2", "quantity": 1}]}
    ).json()
    # half of the pots: 72.00 less its share of the order's 10.00 and the coupon's 5.00, and of what points paid
    [line] = part["lines"]
    total = float(line["paid"]) + float(line["points_paid"])
    assert abs(total - (72 - 15 * 72 / 184)) < 0.02
    assert part["coupons"] == [] and not part["whole"]
    back = float(part["money"]) + float(part["gift_cards"]) + float(part["points_amount"])
    assert abs(back - total) < 0.001
    shop.send({"name": "Order Refunded", "message_id": "R-1", "user_id": "ann", "properties": part["refund"]})
    follow()
    card = GiftCard.objects.get()
    assert f"{card.balance_minor / 100:.2f}" == part["gift_cards"]
    assert Coupon.objects.get().state == Coupon.USED

    rest = shop.call("post", f"/api/checkouts/{row.pk}/returns/price", {}).json()
    assert rest["coupons"] == ["five"] and rest["whole"]
    shop.send({"name": "Order Refunded", "message_id": "R-2", "user_id": "ann", "properties": rest["refund"]})
    follow()
    card.refresh_from_db()
    assert card.balance_minor == 2000
    assert Coupon.objects.get().state == Coupon.OPEN
    assert not Use.objects.exclude(units=0, times=0, amount_minor=0).exists()
    assert shop.standing("ann")["balances"]["points"]["available"] == 1000
    names = set(Event.objects.filter(fact=True).values_list("name", flat=True))
    assert {"Checkout Reserved", "Checkout Committed", "Coupon Used", "Coupon Returned", "Return Settled"} <= names


def test_cancelling_gives_everything_back(shop: Shop, ann: int) -> None:
    checkout = post(shop, "checkouts", {"cart": EVERYTHING}).json()["checkout"]
    assert Claim.objects.filter(offer="flash", member_id=ann).get().units == 1
    assert post(shop, f"checkouts/{checkout}/cancel").json()["state"] == "cancelled"
    assert post(shop, f"checkouts/{checkout}/cancel").json()["state"] == "cancelled"
    nothing_is_left_behind(shop)


def nothing_is_left_behind(shop: Shop) -> None:
    """As if there had been no checkout."""
    assert shop.standing("ann")["balances"]["points"] | {"debt": 0} == shop.standing("ann")["balances"]["points"]
    assert shop.available("ann") == 1000
    assert GiftCard.objects.get().balance_minor == 2000
    assert Coupon.objects.get().state == Coupon.OPEN
    assert not Use.objects.exclude(units=0, times=0, amount_minor=0).exists()


def test_expiring_gives_everything_back(shop: Shop, ann: int) -> None:
    checkout = post(shop, "checkouts", {"cart": EVERYTHING, "expires_in_seconds": 60}).json()["checkout"]
    assert settle.expire_due(datetime.now(UTC)) == 0
    Checkout.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    late = post(shop, f"checkouts/{checkout}/commit", {"order_id": "late"})
    assert (late.status_code, late.json()["type"]) == (409, "/api/problems/checkout-expired")
    nothing_is_left_behind(shop)
    assert settle.expire_due(datetime.now(UTC)) == 0


@pytest.mark.parametrize(
    ("then", "again", "kind"),
    [
        ("commit", "commit", "checkout-committed"),
        ("commit", "cancel", "checkout-committed"),
        ("cancel", "commit", "checkout-cancelled"),
    ],
)
def test_a_checkout_ends_once(shop: Shop, ann: int, then: str, again: str, kind: str) -> None:
    checkout = post(shop, "checkouts", {"cart": EVERYTHING}).json()["checkout"]
    assert post(shop, f"checkouts/{checkout}/{then}", key="first").status_code == 200
    if then == "commit":
        assert post(shop, f"checkouts/{checkout}/{then}", key="first").status_code == 200
    refused = post(shop, f"checkouts/{checkout}/{again}", key="second")
    assert (refused.status_code, refused.json()["type"]) == (409, f"/api/problems/{kind}")
    assert Event.objects.filter(name="Hold Captured").count() == (then == "commit")


def test_the_same_key_makes_one_checkout(shop: Shop, ann: int) -> None:
    body = {"cart": cart(("oolong", "60.00", 1))}
    first, second = (post(shop, "checkouts", body, key="once").json() for _ in range(2))
    assert first == second
    other = post(shop, "checkouts", {"cart": cart(("oolong", "60.00", 2))}, key="once")
    assert (other.status_code, other.json()["type"]) == (409, "/api/problems/message-id-reused")
    assert Checkout.objects.count() == 1


def test_limits_count_what_is_set_aside(shop: Shop, ann: int) -> None:
    two = cart(("oolong", "60.00", 2))
    assert post(shop, "checkouts", {"cart": two}).json()["price"]["total"] == "80.00"
    # she has had her two of them
    again = post(shop, "checkouts", {"cart": two}).json()["price"]
    assert again["total"] == "110.00"  # 120 less the steps' 10
    assert [one["why"] for one in again["not_applied"] if one["offer"] == "flash"] == ["used_up"]
    # one is left for anybody else
    ben = post(shop, "checkouts", {"cart": {**two, "member": "ben"}}).json()["price"]
    assert ben["total"] == "90.00"  # 40 + 60 less 10
    cid = {**two, "member": "cid"}
    sold_out = post(shop, "checkouts", {"cart": cid}).json()["price"]
    assert [one["why"] for one in sold_out["not_applied"] if one["offer"] == "flash"] == ["sold_out"]


@pytest.mark.parametrize(
    ("change", "status", "kind", "field"),
    [
        ({"cart": {**cart(("tea", "1.00", -1))}}, 422, "unfit-cart", "lines[0].quantity"),
        ({"cart": {**cart(("tea", "-1.00", 1))}}, 422, "unfit-cart", "lines[0].price"),
        ({"cart": {**cart(("tea", "1.00", 1)), "currency": "EUR"}}, 422, "unfit-cart", "currency"),
        ({"cart": {**cart(("tea", "1.00", 1)), "member": ""}}, 422, "no-member", "cart.member"),
        ({"cart": {**cart(("tea", "1.00", 1)), "wallet": 1}}, 422, "unfit-cart", "wallet"),
        ({"cart": []}, 422, "unfit-cart", "cart"),
        ({"cart": 3}, 422, "unfit-cart", None),
        ({}, 422, "unfit-cart", "cart"),
        ({"cart": cart(("tea", "1.00", 1)), "expires_in_seconds": 1}, 422, "unfit-parameter", "expires_in_seconds"),
        ({"cart": cart(("tea", "1.00", 1)), "total": "0.99"}, 409, "price-changed", "total"),
        ({"cart": cart(("tea", "1.00", 1)), "total": []}, 422, "unfit-parameter", "total"),
    ],
)
def test_what_does_not_fit_is_named(
    shop: Shop, ann: int, change: dict[str, Any], status: int, kind: str, field: str | None
) -> None:
    refused = post(shop, "checkouts", change)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/api/problems/{kind}"), refused.content
    assert refused.json().get("field") == field
    assert not Checkout.objects.exists()


def test_a_stale_price_is_not_committed(shop: Shop, ann: int) -> None:
    checkout = post(shop, "checkouts", {"cart": EVERYTHING}).json()["checkout"]
    refused = post(shop, f"checkouts/{checkout}/commit", {"total": "174.99"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/stale-price")
    assert post(shop, f"checkouts/{checkout}/commit", {"total": "175.00"}).status_code == 200


def test_coupons_of_others_and_expired_ones(shop: Shop, ann: int) -> None:
    ben = {**cart(("tea", "100.00", 1), coupons=["five", "nonsense"], codes=["hello", "WHAT"]), "member": "ben"}
    answer = shop.call("post", "/api/carts/price", {"cart": ben}).json()
    whys = {one["offer"]: one["why"] for one in answer["not_applied"]}
    assert {"five": "foreign", "nonsense": "unknown_coupon", "WHAT": "unknown_code"}.items() <= whys.items()
    assert "public-ten" in {one["offer"] for one in answer["discounts"]}
    Coupon.objects.update(valid_until=datetime.now(UTC) - timedelta(seconds=1))
    mine = cart(("tea", "100.00", 1), coupons=["five"])
    answer = shop.call("post", "/api/carts/price", {"cart": mine}).json()
    assert [one["why"] for one in answer["not_applied"] if one["offer"] == "five"] == ["expired"]


def test_codes_of_a_batch_are_used_once(shop: Shop, ann: int) -> None:
    Coupon.objects.create(key="five", code="ABC123", given_at=datetime.now(UTC))
    ben = {**cart(("tea", "100.00", 1), codes=["abc-123"]), "member": "ben"}
    first = post(shop, "checkouts", {"cart": ben}).json()
    assert "five" in {one["offer"] for one in first["price"]["discounts"]}
    second = post(shop, "checkouts", {"cart": {**ben, "member": "cid"}}).json()
    assert [one["why"] for one in second["price"]["not_applied"] if one["offer"] == "abc-123"] == ["set_aside"]
    post(shop, f"checkouts/{first['checkout']}/commit")
    third = shop.call("post", "/api/carts/price", {"cart": {**ben, "member": "cid"}}).json()
    assert [one["why"] for one in third["not_applied"] if one["offer"] == "abc-123"] == ["code_used"]


def test_the_whole_wallet_comes_along(shop: Shop, ann: int) -> None:
    answer = shop.call("post", "/api/carts/price", {"cart": cart(("tea", "60.00", 1), wallet=True)}).json()
    assert [one["offer"] for one in answer["discounts"]] == ["five"]


def test_reasons_speak_the_language_asked_for(shop: Shop, ann: int) -> None:
    body = {"cart": cart(("tea", "60.00", 1))}
    english = shop.call("post", "/api/carts/price", body).json()
    chinese = shop.call("post", "/api/carts/price", body, **{"Accept-Language": "zh-hans"}).json()
    assert english["not_applied"][0]["text"] != chinese["not_applied"][0]["text"]
    assert english["total"] == chinese["total"]


def test_without_offers_nothing_is_priced(shop: Shop) -> None:
    refused = shop.call("post", "/api/carts/price", {"cart": cart(("tea", "1.00", 1))})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/no-offers")


def test_an_order_that_comes_first_commits(shop: Shop, ann: int) -> None:
    checkout = post(shop, "checkouts", {"cart": EVERYTHING}).json()
    properties = {"order_id": "B-1", "checkout_id": checkout["checkout"], "total": "175.00"}
    shop.send({"name": "Order Completed", "message_id": "B-1", "user_id": "ann", "properties": properties})
    follow()
    row = Checkout.objects.get()
    assert (row.state, row.order_id) == ("committed", "B-1")
    assert shop.standing("ann")["balances"]["points"]["held"] == 0


def test_movements_on_gift_cards_are_never_changed(shop: Shop, ann: int) -> None:
    with pytest.raises(Exception, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE checkouts_giftcardentry SET amount_minor = 1")
