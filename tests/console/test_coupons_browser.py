"""A batch ordered, made before one's eyes and stopped, by keyboard; and what axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.coupons import codes
from regulars.coupons.models import Batch
from tests.axe import serious
from tests.console.test_browser import DESK, PHONE, sign_in
from tests.coupons.conftest import OFFERS, publish
from tests.flow.stories import Customer, publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server: Any) -> str:
    """A shop with coupons and a customer. Its address."""
    publish_live_commerce()
    publish(OFFERS.replace("USD", "CNY"))
    Customer("lin").orders_for(1, ("Tea", "tea", "10.00"))
    return str(live_server.url)


def test_a_batch_is_ordered_by_keyboard_and_watched(page: Page, shop: str) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer")
    page.get_by_role("link", name="Coupons").click()
    page.get_by_role("link", name="New batch").click()
    page.get_by_label("Which coupon").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("How many")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Can be claimed from")).to_be_visible()
    expect(page.get_by_label("Codes begin with")).to_be_hidden()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("400")
    page.keyboard.press("Tab")
    page.keyboard.type("tea")
    page.keyboard.press("Enter")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    batch = Batch.objects.get()
    Batch.objects.filter(pk=batch.pk).update(made=100)
    expect(bar).to_have_attribute("aria-valuenow", "25")
    Batch.objects.filter(pk=batch.pk).update(made=0)
    codes.make(batch.pk)
    expect(bar).to_have_count(0)
    expect(page.get_by_text("400 / 400")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_accessible_and_fit(page: Page, shop: str, language: str) -> None:
    from regulars.flow.coupons import beginning
    from regulars.flow.coupons.giving import give
    from regulars.flow.coupons.lists import of_items
    from regulars.flow.coupons.once import Asked

    sign_in(page, shop, "admin", language)
    batch = beginning.begin(
        beginning.Wanted("ten-off", Batch.IMPORTED, codes=of_items(["CODE1", "CODE2"])), Asked()
    ).batch
    making = beginning.begin(beginning.Wanted("ten-off", Batch.GENERATED, count=5), Asked()).batch
    member = Customer("lin").member_id
    coupon = give(member, "ten-off", Asked())
    addresses = [
        reverse("admin:coupons_batch_changelist"),
        reverse("admin:coupons_batch_add"),
        reverse("admin:coupons_batch_change", args=[batch.pk]) + "?code=code1",
        reverse("admin:coupons_batch_change", args=[making.pk]),
        reverse("admin:member_coupon_give", args=[member]),
        reverse("admin:member_coupon_withdraw", args=[member, coupon.pk]),
        reverse("admin:members_member_change", args=[member]),
    ]
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in addresses:
            page.goto(f"{shop}{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
            if size is DESK:
                continue
            assert serious(page) == [], address
