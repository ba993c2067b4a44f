"""A segment built in the form with a live count, saved, its members taken as a file; every page for axe."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.audience.segments import refreshed
from regulars.audience.segments.models import Segment
from regulars.inquiries.testing import answering
from tests.axe import serious
from tests.console.segments.conftest import BUYERS
from tests.console.test_browser import DESK, PHONE, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(shop: Path) -> Iterator[None]:
    """Somebody answers whatever is asked."""
    with answering(shop):
        yield


def test_a_segment_is_built_counted_saved_and_its_members_are_taken(
    page: Page, shop: Path, answered: None, live_server: Any, tmp_path: Path
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, live_server.url, "marketer")
    page.get_by_role("link", name="Segments", exact=True).click()
    page.get_by_role("link", name="New segment").click()
    count = page.locator("#n-members")
    expect(count).to_have_text(str(0))  # nobody ordered in the last 90 days
    page.get_by_label("Which days").select_option("ever")
    expect(count).to_have_text(str(BUYERS))
    page.get_by_label("Lower bound").last.fill("10")
    expect(count).to_have_text("3")  # 10, 11 and 12 orders
    # by keyboard: a group, a condition in it
    page.get_by_role("button", name="Add a group").first.focus()
    page.keyboard.press("Enter")
    inner = page.locator("#n-1")
    inner.get_by_label("New condition").select_option("orders")
    inner.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n-1-0")).to_be_visible()
    expect(page.locator("#n-1-0 input[type=checkbox]")).to_be_focused()
    expect(count).to_have_text("0")
    page.keyboard.press("Space")  # not so
    expect(count).to_have_text("3")
    page.locator("#n-1-0").get_by_label("Lower bound").last.fill("many")
    expect(page.locator("#e-n-1-0")).to_contain_text("Lower bound")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#n-1-0")).to_have_count(0)
    page.get_by_role("button", name="Remove this group").click()
    expect(count).to_have_text("3")
    page.get_by_role("textbox", name="Name", exact=True).fill("Ten or more")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The segment is saved.")).to_be_visible()
    assert Segment.objects.get(key="ten-or-more").definition == {"all": [{"orders": {"at_least": 10}}]}
    refreshed.refresh(str(shop), ["ten-or-more"])
    page.reload()
    expect(page.locator("#members tbody tr")).to_have_count(3)
    with page.expect_download() as taken:
        page.get_by_role("link", name="As CSV").click()
    taken.value.save_as(tmp_path / "members.csv")
    rows = list(csv.DictReader((tmp_path / "members.csv").read_text("utf-8-sig").splitlines()))
    assert sorted(row["Shop id"] for row in rows) == ["m-09", "m-10", "m-11"]
    assert complaints == []


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_axe_finds_nothing_serious(
    size: dict[str, int], language: str, page: Page, shop: Path, answered: None, live_server: Any
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, live_server.url, "admin", language)
    found = {}
    for name, arguments, query, ready in [
        ("segments_segment_changelist", [], "", ".k-table"),
        ("segments_new", [], "", "#n-members"),
        ("segments_upload", [], "", "textarea"),
        ("segments_overlap", [], "", "[data-chart] svg"),
        ("segments_compare", [], "?a=often&b=tea", "#h-measures"),
        ("segments_rfm", [], "", "#h-grid"),
        ("segments_clusters", [], "", ".k-nothing"),
        ("segments_group", [], "?model=rfm&group=champions", "#answer .k-figure"),
        ("segments_page", ["often"], "", "[data-chart] svg"),
        ("segments_edit", ["both"], "", "#n-members"),
    ]:
        page.goto(f"{live_server.url}{reverse(f'admin:{name}', args=arguments)}{query}")
        expect(page.locator(ready).first).to_be_visible()
        found[name] = serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    assert {name: what for name, what in found.items() if what} == {}
