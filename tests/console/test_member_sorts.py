"""The sorted list of members: pages without a gap, members without a value last, however a page was found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.console import members
from regulars.flow import intake
from regulars.members import personal
from regulars.members.models import Member
from regulars.points.models import Balance
from tests.flow.stories import Customer

LIST = "admin:members_member_changelist"
SORTS = [f"{way}{column}" for column in (1, 2, 3, 4) for way in ("", "-")]


@pytest.mark.parametrize("narrowed", [{}, {"who": "known"}])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_sorted_list_hold_everybody_once(
    sort: str, narrowed: dict[str, str], admin: Client, club: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members.MemberAdmin, "list_per_page", 2)
    # Known, and without balance or standing.
    bare = {
        Member.objects.create(first_seen_at="2026-01-01T00:00Z", identified_at="2026-01-01T00:00Z").pk for _ in "123"
    }
    seen: list[int] = []
    for page in (1, 2, 3, 4):
        answer = admin.get(reverse(LIST), {"o": sort, "p": str(page), **narrowed})
        seen += [row.pk for row in answer.context["cl"].result_list]
    everybody = bare | {customer.member_id for customer in club.values()}
    assert sorted(seen) == sorted(everybody)
    # Nor has the newest customer held a tier since any day.
    assert bare <= set(seen[-4:])


def test_a_joined_visitor_is_in_no_sorted_list(admin: Client, club: dict[str, Customer]) -> None:
    visitor = Member.objects.create(first_seen_at="2026-01-01T00:00Z", merged_into_id=club["new"].member_id)
    Balance.objects.create(member=visitor, currency="points", available=10_000_000)
    shown = [row.pk for row in admin.get(reverse(LIST), {"o": "-2"}).context["cl"].result_list]
    assert visitor.pk not in shown
    assert len(shown) == 5


@pytest.mark.parametrize(
    ("text", "reads"),
    [("ann@shop.example", ["email"]), ("139-0000-1234", ["email", "phone"]), ("Ann", ["email", "name"])],
)
def test_names_are_looked_through_only_for_what_may_be_one(text: str, reads: list[str], db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        personal.find(text)
    [query] = queries.captured_queries
    assert [field for field in ("email", "phone", "name") if f"->>'{field}'" in query["sql"]] == reads


@pytest.mark.parametrize(
    ("text", "index"),
    [("ann@shop.example", "members_personal_email"), ("0139-0000-1234", "members_personal_phone")],
)
def test_addresses_and_numbers_are_found_by_an_index(
    text: str, index: str, programme: None, as_role: Callable[[str], Client]
) -> None:
    c = Customer("ann")
    intake.take([{"type": "identify", "message_id": "i", "user_id": "ann"}], intake.reader("shop"))
    personal.put(c.member_id, {"email": "Ann@shop.example", "phone": "+86 139 00001234"})
    with CaptureQueriesContext(connection) as queries:
        assert personal.find(text) == [c.member_id]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries.captured_queries[0]["sql"].replace("%", "%%"), [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
