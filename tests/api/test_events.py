"""``POST /api/events``: orders in, decisions out."""

from __future__ import annotations

import gzip
import json

import pytest

from regulars.events.models import Event, Refusal
from tests.api.conftest import Shop, order


def test_an_order_earns_and_the_decision_comes_back(shop: Shop) -> None:
    response = shop.send(order("35.20"))
    assert response.status_code == 200, response.content
    decision = response.json()
    assert decision["status"] == "accepted"
    assert decision["member"] == "ann"
    assert [(t["kind"], t["points"], t["rule"]) for t in decision["transfers"]] == [("earn", 35, "purchase")]
    assert decision["balances"]["points"]["available"] == 35
    assert shop.available("ann") == 35


def test_the_same_event_again_gets_the_first_answer(shop: Shop) -> None:
    event = order("35.20")
    first = shop.send(event).json()
    again = shop.send(event).json()
    assert again.pop("status") == "duplicate"
    first.pop("status")
    assert again == first
    assert shop.available("ann") == 35


def test_spelling_and_order_of_keys_do_not_make_another_event(shop: Shop) -> None:
    event = order("35.20")
    shop.send(event)
    turned = json.dumps(dict(reversed(event.items())), indent=4).encode()
    response = shop.call("post", "/api/events", raw=turned)
    assert (response.status_code, response.json()["status"]) == (200, "duplicate")


def test_the_same_id_with_another_body_is_a_conflict(shop: Shop) -> None:
    event = order("35.20")
    shop.send(event)
    response = shop.send({**event, "user_id": "bob"})
    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/problem+json"
    assert shop.available("ann") == 35


def test_a_batch_with_one_id_twice(shop: Shop) -> None:
    event = order("10")
    results = shop.send(event, event, {**event, "user_id": "bob"}, order("5"))
    assert [result["status"] for result in results] == ["accepted", "duplicate", "refused", "accepted"]
    assert results[2]["problem"]["status"] == 409
    assert shop.available("ann") == 15
    assert Event.objects.filter(name="Order Completed").count() == 2


def test_gzip_is_unpacked(shop: Shop) -> None:
    raw = gzip.compress(json.dumps({"events": [order("10"), order("20")]}).encode())
    response = shop.call("post", "/api/events", raw=raw, **{"Content-Encoding": "gzip"})
    assert [result["status"] for result in response.json()["results"]] == ["accepted", "accepted"]
    assert shop.available("ann") == 30


def test_both_spellings_are_one(shop: Shop) -> None:
    response = shop.send(
        {
            "type": "track",
            "event": "Checked In",
            "messageId": "c-1",
            "userId": 7,
            "timestamp": "2026-05-01T10:00:00+08:00",
        }
    )
    assert response.json()["transfers"][0]["points"] == 5
    kept = Event.objects.get(message_id="c-1")
    assert kept.occurred_at.isoformat() == "2026-05-01T02:00:00+00:00"
    assert shop.available("7") == 5


def test_what_is_unknown_is_kept(shop: Shop) -> None:
    product = {"product_id": "tea", "price": 1.25, "weight_kg": 0.3, "position": 2}
    event = order(properties={"coupon": "MAY", "gift": {"wrap": True}, "products": [product]}, channel="app")
    shop.send(event)
    kept = Event.objects.get(message_id=event["message_id"])
    assert kept.properties == {"coupon": "MAY", "gift": {"wrap": True}}
    assert kept.context == {"extra": {"channel": "app"}}
    line = kept.amounts["lines"][0]
    assert line["extra"] == {"weight_kg": 0.3, "position": 2}
    assert (line["list_minor"], line["net_minor"]) == (125, 125)


def test_people_stay_out_of_the_log(shop: Shop) -> None:
    event = order(
        properties={
            "email": "ann@example.com",
            "shipping_address": {"city": "Bern"},
            "customer": {"name": "Ann", "since": 1},
        },
        context={"ip": "192.0.2.1", "userAgent": "x", "locale": "de", "traits": {"email": "a@b.c", "plan": "pro"}},
    )
    shop.send(event, order())
    kept = Event.objects.get(message_id=event["message_id"])
    assert kept.properties == {"customer": {"since": 1}}
    assert kept.context == {"locale": "de", "traits": {"plan": "pro"}}
    assert "example.com" not in json.dumps([kept.amounts, kept.decision])


def test_a_refused_event_is_kept_without_people(shop: Shop) -> None:
    event = order("-1", properties={"email": "ann@example.com"}, context={"ip": "192.0.2.1"})
    shop.send(event)
    body = Refusal.objects.get().body
    assert "email" not in body["properties"]
    assert body["context"] == {}


def test_a_refund_waits_for_its_order(shop: Shop) -> None:
    bought = order("30")
    refund = {
        "name": "Order Refunded",
        "message_id": "r-1",
        "user_id": "ann",
        "properties": {"order_id": bought["properties"]["order_id"], "amount": 10.5},
    }
    response = shop.send(refund)
    assert (response.status_code, response.json()["status"]) == (202, "waiting")
    assert Refusal.objects.get().state == Refusal.WAITING
    shop.send(bought)
    assert shop.available("ann") == 19
    assert Refusal.objects.get().state == Refusal.MENDED
    assert shop.send(refund).json()["status"] == "duplicate"
    assert shop.available("ann") == 19


@pytest.mark.parametrize(
    ("refund", "points_left"),
    [
        ({}, 0),
        ({"amount": 30}, 0),
        ({"amount": "12.50"}, 17),
        ({"products": [{"product_id": "cup", "quantity": 1}]}, 20),
        ({"products": [{"product_id": "cup"}]}, 10),
        ({"products": [{"number": 0, "amount": 5}]}, 25),
    ],
)
def test_refunds_take_back_their_part(shop: Shop, refund: dict[str, object], points_left: int) -> None:
    bought = order(
        properties={"products": [{"product_id": "tea", "price": 10}, {"product_id": "cup", "price": 10, "quantity": 2}]}
    )
    shop.send(bought)
    properties = {"order_id": bought["properties"]["order_id"], **refund}
    response = shop.send({"name": "Order Refunded", "message_id": "r-1", "user_id": "ann", "properties": properties})
    assert response.status_code == 200, response.content
    assert shop.available("ann") == points_left
