"""Coupons through the API, as a shop's backend asks for them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client

from regulars.coupons import codes
from regulars.coupons.models import Coupon
from tests.api.conftest import Shop, order
from tests.coupons.conftest import OFFERS, publish

pytestmark = pytest.mark.django_db
_keys = count(1)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The corner shop with coupons, and a member called ann."""
    publish(OFFERS.replace("Asia/Shanghai", "UTC"))
    shop.send(order())
    return shop


def post(shop: Shop, path: str, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key or f"k-{next(_keys)}"}
    return shop.call("post", f"/api{path}", body, **headers)


def made(response: Any) -> dict[str, Any]:
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    return found


def test_a_coupon_is_given_read_and_taken_back(shop: Shop) -> None:
    given = made(post(shop, "/members/ann/coupons", "first", coupon="ten-off", reason="welcome"))
    assert (given["name"], given["gives"], given["terms"]) == ("Ten off", "$10 off", ["From $50"])
    assert made(post(shop, "/members/ann/coupons", "first", coupon="ten-off", reason="welcome")) == given
    read = shop.call("get", "/api/members/ann/coupons").json()
    assert read == {"coupons": [given]}
    withdraw = f"/members/ann/coupons/{given['id']}/withdraw"
    assert post(shop, withdraw, reason="a mistake").json()["state"] == "withdrawn"
    assert post(shop, withdraw, reason="again").status_code == 409
    assert shop.call("get", "/api/members/ann/coupons").json() == {"coupons": []}
    [past] = shop.call("get", "/api/members/ann/coupons?state=past").json()["coupons"]
    assert past["state"] == "withdrawn"


def test_words_are_in_the_callers_language(shop: Shop) -> None:
    made(post(shop, "/members/ann/coupons", coupon="ten-off"))
    answer = shop.call("get", "/api/members/ann/coupons", **{"Accept-Language": "zh-hans"}).json()
    assert answer["coupons"][0]["name"] == "立减十元"


def test_a_batch_to_claim_from(shop: Shop) -> None:
    batch = made(post(shop, "/coupons/batches", coupon="ten-off", kind="claimed", count=5))
    [seen] = shop.call("get", "/api/members/ann/coupons/claimable").json()["claimable"]
    assert (seen["batch"], seen["left"], seen["why_not"]) == (batch["id"], 5, None)
    made(post(shop, "/members/ann/coupons/claim", "c", batch=batch["id"]))
    made(post(shop, "/members/ann/coupons/claim", "c", batch=batch["id"]))
    refused = post(shop, "/members/ann/coupons/claim", batch=batch["id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/claimed-before")
    [seen] = shop.call("get", "/api/members/ann/coupons/claimable").json()["claimable"]
    assert (seen["left"], seen["claimed"], seen["why_not"]) == (4, 1, "had")


def test_codes_are_made_and_one_becomes_anns(shop: Shop) -> None:
    body = {"coupon": "ten-off", "kind": "generated", "count": 50, "prefix": "tea"}
    batch = made(post(shop, "/coupons/batches", "batch", **body))
    assert (batch["state"], batch["made"], batch["prefix"]) == ("making", 0, "TEA")
    assert made(post(shop, "/coupons/batches", "batch", **body))["id"] == batch["id"]
    assert post(shop, "/coupons/batches", "batch", **body | {"count": 51}).status_code == 409
    codes.make(batch["id"])
    read = shop.call("get", f"/api/coupons/batches/{batch['id']}").json()
    assert (read["state"], read["made"], read["coupons"]) == ("ready", 50, {"open": 50})
    code = Coupon.objects.filter(batch=batch["id"]).earliest("id").code or ""
    before = shop.call("get", f"/api/coupons/codes/{code.lower()}").json()
    assert (before["code"], before["usable"], before["owned"]) == (code, True, False)
    assert made(post(shop, "/members/ann/coupons/code", code=code))["code"] == code
    after = shop.call("get", f"/api/coupons/codes/{code[:4]}-{code[4:]}").json()
    assert (after["state"], after["owned"]) == ("open", True)
    assert shop.call("get", "/api/coupons/codes/welcome").json()["state"] == "public"
    [listed] = shop.call("get", "/api/coupons/batches").json()["batches"]
    assert listed["id"] == batch["id"]


def test_a_batch_is_stopped(shop: Shop) -> None:
    batch = made(post(shop, "/coupons/batches", coupon="ten-off", kind="generated", count=50))
    for _ in range(2):
        assert post(shop, f"/coupons/batches/{batch['id']}/stop").json()["state"] == "stopped"
    assert codes.make(batch["id"]) == 0


def test_batches_come_by_the_page(shop: Shop) -> None:
    ids = [made(post(shop, "/coupons/batches", coupon="ten-off", kind="claimed", count=1))["id"] for _ in range(5)]
    first = shop.call("get", "/api/coupons/batches?limit=3").json()
    rest = shop.call("get", f"/api/coupons/batches?limit=3&before={first['next']}").json()
    assert [one["id"] for one in first["batches"] + rest["batches"]] == ids[::-1]
    assert rest["next"] is None


def test_a_shops_own_codes(shop: Shop) -> None:
    body = {"coupon": "ten-off", "kind": "imported", "codes": ["OLD-1", "old1", "OLD2", "?"]}
    batch = made(post(shop, "/coupons/batches", **body))
    assert batch["made"] == 2
    assert [(one["line"], one["why"]) for one in batch["not_taken"]] == [(2, "twice"), (4, "bad")]


def test_given_to_many(shop: Shop) -> None:
    shop.send(order(user="bob"))
    batch = made(post(shop, "/coupons/batches", coupon="ten-off", kind="given", members=["ann", "bob", "ann"]))
    assert (batch["wanted"], batch["made"]) == (2, 2)
    refused = post(shop, "/coupons/batches", coupon="ten-off", kind="given", members=["ann", "eve", "joe"])
    assert refused.json()["detail"] == "2 of the members are not known: eve, joe."


BAD = [
    # path, body, status, kind, field
    ("/members/ann/coupons", {"coupon": "nope"}, 422, "no-such-coupon", "coupon"),
    ("/members/ann/coupons", {}, 422, "unfit-parameter", "coupon"),
    ("/members/ann/coupons", {"coupon": "ten-off", "more": 1}, 422, "unfit-parameter", "more"),
    ("/members/ann/coupons", {"coupon": "ten-off", "valid_until": "2030-01-01T00:00:00"}, 422, "unfit-parameter",
     "valid_until"),
    ("/members/nobody/coupons", {"coupon": "ten-off"}, 404, "unknown-member", "id"),
    ("/members/ann/coupons", {"coupon": "gone"}, 409, "coupon-over", "coupon"),
    ("/members/ann/coupons/claim", {"batch": 12345}, 404, "unknown-batch", "batch"),
    ("/members/ann/coupons/claim", {"batch": "1"}, 422, "unfit-parameter", "batch"),
    ("/members/ann/coupons/code", {"code": "NOPE"}, 404, "unknown-code", "code"),
    ("/members/ann/coupons/code", {"code": "A\x00B"}, 422, "unfit-parameter", "code"),
    ("/members/ann/coupons/code", {"code": "welcome"}, 409, "code-is-public", "code"),
    ("/members/ann/coupons/99/withdraw", {"reason": "x"}, 404, "unknown-coupon", "coupon_id"),
    ("/coupons/batches", {"coupon": "ten-off", "kind": "generated", "count": 10**6, "length": 5}, 422,
     "code-too-short", "length"),
    ("/coupons/batches", {"coupon": "ten-off", "kind": "generated", "count": 10**7}, 422, "not-a-whole-number",
     "count"),
    ("/coupons/batches", {"coupon": "ten-off", "kind": "free"}, 422, "unfit-parameter", "kind"),
    ("/coupons/batches", {"coupon": "ten-off", "kind": "imported", "codes": []}, 422, "no-codes", "codes"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "kind", "field"), BAD)
def test_bad_input(shop: Shop, path: str, body: dict[str, Any], status: int, kind: str, field: str) -> None:
    answer = post(shop, path, **body)
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (answer.status_code, said["type"].rpartition("/")[2], said["field"]) == (status, kind, field)
    assert not Coupon.objects.exists()


def test_reading_and_writing_need_their_scopes_and_writes_a_key(
    shop: Shop, client: Client, make_token: Callable[..., str]
) -> None:
    reader = Shop(client, make_token("members:read"))
    writer = Shop(client, make_token("coupons:write"))
    assert reader.call("get", "/api/members/ann/coupons").status_code == 200
    assert post(reader, "/members/ann/coupons", coupon="ten-off").status_code == 403
    assert writer.call("get", "/api/members/ann/coupons").status_code == 403
    assert writer.call("post", "/api/members/ann/coupons", {"coupon": "ten-off"}).status_code == 400
    assert reader.call("get", "/api/coupons/codes/NOPE").status_code == 404
    assert writer.call("get", "/api/coupons/codes/NOPE").status_code == 403
    assert reader.call("get", "/api/coupons/batches").status_code == 200
    assert post(reader, "/coupons/batches", coupon="ten-off", kind="claimed", count=1).status_code == 403
