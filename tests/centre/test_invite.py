"""Inviting friends in the member centre: my page, and the page an invitation leads to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.events.models import Event
from regulars.programmes import writes as programmes
from regulars.referrals.models import Referral
from tests.centre.conftest import sign_in
from tests.flow.friends import NOON, PARTY, PROGRAMME, Shop, party

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    programmes.apply(PARTY)
    return party()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_my_invitation(client: Client, shop: Shop) -> None:
    sign_in(client, "ann")
    answer = client.get("/me/invite")
    page = text(answer)
    assert shop.code("ann") in page
    assert f'value="http://testserver/me/invited/{shop.code("ann")}"' in answer.content.decode()
    assert "<svg" in answer.content.decode()
    assert "At most 20 friends a month." in page
    assert "1 friend counts · 300 points" in page
    for friend in ("B*** Counted", "C*** Being looked at", "D*** Did not count", "E*** Not yet"):
        assert friend in page
    assert "Bob" not in page
    assert "Miller" not in page
    assert "bob" not in page


def test_nobody_yet(client: Client, shop: Shop) -> None:
    sign_in(client, "fay")
    assert "Nobody has accepted your invitation yet." in text(client.get("/me/invite"))


def test_the_link_is_the_shops_own_where_it_has_one(client: Client, shop: Shop, settings: Any) -> None:
    settings.CONFIG = replace(settings.CONFIG, invite_url="https://shop.example/?i={code}")
    sign_in(client, "ann")
    assert f'value="https://shop.example/?i={shop.code("ann")}"' in client.get("/me/invite").content.decode()
    landing = Client().get(f"/me/invited/{shop.code('ann')}").content.decode()
    assert f'href="https://shop.example/?i={shop.code("ann")}"' in landing


def test_without_the_section_there_is_no_invitation(client: Client) -> None:
    programmes.apply(PROGRAMME.partition("referral:")[0])
    Shop().member("ann")
    sign_in(client, "ann")
    assert "The club rewards no friends at present." in text(client.get("/me/invite"))
    assert "/me/invite" not in client.get("/me/gifts").content.decode()
    assert client.get("/me/invited/ABCD2345").status_code == 404


def test_an_invitation_is_kept_until_the_shop_says_who_came(client: Client, shop: Shop) -> None:
    opened_at = datetime.now(UTC).replace(microsecond=0)
    page = text(client.get(f"/me/invited/{shop.code('ann').lower()}"))
    assert "A friend invites you to Corner Club" in page
    assert shop.code("ann") in page
    assert client.cookies["invited"]["httponly"]
    # she becomes a member by her first order, after she opened the link
    shop.orders("gil", "g", ago=(NOON - datetime.now(UTC)) / timedelta(days=1))
    sign_in(client, "gil")
    [event] = Event.objects.filter(name="Invitation Accepted", source="centre")
    assert event.properties == {"code": shop.code("ann")}
    assert event.occurred_at >= opened_at
    assert "invited" not in client.cookies or not client.cookies["invited"].value
    shop.follow()
    assert shop.state("gil") == "counted"


def test_a_member_accepts_by_a_button_and_the_first_counts(client: Client, shop: Shop) -> None:
    sign_in(client, "fay")
    address = f"/me/invited/{shop.code('ann')}"
    assert "Accept the invitation" in text(client.get(address))
    assert "You have accepted the invitation." in text(client.post(address))
    shop.follow()
    assert shop.state("fay") == "waiting"
    assert "You have accepted an invitation before" in text(client.post(f"/me/invited/{shop.code('bob')}"))
    shop.follow()
    assert Referral.objects.filter(friend_id=shop.member("fay")).count() == 1


@pytest.mark.parametrize("kept", ["", "x", "ABCD2345.1", "ABCD2345.1:1abc:xyz"])
def test_a_forged_cookie_is_worth_nothing(client: Client, shop: Shop, kept: str) -> None:
    client.cookies["invited"] = kept
    sign_in(client, "fay")
    assert not Event.objects.filter(source="centre").exists()


def test_my_own_link_leads_to_my_page(client: Client, shop: Shop) -> None:
    sign_in(client, "ann")
    assert client.get(f"/me/invited/{shop.code('ann')}").headers["Location"] == "/me/invite"


def test_a_code_that_is_nobodys(client: Client, shop: Shop) -> None:
    assert client.get("/me/invited/NOBODY22").status_code == 404
