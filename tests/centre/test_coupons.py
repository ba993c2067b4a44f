"""The wallet and the claim centre, as a customer meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regulars.coupons import codes
from regulars.coupons.models import Batch, Coupon
from regulars.events.models import Event
from regulars.flow.coupons import beginning
from regulars.flow.coupons.beginning import Wanted
from regulars.flow.coupons.giving import give, withdraw
from regulars.flow.coupons.once import Asked
from tests.centre.test_pages import words
from tests.coupons.conftest import publish
from tests.flow.builders import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallet(member: Client, person: Person) -> Client:
    """The member's browser, in a shop with coupons."""
    with connection.cursor() as cursor:  # the builder has numbered the member's events itself
        cursor.execute("SELECT setval('events_event_seq', max(id)) FROM events_event")
    publish()
    return member


def test_the_wallet_says_what_each_gives_asks_and_until_when(wallet: Client, person: Person) -> None:
    give(person.member.pk, "ten-off", Asked())
    give(person.member.pk, "tea-fifth", Asked())
    give(person.member.pk, "ten-off", Asked(), valid_until=datetime.now(UTC) + timedelta(days=2))
    page = words(wallet.get("/me/coupons"))
    for text in ("To use (3)", "$10 off Ten off From $50", "20% off, at most $6", "For: tea", "good without an end"):
        assert text in page
    assert page.count("Ends soon") == 1
    assert page.index("Ends soon") < page.index("20% off"), "what ends first leads"


def test_used_and_expired_ones_have_their_own_lists(wallet: Client, person: Person) -> None:
    used, ended, taken = (give(person.member.pk, "ten-off", Asked()) for _ in range(3))
    Coupon.objects.filter(pk=used.pk).update(state=Coupon.USED, used_at=datetime.now(UTC), order_id="o-77")
    Coupon.objects.filter(pk=ended.pk).update(valid_until=datetime.now(UTC) - timedelta(hours=1))
    withdraw(person.member.pk, taken.pk, "a mistake", Asked())
    assert "No coupons now" in words(wallet.get("/me/coupons"))
    assert "o-77" in words(wallet.get("/me/coupons?show=used"))
    page = words(wallet.get("/me/coupons?show=expired"))
    assert "was good until" in page and "taken back by the shop" in page
    assert "a mistake" not in page, "the reason is for operators' eyes"
    assert wallet.get("/me/coupons?show=everything").status_code == 404


def post(client: Client, path: str, **data: Any) -> str:
    return words(client.post(path, data, follow=True))


def test_a_claim_lands_in_the_wallet_once(wallet: Client, person: Person) -> None:
    batch = beginning.begin(Wanted("ten-off", Batch.CLAIMED, count=3), Asked()).batch
    assert "One coupon is waiting to be claimed." in words(wallet.get("/me/coupons"))
    assert "3 left" in words(wallet.get("/me/coupons/claim"))
    once = "6e2a2d53-6e4f-4e5a-8d6b-4bb0a9c0a001-1"
    for _ in range(2):
        assert "Ten off is yours." in post(wallet, "/me/coupons/claim", batch=batch.pk, once=once)
    page = words(wallet.get("/me/coupons/claim"))
    assert "You have it" in page and "2 left" in page
    assert "as many of these as one may" in post(wallet, "/me/coupons/claim", batch=batch.pk)
    assert "To use (1)" in words(wallet.get("/me/coupons"))
    assert Event.objects.filter(name="Coupon Issued", member_id=person.member.pk).count() == 1


def test_why_not_is_said(wallet: Client) -> None:
    now = datetime.now(UTC)
    beginning.begin(Wanted("tea-fifth", Batch.CLAIMED, count=3, claim_from=now + timedelta(1)), Asked())
    Batch.objects.create(key="ten-off", name="x", kind=Batch.CLAIMED, wanted=3, made=3)
    page = words(wallet.get("/me/coupons/claim"))
    assert "Not yet" in page and "All gone" in page
    gone = Batch.objects.get(made=3)
    assert "Somebody was faster" in post(wallet, "/me/coupons/claim", batch=gone.pk)
    assert "cannot be claimed any more" in post(wallet, "/me/coupons/claim", batch=999)
    assert wallet.post("/me/coupons/claim", {"batch": "x"}).status_code == 404


def test_a_code_becomes_mine_and_guessing_has_an_end(wallet: Client, person: Person) -> None:
    batch = beginning.begin(Wanted("ten-off", Batch.GENERATED, count=1), Asked()).batch
    codes.make(batch.pk)
    code = Coupon.objects.get(batch=batch).code or ""
    assert "enter it when you pay" in post(wallet, "/me/coupons/code", code="Welcome")
    assert "Type a code first" in post(wallet, "/me/coupons/code", code=" - ")
    assert "Ten off is yours." in post(wallet, "/me/coupons/code", code=f"{code[:4]}-{code[4:].lower()}")
    assert code in words(wallet.get("/me/coupons"))
    for _ in range(10):
        assert "No coupon has this code" in post(wallet, "/me/coupons/code", code="GUESS")
    assert "Too many wrong codes" in post(wallet, "/me/coupons/code", code="GUESS")


def test_nobody_else_sees_or_takes_anything(wallet: Client) -> None:
    stranger = Client()
    batch = beginning.begin(Wanted("ten-off", Batch.CLAIMED, count=3), Asked()).batch
    assert stranger.get("/me/coupons").status_code == 403
    assert stranger.post("/me/coupons/claim", {"batch": batch.pk}).status_code == 403
    assert stranger.post("/me/coupons/code", {"code": "X"}).status_code == 403
    assert not Coupon.objects.exists()


@pytest.mark.parametrize(("language", "texts"), [
    ("zh-hans", ("我的优惠券", "领券中心", "立减十元", "满 $50 可用", "即将到期")),
    ("zh-hant", ("我的優惠券", "領券中心", "$10", "即將到期")),
])  # fmt: skip
def test_in_chinese(language: str, texts: tuple[str, ...], wallet: Client, person: Person) -> None:
    give(person.member.pk, "ten-off", Asked(), valid_until=datetime.now(UTC) + timedelta(days=2))
    page = words(wallet.get("/me/coupons", headers={"Accept-Language": language}))
    for text in texts:
        assert text in page


def test_pages_ask_a_bounded_number_of_queries(wallet: Client, person: Person) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert wallet.get(address).status_code == 200
        return len(queries)

    addresses = ("/me/coupons", "/me/coupons?show=expired", "/me/coupons/claim")
    beginning.begin(Wanted("ten-off", Batch.CLAIMED, count=3), Asked())
    give(person.member.pk, "ten-off", Asked())
    before = [asked(address) for address in addresses]
    for number in range(10):
        beginning.begin(Wanted(["ten-off", "gold-only", "regular"][number % 3], Batch.CLAIMED, count=9), Asked())
        give(person.member.pk, ["ten-off", "tea-fifth"][number % 2], Asked())
    after = [asked(address) for address in addresses]
    assert all(later <= first for first, later in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 18, after
