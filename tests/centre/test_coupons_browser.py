"""From the claim centre into the wallet, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.coupons import codes
from regulars.coupons.models import Batch, Coupon
from regulars.flow.coupons import beginning
from regulars.flow.coupons.beginning import Wanted
from regulars.flow.coupons.once import Asked
from tests.axe import serious
from tests.coupons.conftest import OFFERS, publish
from tests.flow import stories

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """A phone signed in as the gold member, in a shop with coupons to claim and a batch of codes."""
    stories.publish_live_commerce()
    publish(OFFERS.replace("USD", "CNY"))
    stories.a_gold_member(source="demo")
    beginning.begin(Wanted("ten-off", Batch.CLAIMED, count=12), Asked())
    beginning.begin(Wanted("gold-only", Batch.CLAIMED, count=1200), Asked())
    Batch.objects.create(key="tea-fifth", name="x", kind=Batch.CLAIMED, wanted=3, made=3)
    codes.make(beginning.begin(Wanted("everybody", Batch.GENERATED, count=1, prefix="TEA"), Asked()).batch.pk)
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **({"viewport": {"width": 390, "height": 844}} | options), base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/me/demo-shop")
        page.get_by_role("button", name="gold").click()
        page.wait_for_url("**/me/")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_from_the_claim_centre_into_the_wallet(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.get_by_role("link", name="Coupons").click()
    expect(page.get_by_text("No coupons now")).to_be_visible()
    page.get_by_role("link", name="Claim", exact=True).click()
    expect(page.get_by_text("12 left")).to_be_visible()
    page.get_by_role("button", name="Claim Ten off").click()
    expect(page.get_by_role("status")).to_have_text("Ten off is yours.")
    expect(page.get_by_text("11 left")).to_be_visible()
    expect(page.get_by_role("button", name="Claim Ten off")).to_have_count(0)
    page.get_by_role("link", name="My coupons").click()
    expect(page.locator(".ticket-gives")).to_have_text(["¥10 off"])

    page.get_by_role("textbox", name="Code").fill("NOTHING")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No coupon has this code.")
    page.get_by_role("textbox", name="Code").fill((Coupon.objects.get(code__isnull=False).code or "").lower())
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".ticket-gives")).to_have_text(["¥10 off", "5% off"])


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_pages_are_accessible_at_every_width(visit: Visit, locale: str, scheme: str) -> None:
    page = visit(locale=locale, color_scheme=scheme)
    page.goto("/me/coupons/claim")
    page.locator(".ticket button").first.click()
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/me/coupons/claim", "/me/coupons", "/me/coupons?show=used"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            if width == 390:
                assert serious(page) == [], path
