"""A game made by keyboard in a real browser; every page of games for axe."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.flow.play.spin import spin
from regulars.play.models import Game
from tests.axe import serious
from tests.console.test_browser import DESK, PHONE, sign_in
from tests.flow.reward_shop import somebody
from tests.play.shop import WHEEL, on, publish_shop
from tests.play.test_kinds import a_contest, a_rain, count, shared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server: Any) -> str:
    """A shop with games that were played. Its address."""
    publish_shop()
    on(WHEEL, budget="5000")
    ann = somebody("ann", 100)
    for number in range(5):
        spin(ann, "summer", f"s{number}", "web")
    a_rain()
    a_contest()
    shared("ann", 2)
    count()
    return str(live_server.url)


def test_a_game_is_made_by_keyboard(page: Page, shop: str) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer")
    page.get_by_role("link", name="Games").click()
    page.get_by_role("link", name="New game").press("Enter")
    page.get_by_role("link", name="Lucky wheel").press("Enter")
    page.get_by_label("Key").first.fill("from-the-browser")
    page.get_by_label("Name (English)").fill("From the browser")
    page.get_by_role("button", name="Write the file").press("Enter")
    expect(page.get_by_label("File")).to_contain_text("game: from-the-browser")
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_role("heading", name="From the browser")).to_be_visible()
    assert Game.objects.filter(key="from-the-browser").count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_accessible_and_fit(page: Page, shop: str, language: str) -> None:
    sign_in(page, shop, "admin", language)
    addresses = [
        reverse("admin:play_game_changelist"),
        reverse("admin:play_game_new"),
        *(reverse("admin:play_game_new_from", args=[key]) for key in ("wheel", "quiz")),
        reverse("admin:play_game_file") + "?key=red",
        *(reverse("admin:play_game_change", args=[game.pk]) for game in Game.objects.order_by("key")),
        reverse("admin:play_play_changelist"),
    ]
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in addresses:
            page.goto(shop + address)
            assert serious(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
