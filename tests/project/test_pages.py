"""The site in a real browser: its pages load whole, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("en-GB", "en"), ("zh-CN", "zh-hans"), ("zh-TW", "zh-hant"), ("zh-HK", "zh-hant"), ("fr-FR", "en")],
)
def test_console_login_loads_whole(
    live_server: LiveServer, new_context: Callable[..., BrowserContext], locale: str, lang: str
) -> None:
    page = new_context(locale=locale).new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("response", lambda response: broken.append(response.url) if response.status >= 400 else None)
    page.goto(f"{live_server.url}/console/login/")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("input[name=username]").is_visible()
    assert broken == []


@pytest.mark.parametrize(("path", "way"), [("/me/nothing", "/me/"), ("/nothing", "/")])
def test_a_missing_page_leads_back_to_where_one_was(client: Client, path: str, way: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert f'class="button" href="{way}"' in answer.content.decode()


def test_nothing_is_fetched_from_elsewhere(live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    elsewhere: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith(live_server.url) else elsewhere.append(request.url)
    )
    page.goto(f"{live_server.url}/console/login/", wait_until="networkidle")
    assert [url for url in elsewhere if not url.startswith("data:")] == []
