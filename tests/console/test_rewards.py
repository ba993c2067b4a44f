"""The console's lists of gifts taken, donations and groups: who sees them, who settles them, and the CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regulars.flow import groups
from regulars.flow.rewards.charity import donate
from regulars.flow.rewards.gifts import redeem
from regulars.insight.verify import verify
from regulars.rewards.models import Redemption
from tests.flow.reward_shop import has, publish, somebody

pytestmark = pytest.mark.django_db
LIST = "admin:rewards_redemption_changelist"


@pytest.fixture
def ann() -> int:
    """With two mugs, a coupon, a donation and a group."""
    publish()
    member = somebody("ann", 200)
    redeem(member, "mug", "r1", "web")
    redeem(member, "mug", "r2", "web")
    redeem(member, "ten", "r3", "web")
    donate(member, "books", 50, "d1", "web")
    groups.open_group(member, "tea-for-three", "g1", "web")
    return member


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def address(number: int, what: str = "") -> str:
    return reverse(f"admin:redemption_{what}" if what else "admin:rewards_redemption_change", args=[number])


def test_what_is_to_be_sent_comes_first(as_role: Callable[[str], Client], ann: int) -> None:
    client = as_role("service")
    page = text(client.get(reverse(LIST)))
    assert page.count("Mug") >= 2
    assert "Ten off" not in page
    assert "Ten off" in text(client.get(reverse(LIST), {"state": "all"}))
    assert "Ten off" in text(client.get(reverse(LIST), {"state": "handed_over"}))
    assert "Mug" in text(client.get(reverse(LIST), {"q": "ann"}))
    assert "Mug" not in text(client.get(reverse(LIST), {"q": "nobody"}))


def test_hand_over_one_and_cancel_the_other(as_role: Callable[[str], Client], ann: int) -> None:
    client = as_role("service")
    first, second, _coupon = Redemption.objects.order_by("pk").values_list("pk", flat=True)
    assert "Mark as handed over" in text(client.get(address(first)))
    assert "The gift is handed over." in text(client.post(address(first, "hand_over"), follow=True))
    page = text(client.get(address(first)))
    assert "Nothing is left to do." in page
    page = text(client.post(address(second, "cancel"), {"reason": "out of stock after all"}, follow=True))
    assert "The gift is cancelled; the points are back." in page
    assert "out of stock after all" in page
    assert "service-person" in page
    assert has(ann) == 200 - 30 - 20 - 50
    assert "handed over or cancelled before" in text(
        client.post(address(first, "cancel"), {"reason": "x"}, follow=True)
    )
    assert "the customer will read it" in text(client.post(address(first, "cancel"), {"reason": " "}, follow=True))
    assert verify().found == []


def test_several_are_handed_over_at_once(as_role: Callable[[str], Client], ann: int) -> None:
    client = as_role("admin")
    chosen = list(Redemption.objects.filter(gift="mug").values_list("pk", flat=True))
    page = client.post(reverse(LIST), {"action": "hand_over_chosen", "_selected_action": chosen}, follow=True)
    assert "2 gifts were handed over." in text(page)
    assert not Redemption.objects.filter(state="ordered").exists()


@pytest.mark.parametrize(
    ("role", "sees", "settles"),
    [("admin", 200, 302), ("service", 200, 302), ("marketer", 200, 403), ("analyst", 200, 403), ("nobody", 403, 403)],
)
def test_who_may_do_what(as_role: Callable[[str], Client], ann: int, role: str, sees: int, settles: int) -> None:
    client = as_role(role)
    number = Redemption.objects.earliest("pk").pk
    for name in (
        LIST,
        "admin:rewards_donation_changelist",
        "admin:groups_group_changelist",
        "admin:rewards_redemption_csv",
        "admin:rewards_donation_csv",
    ):
        assert client.get(reverse(name)).status_code == sees, name
    assert client.get(address(number)).status_code == sees
    assert client.post(address(number, "hand_over")).status_code == settles
    assert client.get(address(number, "cancel")).status_code == 403


def test_the_csv_is_what_the_list_shows_and_no_formula(as_role: Callable[[str], Client], ann: int) -> None:
    client = as_role("analyst")
    Redemption.objects.filter(gift="ten").update(reason="=1+1")
    answer = client.get(reverse("admin:rewards_redemption_csv"), {"state": "all"})
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["gift"] for row in rows] == ["ten", "mug", "mug"]
    assert (rows[0]["shop_id"], rows[0]["reason"], rows[0]["name"], rows[0]["state"]) == (
        "ann",
        "'=1+1",
        "Ten off",
        "handed_over",
    )
    narrowed = client.get(reverse("admin:rewards_redemption_csv"), {"state": "all", "gift": "mug"})
    assert len(b"".join(narrowed.streaming_content).splitlines()) == 3  # type: ignore[attr-defined]


def test_donations_stand_under_the_sums(as_role: Callable[[str], Client], ann: int) -> None:
    page = text(as_role("analyst").get(reverse("admin:rewards_donation_changelist")))
    assert "Books for schools 50 ¥0.50 1" in page
    assert "Books for schools" in page


def test_a_group_and_its_places(as_role: Callable[[str], Client], ann: int) -> None:
    client = as_role("marketer")
    assert "Tea for three" in text(client.get(reverse("admin:groups_group_changelist")))
    from regulars.groups.models import Group

    page = text(client.get(reverse("admin:groups_group_change", args=[Group.objects.get().pk])))
    assert "by ann" in page
    assert client.get(reverse("admin:groups_group_change", args=["x"])).status_code == 404


@pytest.mark.parametrize("name", [LIST, "admin:rewards_donation_changelist", "admin:groups_group_changelist"])
def test_lists_take_few_queries(
    as_role: Callable[[str], Client], ann: int, name: str, django_assert_max_num_queries: Any
) -> None:
    client = as_role("admin")
    client.get(reverse(name))
    with django_assert_max_num_queries(16):
        assert client.get(reverse(name)).status_code == 200
