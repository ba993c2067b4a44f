"""Coupons in the console: batches of every kind, their codes, and those of one member."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.coupons import codes
from regulars.coupons.models import Batch, Coupon
from regulars.events.models import Event
from regulars.flow.coupons import beginning
from regulars.flow.coupons.beginning import Wanted
from regulars.flow.coupons.giving import give
from regulars.flow.coupons.lists import of_items
from regulars.flow.coupons.once import Asked
from tests.coupons.conftest import OFFERS, publish
from tests.flow.stories import Customer

NEW = "admin:coupons_batch_add"
LIST = "admin:coupons_batch_changelist"


@pytest.fixture
def offers(programme: None) -> None:
    """Coupons of the live-commerce shop."""
    publish(OFFERS.replace("USD", "CNY"))


def form(kind: str, **more: Any) -> dict[str, Any]:
    return {"coupon": "ten-off", "kind": kind, "once": str(uuid4()), **more}


def page_of(batch: Batch) -> str:
    return reverse("admin:coupons_batch_change", args=[batch.pk])


def test_codes_are_ordered_made_exported_and_the_batch_is_found_by_one(admin: Client, offers: None) -> None:
    answer = admin.post(reverse(NEW), form("generated", count="30", begins="tea", name="Flyer", valid_until=""))
    batch = Batch.objects.get()
    assert answer.headers["Location"] == page_of(batch)
    assert (batch.wanted, batch.prefix, batch.length, batch.name) == (30, "TEA", 8, "Flyer")
    assert batch.created_by is not None and batch.created_by.username == "admin-person"
    making = admin.get(page_of(batch)).content.decode()
    assert "0 of 30 codes are made." in making and 'hx-trigger="every 1s"' in making
    moving = admin.get(reverse("admin:coupons_batch_progress", args=[batch.pk]))
    assert "HX-Refresh" not in moving.headers
    codes.make(batch.pk)
    assert admin.get(reverse("admin:coupons_batch_progress", args=[batch.pk])).headers["HX-Refresh"] == "true"
    sheet = admin.get(reverse("admin:coupons_batch_export", args=[batch.pk]))
    text = b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["code"] for row in rows}) == 30
    assert {row["state"] for row in rows} == {"open"}
    code = rows[0]["code"]
    listed = admin.get(reverse(LIST), {"q": f"{code[:4].lower()}-{code[4:]}"})
    assert [row.pk for row in listed.context["cl"].result_list] == [batch.pk]
    looked = admin.get(page_of(batch), {"code": code.lower()}).content.decode()
    assert code in looked
    assert "This batch has no such code." in admin.get(page_of(batch), {"code": "NOPE"}).content.decode()
    assert LogEntry.objects.filter(user__username="admin-person").count() == 1


def test_a_double_press_is_one_batch(admin: Client, offers: None) -> None:
    sent = form("claimed", count="5")
    for _ in range(2):
        assert admin.post(reverse(NEW), sent).status_code == 302
    assert Batch.objects.count() == 1


WRONG = [
    # what is sent, the field, its words
    ({"kind": "generated"}, "count", "Say how many."),
    ({"kind": "generated", "count": "1000000", "length": "5"}, "length", "must be at least 7"),
    ({"kind": "generated", "count": "5", "begins": "TEA CUP"}, "begins", "letters and digits"),
    ({"kind": "claimed", "count": "5", "claim_until": "2020-01-01T00:00"}, "claim_until", "in the future"),
    ({"kind": "claimed", "count": "5", "claim_until": "soon"}, "claim_until", "This is no time."),
    ({"kind": "given", "members": "nobody"}, "members", "called so: nobody"),
    ({"kind": "given"}, "members", "Say who."),
    ({"kind": "imported"}, "codes", "Paste codes"),
    ({"kind": "imported", "codes": "?\n!"}, "codes", "None of the 2 codes"),
    ({"kind": "generated", "count": "5", "coupon": "gone"}, "coupon", "run out"),
]


@pytest.mark.parametrize(("sent", "field", "words"), WRONG)
def test_what_is_wrong_stands_at_its_field(
    sent: dict[str, str], field: str, words: str, admin: Client, offers: None
) -> None:
    answer = admin.post(reverse(NEW), form(**sent))
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors[field])
    assert not Batch.objects.exists()


def test_a_shops_own_codes_with_a_report_by_line(admin: Client, offers: None) -> None:
    admin.post(reverse(NEW), form("imported", codes="OLD1\nOLD2"))
    file = SimpleUploadedFile("codes.csv", "code;worth\nNEW-1;5\nold1;5\nNEW1;5\n?;5\n".encode("utf-8-sig"))
    page = admin.post(reverse(NEW), form("imported", file=file)).content.decode()
    assert "Codes taken: 1." in page and "Lines not taken: 3." in page
    told = re.findall(r'data-label="Line">(\d+)</td><th[^>]*>([^<]*)</th>\s*<td[^>]*>([^<]*)</td>', page)
    assert told == [
        ("3", "OLD1", "Another batch has this code."),
        ("4", "NEW1", "It stands in line 2 already."),
        ("5", "?", "A code is 4 to 64 letters, digits or _."),
    ]


def test_chosen_members_get_one_and_the_log_knows_who_gave_it(admin: Client, offers: None) -> None:
    for name in ("lin", "wang"):
        Customer(name).orders_for(1, ("Tea", "tea", "10.00"))
    admin.post(reverse(NEW), form("given", members="lin\n wang \nlin"))
    assert Batch.objects.get().made == 2
    issued = Event.objects.filter(name="Coupon Issued")
    assert [event.context for event in issued] == [{"author": "admin-person"}] * 2


def test_a_batch_is_stopped_and_goes_on(admin: Client, offers: None) -> None:
    admin.post(reverse(NEW), form("claimed", count="5"))
    batch = Batch.objects.get()
    admin.post(reverse("admin:coupons_batch_stop", args=[batch.pk]))
    assert "Stopped at 0 of 5." in admin.get(page_of(batch)).content.decode()
    admin.post(reverse("admin:coupons_batch_go_on", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == Batch.READY
    assert admin.get(reverse("admin:coupons_batch_stop", args=[batch.pk])).status_code == 403


def test_the_page_shows_what_became_of_them(admin: Client, offers: None) -> None:
    batch = beginning.begin(
        Wanted("ten-off", Batch.IMPORTED, codes=of_items(f"CODE{n}" for n in range(5))), Asked()
    ).batch
    Coupon.objects.filter(code__in=["CODE0", "CODE1"]).update(
        state=Coupon.USED, used_at=datetime.now(UTC), order_id="=1+1"
    )
    Coupon.objects.filter(code="CODE2").update(state=Coupon.EXPIRED)
    context = admin.get(page_of(batch)).context
    assert [count for _label, count in context["states"]] == [2, 0, 2, 1, 0]
    assert [used for _day, used in context["days"]] == [2]
    sheet = admin.get(reverse("admin:coupons_batch_export", args=[batch.pk]))
    text = b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("'=1+1") == 2, "a spreadsheet must not compute it"


@pytest.fixture
def lin(offers: None) -> Customer:
    """A customer."""
    customer = Customer("lin")
    customer.orders_for(1, ("Tea", "tea", "10.00"))
    return customer


def test_a_coupon_is_given_and_withdrawn_on_the_members_page(as_role: Callable[[str], Client], lin: Customer) -> None:
    service = as_role("service")
    member_page = reverse("admin:members_member_change", args=[lin.member_id])
    sent = {"coupon": "ten-off", "reason": "late parcel", "once": str(uuid4()), "valid_until": ""}
    for _ in range(2):
        answer = service.post(reverse("admin:member_coupon_give", args=[lin.member_id]), sent)
        assert answer.headers["Location"] == member_page
    coupon = Coupon.objects.get()
    assert "Ten off · ¥10 off" in service.get(member_page).content.decode()
    address = reverse("admin:member_coupon_withdraw", args=[lin.member_id, coupon.pk])
    assert service.post(address, {"reason": "", "once": str(uuid4())}).status_code == 200
    assert service.post(address, {"reason": "mistake", "once": str(uuid4())}).status_code == 302
    coupon.refresh_from_db()
    assert coupon.state == Coupon.WITHDRAWN
    told = Event.objects.filter(name__in=["Coupon Issued", "Coupon Withdrawn"]).order_by("id")
    assert [(event.name, event.properties["reason"], event.context["author"]) for event in told] == [
        ("Coupon Issued", "late parcel", "service-person"),
        ("Coupon Withdrawn", "mistake", "service-person"),
    ]
    assert service.get(reverse("admin:member_coupon_withdraw", args=[lin.member_id + 1, coupon.pk])).status_code == 404


MAY = [
    # role: new batch, stop, export, give, withdraw
    ("admin", 200, 302, 200, 200, 200),
    ("marketer", 200, 302, 200, 200, 403),
    ("service", 403, 403, 403, 200, 200),
    ("analyst", 403, 403, 403, 403, 403),
    ("nobody", 403, 403, 403, 403, 403),
]


@pytest.mark.parametrize(("role", "new", "stop", "export", "gives", "withdraws"), MAY, ids=[row[0] for row in MAY])
def test_who_may_what(
    role: str, new: int, stop: int, export: int, gives: int, withdraws: int, as_role: Any, lin: Customer
) -> None:
    client = as_role(role)
    batch = beginning.begin(Wanted("ten-off", Batch.CLAIMED, count=5), Asked()).batch
    coupon = give(lin.member_id, "ten-off", Asked())
    assert client.get(reverse(NEW)).status_code == new
    assert client.post(reverse("admin:coupons_batch_stop", args=[batch.pk])).status_code == stop
    assert client.get(reverse("admin:coupons_batch_export", args=[batch.pk])).status_code == export
    assert client.get(reverse("admin:member_coupon_give", args=[lin.member_id])).status_code == gives
    address = reverse("admin:member_coupon_withdraw", args=[lin.member_id, coupon.pk])
    assert client.get(address).status_code == withdraws
    sees = 403 if role == "nobody" else 200
    assert client.get(page_of(batch)).status_code == client.get(reverse(LIST)).status_code == sees


def test_an_empty_list_and_a_shop_without_coupons_say_what_to_do(admin: Client) -> None:
    assert "A batch is coupons made together" in admin.get(reverse(LIST)).content.decode()
    assert "have no coupons yet" in admin.get(reverse(NEW)).content.decode()


def test_pages_ask_a_bounded_number_of_queries(admin: Client, lin: Customer) -> None:
    def asked(address: str) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(address).status_code == 200
        return len(queries)

    batch = beginning.begin(Wanted("ten-off", Batch.GENERATED, count=200), Asked()).batch
    addresses = [
        reverse(LIST),
        page_of(batch),
        reverse(NEW),
        reverse("admin:members_member_change", args=[lin.member_id]),
    ]
    give(lin.member_id, "ten-off", Asked())
    before = [asked(address) for address in addresses]
    codes.make(batch.pk)
    for number in range(12):
        beginning.begin(Wanted("tea-fifth", Batch.CLAIMED, count=number + 1), Asked())
        give(lin.member_id, ["ten-off", "tea-fifth", "everybody"][number % 3], Asked())
    after = [asked(address) for address in addresses]
    assert all(later <= first for first, later in zip(before, after, strict=True)), (before, after)
    assert [most >= number for most, number in zip((16, 19, 12, 34), after, strict=True)] == [True] * 4, after
