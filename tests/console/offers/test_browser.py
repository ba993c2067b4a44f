"""A marketer in a real browser: from a template over the previews to an offer in the list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.offers import writes
from regulars.offers.models import Version
from tests.axe import serious
from tests.console.offers.conftest import TEXT
from tests.console.test_browser import DESK, PHONE, complaints, sign_in
from tests.flow.stories import everybody, publish_live_commerce

__all__ = ["complaints"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server: Any) -> str:
    """A shop with customers and offers."""
    publish_live_commerce()
    everybody()
    writes.apply(TEXT)
    return str(live_server.url)


def clean(page: Page, where: str) -> None:
    """Axe finds nothing serious on the page."""
    assert serious(page) == [], where


def test_from_a_template_to_the_list(page: Page, shop: str, complaints: list[str]) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer")
    page.set_default_timeout(45_000)
    expect.set_options(timeout=45_000)
    page.goto(f"{shop}{reverse('admin:offers_list')}")
    clean(page, "the list")
    page.get_by_role("link", name="New offer").click()
    clean(page, "the templates")
    page.get_by_role("link", name="Percent off", exact=True).click()
    page.get_by_label("Name in English").fill("Tea week")
    page.get_by_label("Categories", exact=True).fill("tea")
    page.get_by_label("Percent off").fill("30")
    page.get_by_label("Begins").fill("")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.get_by_text("30% off goods of the category tea.")).to_be_visible()
    expect(page.get_by_text(re.compile("Shoppers' reactions are not simulated"))).to_be_visible()
    expect(page.get_by_text(re.compile("The customer pays .* less"))).to_be_visible()
    clean(page, "the preview")
    page.get_by_label("Note").fill("For the cold days")
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text(re.compile(r"Version \d+ is published"))).to_be_visible()
    expect(page.locator("#offer-tea-week")).to_contain_text("30% off goods of the category tea.")
    assert Version.objects.latest("pk").note == "For the cold days"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_clean_in_chinese_too(page: Page, shop: str, size: dict[str, int], complaints: list[str]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer", "zh-hans")
    for name, args in [
        ("admin:offers_list", []),
        ("admin:offers_calendar", []),
        ("admin:offers_offer", ["steps"]),
        ("admin:offers_edit", ["set-for-two"]),
        ("admin:offers_close", ["steps", "end"]),
    ]:
        page.goto(f"{shop}{reverse(name, args=args)}")
        clean(page, name)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
