"""Setting what the ten numbers should be in a month."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regulars.console import reads
from regulars.console.insight import told
from regulars.console.insight.home import STEPS
from regulars.console.insight.may import SET, may
from regulars.console.insight.pages import page
from regulars.insight.board import reads as board
from regulars.insight.board import writes
from regulars.insight.measures.catalogue import COUNT, MINOR, SHARE
from regulars.insight.measures.numbers import NUMBERS

_MOST = 10**15
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


def targets(request: HttpRequest) -> HttpResponse:
    """The form; what is left empty has no target."""
    may(request, SET)
    club = told.club_of(reads.programme_of(request))
    goals = board.targets()
    problems: dict[str, str] = {}
    given: dict[str, str] = {}
    if request.method == "POST":
        values: dict[str, int | None] = {}
        for key, number in NUMBERS.items():
            given[key] = request.POST.get(key, "").strip()
            try:
                values[key] = read(given[key], number.kind, club.money)
            except ValueError as why:
                problems[key] = str(why)
        if not problems:
            writes.set_targets(values, request.user)
            messages.success(request, _("The targets are set."))
            return redirect("admin:insight_home")
    fields = [
        {
            "key": key, "title": number.title, "says": number.says, "unit": _unit(number.kind, club),
            "value": given.get(key, write(goals.get(key), number.kind, club.money)), "problem": problems.get(key, ""),
        }
        for key, number in NUMBERS.items()
    ]  # fmt: skip
    return TemplateResponse(
        request, "console/insight/targets.html", page(request, "home", _("Targets"), fields=fields),
        status=422 if problems else 200,
    )  # fmt: skip


def read(text: str, kind: str, currency: str) -> int | None:
    """A target as typed, in the number's smallest step; None for nothing. Raises ValueError for what is no number, is
    negative where that means nothing, or finer than the step; it says which."""
    if not text:
        return None
    plain = text.replace(",", "").replace("−", "-").rstrip("%")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(_("A number, please, such as 12.5."))
    steps = Decimal(plain) * _scale(kind, currency)
    if abs(steps) > _MOST:
        raise ValueError(_("That is more than this number can be."))
    if kind != "number" and steps < 0:
        raise ValueError(_("This number is never negative."))
    if steps != steps.to_integral_value():
        raise ValueError(_("That is finer than this number is kept."))
    return int(steps)


def write(value: int | None, kind: str, currency: str) -> str:
    """A target as the form shows it."""
    return "" if value is None else format((Decimal(value) / _scale(kind, currency)).normalize(), "f")


def _scale(kind: str, currency: str) -> int:
    """How many steps make 1 of what is typed: percent for shares, major units for money."""
    if kind == MINOR:
        return int(10 ** get_currency_precision(currency))
    return STEPS[kind] // 100 if kind == SHARE else STEPS[kind]


def _unit(kind: str, club: Any) -> str:
    if kind == MINOR:
        return str(club.money)
    return "%" if kind == SHARE else "" if kind == COUNT else _("with up to two decimals")
