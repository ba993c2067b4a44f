"""The member centre in a real browser: without script, by keyboard, in both schemes and at every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.axe import serious
from tests.flow import stories

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/me/", "/me/history", "/me/tiers"]
Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """Opens a browser signed in as the gold member through the demo shop; options are Playwright's of a context."""
    stories.publish_live_commerce()
    early = stories.Customer("gold", "demo")
    for i in range(20):
        early.send("Product Shared", 400 - i, name=f"Cup {i}")
    stories.a_gold_member(source="demo")
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


def entry_path(page: Page) -> str:
    """The address of the order that is still pending."""
    page.goto("/me/history")
    href = page.locator(".entry[data-kind=pending] a").get_attribute("href")
    assert href is not None
    return href


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark"), ("zh-TW", "light")])
def test_pages_are_accessible_and_clean(visit: Visit, locale: str, scheme: str) -> None:
    page = visit(locale=locale, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in [*PATHS, entry_path(page), "/me/demo-shop"]:
        page.goto(path)
        assert serious(page) == [], path
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_sticks_out(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for path in [*PATHS, entry_path(page)]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_older_entries_come_without_leaving_the_page(visit: Visit) -> None:
    page = visit()
    page.goto("/me/history")
    first = page.locator(".entry").count()
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".entry")).to_have_count(33)
    assert first == 20
    assert page.url.endswith("/me/history")
    months = page.locator("h2.day").all_inner_texts()
    assert len(months) == len(set(months))
    expect(page.get_by_role("link", name="Older")).to_have_count(0)


def test_everything_works_without_script(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/me/history")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".entry")).to_have_count(13)
    page.get_by_role("link", name="Back to the newest").click()
    page.get_by_role("link", name="Spent").click()
    expect(page.locator(".entry-what")).to_have_text(["Set aside", "Paid with points"])
    page.get_by_role("link", name="Paid with points").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paid with points")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("积分抵扣")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您已退出登录")


def test_by_keyboard_in_reading_order_with_the_focus_seen(visit: Visit) -> None:
    page = visit()
    page.goto("/me/")
    names = []
    for _step in range(18):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const e = document.activeElement;
                const own = getComputedStyle(e).outlineStyle, after = getComputedStyle(e, '::after').outlineStyle;
                return [(e.ariaLabel || e.innerText).trim(), own != 'none' || after != 'none'];
            }"""
        )
        assert seen[1], f"focus on {seen[0]!r} cannot be seen"
        names.append(seen[0])
    assert names == [
        "Skip to content",
        "Regulars Club",
        "Overview",
        "History",
        "Coupons",
        "Orders",
        "Tiers",
        "Rewards",
        "English",
        "简体中文",
        "繁體中文",
        "What it is made of",
        "All tiers and what they bring",
        "Growth",
        "All history",
        "Set aside",
        "Given by the shop",
        names[-1],
    ]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(names[-1])
