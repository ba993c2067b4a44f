"""What a new game may begin from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.rules.games import CONTEST, QUIZ, RAIN, WHEEL


@dataclass(frozen=True, slots=True)
class Template:
    """One beginning: what it is, an example, and what its form holds at first."""

    key: str
    kind: str
    icon: str
    title: Any
    says: Any
    example: Any


TEMPLATES = (
    Template(
        "wheel",
        WHEEL,
        "casino",
        _("Lucky wheel"),
        _("Members turn a wheel for points or coupons. The odds are published, and anybody can check a draw."),
        _("one free turn a day, a kettle for one in a thousand"),
    ),
    Template(
        "paid-wheel",
        WHEEL,
        "toll",
        _("Wheel for points"),
        _("Each turn costs points; what it gives back is published with the odds."),
        _("20 points a turn, the first of a day free"),
    ),
    Template(
        "rain",
        RAIN,
        "redeem",
        _("Red-packet rain"),
        _("So many points in so many packets, open for some minutes at the times you state. One for each member."),
        _("10,000 points in 500 packets at eight in the evening"),
    ),
    Template(
        "quiz",
        QUIZ,
        "quiz",
        _("Quiz"),
        _("Questions against the clock, points for every right answer."),
        _("three questions about tea, 10 points each"),
    ),
    Template(
        "contest",
        CONTEST,
        "leaderboard",
        _("Contest"),
        _("Whoever shares, orders or spends most between two days wins. Prizes are given by themselves at the end."),
        _("most shares in a week, 1,000 points for the first"),
    ),
)
BY_KEY = {one.key: one for one in TEMPLATES}


def beginning(template: Template, today: date) -> dict[str, Any]:
    """What the form of a new game holds at first; days in the shop's time."""
    first, last = today + timedelta(days=1), today + timedelta(days=8)
    settings: dict[str, Any] = {"begins": f"{first}T00:00", "ends": f"{last}T00:00"}
    if template.key == "wheel":
        settings |= {"per_day": 1}
    elif template.key == "paid-wheel":
        settings |= {"cost": 20, "free_per_day": 1, "per_day": 5}
    elif template.kind == RAIN:
        settings |= {"points": 10_000, "packets": 500, "least": 5, "minutes": 10, "moments": f"{first}T20:00"}
    elif template.kind == QUIZ:
        settings |= {"seconds": 60}
    else:
        settings |= {"counts": "Product Shared", "ties": "first"}
    return settings


def prizes(template: Template) -> list[dict[str, Any]]:
    """The prizes that the form begins with."""
    if template.kind == CONTEST:
        return [
            {"key": "first", "name_en": "First prize", "name_hans": "一等奖", "name_hant": "頭獎", "chance": "1"}
            | {"gives": "points", "value": "1000"},
            {"key": "second", "name_en": "Second prize", "name_hans": "二等奖", "name_hant": "二獎", "chance": "2-5"}
            | {"gives": "points", "value": "200"},
        ]
    return [
        {"key": "kettle", "name_en": "Kettle", "name_hans": "水壶", "name_hant": "水壺", "chance": "1/1000", "stock": 3}
        | {"worth": "200", "gives": "gift"},
        {"key": "hundred", "name_en": "100 points", "name_hans": "100 积分", "name_hant": "100 點", "chance": "1%"}
        | {"stock": 500, "gives": "points", "value": "100"},
        {"key": "ten", "name_en": "10 points", "name_hans": "10 积分", "name_hant": "10 點", "chance": "30%"}
        | {"gives": "points", "value": "10"},
    ]
