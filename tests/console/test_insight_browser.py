"""Insight in a real browser: a question kept in the address, a chart taken away, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.inquiries.testing import answering
from tests.axe import serious
from tests.console.test_browser import DESK, PHONE, complaints, sign_in
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import Shop, synced

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["complaints"]


@pytest.fixture
def shop(live_server: Any, tmp_path: Path) -> Iterator[str]:
    """A shop with half a year behind it, and somebody who answers questions. Its address."""
    publish_live_commerce()
    Shop(5).do(60)
    synced(tmp_path)
    with answering(tmp_path):
        yield str(live_server.url)


def test_a_question_lives_in_the_address_and_its_numbers_can_be_taken_away(
    page: Page, shop: str, complaints: list[str]
) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "analyst")
    page.get_by_role("link", name="Explorer", exact=True).click()
    expect(page.locator(".k-box [data-chart] svg")).to_be_visible()
    page.get_by_label("Measure", exact=True).select_option("average_order")
    page.wait_for_url("**measure=average_order**")
    page.get_by_label("Period").select_option("week")
    page.wait_for_url("**unit=week**")
    page.get_by_label("Cut by").select_option("tier")
    page.wait_for_url("**by=tier**")
    expect(page.locator(".i-scope")).to_contain_text("By week")
    expect(page.locator(".i-scope")).to_contain_text("cut by Tier")
    expect(page.locator(".k-box [data-chart] svg")).to_be_visible()
    table = page.locator(".i-scroll tbody").inner_text()

    address = page.url
    page.goto(f"{shop}{reverse('admin:index')}")
    page.goto(address)
    expect(page.locator(".k-box [data-chart] svg")).to_be_visible()
    assert page.locator(".i-scroll tbody").inner_text() == table
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_url("**unit=week**")
    assert "by=tier" not in page.url
    page.goto(address)

    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.startswith("average-order-")
    lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "group,period,orders,revenue_minor,average_minor,complete" and len(lines) > 3
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as image:
            page.get_by_role("button", name=kind).click()
        assert image.value.suggested_filename == f"average-order.{kind.lower()}"
        assert Path(image.value.path()).read_bytes().startswith(begins)

    page.get_by_label("Keep what is shown as").fill("Orders by tier")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("link", name="Orders by tier")).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_axe_finds_nothing_serious(size: dict[str, int], language: str, page: Page, shop: str) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer", language)
    places = {
        "home": reverse("admin:insight_home"),
        "retention": reverse("admin:insight_family", args=["retention"]),
        "satisfaction": reverse("admin:insight_family", args=["satisfaction"]),
        "explorer": reverse("admin:insight_explorer") + "?measure=life_cycle&by=tier&tier=gold",
        "targets": reverse("admin:insight_targets"),
    }
    found = {}
    for name, address in places.items():
        page.goto(shop + address)
        page.wait_for_function("!document.querySelector('.k-box[aria-busy]')")
        found[name] = serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    assert {name: bad for name, bad in found.items() if bad} == {}
