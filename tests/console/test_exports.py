"""Lists as CSV files: what the filters leave, what the role may see, nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.console import exports
from regulars.events.models import Event
from regulars.flow import intake
from regulars.members import personal
from regulars.tiers.models import Standing
from tests.console.test_queries import an_order
from tests.flow.stories import Customer

MEMBERS, EVENTS = "admin:members_member_export", "admin:events_event_export"


def table(client: Client, view: str, language: str = "en", **query: str) -> list[dict[str, str]]:
    """The file's rows by heading."""
    answer: Any = client.get(reverse(view), query, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ({}, {"new", "gold", "danger", "debtor", "diamond"}),
        ({"tier": "diamond"}, {"diamond"}),
        ({"debt": "yes"}, {"debtor"}),
        ({"tier": "gold", "grace": "yes"}, {"danger"}),
        ({"q": "d", "tier": "diamond"}, {"diamond"}),
        ({"q": "nobody"}, set()),
    ],
)
def test_members_under_the_filters_in_force(
    admin: Client, club: dict[str, Customer], query: dict[str, str], who: set[str]
) -> None:
    rows = table(admin, MEMBERS, **query)
    assert {row["Shop id"] for row in rows} == who
    assert len(rows) == len(who)


def test_a_member_in_numbers_that_a_machine_can_read(admin: Client, club: dict[str, Customer]) -> None:
    gold = club["gold"].member_id
    [row] = [row for row in table(admin, MEMBERS) if row["Member number"] == str(gold)]
    standing = Standing.objects.get(member=gold)
    assert (row["Tier"], row["In grace"], row["Currency"]) == ("Gold", "0", "CNY")
    assert Decimal(row["Spent in the window"]) == Decimal(standing.spent_minor) / 100
    newest = Event.objects.filter(member=gold).latest("pk")
    assert datetime.fromisoformat(row["Last event"]) == newest.effective_at.replace(microsecond=0)
    assert row["Last event"].endswith("+08:00")  # the shop's own time


@pytest.mark.parametrize(("role", "sees"), [("admin", True), ("marketer", True), ("service", True), ("analyst", False)])
def test_personal_data_only_for_who_may_see_it(
    role: str, sees: bool, as_role: Callable[[str], Client], club: dict[str, Customer]
) -> None:
    personal.put(club["gold"].member_id, {"name": "Lin Daiyu", "email": "lin@example.com", "phone": "139 0000 1234"})
    client = as_role(role)
    rows = table(client, MEMBERS)
    assert len(rows) == 5
    assert ("Name" in rows[0]) is sees
    assert ("lin@example.com" in str(rows)) is sees
    assert ("Lin Daiyu" in str(rows)) is sees
    # Nor does the file tell by its rows what the columns hide.
    assert len(table(client, MEMBERS, q="lin@example.com")) == sees
    assert "lin@example.com" not in str(table(client, EVENTS))


def test_nobody_else_gets_a_file(as_role: Callable[[str], Client], client: Client, club: dict[str, Customer]) -> None:
    without = as_role("nobody")
    for view in (MEMBERS, EVENTS):
        assert without.get(reverse(view)).status_code == 403
        assert client.get(reverse(view)).status_code == 302  # to the door
    assert not LogEntry.objects.exists()


def test_who_took_a_file_is_noted(as_role: Callable[[str], Client], club: dict[str, Customer]) -> None:
    table(as_role("analyst"), MEMBERS, language="zh-hans", tier="gold")
    [note] = LogEntry.objects.all()
    assert (note.user.username, note.object_repr) == ("analyst-person", "tier=gold")
    assert note.change_message.startswith("exported as CSV: Member number, Shop id, Tier")
    assert "E-mail" not in note.change_message


def test_events_under_the_filters_in_force(admin: Client, club: dict[str, Customer]) -> None:
    everything = table(admin, EVENTS)
    assert [int(row["Event number"]) for row in everything] == list(
        Event.objects.order_by("-pk").values_list("pk", flat=True)
    )
    facts = table(admin, EVENTS, kind="fact")
    wanted = Event.objects.filter(fact=True).order_by("-pk")
    assert [(row["Event"], row["Message id"]) for row in facts] == [(e.name, e.message_id) for e in wanted]
    assert 0 < len(facts) < len(everything)
    assert {row["Shop id"] for row in table(admin, EVENTS, q="gold")} == {"gold"}


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 1000])
def test_batches_of_any_size_leave_nothing_out(
    batch: int, monkeypatch: pytest.MonkeyPatch, admin: Client, club: dict[str, Customer]
) -> None:
    monkeypatch.setattr(exports, "BATCH_ROWS", batch)
    rows = [int(row["Member number"]) for row in table(admin, MEMBERS)]
    assert rows == sorted((customer.member_id for customer in club.values()), reverse=True)


@pytest.mark.parametrize(("view", "most"), [(MEMBERS, 15), (EVENTS, 13)])
def test_a_file_asks_few_questions_however_long_it_is(
    view: str, most: int, as_role: Callable[[str], Client], programme: None
) -> None:
    client = as_role("admin")
    table(client, view)  # what is asked once in a process
    asked = []
    for begin, end in ((0, 2), (2, 40)):
        intake.take([an_order(f"c-{number}") for number in range(begin, end)], intake.reader("shop"))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert len(table(client, view)) >= end
        asked.append(len(queries))
    assert asked[0] == asked[1] <= most


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Tea", "Tea"),
        ("=1+1", "'=1+1"),
        ("+86 139", "'+86 139"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("a=1", "a=1"),
        (-5, "-5"),  # a number is one
        (Decimal("-12.30"), "-12.30"),
        (True, "1"),
        (None, ""),
        (datetime(2026, 5, 1, 12, 30, 15, 999, tzinfo=UTC), "2026-05-01 12:30:15+00:00"),
    ],
)
def test_no_cell_is_a_formula(value: Any, written: str) -> None:
    assert exports.cell(value) == written


def test_what_customers_call_themselves_is_no_formula(admin: Client, club: dict[str, Customer]) -> None:
    bad = '=HYPERLINK("https://evil.example","click")'
    personal.put(club["gold"].member_id, {"name": bad})
    assert [row["Name"] for row in table(admin, MEMBERS, tier="gold", q="gold")] == [f"'{bad}"]


def test_headings_and_tiers_in_the_readers_language(admin: Client, club: dict[str, Customer]) -> None:
    [row] = table(admin, MEMBERS, language="zh-hans", tier="diamond")
    assert row["等级"] == "钻石会员"
    assert row["店铺 ID"] == "diamond"


def test_the_button_keeps_the_filters_and_an_empty_list_has_none(admin: Client, club: dict[str, Customer]) -> None:
    listed = reverse("admin:members_member_changelist")
    page = admin.get(listed, {"tier": "gold", "q": "gold"}).content.decode()
    assert f'href="{reverse(MEMBERS)}?q=gold&amp;tier=gold"' in page
    assert reverse(MEMBERS) not in admin.get(listed, {"q": "nobody"}).content.decode()
    assert reverse(EVENTS) in admin.get(reverse("admin:events_event_changelist")).content.decode()


def test_a_filter_that_does_not_exist_leads_back_to_the_list(admin: Client, club: dict[str, Customer]) -> None:
    answer = admin.get(reverse(MEMBERS), {"nonsense": "1"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:members_member_changelist"))
