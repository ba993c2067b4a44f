"""A member's tasks and badges through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from regulars.api.writes import make_key
from tests.api.conftest import Shop
from tests.flow.task_club import Doer, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(client: Client) -> Shop:
    """A shop that may read members of the club with a task of every kind; ann has done something."""
    publish()
    ann = Doer(now=datetime.now(UTC))
    ann.does("Profile Completed")
    ann.does("Live Room Watched", seconds=Decimal("120.5"))
    for ago in (2, 1, 0):
        ann.does("Checked In", ago)
    _key, token = make_key("shop", "web", ["members:read"])
    return Shop(client, token)


def test_tasks_of_a_member(shop: Shop) -> None:
    body = shop.call("get", "/api/members/ann/tasks").json()
    found = {task["key"]: task for task in body["tasks"]}
    assert found["watch-live"] == {
        "key": "watch-live",
        "kind": "sum",
        "state": "open",
        "title": "Watch a live room: 300 seconds in a day",
        "what": "",
        "gives": "10 points",
        "progress": "120.5 of 300 seconds today",
        "done": "120.5",
        "of": "300",
        "terms": [],
        "steps": [],
        "from_tier": None,
        "again_on": None,
        "until": None,
    }
    assert [(step["what"], step["done"]) for step in found["settle-in"]["steps"]] == [
        ("Complete your profile", True),
        ("Place an order", False),
        ("Review a product", False),
    ]
    assert found["settle-in"]["until"] is not None
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date().toordinal() + 1
    kept = found["check-in"]
    assert (kept["state"], kept["done"]) == ("done", "3")
    assert datetime.fromisoformat(kept["again_on"]).date().toordinal() == tomorrow
    assert (found["diamond-tasting"]["state"], found["diamond-tasting"]["from_tier"]) == ("locked", "Diamond")
    assert "over" not in found


def test_tasks_in_the_language_of_the_asker(shop: Shop) -> None:
    body = shop.call("get", "/api/members/ann/tasks", **{"Accept-Language": "zh-Hans"}).json()
    assert body["tasks"][0]["title"] == "每天签到"


def test_badges_of_a_member(shop: Shop) -> None:
    [first, *rest] = shop.call("get", "/api/members/ann/badges").json()["badges"]
    assert (first["key"], first["how"], first["won_at"] is not None) == ("three-days", ["Check in every day"], True)
    assert {badge["key"] for badge in rest} == {"golden", "at-home", "birthday-child"}
    assert all(badge["won_at"] is None for badge in rest)


@pytest.mark.parametrize("what", ["tasks", "badges"])
def test_of_nobody_there_is_nothing(shop: Shop, what: str) -> None:
    assert shop.call("get", f"/api/members/nobody/{what}").status_code == 404
