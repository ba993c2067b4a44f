"""Segment's published client feeds Regulars when only its host is changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from segment.analytics import request as segment_request
from segment.analytics.client import Client as SegmentClient

from regulars.api import keys
from regulars.api.writes import make_key
from regulars.events.models import Event, Refusal
from regulars.members import personal, reads
from regulars.members.models import Member
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME, Shop, order

WHEN = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"{token}:".encode()).decode()


@pytest.fixture
def live_token(transactional_db: None) -> str:
    """A key of a shop that a server of its own process serves."""
    keys.forget()
    programmes.apply(PROGRAMME)
    return make_key("segment", "segment")[1]


@pytest.fixture
def segment(live_server: LiveServer, live_token: str) -> Iterator[SegmentClient]:
    """The published client, its host changed and gzip on."""
    errors: list[Any] = []
    client = SegmentClient(
        live_token, host=live_server.url, gzip=True, max_retries=1, on_error=lambda error, batch: errors.append(error)
    )
    yield client
    client.join()
    # Its connection is kept alive, and the server's thread with it would keep the test database busy.
    segment_request._session.close()
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_the_published_client(segment: SegmentClient, client: Client, live_token: str) -> None:
    segment.page(anonymous_id="v-1", name="Home", properties={"url": "https://shop.example/"}, timestamp=WHEN)
    segment.identify(
        "ann",
        {"email": "ann@example.com", "firstName": "Ann", "plan": "pro", "password": "hunter2"},
        anonymous_id="v-1",
        timestamp=WHEN + timedelta(minutes=1),
    )
    segment.track(
        "ann",
        "Order Completed",
        {
            "order_id": "o-1",
            "total": 27.5,
            "subtotal": 22.5,
            "revenue": 25.0,
            "shipping": 3,
            "tax": 2,
            "discount": 2.5,
            "coupon": "hasbros",
            "currency": "USD",
            "products": [
                {
                    "product_id": "507f",
                    "sku": "45790-32",
                    "name": "Monopoly",
                    "price": 19,
                    "quantity": 1,
                    "position": 1,
                },
                {"product_id": "505b", "sku": "46493-32", "name": "Uno", "price": 3, "quantity": 2, "position": 2},
            ],
        },
        context={"ip": "192.0.2.1", "page": {"path": "/checkout"}},
        timestamp=WHEN + timedelta(minutes=2),
    )
    segment.screen("ann", "Shelf", "Tea")
    segment.group("ann", "club-7", {"name": "Tea friends", "size": 12})
    segment.alias("v-2", "ann")
    segment.track(anonymous_id="v-2", event="Product Viewed", properties={"product_id": "505b", "price": 3.0})
    segment.flush()

    shop = Shop(client, live_token)
    assert shop.available("ann") == 22  # of net 22.50
    ann = reads.by_shop_id("ann")
    assert ann is not None
    assert personal.get(ann) == {"email": "ann@example.com", "firstName": "Ann"}
    assert ann.traits == {"plan": "pro"}
    assert {(one.kind, one.value) for one in reads.outside_ids(ann.pk)} == {
        ("user", "ann"),
        ("anonymous", "v-1"),
        ("anonymous", "v-2"),
    }
    events = {event.name: event for event in Event.objects.filter(fact=False, member_id__in=reads.selves(ann.pk))}
    assert set(events) == {
        "Page Viewed",
        "Identified",
        "Order Completed",
        "Screen Viewed",
        "Group Joined",
        "Aliased",
        "Product Viewed",
    }
    assert events["Page Viewed"].properties == {"url": "https://shop.example/", "name": "Home"}
    assert events["Identified"].properties == {"plan": "pro"}
    assert events["Group Joined"].properties == {"size": 12, "group_id": "club-7"}
    bought = events["Order Completed"]
    assert bought.occurred_at == WHEN + timedelta(minutes=2)
    assert (bought.source, bought.currency, bought.order_id) == ("segment", "USD", "o-1")
    assert bought.properties == {"coupon": "hasbros"}
    assert bought.context["page"] == {"path": "/checkout"}
    assert "ip" not in bought.context
    lines = bought.amounts["lines"]
    assert [(line["list_minor"], line["net_minor"], line["tax_minor"]) for line in lines] == [
        (1900, 1710, 152),
        (600, 540, 48),
    ]
    assert not Refusal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_batch_sent_again_counts_once(segment: SegmentClient, client: Client, live_token: str) -> None:
    for _ in range(2):
        segment.track(
            "ann", "Order Completed", order("10")["properties"] | {"order_id": "o"}, message_id="same", timestamp=WHEN
        )
        segment.flush()
    assert Shop(client, live_token).available("ann") == 10
    assert Event.objects.filter(name="Order Completed").count() == 1


def post(client: Client, token: str, path: str, body: Any, **headers: str) -> Any:
    """A call as a Segment library makes it."""
    sent = {"Authorization": basic(token), **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, data=data, content_type="application/json", headers=sent)


def test_single_calls(client: Client, token: str) -> None:
    calls = [
        ("/v1/track", {"event": "Checked In", "userId": "ann", "messageId": "a"}),
        ("/v1/identify", {"userId": "ann", "traits": {"email": "a@example.com", "tags": ["tea"]}, "messageId": "b"}),
        ("/v1/page", {"userId": "ann", "name": "Home", "messageId": "c"}),
        ("/v1/screen", {"userId": "ann", "name": "Home", "messageId": "d"}),
        ("/v1/group", {"userId": "ann", "groupId": 7, "messageId": "e"}),
        ("/v1/alias", {"userId": "ann", "previousId": "v", "messageId": "f"}),
    ]
    for path, body in calls:
        response = post(client, token, path, body)
        assert (response.status_code, response.json()) == (200, {"success": True})
    assert Event.objects.filter(fact=False).count() == len(calls)
    assert Shop(client, token).available("ann") == 5


def test_without_message_id_the_same_body_counts_once(client: Client, token: str) -> None:
    body = {"event": "Checked In", "userId": "ann", "timestamp": "2026-05-01T10:00:00Z"}
    for sent_at in ("2026-05-01T10:00:01Z", "2026-05-01T10:00:09Z"):
        post(client, token, "/v1/track", {**body, "sentAt": sent_at, "writeKey": token})
    assert Event.objects.filter(name="Checked In").count() == 1
    assert token not in json.dumps(list(Event.objects.values_list("context", "properties")))


def test_what_the_batch_says_is_said_of_each(client: Client, token: str) -> None:
    messages = [
        {"type": "track", "event": "Checked In", "userId": "ann", "messageId": "a"},
        {"type": "track", "event": "Checked In", "userId": "ann", "messageId": "b", "context": {"locale": "fr"}},
    ]
    post(client, token, "/v1/batch", {"batch": messages, "context": {"locale": "de", "app": {"name": "till"}}})
    contexts = list(Event.objects.order_by("id").values_list("context", flat=True))
    assert contexts == [{"locale": "de", "app": {"name": "till"}}, {"locale": "fr", "app": {"name": "till"}}]


def test_bad_ones_go_to_quarantine_and_the_answer_is_still_yes(client: Client, token: str) -> None:
    good = {"type": "track", "event": "Checked In", "userId": "ann", "messageId": "a"}
    bad = {"type": "track", "event": "Checked In", "messageId": "b"}
    response = post(
        client, token, "/v1/batch", {"batch": [bad, good, 7, {**good, "type": "purchase", "messageId": "c"}]}
    )
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert Event.objects.filter(fact=False).count() == 1
    assert sorted(Refusal.objects.values_list("problem__field", flat=True)) == [
        "batch[0].user_id",
        "batch[2]",
        "batch[3].type",
    ]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        pytest.param({"Authorization": ""}, b"{}", 401, id="no key"),
        pytest.param({"Authorization": basic("rk_wrong")}, b"{}", 401, id="a wrong key"),
        pytest.param({"Authorization": "Basic !"}, b"{}", 401, id="a broken header"),
        pytest.param({"Authorization": "Bearer x"}, b"{}", 401, id="another scheme"),
        pytest.param({}, b"{", 400, id="no JSON"),
        pytest.param({"Content-Encoding": "gzip"}, b"{}", 400, id="no gzip"),
        pytest.param({}, b" " * (10 * 1024 * 1024 + 1), 413, id="above ten megabytes"),
        pytest.param({}, b"{}", 422, id="no batch"),
    ],
)
def test_what_segment_refuses_too(
    client: Client, token: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    response = post(client, token, "/v1/batch", body, **headers)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Event.objects.exists()


def test_only_posts(client: Client, token: str) -> None:
    response = client.get("/v1/batch")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_two_customers_are_not_made_one(client: Client, token: str) -> None:
    shop = Shop(client, token)
    shop.send(order("10", user="ann"), order("20", user="bob"))
    post(client, token, "/v1/alias", {"userId": "ann", "previousId": "bob", "messageId": "x"})
    assert (shop.available("ann"), shop.available("bob")) == (10, 20)
    assert Refusal.objects.get().problem["type"] == "/api/problems/alias-of-member"
    # To be called what one is called already is no mistake.
    assert post(client, token, "/v1/alias", {"userId": "ann", "previousId": "ann", "messageId": "y"}).status_code == 200
    assert Refusal.objects.count() == 1


def test_a_visitor_becomes_a_customer(client: Client, token: str) -> None:
    shop = Shop(client, token)
    seen = {"type": "page", "anonymousId": "v", "name": "Home"}
    post(client, token, "/v1/batch", {"batch": [{**seen, "messageId": "a"}]})
    (visitor,) = Member.objects.all()
    post(client, token, "/v1/identify", {"userId": "ann", "anonymousId": "v", "messageId": "b"})
    post(client, token, "/v1/track", {"anonymousId": "v", "event": "Checked In", "messageId": "c"})
    ann = reads.by_shop_id("ann")
    visitor.refresh_from_db()
    assert ann is not None
    assert visitor.merged_into_id == ann.pk
    assert list(Event.objects.order_by("id").values_list("member_id", flat=True)) == [visitor.pk, ann.pk, ann.pk]
    assert shop.available("ann") == 5
