"""The charts of the points owed: when they lapse, what came and went by month, how long points live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
from django.utils.translation import gettext as _

from regulars.brand import charts as theme
from regulars.console.owed.words import column_names
from regulars.flow.phrases import month as month_words
from regulars.insight.owed.months import Month
from regulars.screens.figures import locale

_SHOWN_MONTHS = 24


def _axis(count: int) -> alt.Axis:
    """Months under bars: ``Nov 26``, ``26/11`` in Chinese; upright while there is room."""
    named = "%b %y" if locale().language == "en" else "%y/%-m"
    return alt.Axis(format=named, labelAngle=0 if count <= 6 else -45, labelOverlap="parity")


def by_expiry(rows: Sequence[tuple[date, int]]) -> alt.Chart:
    """A bar for each month: points whose last good day is in it."""
    values = [{"month": first.isoformat(), "said": month_words(first), "points": points} for first, points in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar(color=theme.SERIES[0], width={"band": 0.7})
        .encode(
            x=alt.X("yearmonth(month):O", title=None, axis=_axis(len(rows))),
            y=alt.Y("points:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1)),
            tooltip=[
                alt.Tooltip("said:N", title=_("Month")),
                alt.Tooltip("points:Q", title=_("Points"), format=","),
            ],
        )
        .properties(width="container", height=220)
    )


def by_month(months: Sequence[Month]) -> alt.Chart:
    """What changed the points owed in each month: what came stands above the line, what went below it."""
    names = {key: name for key, name in column_names() if any(month.moves[key] for month in months)}
    values = [
        {
            "month": month.first.isoformat(),
            "said": month_words(month.first),
            "kind": name,
            "points": month.moves[key],
        }
        for month in months[-_SHOWN_MONTHS:]
        for key, name in names.items()
    ]
    colours = {
        "earned": theme.SERIES[0],
        "redeemed": theme.SERIES[2],
        "donated": theme.SERIES[3],
        "expired": theme.SERIES[5],
        "taken_back": theme.SERIES[1],
        "given_back": theme.SERIES[4],
    }
    labels = list(names.values())
    return (
        alt.Chart(theme.data(values))
        .mark_bar(width={"band": 0.7})
        .encode(
            x=alt.X("yearmonth(month):O", title=None, axis=_axis(min(len(months), _SHOWN_MONTHS))),
            y=alt.Y("points:Q", title=None, stack="zero", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=labels,
                legend=alt.Legend(columns=2),
                scale=alt.Scale(domain=labels, range=[colours.get(key, theme.SERIES[5]) for key in names]),
            ),
            tooltip=[
                alt.Tooltip("said:N", title=_("Month")),
                alt.Tooltip("kind:N", title=_("What")),
                alt.Tooltip("points:Q", title=_("Points"), format="+,"),
            ],
        )
        .properties(width="container", height=260)
    )


def survival(curve: Sequence[tuple[int, float]]) -> alt.Chart:
    """The share of points that is not spent by an age in days."""
    values = [{"age": age, "share": share} for age, share in curve]
    return (
        alt.Chart(theme.data(values))
        .mark_line(color=theme.SERIES[0], interpolate="step-after")
        .encode(
            x=alt.X("age:Q", title=_("Days since they were earned"), axis=alt.Axis(format="d")),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("age:Q", title=_("Days"), format="d"),
                alt.Tooltip("share:Q", title=_("Not spent"), format=".1%"),
            ],
        )
        .properties(width="container", height=220)
    )
