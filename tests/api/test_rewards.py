# ruff: noqa: E501 (one case a line)
"""Gifts, charity and groups over HTTP: each route's answer, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from regulars.api import keys
from regulars.api.writes import make_key
from regulars.insight.verify import verify
from tests.api.conftest import Shop
from tests.flow.reward_shop import publish, somebody

pytestmark = pytest.mark.django_db

EVERY = [
    ("get", "/api/gifts", "members:read"),
    ("get", "/api/charities", "members:read"),
    ("get", "/api/groups/x", "members:read"),
    ("post", "/api/members/ann/gifts", "points:write"),
    ("post", "/api/members/ann/donations", "points:write"),
    ("post", "/api/redemptions/1/cancel", "points:write"),
    ("post", "/api/redemptions/1/hand-over", "points:write"),
    ("post", "/api/groups", "points:write"),
    ("post", "/api/groups/x/join", "points:write"),
]


@pytest.fixture
def web(client: Client) -> Shop:
    """A shop's key, and Ann with 100 points."""
    keys.forget()
    publish()
    somebody()
    return Shop(client, make_key("Web", "web")[1])


def post(shop: Shop, path: str, body: Any, key: str = "k") -> Any:
    return shop.call("post", path, body, **{"Idempotency-Key": key})


def kind(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["type"].removeprefix("/api/problems/")


@pytest.mark.parametrize(("method", "path", "scope"), EVERY)
def test_every_route_asks_for_a_key_and_its_scope(web: Shop, method: str, path: str, scope: str) -> None:
    assert kind(getattr(web.client, method)(path))[0] == 401
    others = [one for one in keys.SCOPES if one != scope]
    lesser = Shop(web.client, make_key("Lesser", "lesser", others)[1])
    assert kind(lesser.call(method, path, {})) == (403, "out-of-scope")


def test_the_catalogue_says_what_a_customer_can_have(web: Shop) -> None:
    of_ann = {one["key"]: one for one in web.call("get", "/api/gifts?member=ann").json()["gifts"]}
    assert {key: of_ann["mug"][key] for key in ("kind", "points", "currency", "product_id", "left", "why", "missing")} == {
        "kind": "product", "points": 30, "currency": "points", "product_id": "mug-1", "left": 10, "why": None, "missing": 0,
    }  # fmt: skip
    assert of_ann["mug"]["name"]["zh-Hans"] == "马克杯"
    assert (of_ann["throne"]["why"], of_ann["yesterday"]["why"]) == ("tier", "over")
    of_all = {one["key"]: one["why"] for one in web.call("get", "/api/gifts").json()["gifts"]}
    assert (of_all["throne"], of_all["tomorrow"]) == (None, "not_yet")
    assert kind(web.call("get", "/api/gifts?member=nobody")) == (404, "unknown-member")


def test_a_gift_from_the_shelf_to_the_door(web: Shop) -> None:
    taken = post(web, "/api/members/ann/gifts", {"gift": "mug"})
    assert taken.status_code == 201
    assert post(web, "/api/members/ann/gifts", {"gift": "mug"}).json() == taken.json()
    number = taken.json()["id"]
    assert (taken.json()["state"], taken.json()["sku"]) == ("ordered", "M1")
    assert post(web, f"/api/redemptions/{number}/hand-over", None, "h").json()["state"] == "handed_over"
    assert kind(post(web, f"/api/redemptions/{number}/cancel", {"reason": "late"}, "c")) == (409, "redemption-settled")
    other = post(web, "/api/members/ann/gifts", {"gift": "mug"}, "k2").json()["id"]
    cancelled = post(web, f"/api/redemptions/{other}/cancel", {"reason": "late"}, "c").json()
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "late")
    words = web.call("get", "/api/members/ann/explain").json()["explanations"]
    assert [(one["title"], one["points"]) for one in words[:3]] == [
        ("Cancelled: Mug", 30),
        ("Gift: Mug", -30),
        ("Gift: Mug", -30),
    ]
    assert verify().found == []


def test_points_for_charity(web: Shop) -> None:
    given = post(web, "/api/members/ann/donations", {"charity": "books", "points": 40})
    assert given.status_code == 201
    body = given.json()
    assert (body["points"], body["amount"]) == (40, "0.40")
    assert (body["total"]["points"], body["total"]["amount"], body["total"]["donors"], body["total"]["goal"]) == (
        40,
        "0.40",
        1,
        1000,
    )
    assert post(web, "/api/members/ann/donations", {"charity": "books", "points": 40}).json()["id"] == body["id"]
    [books, gone] = web.call("get", "/api/charities").json()["charities"]
    assert (books["points"], books["open"], gone["open"]) == (40, True, False)
    words = web.call("get", "/api/members/ann/explain").json()["explanations"][0]
    assert (words["title"], words["points"]) == ("Given to Books for schools", -40)


def test_a_group(web: Shop) -> None:
    somebody("bob", 0)
    made = post(web, "/api/groups", {"member": "ann", "group_buy": "tea-for-three"})
    assert made.status_code == 201
    number = made.json()["id"]
    assert (made.json()["state"], made.json()["taken"], made.json()["people"]) == ("open", 1, 3)
    joined = web.call("post", f"/api/groups/{number}/join", {"member": "bob"}).json()
    assert (joined["taken"], joined["paid"]) == (2, 0)
    assert joined["kept_until"] is not None
    assert web.call("post", f"/api/groups/{number}/join", {"member": "bob"}).json()["taken"] == 2
    assert web.call("get", f"/api/groups/{number}").json()["taken"] == 2
    assert "ann" not in web.call("get", f"/api/groups/{number}").content.decode()


BAD = [
    ("no idempotency key", "/api/members/ann/gifts", {"gift": "mug"}, "", (400, "no-idempotency-key")),
    ("no gift named", "/api/members/ann/gifts", {}, "k", (422, "unfit-parameter")),
    ("an unknown gift", "/api/members/ann/gifts", {"gift": "x"}, "k", (404, "unknown-gift")),
    ("an unknown member", "/api/members/zoe/gifts", {"gift": "mug"}, "k", (404, "unknown-member")),
    ("something more", "/api/members/ann/gifts", {"gift": "mug", "points": 1}, "k", (422, "unfit-parameter")),
    ("a number as a gift", "/api/members/ann/gifts", {"gift": 5}, "k", (422, "unfit-parameter")),
    ("a redemption beyond numbers", f"/api/redemptions/{10**30}/cancel", {"reason": "x"}, "k", (404, "unknown-redemption")),
    ("no reason", "/api/redemptions/1/cancel", {"reason": " "}, "k", (422, "reason-missing")),
    ("points as text", "/api/members/ann/donations", {"charity": "books", "points": "40"}, "k", (422, "unfit-parameter")),
    ("half a point", "/api/members/ann/donations", {"charity": "books", "points": 20.5}, "k", (422, "unfit-parameter")),
    ("an odd group", "/api/groups/tea/join", {"member": "ann"}, "k", (404, "unknown-group")),
    ("no group buy", "/api/groups", {"member": "ann", "group_buy": "x"}, "k", (404, "unknown-group-buy")),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "key", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in BAD])
def test_bad_input(web: Shop, path: str, body: Any, key: str, wanted: tuple[int, str]) -> None:
    response = post(web, path, body, key) if key else web.call("post", path, body)
    assert kind(response) == wanted


def test_a_shop_without_offers_has_an_empty_catalogue(client: Client) -> None:
    from regulars.programmes import writes as programmes
    from tests.flow.crowd import PROGRAMME

    keys.forget()
    programmes.apply(PROGRAMME)
    shop = Shop(client, make_key("Web", "web")[1])
    assert shop.call("get", "/api/gifts").json() == {"gifts": []}
    assert shop.call("get", "/api/charities").json() == {"charities": []}
