"""The studio in a real browser: sliding by keyboard, the answer, a row more, at both widths, in English and Chinese."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.insight.rehearsals.server import Room, _answer
from regulars.programmes import drafts, rehearsals
from tests.axe import serious
from tests.console.test_browser import DESK, PHONE, complaints, sign_in  # noqa: F401  # a fixture
from tests.flow.stories import everybody, publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(live_server: Any) -> Any:
    """A draft of a shop with five customers."""
    publish_live_commerce()
    everybody()
    author = User.objects.create_user("author")
    version = drafts.newest()
    assert version is not None
    return drafts.begin(author, "Spring", version.text, version)


def answer_all() -> None:
    """What the process beside does."""
    room = Room()
    while (row := rehearsals.claim()) is not None:
        _answer(row, room)


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_sliding_by_keyboard(
    page: Page,
    live_server: Any,
    draft: Any,
    complaints: list[str],  # noqa: F811
    size: Any,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("regulars.console.studio.rehearse.WAIT_SECONDS", 0.1)
    page.set_viewport_size(size)
    sign_in(page, str(live_server.url), "admin", language)
    page.goto(f"{live_server.url}{reverse('admin:studio_try', args=[draft.pk])}")
    expect(page.locator("#answer progress")).to_be_visible()
    answer_all()
    expect(page.locator("#h-cost")).to_be_visible()
    slider = page.locator("[name='p:earn.purchase.rate.points']")
    slider.focus()
    before = page.locator("#answer .o-figures dd").first.inner_text()
    slider.press("ArrowRight")
    expect(page.locator("output.s-slid")).to_have_count(1)
    expect(page.locator("#answer progress")).to_be_visible()
    answer_all()
    expect(page.locator("#answer .o-figures dd").first).not_to_have_text(before)
    expect(page.locator("#answer svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []


@pytest.mark.parametrize(("size", "language"), [(PHONE, "en"), (DESK, "zh-hans")])
def test_forms_are_clear_and_a_row_more_is_kept(
    page: Page,
    live_server: Any,
    draft: Any,
    complaints: list[str],  # noqa: F811
    size: Any,
    language: str,
) -> None:
    page.set_viewport_size(size)
    sign_in(page, str(live_server.url), "admin", language)
    for name in ("studio_form", "studio_file", "studio_publish"):
        page.goto(f"{live_server.url}{reverse(f'admin:{name}', args=[draft.pk])}")
        assert serious(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.goto(f"{live_server.url}{reverse('admin:studio_entry', args=[draft.pk, 'earn', 'review'])}")
    page.fill("[name=where-0-name]", "rating")
    page.select_option("[name=where-0-op]", "at_least")
    page.fill("[name=where-0-value]", "4")
    page.click("[data-adds-row]")
    page.fill("[name=where-1-name]", "channel")
    page.fill("[name=where-1-value]", "app, mini-program")
    assert serious(page) == []
    page.click("form.k-form button.k-button-main")
    page.wait_for_url(f"**{reverse('admin:studio_form', args=[draft.pk])}#h-earn")
    draft.refresh_from_db()
    assert "where: {rating: {at_least: 4}, channel: [app, mini-program]}" in draft.text
