"""A task from the form to a member's points: an operator adds a streak, finds it in the file beside the others'
comments, publishes it, and somebody who checks in earns."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.flow import benefits
from regulars.flow.standing import standing
from regulars.programmes import drafts, writes
from regulars.programmes.models import Draft
from tests.axe import serious
from tests.console.studio.test_sections import EVERYTHING, comments
from tests.console.test_browser import DESK, PHONE, complaints, sign_in  # noqa: F401  # a fixture
from tests.flow.stories import Customer

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = EVERYTHING.partition("\nreferral:")[0] + "\ncalendar:" + EVERYTHING.partition("\ncalendar:")[2]


def a_draft() -> Draft:
    """A draft of a programme that has everything that runs."""
    version = writes.apply(TEXT)
    return drafts.begin(User.objects.create_user("author"), "Spring", version.text, version)


def test_a_streak_from_the_form_to_a_members_points(
    page: Page,
    live_server: Any,
    complaints: list[str],  # noqa: F811
) -> None:
    draft = a_draft()
    page.set_viewport_size(DESK)
    sign_in(page, str(live_server.url), "admin", "en")
    page.goto(f"{live_server.url}{reverse('admin:studio_form', args=[draft.pk])}")
    page.locator("#h-tasks ~ ul a", has_text="Daily check-in").click()
    page.fill("[name=key]", "greeting")
    page.fill("[name=when]", "Greeted")
    page.fill("[name=points]", "11, 12")
    page.click("form.k-form button.k-button-main")
    expect(page.locator("article", has=page.locator("a[href$='/tasks/greeting/']"))).to_contain_text("11, 12")
    draft.refresh_from_db()
    assert comments(draft.text) == comments(TEXT)
    page.goto(f"{live_server.url}{reverse('admin:studio_file', args=[draft.pk])}")
    assert "- key: greeting" in page.locator("textarea").input_value()
    page.goto(f"{live_server.url}{reverse('admin:studio_publish', args=[draft.pk])}")
    expect(page.locator(".k-note-warn", has_text="five-off")).to_contain_text("is not in the offers")
    page.click("[name=publish]")
    page.wait_for_url("**/change/")
    ann = Customer("ann")
    ann.send("Greeted", 0)
    assert standing(ann.member_id).balances[0].available == 11


@pytest.mark.parametrize(("size", "language"), [(PHONE, "en"), (DESK, "zh-hant")])
def test_every_form_is_clear(
    page: Page,
    live_server: Any,
    complaints: list[str],  # noqa: F811
    size: Any,
    language: str,
) -> None:
    draft = a_draft()
    page.set_viewport_size(size)
    sign_in(page, str(live_server.url), "admin", language)
    entries = [("general", ""), ("benefits", "lounge"), ("earn", "first-review"), ("tasks", "check-in")]
    entries += [("tasks", "settle-in"), ("tiers", ""), ("calendar", "mid-autumn"), ("referral", "")]
    for section, key in entries:
        name = "studio_entry" if key else "studio_section"
        page.goto(f"{live_server.url}{reverse(f'admin:{name}', args=[draft.pk, section, *([key] if key else [])])}")
        assert serious(page) == [], (section, key)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (section, key)


def test_a_country_brings_its_holidays_and_a_task_moves_by_keyboard(
    page: Page,
    live_server: Any,
    complaints: list[str],  # noqa: F811
) -> None:
    draft = a_draft()
    page.set_viewport_size(DESK)
    sign_in(page, str(live_server.url), "admin", "en")
    page.goto(f"{live_server.url}{reverse('admin:studio_section', args=[draft.pk, 'calendar'])}?kind=holiday")
    page.select_option("[name=country]", "JP")
    option = page.locator("#id_holiday option", has_text="Coming of Age Day")
    expect(option).to_have_count(1)
    page.select_option("[name=holiday]", str(option.get_attribute("value")))
    page.fill("[name=key]", "grown-up")
    page.fill("[name=earns_times]", "2")
    page.click("form.k-form button.k-button-main")
    page.wait_for_url("**#h-calendar")
    draft.refresh_from_db()
    assert "when: {holiday: {country: JP, name: Coming of Age Day}}" in draft.text
    down = page.locator("article", has=page.locator("a[href$='/tasks/tell-us/']")).locator("[name=down]")
    down.focus()
    down.press("Enter")
    page.wait_for_url("**#h-tasks")
    draft.refresh_from_db()
    assert draft.text.index("- key: three-reviews") < draft.text.index("- key: tell-us")
    assert comments(draft.text) == comments(TEXT)


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (DESK, "en")])
def test_pages_of_the_club_are_clear(
    page: Page,
    live_server: Any,
    complaints: list[str],  # noqa: F811
    size: Any,
    language: str,
) -> None:
    writes.apply(TEXT)
    ann = Customer("ann")
    ann.orders_for(3, ("Tea", "tea", "15.00"))
    for ago in (2, 1, 0):
        ann.send("Checked In", ago)
    ann.send("Product Reviewed", 0)
    benefits.use(ann.member_id, "lounge", "till", "t1")
    page.set_viewport_size(size)
    sign_in(page, str(live_server.url), "admin", language)
    addresses = [reverse(f"admin:{name}") for name in ("points_counter_changelist", "tiers_badge_changelist")]
    addresses += [reverse("admin:tiers_use_changelist"), reverse("admin:points_task", args=["check-in"])]
    addresses += [reverse("admin:members_member_change", args=[ann.member_id])]
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        assert serious(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert page.locator("#nav-sidebar-apps a.active").count() == 1
