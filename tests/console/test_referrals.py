"""Friends whom members brought, in the console: who sees them, who decides, and the CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.programmes import writes as programmes
from regulars.referrals.models import Referral, Review
from tests.flow.friends import PARTY, Shop, party

pytestmark = pytest.mark.django_db
LIST = "admin:referrals_referral_changelist"


@pytest.fixture
def shop() -> Shop:
    programmes.apply(PARTY)
    return party()


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def of(friend: str, shop: Shop) -> Referral:
    return Referral.objects.get(friend_id=shop.member(friend))


def page_of(friend: str, shop: Shop) -> str:
    return reverse("admin:referrals_referral_change", args=[of(friend, shop).pk])


def friends(answer: Any) -> list[str]:
    return re.findall(r'<span class="k-who">(\w+)<small>#', answer.content.decode())


def decide(client: Client, friend: str, shop: Shop, verdict: str, seen: str, reason: str = "Because.") -> Any:
    address = reverse("admin:referral_review", args=[of(friend, shop).pk])
    return client.post(address, {"verdict": verdict, "seen": seen, "reason": reason}, follow=True)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["eve", "dan", "cat", "bob"]),
        ({"state": "held"}, ["cat"]),
        ({"state": "counted"}, ["bob"]),
        ({"state": "refused"}, ["dan"]),
        ({"state": "waiting"}, ["eve"]),
        ({"state": "late"}, []),
        ({"q": "bob"}, ["bob"]),
        ({"q": "ann"}, ["eve", "dan", "cat", "bob"]),
        ({"q": "nobody"}, []),
        ({"q": "ann", "state": "held"}, ["cat"]),
    ],
)
def test_the_list(as_role: Callable[[str], Client], shop: Shop, asked: dict[str, str], shown: list[str]) -> None:
    assert friends(as_role("analyst").get(reverse(LIST), asked)) == shown


def test_the_code_finds_them(as_role: Callable[[str], Client], shop: Shop) -> None:
    assert len(friends(as_role("analyst").get(reverse(LIST), {"q": shop.code("ann").lower()}))) == 4


@pytest.mark.parametrize(
    ("role", "sees", "decides"),
    [("admin", True, True), ("marketer", True, True), ("service", True, True), ("analyst", True, False),
     ("nobody", False, False)],
)  # fmt: skip
def test_who_sees_and_who_decides(
    as_role: Callable[[str], Client], shop: Shop, role: str, sees: bool, decides: bool
) -> None:
    client = as_role(role)
    assert client.get(reverse(LIST)).status_code == (200 if sees else 403)
    answer = client.get(page_of("cat", shop))
    assert answer.status_code == (200 if sees else 403)
    assert ("Accept: both get their gifts" in answer.content.decode()) == decides
    assert decide(client, "cat", shop, "accept", "held").status_code == (200 if decides else 403)
    assert of("cat", shop).state == ("counted" if decides else "held")


def test_a_person_accepts_refuses_and_takes_back(as_role: Callable[[str], Client], shop: Shop) -> None:
    client = as_role("service")
    page = text(client.get(page_of("cat", shop)))
    assert "Several friends of the member were seen on the same network." in page
    assert "Other friends on the same network bob" in page
    assert "Done: counted." in text(decide(client, "cat", shop, "accept", "held", "A family."))
    assert "It has moved on" not in page
    again = text(decide(client, "cat", shop, "accept", "held"))
    assert "look at it again" in again
    assert "A family." in again
    assert "service-person" in again
    assert shop.has("ann") == 20 + 600
    assert "Done: taken back." in text(decide(client, "cat", shop, "refuse", "counted", "No family."))
    assert shop.has("ann") == 20 + 300
    assert "Say why" in text(decide(client, "dan", shop, "accept", "refused", " "))
    assert "device" in text(client.get(page_of("dan", shop)))
    assert "Done: counted." in text(decide(client, "dan", shop, "accept", "refused"))
    assert Review.objects.count() == 3


def test_the_menu_says_how_many_wait(as_role: Callable[[str], Client], shop: Shop) -> None:
    context = as_role("service").get(reverse("admin:index")).context
    [item] = [one for group in context["sidebar_navigation"] for one in group["items"] if one["title"] == "Referrals"]
    assert item["badge"] == "1"


def test_a_member_s_page_shows_both_ways(as_role: Callable[[str], Client], shop: Shop) -> None:
    client = as_role("service")
    page = text(client.get(reverse("admin:members_member_change", args=[shop.member("ann")])))
    assert "Friends brought" in page
    assert "eve not yet" in page
    assert "Came by the invitation of ann: counted." in text(
        client.get(reverse("admin:members_member_change", args=[shop.member("bob")]))
    )


def test_the_csv(as_role: Callable[[str], Client], shop: Shop) -> None:
    answer = as_role("analyst").get(reverse("admin:referrals_referral_csv"), {"state": "refused"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["referrer_shop_id"], row["friend_shop_id"], row["state"], row["reason"]) for row in rows] == [
        ("ann", "dan", "refused", "same_device")
    ]


def test_the_list_asks_no_more_with_more_rows(as_role: Callable[[str], Client], shop: Shop) -> None:
    client = as_role("analyst")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        return len(queries)

    asked()
    before = asked()
    for friend in ("gus", "hal", "ida"):
        shop.accepts(friend, "ann")
    shop.follow()
    assert len(friends(client.get(reverse(LIST)))) == 7
    assert asked() == before
    assert before <= 14
