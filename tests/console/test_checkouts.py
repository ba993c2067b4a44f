"""Checkouts and gift cards in the console: seen by all roles, changed by those who look after customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from regulars.checkouts.models import Checkout, GiftCard, GiftCardEntry
from regulars.flow.checkout import settle
from regulars.flow.checkout.reserve import reserve
from regulars.offers import writes as offers
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]

OFFERS = """
currency: USD
time_zone: UTC
offers:
  - {key: flash, name: {en: Flash sale}, kind: price, goods: {product_id: [oolong]}, price: 40.00, stock: 3}
"""


@pytest.fixture
def checkout() -> Checkout:
    """A price that is kept: 40.00 instead of 60.00."""
    programmes.apply(PROGRAMME)
    offers.apply(OFFERS)
    line = {"line_id": "1", "product_id": "oolong", "name": "Oolong <b>500 g</b>", "price": "60.00", "quantity": 1}
    cart = {"member": "ann", "lines": [line]}
    return reserve(cart, "c-1", "web", b"x" * 16, datetime.now(UTC))


def address(checkout: Checkout, end: str = "change") -> str:
    return f"/console/checkouts/checkout/{checkout.pk}/{end}/"


@pytest.mark.parametrize("role", ["admin", "marketer", "service", "analyst"])
def test_every_role_sees_every_number(as_role: Roles, checkout: Checkout, role: str) -> None:
    client = as_role(role)
    listed = client.get("/console/checkouts/checkout/").content.decode()
    assert "ann" in listed and "$40.00" in listed
    page = client.get(address(checkout)).content.decode()
    for text in ("Oolong &lt;b&gt;500 g&lt;/b&gt;", "$60.00", "Flash sale −$20.00", "$40.00"):
        assert text in page
    assert ("Give everything back" in page) == (role in ("admin", "service"))


@pytest.mark.parametrize(("role", "status"), [("admin", 302), ("service", 302), ("marketer", 403), ("analyst", 403)])
def test_who_may_cancel(as_role: Roles, checkout: Checkout, role: str, status: int) -> None:
    client = as_role(role)
    assert client.post(address(checkout, "cancel")).status_code == status
    checkout.refresh_from_db()
    assert (checkout.state == Checkout.CANCELLED) == (status == 302)
    assert client.get(address(checkout, "cancel")).status_code == 403


def test_cancelling_what_was_committed_meanwhile_says_so(as_role: Roles, checkout: Checkout) -> None:
    client = as_role("admin")
    settle.commit(checkout.pk, "web/1", datetime.now(UTC), "A-1")
    answer = client.post(address(checkout, "cancel"), follow=True).content.decode()
    assert "This checkout was committed before" in answer
    assert "Order A-1" in answer


@pytest.mark.parametrize(("text", "found"), [("ann", True), ("A-1", True), ("ben", False), ("A", False)])
def test_searching(as_role: Roles, checkout: Checkout, text: str, found: bool) -> None:
    settle.commit(checkout.pk, "web/1", datetime.now(UTC), "A-1")
    client = as_role("analyst")
    page = client.get("/console/checkouts/checkout/", {"q": text}).content.decode()
    assert (str(checkout.pk) in page) == found


def test_an_unknown_checkout_leads_back(as_role: Roles, checkout: Checkout) -> None:
    client = as_role("admin")
    assert client.get("/console/checkouts/checkout/nonsense/change/").status_code == 302


def test_a_card_is_issued_and_shown_once(as_role: Roles, checkout: Checkout) -> None:
    client = as_role("service")
    page = client.post("/console/checkouts/giftcard/add/", {"amount": "25.50", "member": "ann", "note": "sorry"})
    card = GiftCard.objects.get()
    spaced = "-".join(card.code[i : i + 4] for i in range(0, 16, 4))
    assert spaced in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert (card.balance_minor, card.member_id) == (2550, checkout.member_id)
    assert GiftCardEntry.objects.get().note == "sorry"
    listed = client.get("/console/checkouts/giftcard/").content.decode()
    assert card.code[-4:] in listed and card.code not in listed
    assert card.code not in client.get(f"/console/checkouts/giftcard/{card.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount": "0"}, "greater than or equal to"),
        ({"amount": "1.005"}, "finer than"),
        ({"amount": "5", "member": "nobody"}, "No member has this id"),
        ({"amount": "5", "valid_until": "2020-01-01"}, "This day has passed"),
    ],
)
def test_a_card_that_does_not_fit(as_role: Roles, checkout: Checkout, change: dict[str, Any], says: str) -> None:
    client = as_role("admin")
    assert says in client.post("/console/checkouts/giftcard/add/", change).content.decode()
    assert not GiftCard.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("service", 302), ("marketer", 403)])
def test_a_lost_card_is_blocked(as_role: Roles, checkout: Checkout, role: str, status: int) -> None:
    client = as_role("admin")
    client.post("/console/checkouts/giftcard/add/", {"amount": "5"})
    card = GiftCard.objects.get()
    client = as_role(role)
    assert client.post(f"/console/checkouts/giftcard/{card.pk}/block/").status_code == status
    card.refresh_from_db()
    assert card.blocked == (status == 302)


@pytest.mark.parametrize("path", ["/console/checkouts/checkout/", "/console/checkouts/giftcard/"])
def test_lists_ask_few_questions(
    as_role: Roles, checkout: Checkout, path: str, django_assert_max_num_queries: Any
) -> None:
    client = as_role("admin")
    client.get(path)
    with django_assert_max_num_queries(14):
        client.get(path)
