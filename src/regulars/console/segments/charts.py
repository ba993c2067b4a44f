"""The charts of segments: RFM as a grid, a segment's size over time, and how much segments have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.brand import charts as theme
from regulars.brand import tokens
from regulars.console.segments.words import group_name
from regulars.screens.figures import locale

_DAY = {"en": "%-d %b"}


def grid(cells: Sequence[dict[str, Any]]) -> alt.LayerChart:
    """Members by recency (5 above) and by frequency and money (5 at the right)."""
    most = max((cell["members"] for cell in cells), default=1) or 1
    values = [{**cell, "said": group_name(cell["group"]), "share": cell["members"] / most} for cell in cells]
    base = alt.Chart(theme.data(values)).encode(
        x=alt.X(
            "fm:O",
            title=_("Frequency and money →"),
            sort=None,
            axis=alt.Axis(labelAngle=0),
            scale=alt.Scale(domain=[1, 2, 3, 4, 5]),
        ),
        y=alt.Y("r:O", title=_("Recency ↑"), sort=None, scale=alt.Scale(domain=[5, 4, 3, 2, 1])),
        tooltip=[
            alt.Tooltip("said:N", title=_("Group")),
            alt.Tooltip("r:O", title=_("Recency")),
            alt.Tooltip("fm:O", title=_("Frequency and money")),
            alt.Tooltip("members:Q", title=_("Members"), format=","),
        ],
    )
    boxes = base.mark_rect(cornerRadius=4).encode(
        color=alt.Color(
            "members:Q", legend=None, scale=alt.Scale(domain=[0, most], range=list(theme.RAMP), type="sqrt")
        ),
        href=alt.Href("address:N"),
    )
    ink = theme.on_ramp("sqrt(datum.share)")
    names = base.mark_text(dy=-8, fontSize=10).encode(text=alt.Text("said:N"), color=ink, href=alt.Href("address:N"))
    counts = base.mark_text(dy=8, fontWeight=600).encode(
        text=alt.Text("members:Q", format=","), color=ink, href=alt.Href("address:N")
    )
    return (boxes + names + counts).properties(width="container", height=380, background=theme.colour("surface"))


def over_time(days: Sequence[dict[str, Any]]) -> alt.Chart:
    """Who entered (above the line) and left (below it), day by day."""
    entered, left = _("Entered"), pgettext("members of a segment", "Left")
    values = [
        {"day": day["day"].isoformat(), "kind": name, "members": sign * day[key]}
        for day in days
        for key, name, sign in (("entered", entered, 1), ("left", left, -1))
    ]
    return (
        alt.Chart(theme.data(values))
        .mark_bar(width={"band": 0.7})
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format=_DAY.get(locale().language, "%-m/%-d"), labelAngle=0, labelOverlap="parity"),
            ),
            y=alt.Y("members:Q", title=None, stack="zero", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=[entered, left], range=[theme.SERIES[0], theme.SERIES[1]]),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("kind:N", title=_("What")),
                alt.Tooltip("members:Q", title=_("Members"), format="+,"),
            ],
        )
        .properties(width="container", height=200)
    )


def overlap(rows: Sequence[dict[str, Any]]) -> alt.LayerChart:
    """How much of each segment (a row) is in each other (a column)."""
    names = list(dict.fromkeys(row["name"] for row in rows))
    base = alt.Chart(theme.data(rows)).encode(
        x=alt.X("other:N", title=None, sort=names, axis=alt.Axis(labelAngle=-30, labelLimit=120, orient="top")),
        y=alt.Y("name:N", title=None, sort=names, axis=alt.Axis(labelLimit=130)),
        tooltip=[
            alt.Tooltip("name:N", title=_("Segment")),
            alt.Tooltip("other:N", title=_("also in")),
            alt.Tooltip("both:Q", title=_("Members"), format=","),
            alt.Tooltip("share:Q", title=_("Share"), format=".0%"),
        ],
    )
    ink = alt.condition(alt.datum.share > 0.45, alt.value("#ffffff"), alt.value(tokens.LIGHT["ink"]))
    boxes = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=list(tokens.CHART_RAMP)))
    )
    texts = base.mark_text().encode(text=alt.Text("share:Q", format=".0%"), color=ink)
    return (boxes + texts).properties(width="container", height=max(120, 36 * len(names)))
