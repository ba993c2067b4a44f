"""Why, in the member centre."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regulars.events.models import Event
from tests.centre.conftest import sign_in
from tests.centre.test_pages import words
from tests.flow.stories import a_gold_member, publish_live_commerce

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client: Client) -> Client:
    """A gold member's browser."""
    publish_live_commerce()
    a_gold_member("m-1")
    sign_in(client, "m-1")
    return client


def test_what_my_points_are_made_of(mine: Client) -> None:
    page = words(mine.get(reverse("centre:balance"), {"currency": "points"}))
    for text in ("What ever came and went", "Earned", "Given or taken by the shop +50", "Set aside", "Order 77099"):
        assert text in page
    assert mine.get(reverse("centre:balance"), {"currency": "x"}).status_code == 404
    assert reverse("centre:balance") in mine.get(reverse("centre:home")).content.decode()


def test_why_i_have_my_tier(mine: Client) -> None:
    page = words(mine.get(reverse("centre:tier-why")))
    for text in ("Gold", "What counts today", "here, and earned today", "In all"):
        assert text in page


def test_why_i_did_not_get_more(mine: Client) -> None:
    page = words(mine.get(reverse("centre:ask")))
    assert "Choose what it is about" in page and "Review: Longjing 2026" in page
    review = Event.objects.filter(name="Product Reviewed").latest("pk")
    page = words(mine.get(reverse("centre:why", args=[review.pk])))
    assert "What it earned" in page and "Rules about something else" in page


def test_nobody_reads_of_another_member(mine: Client, client: Client) -> None:
    other = a_gold_member("m-2")
    theirs = Event.objects.filter(member_id=other.member_id, name="Order Completed").latest("pk")
    assert mine.get(reverse("centre:why", args=[theirs.pk])).status_code == 404
    client.logout()
    client.cookies.clear()
    assert client.get(reverse("centre:balance")).status_code in {302, 403}
