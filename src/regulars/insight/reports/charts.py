"""The charts of a report: revenue and who it comes from, members who come, points that come and go, answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from regulars.brand import charts as theme
from regulars.brand import tokens
from regulars.insight.reports.figures import Counts
from regulars.insight.reports.periods import WEEKLY
from regulars.screens.figures import locale

OF_ROLE = {
    "admin": ("revenue", "members"),
    "marketer": ("members", "revenue"),
    "service": ("returns", "answers"),
    "analyst": ("revenue", "members", "points", "returns", "answers"),
}
HEIGHT = 190


def charts(kind: str, role: str, series: Sequence[Counts], digits: int) -> list[tuple[str, alt.Chart]]:
    """Title and chart of each that has something to show. digits: decimal places of the currency."""
    found = []
    for key in OF_ROLE[role]:
        heading, rows, form = _KNOWN[key](series, digits)
        if any(row["value"] for row in rows):
            found.append((heading, _draw(kind, rows, form)))
    return found


def _revenue(series: Sequence[Counts], digits: int) -> tuple[str, list[dict[str, Any]], str]:
    scale = 10**digits
    rows = _rows(
        series,
        {
            _("returning members"): lambda one: one.returning_minor / scale,
            _("first orders"): lambda one: (one.revenue_minor - one.returning_minor) / scale,
        },
    )
    return _("Revenue, by who it comes from"), rows, "bars"


def _members(series: Sequence[Counts], _digits: int) -> tuple[str, list[dict[str, Any]], str]:
    rows = _rows(series, {_("members who bought"): lambda one: one.buyers, _("new members"): lambda one: one.joined})
    return _("Members who bought, and who joined"), rows, "lines"


def _points(series: Sequence[Counts], _digits: int) -> tuple[str, list[dict[str, Any]], str]:
    rows = _rows(series, {_("earned"): lambda one: one.earned, _("spent"): lambda one: one.spent})
    return _("Points earned and spent"), rows, "lines"


def _returns(series: Sequence[Counts], _digits: int) -> tuple[str, list[dict[str, Any]], str]:
    rows = _rows(series, {_("orders with returns"): lambda one: one.returned_orders})
    return _("Orders of which something came back"), rows, "bars"


def _answers(series: Sequence[Counts], _digits: int) -> tuple[str, list[dict[str, Any]], str]:
    rows = _rows(series, {_("content, percent"): lambda one: None if one.csat is None else 100 * one.csat})
    return _("How many who answered were content (CSAT)"), [row for row in rows if row["value"] is not None], "lines"


_KNOWN = {"revenue": _revenue, "members": _members, "points": _points, "returns": _returns, "answers": _answers}


def _rows(series: Sequence[Counts], parts: dict[str, Callable[[Counts], float | None]]) -> list[dict[str, Any]]:
    return [
        {"at": one.first.isoformat(), "part": name, "value": of(one), "order": place}
        for one in series
        for place, (name, of) in enumerate(parts.items())
    ]


def _draw(kind: str, rows: list[dict[str, Any]], form: str) -> alt.Chart:
    names = list(dict.fromkeys(row["part"] for row in rows))
    english = locale().language == "en"
    shown = ("%-d %b" if english else "%-m/%-d") if kind == WEEKLY else ("%b %y" if english else "%y/%-m")
    unit = "yearmonthdate(at):O" if kind == WEEKLY else "yearmonth(at):O"
    colour = alt.Color(
        "part:N",
        title=None,
        sort=names,
        scale=alt.Scale(domain=names, range=[tokens.CHART_LIGHT[place] for place in (0, 2)][: len(names)]),
        legend=alt.Legend() if len(names) > 1 else None,
    )
    base = alt.Chart(theme.data(rows)).encode(
        x=alt.X(unit, title=None, axis=alt.Axis(format=shown, labelAngle=0, labelOverlap="parity")),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(format=",~f")),
        color=colour,
    )
    if form == "bars":
        base = base.encode(order=alt.Order("order:Q")).mark_bar(width={"band": 0.7})
    else:
        base = base.mark_line(point=True)
    return base.properties(width=620, height=HEIGHT)
