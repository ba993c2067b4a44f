"""What bad input gets: a reason that names the field; the good ones of its batch go in, the bad one is kept."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from regulars.events.models import Event, Refusal
from regulars.events.quarantine import digest
from regulars.members.models import Member
from tests.api.conftest import Shop, order

HOUR = timedelta(hours=1)


def soon(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def raw(text: str) -> Any:
    """JSON to be sent as it stands, where Python's own would not write it."""
    return f"RAW{text}WAR"


def body_of(event: Any) -> str:
    return json.dumps(event).replace('"RAW', "").replace('WAR"', "").replace("\\\\", "\\").replace('\\"', '"')


def tea(**product: Any) -> dict[str, Any]:
    """An order of one line, with this said of it."""
    line = {"product_id": "tea", "price": 10, "quantity": 1} | product
    return order(properties={"products": [{key: value for key, value in line.items() if value is not ...}]})


def without(*names: str, **changes: Any) -> dict[str, Any]:
    """An order that leaves these out."""
    return {key: value for key, value in order(**changes).items() if key not in names}


def deep(levels: int) -> dict[str, Any]:
    """Objects within objects."""
    return {} if levels == 0 else {"a": deep(levels - 1)}


def refund(**properties: Any) -> dict[str, Any]:
    """A refund of an order that never came."""
    return order(name="Order Refunded", properties={"products": None, **properties})


P = "properties."
LINE = "properties.products[0]."
BAD = {
    # who and what
    "nobody": (without("user_id"), "no-one", "user_id"),
    "an empty user id": (order(user_id=""), "no-one", "user_id"),
    "a user id that is an object": (order(user_id={"id": 1}), "not-text", "user_id"),
    "a user id that is true": (order(user_id=True), "not-text", "user_id"),
    "a user id of 257 characters": (order(user_id="x" * 257), "text-too-long", "user_id"),
    "an anonymous id that is a list": (order(anonymous_id=[]), "not-text", "anonymous_id"),
    "no name": (without("name"), "missing", "name"),
    "an empty name": (order(name=""), "missing", "name"),
    "a name that is a number": (order(name=7), "not-text", "name"),
    "a name of 257 characters": (order(name="x" * 257), "text-too-long", "name"),
    "an unknown type": (order(type="purchase"), "unknown-type", "type"),
    "a fact of ours": (order(name="Tier Changed"), "reserved-name", "name"),
    "a name of ours": (order(name="Points Adjusted"), "reserved-name", "name"),
    "no message id": (without("message_id"), "missing", "message_id"),
    "an empty message id": (order(message_id=""), "missing", "message_id"),
    "a message id that is a number": (order(message_id=7), "not-text", "message_id"),
    "a message id of 257 characters": (order(message_id="x" * 257), "text-too-long", "message_id"),
    "an event that is a text": ("Order Completed", "not-an-object", None),
    "an event that is null": (None, "not-an-object", None),
    "an event that is a list": ([order()], "not-an-object", None),
    # when
    "a date without time": (order(timestamp="2026-05-01"), "no-offset", "timestamp"),
    "a time without offset": (order(timestamp="2026-05-01T10:00:00"), "no-offset", "timestamp"),
    "words for a time": (order(timestamp="yesterday"), "not-a-time", "timestamp"),
    "the 31st of April": (order(timestamp="2026-04-31T10:00:00Z"), "not-a-time", "timestamp"),
    "a number for a time": (order(timestamp=1777629600), "not-a-time", "timestamp"),
    "year ten thousand": (order(timestamp="10000-01-01T00:00:00Z"), "not-a-time", "timestamp"),
    "year one": (order(timestamp="0001-01-01T00:00:00+14:00"), "not-a-time", "timestamp"),
    "two hours ahead": (order(timestamp=soon(hours=2)), "in-the-future", "timestamp"),
    "far in the future": (order(timestamp="2999-01-01T00:00:00Z"), "in-the-future", "timestamp"),
    "before 1990": (order(timestamp="1989-12-31T23:59:59Z"), "too-long-ago", "timestamp"),
    "the other spelling of the time": (order(occurred_at="noon"), "not-a-time", "occurred_at"),
    # shape
    "properties that are a list": (without("properties") | {"properties": []}, "not-an-object", "properties"),
    "context that is a text": (order(context="web"), "not-an-object", "context"),
    "traits that are a list": (order(type="identify", traits=["vip"]), "not-an-object", "traits"),
    "a NUL in a text": (order(properties={"note": "a\0b"}), "forbidden-character", P + "note"),
    "a NUL in an id": (order(user_id="a\0b"), "forbidden-character", "user_id"),
    "a NUL in a name of a property": (order(properties={"a\0b": 1}), "forbidden-character", "properties"),
    "half of a character": (order(properties={"note": "\ud83d"}), "half-character", P + "note"),
    "NaN somewhere": (order(properties={"score": float("nan")}), "not-a-number", P + "score"),
    "Infinity in a list": (order(properties={"scores": [1, float("inf")]}), "not-a-number", P + "scores[1]"),
    "a number of five thousand digits": (order(properties={"n": raw("9" * 5000)}), "not-a-number", P + "n"),
    "a number beyond all measure": (order(properties={"n": raw("1e999")}), "not-a-number", P + "n"),
    "properties forty deep": (order(properties=deep(40)), "too-deep", "properties"),
    "context forty deep": (order(context=deep(40)), "too-deep", "context"),
    # money
    "no order id": (order(properties={"order_id": None}), "missing", P + "order_id"),
    "an order id that is a list": (order(properties={"order_id": [1]}), "not-text", P + "order_id"),
    "an order id of 257 characters": (order(properties={"order_id": "x" * 257}), "text-too-long", P + "order_id"),
    "an unknown currency": (order(properties={"currency": "XYZ"}), "unknown-currency", P + "currency"),
    "a currency that is a number": (order(properties={"currency": 840}), "unknown-currency", P + "currency"),
    "another currency": (order(properties={"currency": "EUR"}), "other-currency", P + "currency"),
    "neither products nor total": (order(properties={"products": None}), "no-amounts", P + "products"),
    "products that are an object": (order(properties={"products": {"a": 1}}), "not-a-list", P + "products"),
    "a product that is a text": (order(properties={"products": ["tea"]}), "not-an-object", P + "products[0]"),
    "2,001 lines": (order(properties={"products": [{"price": 1}] * 2001}), "too-many-lines", P + "products"),
    "no price": (tea(price=...), "missing", LINE + "price"),
    "a negative price": (tea(price=-0.01), "negative-amount", LINE + "price"),
    "a negative total": (order(properties={"total": -35.2}), "negative-amount", P + "total"),
    "NaN for a price": (tea(price=float("nan")), "not-a-number", LINE + "price"),
    "minus infinity for a total": (order(properties={"total": float("-inf")}), "not-a-number", P + "total"),
    "a price in words": (tea(price="ten"), "not-an-amount", LINE + "price"),
    "a price with a sign of money": (tea(price="$10"), "not-an-amount", LINE + "price"),
    "a price that is true": (tea(price=True), "not-an-amount", LINE + "price"),
    "a price that is a list": (tea(price=[10]), "not-an-amount", LINE + "price"),
    "a price above every order": (tea(price=1_000_000_001), "amount-too-large", LINE + "price"),
    "a price times quantity above every order": (
        tea(price=999_999_999, quantity=2),
        "amount-too-large",
        LINE + "price",
    ),
    "half a piece": (tea(quantity=1.5), "not-a-quantity", LINE + "quantity"),
    "no piece": (tea(quantity=0), "not-a-quantity", LINE + "quantity"),
    "minus one piece": (tea(quantity=-1), "not-a-quantity", LINE + "quantity"),
    "a quantity in words": (tea(quantity="2"), "not-a-quantity", LINE + "quantity"),
    "a category that is a list": (tea(category=["tea"]), "not-text", LINE + "category"),
    "a line discount above the line": (tea(discount=10.01), "above", LINE + "discount"),
    "a line total above the line": (tea(total=11), "above", LINE + "total"),
    "a line that does not add up": (tea(total=8, discount=1), "disagree", LINE + "total"),
    "a discount above the order": (order("10", properties={"discount": 10.01}), "above", P + "discount"),
    "a discount below the lines'": (
        order(properties={"discount": 1, "products": [{"price": 10, "discount": 2}]}),
        "below",
        P + "discount",
    ),
    "tax below the lines'": (order(properties={"tax": 1, "products": [{"price": 9, "tax": 2}]}), "below", P + "tax"),
    "a total that does not add up": (order("10", properties={"total": 10.01}), "disagree", P + "total"),
    "a subtotal that does not add up": (order("10", properties={"subtotal": 9}), "disagree", P + "subtotal"),
    "more points than the order": (order("10", properties={"points_amount": 10.5}), "above", P + "points_amount"),
    "more shipping than the total": (
        order(properties={"products": None, "total": 3, "shipping": 4}),
        "above",
        P + "shipping",
    ),
    # refunds
    "a refund of no order": (refund(order_id=None), "missing", P + "order_id"),
    "a refund of nothing": (refund(amount=0), "zero", P + "amount"),
    "a negative refund": (refund(amount=-1), "negative-amount", P + "amount"),
    "a refund of no line": (refund(products=[{"quantity": 1}]), "missing", LINE + "product_id"),
    "a refund of half a piece": (refund(products=[{"sku": "a", "quantity": 0.5}]), "not-a-quantity", LINE + "quantity"),
    # people
    "an alias of nobody": (without("properties", type="alias"), "missing", "previous_id"),
}


@pytest.mark.parametrize(("event", "kind", "field"), BAD.values(), ids=BAD)
def test_alone_and_among_others(shop: Shop, event: Any, kind: str, field: str | None) -> None:
    good = [order("10"), order("20")]
    single = shop.call("post", "/api/events", raw=body_of(event).encode())
    assert single.status_code == 422, single.content
    assert single.headers["Content-Type"] == "application/problem+json"
    problem = single.json()
    assert (problem["type"], problem.get("field")) == (f"/api/problems/{kind}", field)
    assert problem["title"]
    assert "{" not in problem["detail"]
    batch = shop.call("post", "/api/events", raw=body_of({"events": [good[0], event, good[1]]}).encode())
    assert batch.status_code == 200, batch.content
    results = batch.json()["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "accepted"]
    where = "events[1]" if field is None else f"events[1].{field}"
    assert (results[1]["problem"]["type"], results[1]["problem"]["field"]) == (f"/api/problems/{kind}", where)
    # The good ones are in, whole; the bad one is kept, once.
    assert shop.available("ann") == 30
    assert Event.objects.filter(fact=False).count() == 2
    kept = Refusal.objects.get()
    assert (kept.state, kept.problem["type"]) == (Refusal.OPEN, f"/api/problems/{kind}")
    assert Member.objects.count() == 1


BODIES = {
    "nothing": (b"", 400, "malformed"),
    "not JSON": (b"order=1", 400, "malformed"),
    "half of it": (b'{"events": [{"name": "Ord', 400, "malformed"),
    "not UTF-8": (b'{"name": "\xff"}', 400, "malformed"),
    "two values": (b"{} {}", 400, "malformed"),
    "a list": (b"[]", 422, "not-an-object"),
    "a number": (b"7", 422, "not-an-object"),
    "events that are none": (b'{"events": []}', 422, "no-events"),
    "events that are an object": (b'{"events": {}}', 422, "not-a-list"),
    "1,001 events": (b'{"events": [' + b",".join([b"{}"] * 1001) + b"]}", 413, "too-many-events"),
    "ten thousand brackets": (b"[" * 10_000, 422, "too-deep"),
    "above ten megabytes": (b'{"name": "' + b"x" * 10 * 1024 * 1024 + b'"}', 413, "too-large"),
}


@pytest.mark.parametrize(("raw_body", "status", "kind"), BODIES.values(), ids=BODIES)
def test_bodies_that_cannot_be_read(shop: Shop, raw_body: bytes, status: int, kind: str) -> None:
    response = shop.call("post", "/api/events", raw=raw_body)
    assert (response.status_code, response.json()["type"]) == (status, f"/api/problems/{kind}")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Event.objects.exists()


whole = gzip.compress(json.dumps(order()).encode())
PACKED = {
    "no gzip at all": (b"not gzip", "gzip", 400, "broken-gzip"),
    "gzip cut short": (whole[:-9], "gzip", 400, "broken-gzip"),
    "gzip with something after it": (whole + b"more", "gzip", 400, "broken-gzip"),
    "gzip with a wrong checksum": (whole[:-8] + b"\0" * 8, "gzip", 400, "broken-gzip"),
    "a bomb": (gzip.compress(b" " * 300 * 1024 * 1024, 1), "gzip", 413, "too-large"),
    "another packing": (whole, "br", 415, "wrong-encoding"),
}


@pytest.mark.parametrize(("packed", "encoding", "status", "kind"), PACKED.values(), ids=PACKED)
def test_packing(shop: Shop, packed: bytes, encoding: str, status: int, kind: str) -> None:
    response = shop.call("post", "/api/events", raw=packed, **{"Content-Encoding": encoding})
    assert (response.status_code, response.json()["type"]) == (status, f"/api/problems/{kind}")
    assert not Event.objects.exists()


def test_ten_megabytes_are_taken(shop: Shop) -> None:
    event = order("10", properties={"note": ""})
    event["properties"]["note"] = "x" * (10 * 1024 * 1024 - len(json.dumps(event)))
    response = shop.send(event)
    assert response.status_code == 200, response.content[:300]


def test_numbers_are_kept_to_the_last_digit(shop: Shop) -> None:
    exact = "[99999999999999999999999,0.1000000000000000055,1.10,-3]"
    text = body_of(order("10", message_id="exact", properties={"numbers": raw(exact)}))
    assert shop.call("post", "/api/events", raw=text.encode()).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT (properties->'numbers')::text FROM events_event WHERE message_id = 'exact'")
        assert cursor.fetchone()[0].replace(" ", "") == exact


def test_a_refund_above_its_order(shop: Shop) -> None:
    bought = order("30")
    shop.send(bought)
    properties = {"order_id": bought["properties"]["order_id"]}
    event = {"name": "Order Refunded", "message_id": "r-1", "user_id": "ann"}
    response = shop.send({**event, "properties": {**properties, "amount": 30.01}})
    assert response.status_code == 422
    problem = response.json()
    assert (problem["field"], problem["given"], problem["most"]) == ("properties.amount", 3001, 3000)
    assert shop.available("ann") == 30
    assert Refusal.objects.get().order_id == properties["order_id"]
    taken = shop.send({**event, "message_id": "r-2", "properties": {**properties, "amount": 20}})
    assert taken.status_code == 200
    rest = shop.send({**event, "message_id": "r-3", "properties": {**properties, "amount": 10.01}})
    assert (rest.json()["given"], rest.json()["most"]) == (1001, 1000)
    assert shop.available("ann") == 10


def test_the_same_refused_event_is_kept_once(shop: Shop) -> None:
    event = order("-1")
    for _ in range(3):
        assert shop.send(event).status_code == 422
    assert Refusal.objects.count() == 1


def test_the_hash_of_a_refused_body_is_its_own() -> None:
    assert digest(b"a") != digest(b"b")
    assert len(digest(b"")) == 16
