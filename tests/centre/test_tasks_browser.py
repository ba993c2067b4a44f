"""The task centre in a real browser: checking in over two days, the calendar by keyboard; every new page for axe and at
every width."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.centre import tokens
from regulars.flow import benefits
from regulars.flow.errands import sending
from regulars.insight.verify import verify
from regulars.programmes import writes as programmes
from tests.axe import serious
from tests.flow.task_club import CLUB, Doer, publish

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = [
    *("/me/", "/me/tasks", "/me/tasks/streak/check-in", "/me/tasks/streak/weekly", "/me/badges"),
    *("/me/benefits", "/me/rules", "/me/tiers"),
]
Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """Opens a browser signed in as Ann, who is gold and in the middle of things; a change of rules is to come."""
    publish()
    ann = Doer()
    ann.orders_for("310.00", 9)
    for ago in (8, 7, 6, 5):
        ann.does("Checked In", ago)
    ann.does("Live Room Watched", 0, seconds=180)
    ann.does("Survey Answered", 2, survey="tea")
    benefits.use(ann.member_id, "free_delivery", "shop", "u")
    programmes.apply(CLUB.replace("[5, 5, 10]", "[5, 6, 20]"), effective_at=datetime.now(UTC) + timedelta(days=9))
    contexts = []

    def opened(**options: Any) -> Page:
        size = {"viewport": {"width": 390, "height": 844}}
        context = browser.new_context(**(size | options), base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/me/enter?token={tokens.make('ann')}")
        return page

    opened.ann = ann  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()


def test_somebody_checks_in_on_two_days_and_sees_the_streak_and_the_points(visit: Any) -> None:
    ann: Doer = visit.ann
    sending.check_in(ann.member_id, ann.now - timedelta(days=1))
    page = visit()
    before = int(page.locator(".balance-figure").inner_text().split()[0].replace(",", ""))
    page.get_by_role("link", name="Tasks", exact=True).click()
    expect(page.get_by_text("1 day in a row. Today keeps it going")).to_be_visible()
    page.get_by_role("button", name="Check in").first.click()
    expect(page.get_by_role("status")).to_contain_text("2 days in a row")
    told = re.search(r"Checked in: \+(\d+) points", page.get_by_role("status").inner_text())
    assert told is not None
    expect(page.get_by_role("button", name="Check in")).to_have_count(0)

    page.get_by_role("link", name="Calendar: Check in every day").click()
    today = page.locator("td[aria-current=date]")
    expect(today).to_contain_text("done, number 2 in a row")
    page.goto("/me/")
    after = int(page.locator(".balance-figure").inner_text().split()[0].replace(",", ""))
    assert after - before == int(told[1]) >= 5
    assert verify().drift == 0


def test_the_calendar_by_keyboard_and_without_script(visit: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/me/tasks/streak/check-in")
    here = page.locator(".months-name").inner_text()
    after = page.get_by_role("link", name="The month after")
    after.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.locator(".months-name").inner_text() != here
    expect(page.get_by_role("link", name="The month after")).to_have_count(0)
    page.get_by_role("link", name="The month before").press("Enter")
    expect(page.locator(".months-name")).to_have_text(here)
    page.get_by_role("button", name="Check in").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Checked in")
    assert "/me/tasks/streak/check-in" in page.url


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark"), ("zh-TW", "light")])
def test_pages_are_accessible_and_clean(visit: Visit, locale: str, scheme: str) -> None:
    page = visit(locale=locale, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS:
        page.goto(path)
        assert serious(page) == [], path
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_sticks_out(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        lines = page.evaluate("[...document.querySelectorAll('.ways a')].map(a => a.scrollWidth > a.clientWidth + 1)")
        assert not any(lines), path


def test_the_bar_under_the_thumb_has_six_ways_with_room_for_a_thumb(visit: Visit) -> None:
    page = visit()
    ways = page.locator(".ways a:visible")
    expect(ways).to_have_text(["Overview", "Tasks", "Coupons", "Orders", "Tiers", "Rewards"])
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in (way.bounding_box() for way in ways.all()) if box)
