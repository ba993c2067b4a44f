"""A gift redeemed in a real browser by keyboard; the pages of gifts, charity and groups at every width and for axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.centre import tokens
from regulars.flow import groups
from regulars.flow.rewards.charity import donate
from regulars.flow.rewards.gifts import redeem
from regulars.insight.verify import verify
from tests.axe import serious
from tests.flow.reward_shop import publish, somebody

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """Opens a browser signed in as Ann: 230 points to spend, a gift, and a group with a friend."""
    publish()
    ann, bob = somebody("ann", 300), somebody("bob", 300)
    redeem(ann, "ten", "r1", "web")
    donate(ann, "books", 50, "d1", "web")
    donate(bob, "books", 200, "d2", "web")
    group = groups.open_group(ann, "tea-for-three", "g1", "web")
    checkout = uuid4()
    groups.take_place(group.pk, bob, checkout, datetime.now(UTC))
    groups.paid(checkout, datetime.now(UTC))
    contexts = []

    def opened(**options: Any) -> Page:
        size = {"viewport": {"width": 390, "height": 844}}
        context = browser.new_context(**(size | options), base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/me/enter?token={tokens.make('ann')}")
        return page

    opened.paths = [  # type: ignore[attr-defined]
        *(
            "/me/gifts",
            "/me/gifts/mug",
            "/me/gifts/throne",
            "/me/redemptions",
            "/me/charity",
            "/me/charity/books?points=50",
        ),
        *("/me/charity/books?points=5", "/me/groups", f"/me/groups/{group.pk}"),
    ]
    yield opened
    for context in contexts:
        context.close()


def test_a_gift_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.get_by_role("link", name="Rewards").click()
    page.get_by_role("link", name="Get Mug").press("Enter")
    expect(page.get_by_role("heading", name="Mug")).to_be_visible()
    expect(page.locator(".sum")).to_contain_text("200 points")
    page.get_by_role("button", name="Get it for 30 points").press("Enter")
    expect(page.get_by_role("status")).to_have_text("“Mug” is yours. We will send it.")
    expect(page.locator(".taken li").first).to_contain_text("Waiting to be sent")
    page.get_by_role("link", name="Gifts", exact=True).first.click()
    expect(page.get_by_text("You have 200 points")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.locator(".entry").first).to_contain_text("Gift: Mug")
    assert verify().found == []


def test_points_for_charity(visit: Visit) -> None:
    page = visit()
    page.goto("/me/charity")
    page.get_by_role("button", name="40 points").click()
    page.get_by_role("button", name="Give 40 points").click()
    expect(page.get_by_role("status")).to_contain_text("has your points")
    expect(page.locator(".charity")).to_contain_text("You gave 90 points")
    expect(page.locator(".counter-figure")).to_have_text("¥2.90")


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark"), ("zh-TW", "light")])
def test_pages_are_accessible_and_clean(visit: Visit, locale: str, scheme: str) -> None:
    page = visit(locale=locale, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in visit.paths:  # type: ignore[attr-defined]
        page.goto(path)
        assert serious(page) == [], path
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_sticks_out(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for path in visit.paths:  # type: ignore[attr-defined]
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
