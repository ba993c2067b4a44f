"""Who sees what, and who may do what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.flow.stories import Customer

PAGES = {
    # page: the roles that may open it
    "today": "admin marketer service analyst nobody",
    "members": "admin marketer service analyst",
    "member": "admin marketer service analyst",
    "adjust points": "admin service",
    "release hold": "admin service",
    "programme": "admin marketer service analyst",
    "new version": "admin marketer",
    "points owed": "admin marketer analyst",
    "points owed as a file": "admin marketer analyst",
    "event log": "admin marketer service analyst",
    "quarantine": "admin marketer service analyst",
    "api keys": "admin",
    "new api key": "admin",
    "console users": "admin",
    "new console user": "admin",
}
ROLES = ("admin", "marketer", "service", "analyst", "nobody")


def address(page: str, club: dict[str, Customer]) -> str:
    """Where a page is."""
    member = club["gold"].member_id
    if page == "release hold":
        from regulars.points.models import Hold

        return reverse("admin:member_release", args=[member, Hold.objects.get(member_id=member, state=0).pk])
    return {
        "today": reverse("admin:index"),
        "members": reverse("admin:members_member_changelist"),
        "member": reverse("admin:members_member_change", args=[member]),
        "adjust points": reverse("admin:member_adjust", args=[member]),
        "programme": reverse("admin:programmes_version_changelist"),
        "new version": reverse("admin:programmes_version_add"),
        "points owed": reverse("admin:points_balance_changelist"),
        "points owed as a file": reverse("admin:points_owed_csv", args=["months"]),
        "event log": reverse("admin:events_event_changelist"),
        "quarantine": reverse("admin:events_refusal_changelist"),
        "api keys": reverse("admin:api_key_changelist"),
        "new api key": reverse("admin:api_key_add"),
        "console users": reverse("admin:auth_user_changelist"),
        "new console user": reverse("admin:auth_user_add"),
    }[page]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_pages_and_no_other(
    role: str, as_role: Callable[[str], Client], club: dict[str, Customer]
) -> None:
    client = as_role(role)
    answers = {page: client.get(address(page, club)).status_code for page in PAGES}
    assert answers == {page: 200 if role in roles.split() else 403 for page, roles in PAGES.items()}


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        (
            "admin",
            "Today Members Programme Studio Points_owed Insight Explorer Segments Scores Reports"
            " Offers Coupons Checkouts Gift_cards"
            " Tasks Badges Benefits Gifts_taken Donations Groups Referrals Games Plays Event_log Quarantine"
            " API_keys Console_users",
        ),
        (
            "marketer",
            "Today Members Programme Studio Points_owed Insight Explorer Segments Scores Reports"
            " Offers Coupons Checkouts Gift_cards"
            " Tasks Badges Benefits Gifts_taken Donations Groups Referrals Games Plays Event_log Quarantine",
        ),
        (
            "service",
            "Today Members Programme Segments Reports Offers Coupons Checkouts Gift_cards"
            " Tasks Badges Benefits Gifts_taken Donations Groups Referrals Games Plays Event_log Quarantine",
        ),
        (
            "analyst",
            "Today Members Programme Studio Points_owed Insight Explorer Segments Scores Reports"
            " Offers Coupons Checkouts Gift_cards"
            " Tasks Badges Benefits Gifts_taken Donations Groups Referrals Games Plays Event_log Quarantine",
        ),
        ("nobody", "Today"),
    ],
)
def test_the_menu_holds_what_the_role_may_open(role: str, menu: str, as_role: Callable[[str], Client]) -> None:
    context = as_role(role).get(reverse("admin:index")).context
    shown = [item["title"] for group in context["sidebar_navigation"] for item in group["items"]]
    assert shown == [name.replace("_", " ") for name in menu.split()]


def test_strangers_are_sent_to_the_door(client: Client, club: dict[str, Customer]) -> None:
    for page in PAGES:
        answer = client.get(address(page, club))
        assert answer.status_code == 302, page
        assert answer["Location"].startswith(reverse("admin:login")), page


@pytest.mark.parametrize(("role", "sees"), [("service", True), ("marketer", True), ("analyst", False)])
def test_personal_data_shows_only_where_the_role_may_see_it(
    role: str, sees: bool, as_role: Callable[[str], Client], club: dict[str, Customer]
) -> None:
    from regulars.members import personal

    personal.put(club["gold"].member_id, {"name": "Lin Daiyu", "email": "lin@example.com"})
    client = as_role(role)
    page = client.get(reverse("admin:members_member_change", args=[club["gold"].member_id])).content.decode()
    found = client.get(reverse("admin:members_member_changelist"), {"q": "lin@example.com"}).content.decode()
    assert ("Lin Daiyu" in page) is sees
    assert ("Lin Daiyu" in found) is sees


@pytest.mark.parametrize("role", ["marketer", "analyst"])
def test_who_may_only_look_changes_nothing(
    role: str, as_role: Callable[[str], Client], club: dict[str, Customer]
) -> None:
    from regulars.points.models import Transfer

    client = as_role(role)
    before = Transfer.objects.count()
    answer = client.post(
        reverse("admin:member_adjust", args=[club["gold"].member_id]),
        {"currency": "points", "points": 500, "reason": "because", "once": "6e2a2d53-6e4f-4e5a-8d6b-4bb0a9c0a001"},
    )
    assert answer.status_code == 403
    assert Transfer.objects.count() == before


def test_an_admin_does_not_change_a_superuser(as_role: Callable[[str], Client]) -> None:
    from django.contrib.auth.models import User

    chief = User.objects.create_superuser("chief", password="x" * 12)
    client = as_role("admin")
    answer = client.post(reverse("admin:auth_user_change", args=[chief.pk]), {"username": "mine", "is_active": ""})
    assert answer.status_code == 403
    chief.refresh_from_db()
    assert (chief.username, chief.is_active) == ("chief", True)


def test_an_admin_does_not_become_a_superuser(as_role: Callable[[str], Client]) -> None:
    from django.contrib.auth.models import User

    client = as_role("admin")
    me = User.objects.get(username="admin-person")
    url = reverse("admin:auth_user_change", args=[me.pk])
    data = {"username": me.username, "is_active": "on", "is_superuser": "on", "groups": [g.pk for g in me.groups.all()]}
    assert client.post(url, data).status_code == 302
    me.refresh_from_db()
    assert me.is_superuser is False
