"""Mending what could not be taken in."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regulars.console.marked_json import marked, text_of
from regulars.events.models import Event, Refusal
from regulars.flow import intake

LIST = "admin:events_refusal_changelist"
MARK = '<mark class="k-field-mark">'


def an_order(**changes: Any) -> dict[str, Any]:
    """An order as a shop sends it."""
    return {
        "event": "Order Completed",
        "message_id": "o-1",
        "user_id": "1001",
        "timestamp": "2026-05-01T10:00:00Z",
        "properties": {
            "order_id": "A-1",
            "currency": "CNY",
            "products": [{"product_id": "tea", "price": "35.20", "quantity": 1}],
            **changes,
        },
    }


def refuse(**changes: Any) -> Refusal:
    """An order that is refused."""
    [outcome] = intake.take([an_order(**changes)], intake.reader("shop"))
    assert outcome.status in ("refused", "waiting")
    return Refusal.objects.latest("pk")


def page(refusal: Refusal) -> str:
    """The refusal's page."""
    return reverse("admin:events_refusal_change", args=[refusal.pk])


@pytest.fixture
def service(as_role: Callable[[str], Client], programme: None) -> Client:
    """Somebody of the service staff, at the shop with a programme."""
    return as_role("service")


def test_the_page_says_what_was_wrong_and_marks_it(service: Client) -> None:
    refusal = refuse(products=[{"product_id": "tea", "price": "-3.50", "quantity": 1}])
    shown = service.get(page(refusal)).content.decode()
    assert "properties.products[0].price" in shown
    assert f"{MARK}&quot;-3.50&quot;</mark>" in shown


def test_mended_it_goes_in_and_is_settled(service: Client) -> None:
    refusal = refuse(currency="XXQ")
    answer = service.post(page(refusal), {"body": json.dumps(an_order())})
    refusal.refresh_from_db()
    event = Event.objects.get(order_id="A-1", name="Order Completed")
    assert answer["Location"] == reverse("admin:events_event_change", args=[event.pk])
    assert (refusal.state, refusal.event_id) == (Refusal.MENDED, event.pk)
    assert refusal.settled_by is not None
    assert refusal.settled_by.username == "service-person"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        (json.dumps(an_order(currency="XXQ")), "ISO 4217"),
        (json.dumps({**an_order(), "user_id": ""}), "user_id"),
    ],
)
def test_still_wrong_it_stays_and_what_was_typed_stays(body: str, said: str, service: Client) -> None:
    refusal = refuse(currency="ZZQ")
    answer = service.post(page(refusal), {"body": body})
    shown = answer.content.decode()
    refusal.refresh_from_db()
    assert answer.status_code == 200
    assert "Still not right" in shown
    assert said in shown
    assert answer.context["body"] == body
    assert (refusal.state, Refusal.objects.count(), Event.objects.filter(order_id="A-1").count()) == ("open", 1, 0)


def test_dropped_it_can_be_taken_back(service: Client) -> None:
    refusal = refuse(currency="XXQ")
    service.post(reverse("admin:refusal_drop", args=[refusal.pk]))
    refusal.refresh_from_db()
    assert refusal.state == Refusal.DROPPED
    assert "Take the drop back" in service.get(page(refusal)).content.decode()
    service.post(reverse("admin:refusal_reopen", args=[refusal.pk]))
    refusal.refresh_from_db()
    assert (refusal.state, refusal.settled_at, refusal.settled_by) == (Refusal.OPEN, None, None)


def test_what_is_mended_is_not_dropped_or_opened_again(service: Client) -> None:
    refusal = refuse(currency="XXQ")
    service.post(page(refusal), {"body": json.dumps(an_order())})
    for name in ("admin:refusal_drop", "admin:refusal_reopen"):
        service.post(reverse(name, args=[refusal.pk]))
    refusal.refresh_from_db()
    assert refusal.state == Refusal.MENDED
    again = service.post(page(refusal), {"body": json.dumps(an_order())})
    assert again.status_code == 302
    assert Event.objects.filter(order_id="A-1", fact=False).count() == 1


def test_several_at_once(service: Client) -> None:
    for number in range(3):
        intake.take([{**an_order(currency="XXQ"), "message_id": f"b-{number}"}], intake.reader("shop"))
    ids = list(Refusal.objects.values_list("pk", flat=True))
    service.post(reverse(LIST), {"action": "drop_chosen", "_selected_action": ids[:2]})
    assert sorted(Refusal.objects.values_list("state", flat=True)) == ["dropped", "dropped", "open"]
    service.post(f"{reverse(LIST)}?state=dropped", {"action": "reopen_chosen", "_selected_action": ids[:2]})
    assert set(Refusal.objects.values_list("state", flat=True)) == {"open"}


def test_filters(service: Client) -> None:
    refuse(currency="XXQ")
    intake.take([{**an_order(), "message_id": "o-2", "user_id": ""}], intake.reader("till"))
    lists = {
        "": 2,
        "?state=dropped": 0,
        "?state=all": 2,
        "?source=till": 1,
        "?reason=unknown-currency": 1,
        "?name=Order+Completed": 2,
        "?q=o-2": 1,
    }
    assert {q: len(service.get(reverse(LIST) + q).context["cl"].result_list) for q in lists} == lists


@pytest.mark.parametrize("role", ["marketer", "analyst"])
def test_who_only_looks_mends_nothing(role: str, as_role: Callable[[str], Client], programme: None) -> None:
    refusal, client = refuse(currency="XXQ"), as_role(role)
    assert "Mend and send again" not in client.get(page(refusal)).content.decode()
    assert client.post(page(refusal), {"body": json.dumps(an_order())}).status_code == 403
    assert client.post(reverse("admin:refusal_drop", args=[refusal.pk])).status_code == 403
    refusal.refresh_from_db()
    assert refusal.state == Refusal.OPEN


@pytest.mark.parametrize(
    ("value", "field", "inside"),
    [
        ({"a": {"b": [1, {"c": "x"}]}}, "a.b[1].c", "&quot;x&quot;"),
        ({"messageId": "m"}, "message_id", "&quot;m&quot;"),
        ({"properties": {"total": Decimal("35.20")}}, "events[3].properties.total", "35.20"),
        ({"a": {"b": 1}}, "a.gone", '{\n    "b": 1\n  }'.replace('"', "&quot;")),
        ({"a": "<b>"}, "a", "&quot;&lt;b&gt;&quot;"),
        ({"a": 1}, "gone", None),
        ({"a": 1}, "", None),
        ([1, 2], "[1]", "2"),
    ],
)
def test_the_field_is_marked(value: Any, field: str, inside: str | None) -> None:
    html = str(marked(value, field))
    if inside is None:
        assert MARK not in html
    else:
        assert f"{MARK}{inside}</mark>" in html
        assert html.count(MARK) == 1


def test_json_text_keeps_its_digits() -> None:
    assert text_of({"total": Decimal("35.20")}) == '{\n  "total": 35.20\n}'


def test_amounts_are_told_in_the_shops_money(admin: Client, programme: None) -> None:
    order = an_order(total="5.00", products=[{"product_id": "tea", "price": "4.50", "quantity": 1}])
    intake.take([order], intake.reader("web"))
    page = admin.get(reverse("admin:events_refusal_changelist")).content.decode()
    assert "properties.total says ¥5.00, but the lines make ¥4.50." in page
