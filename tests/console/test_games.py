"""Games in the console: who may do what, from a template to a published game, ending one, plays and gifts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regulars.flow.play.spin import spin
from regulars.play.models import Game, Play
from regulars.programmes import writes as programmes
from regulars.programmes.reads import current
from tests.flow.reward_shop import kind_of, somebody
from tests.play.shop import WHEEL, local, on, publish_shop

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def shop(db: None) -> None:
    publish_shop()


def page_of(game: Game) -> str:
    return reverse("admin:play_game_change", args=[game.pk])


ROLES = [
    ("admin", 200, 200),
    ("marketer", 200, 200),
    ("service", 200, 403),
    ("analyst", 200, 403),
    ("nobody", 403, 403),
]


@pytest.mark.parametrize(("role", "sees", "makes"), ROLES)
def test_who_sees_and_who_makes(as_role: Enter, shop: None, role: str, sees: int, makes: int) -> None:
    client, game = as_role(role), on(WHEEL)
    assert client.get(page_of(game)).status_code == sees
    assert client.get(reverse("admin:play_game_changelist")).status_code == sees
    for address in ("admin:play_game_new", "admin:play_game_file"):
        assert client.get(reverse(address)).status_code == makes
    stopped = client.post(reverse("admin:play_game_stop", args=[game.pk]), {"reason": "x"}).status_code
    assert stopped == (302 if makes == 200 else 403)


def a_form() -> dict[str, str]:
    return {
        "key": "winter",
        "name_en": 'Winter "wheel": #1',
        "name_hans": "冬日大转盘",
        "begins": local(1).strip('"'),
        "ends": local(4).strip('"'),
        "cost": "20",
        "free_per_day": "1",
        "budget": "99.50",
        "row-TOTAL_FORMS": "2",
        "row-INITIAL_FORMS": "0",
        "row-0-key": "kettle",
        "row-0-name_en": "Kettle",
        "row-0-chance": "1/1000",
        "row-0-stock": "3",
        "row-0-worth": "12.5",
        "row-0-gives": "gift",
        "row-1-gives": "points",
    }


def test_from_a_template_to_a_game(as_role: Enter, shop: None) -> None:
    client = as_role("marketer")
    address = reverse("admin:play_game_new_from", args=["paid-wheel"])
    assert "Wheel for points" in text(client.get(reverse("admin:play_game_new")))
    assert "Write the file" in text(client.get(address))
    wrong = client.post(address, a_form() | {"row-0-gives": "points"})
    assert "Say how many points." in text(wrong)
    written = client.post(address, a_form())
    file = written.context["text"]
    assert 'name: {en: "Winter \\"wheel\\": #1", zh-Hans: "冬日大转盘"}' in file
    assert "cost: {points: 20}" in file and "budget: 99.50" in file
    told = text(written)
    assert "0.1%" in told and "Publish" in told
    assert not Game.objects.exists()
    editor = reverse("admin:play_game_file")
    broken = client.post(editor, {"text": file.replace("1/1000", "often"), "publish": "1"})
    assert "must be a chance such as 1/1000" in text(broken)
    done = client.post(editor, {"text": file, "publish": "1"})
    game = Game.objects.get()
    assert (done.status_code, done.url) == (302, page_of(game))
    assert (game.key, game.published_by.username) == ("winter", "marketer-person")  # type: ignore[union-attr]
    # It has not begun: the file can still be changed.
    again = text(client.get(f"{editor}?key=winter"))
    assert "game: winter" in again
    assert client.post(editor, {"text": file.replace("1/1000", "1/500"), "publish": "1"}).status_code == 302
    assert Game.objects.count() == 2


def filled_in(shown: Any, template: str) -> dict[str, Any]:
    """What a template's form would send, with a name and a question of a quiz."""
    given = {name: value for name, value in shown.context["form"].initial.items() if value is not None}
    rows = shown.context["rows"]
    if rows is not None:
        given |= {"row-TOTAL_FORMS": rows.total_form_count(), "row-INITIAL_FORMS": rows.initial_form_count()}
        for number, row in enumerate(rows.forms):
            given |= {f"row-{number}-{name}": value for name, value in row.initial.items()}
            given.setdefault(f"row-{number}-gives", "points")
    if template == "quiz":
        given |= {
            "row-0-ask_en": "Why?",
            "row-0-answers": "So | 因为 | 因為\nNot so",
            "row-0-right": 1,
            "row-0-points": 5,
        }
    return given | {"key": "new", "name_en": "New"}


@pytest.mark.parametrize(
    ("template", "typed", "said"),
    [
        (
            "wheel",
            {"says_en": "Turn it.", "says_hant": "轉一轉", "consolation_en": "A leaf", "consolation_value": "2"},
            ['description: {en: "Turn it.", zh-Hant: "轉一轉"}',
             'consolation: {key: consolation, name: {en: "A leaf"}, gives: {points: 2}}'],
        ),
        ("rain", {"currency": "coins"}, ["  currency: coins"]),
        ("quiz", {"currency": "coins"}, ["  currency: coins"]),
        (
            "contest",
            {"counts": "Order Completed", "where": "total >= 20\nchannel = app, web", "row-0-currency": "coins"},
            ["  where: {total: {at_least: 20}, channel: [app, web]}", "gives: {points: 1000, currency: coins}"],
        ),
    ],
)  # fmt: skip
def test_the_form_says_all_that_a_game_can_be(
    as_role: Enter, shop: None, template: str, typed: dict[str, str], said: list[str]
) -> None:
    programmes.apply(current()[0].text.replace("points:\n", "points:\n  coins: {name: {en: coins}}\n", 1))
    address, client = reverse("admin:play_game_new_from", args=[template]), as_role("admin")
    given = filled_in(client.get(address), template)
    written = client.post(address, given | typed)
    assert written.context["checked"].problems == (), written.context["text"]
    assert [line for line in said if line not in written.context["text"]] == [], written.context["text"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"says_hans": "转"}, "says_en"),
        ({"consolation_value": "2"}, "consolation_en"),
        ({"consolation_en": "x"}, "consolation_value"),
    ],
)
def test_what_is_half_said_is_told(as_role: Enter, shop: None, typed: dict[str, str], field: str) -> None:
    address, client = reverse("admin:play_game_new_from", args=["wheel"]), as_role("admin")
    page = client.post(address, filled_in(client.get(address), "wheel") | typed)
    assert field in page.context["form"].errors


def test_a_contest_cannot_ask_of_lines(as_role: Enter, shop: None) -> None:
    address, client = reverse("admin:play_game_new_from", args=["contest"]), as_role("admin")
    given = filled_in(client.get(address), "contest") | {"where": "line.category = tea"}
    [problem] = client.post(address, given).context["checked"].problems
    assert (problem.path_text, problem.message) == ("contest.where.line.category", "cannot be asked here")


@pytest.mark.parametrize("template", ["wheel", "rain", "quiz", "contest"])
def test_every_template_begins_with_something_that_can_be_published(as_role: Enter, shop: None, template: str) -> None:
    client = as_role("admin")
    address = reverse("admin:play_game_new_from", args=[template])
    given = filled_in(client.get(address), template)
    written = client.post(address, given)
    assert written.context["checked"].problems == (), written.context["text"]
    assert (
        client.post(reverse("admin:play_game_file"), {"text": written.context["text"], "publish": "1"}).status_code
        == 302
    )


def test_a_page_tells_odds_stock_and_what_was_drawn(as_role: Enter, shop: None) -> None:
    game = on(WHEEL.replace("1/50", "85%"), budget="1000")
    ann = somebody("ann", 10)
    for number in range(12):
        spin(ann, "summer", f"s{number}", "web")
    told = text(as_role("analyst").get(page_of(game)))
    assert "0 of 3 left" in told
    assert "run out" in told
    assert "Too few plays yet" in told
    assert bytes(game.anchor).hex() in told
    assert "End the game" not in told


def test_ending_a_game(as_role: Enter, shop: None) -> None:
    client, game = as_role("marketer"), on(WHEEL)
    stop = reverse("admin:play_game_stop", args=[game.pk])
    assert "Say why" in text(client.post(stop, {"reason": " "}, follow=True))
    assert "Ended on" in text(client.post(stop, {"reason": "a misprint"}, follow=True))
    assert kind_of(lambda: spin(somebody(), "summer", "x", "web")) == "game-stopped"


def test_gifts_are_handed_over_and_plays_are_a_spreadsheet(as_role: Enter, shop: None) -> None:
    on(WHEEL.replace("1/50", "85%"))
    ann = somebody("ann", 10)
    for number in range(12):  # enough for the three that there are, whatever the draw
        spin(ann, "summer", f"s{number}", "web")
    waiting = Play.objects.filter(gives="gift")
    assert waiting.count() == 3
    plays = reverse("admin:play_play_changelist")
    client = as_role("service")
    assert text(client.get(f"{plays}?won=waits")).count("to hand over") >= 3
    chosen = {"action": "hand_over_chosen", "_selected_action": [str(one.pk) for one in waiting]}
    assert "3 gifts were handed over." in text(client.post(plays, chosen, follow=True))
    assert not waiting.filter(handed_over_at=None).exists()
    lines = b"".join(client.get(reverse("admin:play_play_csv") + "?won=yes").streaming_content).decode().splitlines()
    assert lines[0].startswith("number,id,shop_id,game_key")
    assert len(lines) == 1 + Play.objects.exclude(won="").count()
    assert "ann" in lines[1]
    assert text(client.get(f"{plays}?q=ann")).count("Summer wheel") >= 6
