"""The invitation in a real browser: copied by keyboard, at every width, and for axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.centre import tokens
from regulars.programmes import writes as programmes
from tests.axe import serious
from tests.clipboard import clipboard, forget_what_was_copied
from tests.flow.friends import PARTY, party

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """Opens a browser signed in as Ann, who has invited friends; or as whom ``who`` says, empty for nobody."""
    programmes.apply(PARTY)
    shop = party()
    contexts = []

    def opened(who: str = "ann", **options: Any) -> Page:
        size = {"viewport": {"width": 390, "height": 844}}
        context = browser.new_context(**(size | options), base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        if who:
            page.goto(f"/me/enter?token={tokens.make(who)}")
        return page

    opened.landing = f"/me/invited/{shop.code('ann')}"  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()


def test_the_link_is_copied_by_keyboard(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.get_by_role("link", name="Invite friends").press("Enter")
    forget_what_was_copied(page)
    page.get_by_role("button", name="Copy the link").press("Enter")
    expect(page.get_by_role("status")).to_have_text("The link is copied.")
    copied = clipboard(page)
    assert copied == page.get_by_role("textbox", name="Your link").input_value()
    assert copied.endswith(visit.landing)  # type: ignore[attr-defined]


REFUSED = "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"


@pytest.mark.parametrize(
    ("besides", "words"),
    [("", "The link is copied."), ("document.execCommand = () => false;", "The link is marked. Copy it by hand.")],
)
def test_where_the_clipboard_is_refused_the_older_way_copies_or_the_link_is_marked(
    visit: Visit, besides: str, words: str
) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(REFUSED + besides)
    page.goto("/me/invite")
    forget_what_was_copied(page)
    page.get_by_role("button", name="Copy the link").press("Enter")
    expect(page.get_by_role("status")).to_have_text(words)
    link = page.get_by_role("textbox", name="Your link").input_value()
    assert page.evaluate("getSelection().toString()") == link
    if not besides:
        assert clipboard(page) == link


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark"), ("zh-TW", "light")])
def test_pages_are_accessible_and_clean(visit: Visit, locale: str, scheme: str) -> None:
    said: list[str] = []
    landing = visit.landing  # type: ignore[attr-defined]
    for who, path in (("ann", "/me/invite"), ("fay", "/me/invite"), ("fay", landing), ("", landing)):
        page = visit(who, locale=locale, color_scheme=scheme)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        assert serious(page) == [], path
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_sticks_out(visit: Visit, width: int) -> None:
    for who, path in (("ann", "/me/invite"), ("", visit.landing)):  # type: ignore[attr-defined]
        page = visit(who, viewport={"width": width, "height": 800})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
