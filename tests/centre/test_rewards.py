# ruff: noqa: E501 (what a page says stands in one line)
"""Gift shop, charity and group buys in the member centre, as HTML; few queries; nobody takes twice."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from regulars.flow import groups
from regulars.flow.rewards.charity import donate
from regulars.flow.rewards.gifts import cancel, redeem
from regulars.insight.verify import verify
from regulars.rewards.models import Donation, Redemption
from tests.centre.conftest import sign_in
from tests.centre.test_pages import words
from tests.flow.reward_shop import has, publish, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client: Client) -> int:
    """Signed in, with 100 points."""
    publish()
    member = somebody()
    sign_in(client, "ann")
    return member


def once_of(answer: Any) -> str:
    found = re.search(r'name="once" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_the_shelf_says_what_i_can_have_and_what_is_missing(client: Client, ann: int) -> None:
    donate(ann, "books", 70, "d", "web")
    page = words(client.get("/me/gifts"))
    for text in (
        "You have 30 points, 5 stars.",
        "Mug 10 left 30 points Get it",
        "Ten off 20 points Get it",
        "Chair 1 point For Diamond",
        "Soon 1 point Not yet",
    ):
        assert text in page
    assert "Late" not in page
    redeem(ann, "mug", "r", "web")
    page = words(client.get("/me/gifts"))
    for text in (
        "You have 0 points, 5 stars.",
        "Mug 9 left 30 points 30 points more",
        "Ten off 20 points 20 points more",
    ):
        assert text in page


def test_one_step_to_confirm_and_it_is_mine(client: Client, ann: int) -> None:
    page = client.get("/me/gifts/mug")
    for text in ("You have 100 points", "It costs −30 points", "You keep 70 points", "Get it for 30 points"):
        assert text in words(page)
    once = once_of(page)
    for _ in range(2):
        answer = client.post("/me/gifts/mug", {"once": once}, follow=True)
        assert "“Mug” is yours. We will send it." in words(answer)
    assert (Redemption.objects.count(), has(ann)) == (1, 70)
    assert "Mug Waiting to be sent" in words(client.get("/me/redemptions"))
    cancel(Redemption.objects.get().pk, "the last one broke", "c", "console")
    assert "Mug Cancelled, your points are back" in words(client.get("/me/redemptions"))
    newest = words(client.get("/me/history"))
    assert "Cancelled: Mug" in newest
    assert "Gift: Mug" in newest
    assert verify().found == []


def test_what_was_sold_out_meanwhile_is_said(client: Client, ann: int) -> None:
    once = once_of(client.get("/me/gifts/mug"))
    for name in ("bob", "cat", "dan", "eve", "fay"):
        other = somebody(name)
        for i in range(2):
            redeem(other, "mug", f"{name}{i}", "web")
    page = words(client.post("/me/gifts/mug", {"once": once}))
    assert "Sold out Nothing is left of it." in page
    assert "Get it for" not in page
    assert has(ann) == 100


@pytest.mark.parametrize(
    ("path", "data"),
    [("/me/gifts/none", None), ("/me/gifts/mug", {"once": "x"}), ("/me/gifts/mug", {}), ("/me/charity/books", {"points": "x"}),
     ("/me/charity/none", {"points": "20", "once": "12cb5b25-bee7-48ad-9973-20b349d44e2b"}), ("/me/groups/12cb5b25-bee7-48ad-9973-20b349d44e2b", None), ("/me/groups", {"offer": "tea-for-three"})],
)  # fmt: skip
def test_nonsense_is_not_found(client: Client, ann: int, path: str, data: Any) -> None:
    answer = client.get(path) if data is None else client.post(path, data)
    assert answer.status_code == 404
    assert (Redemption.objects.count(), Donation.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["/me/gifts", "/me/gifts/mug", "/me/redemptions", "/me/charity", "/me/groups"])
def test_only_who_is_signed_in_sees_it(client: Client, path: str) -> None:
    publish()
    assert client.get(path).status_code == 403
    assert client.post(path).status_code in (403, 405)


def test_points_for_charity_and_the_public_counter(client: Client, ann: int) -> None:
    bob = somebody("bob")
    donate(bob, "books", 60, "d", "web")
    page = words(client.get("/me/charity"))
    for text in (
        "Books for schools ¥0.60 60 points from 1 member 60 points The goal: 1,000 points",
        "We give ¥0.10 for 10 points.",
        "20 points",
        "40 points",
    ):
        assert text in page
    assert "Gone" not in page
    page = client.get("/me/charity/books?points=40")
    for text in ("You give −40 points", "We give ¥0.40", "You keep 60 points", "Points once given do not come back."):
        assert text in words(page)
    once = once_of(page)
    for _ in range(2):
        answer = words(client.post("/me/charity/books", {"points": "40", "once": once}, follow=True))
        for text in (
            "Thank you. “Books for schools” has your points.",
            "¥1 100 points from 2 members",
            "You gave 40 points",
        ):
            assert text in answer
    assert (Donation.objects.filter(member_id=ann).count(), has(ann)) == (1, 60)
    for points in ("25", "10", "110"):
        assert "Choose a multiple of 10 points" in words(client.get(f"/me/charity/books?points={points}"))


def test_buying_together(client: Client, ann: int) -> None:
    page = client.get("/me/groups")
    assert "Tea for three ¥9.90 When 3 people buy within 24 hours." in words(page)
    assert "for-diamonds" not in words(page)
    once = once_of(page)
    addresses = {
        client.post("/me/groups", {"offer": "tea-for-three", "once": once}).headers["Location"] for _ in range(2)
    }
    [address] = addresses
    page = words(client.get(address))
    for text in (
        "Tea for three ¥9.90",
        "0 paid, 2 places free.",
        "Your place is kept until",
        "Send this to your friends",
    ):
        assert text in page
    assert f"http://testserver{address}" in html.unescape(client.get(address).content.decode())
    somebody("bob", 0)
    friend = Client()
    sign_in(friend, "bob")
    assert "Join this group" in words(friend.get(address))
    page = words(friend.post(address, follow=True))
    assert "0 paid, 1 place free." in page
    assert "Join this group" not in page
    assert "ann" not in page
    group_id = address.rpartition("/")[2]
    for member in (ann, somebody("cat", 0)):
        checkout = uuid4()
        groups.take_place(group_id, member, checkout, datetime.now(UTC))
        groups.paid(checkout, datetime.now(UTC))
    assert "You have paid. Now bring your friends." in words(client.get(address))
    assert "My groups Tea for three" in words(client.get("/me/groups"))


def test_pictures_of_the_shop_may_be_shown_where_there_are_any(client: Client, ann: int) -> None:
    from regulars.offers import writes as offers
    from tests.flow.reward_shop import OFFERS

    assert "https:" not in client.get("/me/gifts").headers["Content-Security-Policy"]
    offers.apply(OFFERS.replace("product_id: mug-1,", "product_id: mug-1, picture: 'https://shop.example/mug.jpg',"))
    answer = client.get("/me/gifts")
    assert "img-src 'self' https:" in answer.headers["Content-Security-Policy"]
    assert 'src="https://shop.example/mug.jpg"' in answer.content.decode()
    assert "https:" not in client.get("/me/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "most"),
    [("/me/gifts", 10), ("/me/gifts/mug", 10), ("/me/redemptions", 4), ("/me/charity", 6), ("/me/groups", 11)],
)
def test_pages_take_few_queries(
    client: Client, ann: int, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for i in range(2):
        redeem(ann, "mug", f"r{i}", "web")
        groups.open_group(ann, "tea-for-three", f"g{i}", "web")
    client.get(path)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200
