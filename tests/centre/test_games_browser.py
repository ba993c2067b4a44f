"""Games in a real browser: the wheel by keyboard, moving and still; red packets, a quiz; every page for axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.centre import tokens
from regulars.flow.play import publishing
from regulars.flow.play.spin import spin
from regulars.insight.verify import verify
from regulars.play.models import Play
from tests.axe import serious
from tests.flow.reward_shop import somebody
from tests.play.shop import WHEEL, ZONE, on, publish_shop
from tests.play.test_kinds import QUIZ, a_contest, a_rain, count, shared

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
RAIN = """game: now
kind: rain
name: {en: Evening rain, zh-Hans: 晚间红包雨, zh-Hant: 晚間紅包雨}
currency: CNY
time_zone: America/New_York
from: "FROM"
until: "UNTIL"
rain: {points: 100, packets: 4, least: 5, at: ["FROM"], minutes: 60}
"""


def a_rain_now() -> None:
    """A rain that falls now, published when it was still to come."""
    now = datetime.now(UTC).astimezone(ZONE)
    first, last = (f"{now + timedelta(minutes=part):%Y-%m-%dT%H:%M}" for part in (-5, 120))
    text = RAIN.replace("FROM", first).replace("UNTIL", last)
    publishing.publish(text, now=datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def visit(live_server: Any, browser: Browser) -> Any:
    """Opens a browser signed in as Ann, with a game of each kind."""
    publish_shop()
    ann, bob = somebody("ann", 300), somebody("bob", 300)
    on(WHEEL, cost="{points: 20}", free_per_day="1", at_most="{per_day: 3}")
    spin(bob, "summer", "b", "web")
    done = spin(ann, "summer", "a", "web")
    a_rain()
    a_rain_now()
    on(QUIZ)
    a_contest()
    shared("ann", 2)
    shared("bob", 3)
    count()
    contexts = []

    def opened(**options: Any) -> Page:
        size = {"viewport": {"width": 390, "height": 844}}
        context = browser.new_context(**(size | options), base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/me/enter?token={tokens.make('ann')}")
        return page

    opened.paths = [  # type: ignore[attr-defined]
        *("/me/games", "/me/games/summer", f"/me/games/summer?play={done.pk}", "/me/games/summer/fair"),
        *("/me/games/red", "/me/games/now", "/me/games/now/fair", "/me/games/tea", "/me/games/share"),
    ]
    yield opened
    for context in contexts:
        context.close()


def test_a_turn_of_the_wheel_by_keyboard(visit: Visit) -> None:
    page = visit(reduced_motion="no-preference")
    page.goto("/me/games")
    page.get_by_role("link", name="Open Summer wheel").press("Enter")
    expect(page.locator(".odds")).to_contain_text("2%")
    page.get_by_role("button", name="Spin the wheel").press("Enter")
    # Moving first; then the result is told.
    expect(page.get_by_role("status")).to_be_visible()
    play = Play.objects.filter(source="centre").get()
    disc = page.locator(".wheel-disc")
    expect(disc).to_have_attribute("transform", f"rotate({disc.get_attribute('data-turn')})")
    assert (play.nonce, play.cost) == (1, 20)
    assert verify().found == []


def test_a_wheel_that_does_not_move(visit: Visit) -> None:
    page = visit(reduced_motion="reduce")
    page.goto("/me/games/summer")
    # Two presses of one button are one play.
    page.get_by_role("button", name="Spin the wheel").dblclick()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    assert Play.objects.filter(source="centre").count() == 1


def test_a_wheel_without_scripts(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/me/games/summer")
    page.get_by_role("button", name="Spin the wheel").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()


def test_a_red_packet(visit: Visit) -> None:
    page = visit()
    page.goto("/me/games/now")
    page.get_by_role("button", name="Open a red packet").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("in your red packet")
    expect(page.get_by_role("button", name="Open a red packet")).to_have_count(0)
    page.goto("/me/games/red")
    expect(page.get_by_text("The next red packets fall on")).to_be_visible()


def test_a_quiz_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.goto("/me/games/tea")
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("timer")).to_contain_text(":")
    page.get_by_label("Tea", exact=True).press("Space")
    page.get_by_label("Cold").press("Space")
    page.get_by_role("button", name="Send my answers").press("Enter")
    expect(page.get_by_role("heading", name="1 of 2 right")).to_be_visible()
    expect(page.get_by_text("Right is “80 degrees”")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("You have won 5 points.")


def test_the_board(visit: Visit) -> None:
    page = visit()
    page.goto("/me/games/share")
    expect(page.get_by_text("You are in place 2 with 2.")).to_be_visible()
    expect(page.locator("[aria-current=true] td").nth(1)).to_have_text("You")
    expect(page.locator(".board")).not_to_contain_text("bob")


def test_a_draw_computed_in_the_browser(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.play.seeds.SHOWN_AFTER", timedelta(days=-2))
    page = visit()
    page.goto("/me/games/summer/fair")
    page.get_by_role("button", name="Compute it in this browser").first.click()
    expect(page.get_by_role("status").first).to_have_text("Computed in your browser: the same draw.")


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


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_sticks_out(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for path in visit.paths:  # type: ignore[attr-defined]
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
