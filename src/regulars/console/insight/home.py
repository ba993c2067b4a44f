"""Insight's first page: ten numbers of the last whole month, their targets, and why they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.console import charts as dressed
from regulars.console import reads
from regulars.console.insight import told, words
from regulars.console.insight.may import SET, may_see
from regulars.console.insight.pages import page
from regulars.flow.phrases import month as month_words
from regulars.inquiries import asking
from regulars.insight.board import reads as board
from regulars.insight.measures.catalogue import COUNT, FAMILIES, MINOR, NUMBER, SHARE, SPECS
from regulars.insight.measures.charts import changes
from regulars.insight.measures.charts.common import Shape
from regulars.insight.measures.numbers import DOWN, NEITHER, NUMBERS, Number
from regulars.screens import figures
from regulars.screens.box import box

STEPS = {COUNT: 1, MINOR: 1, SHARE: 10_000, NUMBER: 100}
"""How many of a target's whole steps make 1 of the number itself."""
_CHANGES = ("revenue", "buyers", "average_order", "points_owed")
_REMEMBERED_SECONDS = 600
_SPARK_WIDTH, _SPARK_HEIGHT = 100, 28


def home(request: HttpRequest) -> HttpResponse:
    """The frame; its numbers come as a fragment."""
    may_see(request)
    context = page(
        request, "home", _("Insight"), address=reverse("admin:insight_numbers"),
        described=[(key, name, says) for key, (name, says) in FAMILIES.items()],
        may_set=request.user.has_perm(SET),
    )  # fmt: skip
    return TemplateResponse(request, "console/insight/home.html", context)


def numbers(request: HttpRequest) -> HttpResponse:
    """The fragment with the ten numbers and what changed."""
    may_see(request)
    club = told.club_of(reads.programme_of(request))
    answer = asking.ask("insight.overview", {"currency": club.main_currency}, wait_seconds=0.2)
    context: dict[str, Any] = {}
    empty = todo = ""
    if answer.result is not None:
        empty, todo = words.missing(answer.result["missing"])
        if not empty:
            context = _shown(answer.result, club, _changes(answer.result, answer.as_of, club))
    return TemplateResponse(
        request, "console/insight/numbers.html", {**box(request, answer, empty=empty, todo=todo), **context}
    )


def _changes(result: Mapping[str, Any], as_of: Any, club: told.Club) -> list[dict[str, Any]]:
    """What changed, drawn once for each language and state of the lake."""
    key = f"console.insight.changes.{translation.get_language()}.{club.money}.{as_of:%Y%m%d%H%M%S}"
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        found = [_change(name, result["changes"][name], club) for name in _CHANGES if name in result["changes"]]
        cache.set(key, found, _REMEMBERED_SECONDS)
    return found


def _shown(result: Mapping[str, Any], club: told.Club, changed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    month, before = date.fromisoformat(result["month"]), date.fromisoformat(result["before"])
    goals = board.targets()
    return {
        "month": month_words(month),
        "before": month_words(before),
        "cards": [
            _card(number, result["numbers"][key], goals.get(key), club)
            for key, number in NUMBERS.items()
            if key in result["numbers"]
        ],
        "changes": changed,
    }


def _card(number: Number, found: Mapping[str, Any], goal: int | None, club: told.Club) -> dict[str, Any]:
    value, before = found["value"], found["before"]
    change = None if before is None or value is None else value - before
    moved = "" if change is None else _change_words(number.kind, value, before)
    card = {
        "title": number.title,
        "says": number.says,
        "exact": told.said(number.kind, value, club),
        "shown": _short(number.kind, value, club),
        "change": moved,
        "mood": "zero" if moved == _("unchanged") else _mood(number, change),
        "arrow": "" if not change or moved == _("unchanged") else "arrow_upward" if change > 0 else "arrow_downward",
        "before": "" if before is None else told.said(number.kind, before, club),
        "spark": spark([point for _month, point in found["series"] if point is not None]),
        "family": SPECS[number.measure].family,
        "anchor": number.measure,
    }
    if goal is not None and value is not None:
        aim = goal / STEPS[number.kind]
        met = value <= aim if number.good == DOWN else value >= aim
        card |= {
            "target": told.said(number.kind, goal if STEPS[number.kind] == 1 else aim, club),
            "met": met,
            "reached": max(0, min(100, round(100 * value / aim))) if aim else 0,
            "down": number.good == DOWN,
        }
    return card


def _short(kind: str, value: Any, club: told.Club) -> str:
    if value is None:
        return "–"
    if kind == COUNT:
        return figures.compact(value)
    if kind == MINOR and abs(value) >= 10_000_00:
        return figures.money(round(value, -2), club.money, short=True)
    return told.said(kind, value, club)


def _change_words(kind: str, value: Any, before: Any) -> str:
    """How far a number has moved: money and counts in percent, shares in points, plain numbers as they are."""
    change = value - before
    if kind == SHARE:
        points = round(100 * change, 1)
        return (
            pgettext("percentage points", "%(number)s points") % {"number": _signed(points)}
            if points
            else _("unchanged")
        )
    if kind == NUMBER:
        return _signed(round(change, 2))
    return f"{_signed(round(100 * change / before, 1))}%" if before else figures.signed(change)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{told.said(NUMBER, abs(value), _NOBODY)}"


_NOBODY = told.Club("USD", {}, {}, {}, "")


def _mood(number: Number, change: Any) -> str:
    if not change or number.good == NEITHER:
        return "zero"
    return "plus" if (change > 0) != (number.good == DOWN) else "minus"


def spark(values: Sequence[float]) -> str:
    """The points of a line through the values, in a box of 100 by 28; empty for fewer than three."""
    if len(values) < 3:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    return " ".join(
        f"{place * _SPARK_WIDTH / (len(values) - 1):.1f},{2 + (_SPARK_HEIGHT - 4) * (1 - (value - low) / span):.1f}"
        for place, value in enumerate(values)
    )


def _change(key: str, found: Mapping[str, Any], club: told.Club) -> dict[str, Any]:
    """One number's change in a sentence, and its parts drawn."""
    language = translation.get_language() or "en"
    kind = MINOR if key in ("revenue", "average_order") else COUNT
    names = part_names(key)
    ranks = {part: place for place, part in enumerate(names)}
    titles = {
        "revenue": _("Revenue"), "buyers": _("Buyers"), "average_order": _("Average order"),
        "points_owed": _("Points owed"),
    }  # fmt: skip
    rows = [
        {
            "part_said": names.get(part, part), "words": _amount(kind, value, club),
            "part": float(figures.plain(value, club.money)) if kind == MINOR else value,
        }
        for part, value in sorted(found["parts"].items(), key=lambda one: ranks.get(one[0], len(ranks)))
        if value or key == "revenue"
    ]  # fmt: skip
    change = found["after"] - found["before"]
    titled, sign = {"change": _("Change")}, figures.money(0, club.money).rstrip("0.,")

    def draw() -> Any:
        return changes.parts(rows, Shape("part", kind, titled, money=sign))

    specs = dressed.specs(draw, language) if rows else None
    return {
        "key": key,
        "title": titles[key],
        "sentence": _sentence(titles[key], change, kind, found, club),
        "largest": _largest(rows),
        "rows": rows,
        "specs": specs,
    }


def _sentence(title: str, change: int, kind: str, found: Mapping[str, Any], club: told.Club) -> str:
    values = {
        "what": title, "from": told.said(kind, found["before"], club), "to": told.said(kind, found["after"], club),
        "change": _amount(kind, change, club),
    }  # fmt: skip
    if not change:
        return _("%(what)s stayed at %(to)s.") % values
    if change > 0:
        return _("%(what)s rose from %(from)s to %(to)s (%(change)s).") % values
    return _("%(what)s fell from %(from)s to %(to)s (%(change)s).") % values


def _largest(rows: Sequence[Mapping[str, Any]]) -> str:
    """What did most, in words."""
    moved = [row for row in rows if row["part"]]
    if not moved:
        return ""
    most = max(moved, key=lambda row: abs(row["part"]))
    return _("Most of it: %(part)s, %(words)s.") % {"part": most["part_said"], "words": most["words"]}


def _amount(kind: str, value: int, club: told.Club) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{told.said(kind, abs(value), club)}"


def part_names(key: str) -> dict[str, str]:
    """What changes are made of."""
    if key == "revenue":
        return {
            "buyers": _("how many bought"),
            "frequency": _("how often they bought"),
            "average": _("what an order brought"),
        }
    if key == "buyers":
        return {
            "new": _("bought for the first time"),
            "back": _("came back after a silence"),
            "silent": _("fell silent"),
        }
    if key == "average_order":
        return {
            "first": _("average of first orders"),
            "returning": _("average of later orders"),
            "mix": _("mix of first and later orders"),
        }
    return {
        "earned": pgettext("points", "earned"),
        "matured": pgettext("points", "became available"),
        "spent": pgettext("points", "spent"),
        "expired": pgettext("points", "expired"),
        "taken_back": pgettext("points", "taken back after returns"),
        "given_back": pgettext("points", "given back after returns"),
        "adjusted": pgettext("points", "adjusted by hand"),
        "settled": pgettext("points", "settled debts"),
    }
