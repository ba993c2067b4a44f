"""How many questions each page asks the database: a number that does not grow with what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.flow import intake
from tests.flow.stories import Customer

MOST = {
    # page: the most queries it may ask, session and person included
    "today": 24,
    "members": 13,
    "member": 34,
    "points owed": 14,
    "event log": 13,
    "event": 14,
    "quarantine": 14,
    "versions": 14,
    "version": 14,
}


def addresses(customer: Customer) -> dict[str, str]:
    """Where each page is."""
    from regulars.events.models import Event
    from regulars.programmes.models import Version

    event, version = Event.objects.earliest("pk"), Version.objects.earliest("pk")
    return {
        "today": reverse("admin:index"),
        "members": reverse("admin:members_member_changelist"),
        "member": reverse("admin:members_member_change", args=[customer.member_id]),
        "points owed": reverse("admin:points_balance_changelist"),
        "event log": reverse("admin:events_event_changelist"),
        "event": reverse("admin:events_event_change", args=[event.pk]),
        "quarantine": reverse("admin:events_refusal_changelist"),
        "versions": reverse("admin:programmes_version_changelist"),
        "version": reverse("admin:programmes_version_change", args=[version.pk]),
    }


def an_order(shop_id: str) -> dict[str, Any]:
    """An order of a customer of their own."""
    return {
        "event": "Order Completed",
        "message_id": f"order-{shop_id}",
        "user_id": shop_id,
        "timestamp": "2026-05-01T10:00:00Z",
        "properties": {
            "order_id": f"order-{shop_id}",
            "currency": "CNY",
            "products": [{"product_id": "tea", "price": "600.00", "quantity": 1}],
        },
    }


def asked(client: Client, address: str) -> list[str]:
    """The queries of one page, nothing remembered; a savepoint is the test's own transaction being asked to wait."""
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]


def test_pages_ask_a_bounded_number_of_queries(as_role: Callable[[str], Client], programme: None) -> None:
    few = Customer("few")
    few.orders_for(1, ("Tea", "tea", "10.00"))
    client = as_role("admin")
    before = {page: asked(client, address) for page, address in addresses(few).items()}

    for number in range(25):
        intake.take([an_order(f"c-{number}")], intake.reader("shop"))
        bad: dict[str, Any] = {
            "event": "Order Completed",
            "message_id": f"bad-{number}",
            "user_id": "x",
            "properties": {},
        }
        intake.take([bad], intake.reader("shop"))
    many = Customer("many")
    for day in range(30, 0, -1):
        many.gets(many.orders_for(day, ("Tea", "tea", "100.00")), day - 0.5)
    after = {page: asked(client, address) for page, address in addresses(many).items()}

    grown = {page: (len(before[page]), len(after[page])) for page in MOST if len(after[page]) > len(before[page]) + 2}
    assert grown == {}
    assert {page: len(after[page]) for page, most in MOST.items() if len(after[page]) > most} == {}


@pytest.mark.parametrize("page", ["members", "event log"])
def test_lists_never_count_the_whole_table(page: str, as_role: Callable[[str], Client], programme: None) -> None:
    c = Customer("one")
    c.orders_for(1, ("Tea", "tea", "10.00"))
    counts = [sql for sql in asked(as_role("admin"), addresses(c)[page]) if "COUNT(" in sql.upper()]
    assert counts
    assert all("LIMIT" in sql for sql in counts), counts
