"""The console's charts, drawn with Altair. Each takes rows that ``reads`` computed and answers a chart without a theme.

``specs`` dresses a chart; the browser puts in the colours of a light or a dark screen (``charts.js``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.brand import charts as theme
from regulars.console.reads import DayEvents, DayMoves, TierCount
from regulars.screens.figures import locale


def specs(draw: Any, language: str = "") -> dict[str, dict[str, Any]]:
    """Vega-Lite of the ``chart`` that ``draw()`` makes, in the page's language unless another is given, with colours by
    name; and what these are on ``light`` and on ``dark`` screens."""
    language = language or get_language() or "en"
    with debug_mode(False):  # each part against Vega-Lite's schema takes as long again; the tests ask it
        chart = {**draw().to_dict(validate=False), **theme.config(language)}
    used = theme.names_in(chart)
    return {"chart": chart, **{ground: {name: every[name] for name in used} for ground, every in theme.COLOURS.items()}}


def _day_format() -> str:
    """A day under a bar: ``22 Nov``, ``11/22`` in Chinese."""
    return "%-d %b" if locale().language == "en" else "%-m/%-d"


def members_by_tier(rows: Sequence[TierCount]) -> alt.LayerChart:
    """A bar for each level, lowest first, with its number of members at the end."""
    data = theme.data([{"key": row.key, "tier": row.name, "members": row.members} for row in rows])
    keys = [row.key for row in rows]
    names = [row.name for row in rows]
    most = max([row.members for row in rows], default=0) or 1
    base = alt.Chart(data).encode(
        y=alt.Y("tier:N", sort=names, title=None, axis=alt.Axis(labelLimit=140)),
        x=alt.X("members:Q", title=None, axis=None, scale=alt.Scale(nice=False, domain=[0, most * 1.15])),
        tooltip=[alt.Tooltip("tier:N", title=_("Tier")), alt.Tooltip("members:Q", title=_("Members"), format=",")],
    )
    bars = base.mark_bar(height=22).encode(color=theme.tier_colour("key", keys).copy())
    bars.encoding.color.legend = None
    numbers = base.mark_text(align="left", dx=6, color=theme.colour("ink")).encode(
        text=alt.Text("members:Q", format=",")
    )
    return (bars + numbers).properties(width="container", height=38 * len(rows))


def events_by_day(rows: Sequence[DayEvents]) -> alt.Chart:
    """Events of each day, stacked: orders at the foot, then returns, then all else."""
    kinds = {"orders": _("Orders"), "refunds": _("Returns"), "others": _("Other events")}
    values = [
        {"day": row.day.isoformat(), "kind": label, "rank": rank, "events": getattr(row, key)}
        for row in rows
        for rank, (key, label) in enumerate(kinds.items())
    ]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format=_day_format(), labelAngle=0, labelOverlap="parity"),
            ),
            y=alt.Y("events:Q", title=None, stack="zero", axis=alt.Axis(tickMinStep=1, format=",d")),
            order=alt.Order("rank:Q"),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=list(kinds.values()),
                scale=alt.Scale(domain=list(kinds.values()), range=[theme.SERIES[0], theme.SERIES[1], theme.SERIES[5]]),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("kind:N", title=_("Events")),
                alt.Tooltip("events:Q", title=_("Number"), format=","),
            ],
        )
        .properties(width="container", height=300)
    )


def moves_by_day(rows: Sequence[DayMoves]) -> alt.Chart:
    """Points of each day: earned above the line; redeemed, expired and taken back below it."""
    kinds = {
        "earned": (_("Earned"), 1),
        "redeemed": (_("Redeemed"), -1),
        "expired": (_("Expired"), -1),
        "taken_back": (_("Taken back"), -1),
    }
    values = [
        {"day": row.day.isoformat(), "kind": label, "points": sign * getattr(row, key)}
        for row in rows
        for key, (label, sign) in kinds.items()
    ]
    labels = [label for label, _sign in kinds.values()]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format=_day_format(), labelAngle=0, labelOverlap="parity"),
            ),
            y=alt.Y("points:Q", title=None, stack="zero", axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=labels,
                legend=alt.Legend(columns=2),  # four in a row are too wide for a phone
                scale=alt.Scale(
                    domain=labels, range=[theme.SERIES[0], theme.SERIES[2], theme.SERIES[5], theme.SERIES[1]]
                ),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("kind:N", title=_("Points")),
                alt.Tooltip("points:Q", title=_("Number"), format=","),
            ],
        )
        .properties(width="container", height=220)
    )


def used_by_day(rows: Sequence[tuple[date, int]]) -> alt.Chart:
    """A bar for each day on which coupons were used."""
    values = [{"day": day.isoformat(), "used": used} for day, used in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar(color=theme.SERIES[0], width={"band": 0.7})
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format=_day_format(), labelAngle=0, labelOverlap="parity"),
            ),
            y=alt.Y(
                "used:Q",
                title=None,
                axis=alt.Axis(tickMinStep=1, format=",d"),
                scale=theme.counts(max((used for _day, used in rows), default=0)),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("used:Q", title=_("Used"), format=","),
            ],
        )
        .properties(width="container", height=220)
    )
