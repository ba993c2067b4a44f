"""Keys, scopes, reading members, holds: every route, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from regulars.api import keys
from regulars.api.models import Key
from regulars.api.writes import make_key, revoke_key
from regulars.events.models import Event
from tests.api.conftest import Shop, order

EVERY = [
    ("post", "/api/events", "events:write"),
    ("get", "/api/members/ann", "members:read"),
    ("get", "/api/members/ann/transfers", "members:read"),
    ("get", "/api/members/ann/explain", "members:read"),
    ("get", "/api/members/ann/tasks", "members:read"),
    ("get", "/api/members/ann/badges", "members:read"),
    ("post", "/api/members/ann/holds", "points:write"),
    ("post", "/api/holds/1/capture", "points:write"),
    ("post", "/api/holds/1/release", "points:write"),
    ("post", "/api/members/ann/adjustments", "points:write"),
]


def problem_of(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/api/problems/")


@pytest.mark.parametrize(("method", "path", "scope"), EVERY)
def test_every_route_asks_for_a_key_and_its_scope(
    client: Client, make_token: Callable[..., str], method: str, path: str, scope: str
) -> None:
    response = getattr(client, method)(path, content_type="application/json")
    assert problem_of(response) == (401, "no-key")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert problem_of(Shop(client, "rk_wrong").call(method, path)) == (401, "no-key")
    others = [other for other in keys.SCOPES if other != scope]
    assert problem_of(Shop(client, make_token(*others)).call(method, path)) == (403, "out-of-scope")


def test_a_revoked_key_stops(client: Client, programme: None) -> None:
    key, token = make_key("till", "pos")
    shop = Shop(client, token)
    assert shop.send(order()).status_code == 200
    revoke_key(key.pk)
    assert problem_of(shop.send(order())) == (401, "no-key")


def test_a_key_is_kept_as_a_digest_and_its_use_noted(client: Client, programme: None) -> None:
    keys.forget()
    key, token = make_key("till", "pos")
    assert token not in json.dumps(list(Key.objects.values("digest", "prefix", "name")))
    Shop(client, token).send(order())
    key.refresh_from_db()
    assert key.used_at is not None
    assert Event.objects.get(fact=False).source == "pos"


@pytest.mark.parametrize(
    ("name", "source", "scopes"),
    [
        ("", "web", keys.SCOPES),
        ("x", "Web Shop", keys.SCOPES),
        ("x", "regulars", keys.SCOPES),
        ("x", "web", ["all"]),
        ("x", "web", []),
    ],
)
@pytest.mark.django_db
def test_keys_that_cannot_be(name: str, source: str, scopes: list[str]) -> None:
    with pytest.raises(ValidationError):
        make_key(name, source, scopes)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("get", "/api/members/nobody", (404, "unknown-member")),
        ("get", "/api/members/nobody/transfers", (404, "unknown-member")),
        ("get", "/api/members/a%00b", (404, "unknown-member")),
        ("get", "/api/nothing/here", (404, "not-found")),
        ("get", "/api/problems/none", (404, "not-found")),
        ("delete", "/api/members/nobody", (405, "wrong-method")),
        ("get", "/api/events", (405, "wrong-method")),
        ("get", "/api/members/nobody/transfers?limit=0", (422, "unfit-parameter")),
        ("get", "/api/members/nobody/transfers?before=x", (422, "unfit-parameter")),
    ],
)
def test_other_mistakes(shop: Shop, method: str, path: str, expected: tuple[int, str]) -> None:
    assert problem_of(shop.call(method, path)) == expected


def test_without_a_programme(client: Client, db: None) -> None:
    keys.forget()
    shop = Shop(client, make_key("early", "web")[1])
    assert problem_of(shop.send(order())) == (503, "no-programme")


def test_our_own_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("ann@example.com")

    monkeypatch.setattr("regulars.api.routes.events.take", fail)
    response = shop.send(order())
    assert problem_of(response) == (500, "internal")
    assert b"ann@" not in response.content


def test_the_document_tells_every_route(client: Client, db: None) -> None:
    document = client.get("/api/openapi.json").json()
    told = {(method, path) for path, methods in document["paths"].items() for method in methods}
    asked = {
        (method, path.replace("/ann", "/{member_id}").replace("/1/", "/{hold_id}/")) for method, path, _scope in EVERY
    }
    assert asked <= told
    text = json.dumps(document)
    names = document["components"]["schemas"]
    for reference in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert reference in names
    body = document["paths"]["/api/events"]["post"]["requestBody"]["content"]["application/json"]
    assert {one["$ref"].rpartition("/")[2] for one in body["schema"]["oneOf"]} == {"Event", "Events"}
    assert {"message_id", "user_id", "properties", "timestamp"} <= set(names["Event"]["properties"])


def test_the_docs_page_is_served_from_here(client: Client, db: None) -> None:
    page = client.get("/api/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "https://" not in page.replace("https://django-ninja", "")
    script = client.get("/static/ninja/swagger-ui-bundle.js")
    script.close()
    assert script.status_code == 200


def test_a_problem_explains_itself(client: Client, db: None) -> None:
    assert client.get("/api/problems/negative-amount").json()["title"] == "Negative amount"


def test_pages_of_the_ledger(shop: Shop) -> None:
    shop.send(*[order(amount) for amount in (10, 20, 30)])
    first = shop.call("get", "/api/members/ann/transfers?limit=2").json()
    second = shop.call("get", f"/api/members/ann/transfers?limit=2&before={first['next']}").json()
    assert [row["points"] for row in first["transfers"] + second["transfers"]] == [30, 20, 10]
    assert second["next"] is None
    row = first["transfers"][0]
    assert (row["kind"], row["from"], row["to"], row["rule"], row["base"]) == (
        "earn",
        "issued",
        "available",
        "purchase",
        3000,
    )


def test_every_point_explains_itself(shop: Shop) -> None:
    shop.send(order("35.20"))
    listed = shop.call("get", "/api/members/ann/explain").json()["explanations"]
    assert [(one["points"], one["kind"]) for one in listed] == [(35, "earn")]
    assert "35.20" in listed[0]["why"] + listed[0]["arithmetic"]
    one = shop.call("get", f"/api/members/ann/explain?transfer={listed[0]['transfers'][0]}").json()
    assert one["explanations"] == listed
    assert problem_of(shop.call("get", "/api/members/ann/explain?transfer=999999")) == (404, "unknown-transfer")


def spend(shop: Shop, path: str, body: Any = None, key: str = "k-1") -> Any:
    """A write with its Idempotency-Key."""
    return shop.call("post", path, body, **{"Idempotency-Key": key})


def test_hold_then_capture(shop: Shop) -> None:
    shop.send(order("1000"))
    placed = spend(shop, "/api/members/ann/holds", {"points": 300, "order_id": "o-9"})
    assert placed.status_code == 201, placed.content
    hold = placed.json()["hold"]
    balance = shop.standing("ann")["balances"]["points"]
    assert (balance["available"], balance["held"]) == (700, 300)
    again = spend(shop, "/api/members/ann/holds", {"points": 300, "order_id": "o-9"})
    assert (again.status_code, again.json()["hold"]) == (201, hold)
    assert shop.available("ann") == 700
    captured = spend(shop, f"/api/holds/{hold}/capture", {"points": 200}, key="k-2")
    assert captured.status_code == 200, captured.content
    balance = shop.standing("ann")["balances"]["points"]
    assert (balance["available"], balance["held"]) == (800, 0)
    assert problem_of(spend(shop, f"/api/holds/{hold}/release", key="k-3"))[0] in {404, 409}
    assert shop.available("ann") == 800


def test_hold_then_release(shop: Shop) -> None:
    shop.send(order("1000"))
    hold = spend(shop, "/api/members/ann/holds", {"points": 300, "expires_in_seconds": 60}).json()["hold"]
    assert spend(shop, f"/api/holds/{hold}/release", key="k-2").status_code == 200
    assert shop.available("ann") == 1000


def test_adjust_by_hand(shop: Shop) -> None:
    shop.send(order("10"))
    made = spend(shop, "/api/members/ann/adjustments", {"points": 25, "reason": "for the delay"})
    assert made.status_code == 201, made.content
    assert shop.available("ann") == 35
    taken = spend(shop, "/api/members/ann/adjustments", {"points": -36, "reason": "mistake"}, key="k-2")
    assert taken.status_code == 409
    assert shop.available("ann") == 35


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("/api/members/ann/holds", {"points": 101}, 409, "points"),
        ("/api/members/ann/holds", {"points": 0}, 422, "points"),
        ("/api/members/ann/holds", {"points": 1.5}, 422, "points"),
        ("/api/members/ann/holds", {"points": "5"}, 422, "points"),
        ("/api/members/ann/holds", {"points": True}, 422, "points"),
        ("/api/members/ann/holds", {}, 422, "points"),
        ("/api/members/ann/holds", {"points": 5, "colour": "red"}, 422, "colour"),
        ("/api/members/ann/holds", {"points": 5, "expires_in_seconds": 0}, 422, "expires_in_seconds"),
        ("/api/members/ann/holds", {"points": 5, "currency": "gold"}, 422, "currency"),
        ("/api/members/nobody/holds", {"points": 5}, 404, "id"),
        ("/api/holds/999999/capture", {}, 404, "hold"),
        ("/api/holds/999999/release", None, 404, "hold"),
        ("/api/holds/99999999999999999999/release", None, 404, "hold"),
        ("/api/members/ann/adjustments", {"points": 5}, 422, "reason"),
        ("/api/members/ann/adjustments", {"points": 5, "reason": "  "}, 422, "reason"),
        ("/api/members/ann/adjustments", {"points": 0, "reason": "why"}, 422, "points"),
    ],
)
def test_writes_that_do_not_fit(shop: Shop, path: str, body: Any, status: int, field: str) -> None:
    shop.send(order("100"))
    response = spend(shop, path, body)
    assert problem_of(response)[0] == status, response.content
    assert response.json().get("field") == field
    balance = shop.standing("ann")["balances"]["points"]
    assert (balance["available"], balance["held"]) == (100, 0)


@pytest.mark.parametrize("key", ["", "x" * 257, "a\tb"])
def test_writes_need_a_key_of_their_own(shop: Shop, key: str) -> None:
    shop.send(order("100"))
    response = spend(shop, "/api/members/ann/holds", {"points": 5}, key=key)
    assert problem_of(response) == (400, "no-idempotency-key")


def test_the_same_key_for_something_else(shop: Shop) -> None:
    shop.send(order("100"))
    assert spend(shop, "/api/members/ann/holds", {"points": 5}).status_code == 201
    assert problem_of(spend(shop, "/api/members/ann/holds", {"points": 6}))[0] == 409
    assert shop.available("ann") == 95


def test_a_hold_lapses_by_itself(shop: Shop) -> None:
    shop.send(order("100", timestamp=(datetime.now(UTC) - timedelta(days=1)).isoformat()))
    answer = spend(shop, "/api/members/ann/holds", {"points": 40, "expires_in_seconds": 1})
    assert answer.status_code == 201
    assert shop.available("ann") == 60
