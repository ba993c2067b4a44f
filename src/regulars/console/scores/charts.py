"""Charts of a run's validation: plain rows in, a chart without a theme out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.brand import charts as theme
from regulars.screens.figures import locale

Rows = Sequence[dict[str, Any]]


def tracking(rows: Rows, split: str, cumulative: bool) -> alt.LayerChart:
    """Repeat purchases by week, what came and what was expected; a line where the model's knowledge ends."""
    end = "_cumulative" if cumulative else ""
    values = [
        {"ends": row["ends"], "kind": name, "purchases": row[f"{key}{end}"]}
        for row in rows
        if row["complete"]
        for key, name in (("actual", pgettext("score", "Came")), ("expected", pgettext("score", "Expected")))
    ]
    lines = (
        alt.Chart(theme.data(values))
        .mark_line()
        .encode(
            x=alt.X("ends:T", title=None, axis=alt.Axis(format=_month(), tickCount=6, labelAngle=0)),
            y=alt.Y("purchases:Q", title=_("Repeat purchases"), axis=alt.Axis(format=",d")),
            color=_pair(),
            strokeDash=alt.condition(
                alt.datum.kind == pgettext("score", "Expected"), alt.value([6, 4]), alt.value([1, 0])
            ),
            tooltip=[
                alt.Tooltip("ends:T", title=_("Week up to"), format="%Y-%m-%d"),
                alt.Tooltip("kind:N", title=_("What")),
                alt.Tooltip("purchases:Q", title=_("Purchases"), format=",.0f"),
            ],
        )
    )
    rule = alt.Chart(theme.data([{"ends": split}])).mark_rule(strokeDash=[2, 3]).encode(x=alt.X("ends:T"))
    return (lines + rule).properties(width="container", height=220)


def by_frequency(rows: Rows) -> alt.Chart:
    """How many customers came back so often before the split, beside how many the model says."""
    values = [
        {"n": times(row), "kind": name, "customers": row[key]}
        for row in rows
        for key, name in (("actual", pgettext("score", "Came")), ("expected", pgettext("score", "Expected")))
    ]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            x=alt.X(
                "n:N", sort=None, title=_("Times they came back"), axis=alt.Axis(labelAngle=0, labelOverlap="parity")
            ),
            xOffset=alt.XOffset("kind:N", sort=[pgettext("score", "Came"), pgettext("score", "Expected")]),
            y=alt.Y("customers:Q", title=_("Customers"), axis=alt.Axis(format=",d", tickMinStep=1)),
            color=_pair(),
            tooltip=[
                alt.Tooltip("n:N", title=_("Times they came back")),
                alt.Tooltip("kind:N", title=_("What")),
                alt.Tooltip("customers:Q", title=_("Customers"), format=",.0f"),
            ],
        )
        .properties(width="container", height=220)
    )


def conditional(rows: Rows) -> alt.LayerChart:
    """What customers who had come back so often bought in the months held back, a customer, with its interval; and
    what was expected."""
    values = [{**row, "n": times(row)} for row in rows]
    order = [value["n"] for value in values]
    tips = [
        alt.Tooltip("n:N", title=_("Times they came back")),
        alt.Tooltip("customers:Q", title=_("Customers"), format=","),
        alt.Tooltip("actual:Q", title=pgettext("score", "Came"), format=",.2f"),
        alt.Tooltip("expected:Q", title=pgettext("score", "Expected"), format=",.2f"),
    ]
    base = alt.Chart(theme.data(values)).encode(
        x=alt.X(
            "n:N",
            sort=order,
            title=_("Times they came back before"),
            axis=alt.Axis(labelAngle=0, labelOverlap="parity"),
        )
    )
    ends = base.mark_rule(strokeWidth=2, color=theme.SERIES[0]).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    came = base.mark_point(size=70, color=theme.SERIES[0]).encode(
        y=alt.Y("actual:Q", title=_("Purchases a customer")), tooltip=tips
    )
    expected = base.mark_line(color=theme.SERIES[5], strokeDash=[6, 4]).encode(y=alt.Y("expected:Q"), tooltip=tips)
    return (expected + ends + came).properties(width="container", height=220)


def reliability(rows: Rows) -> alt.LayerChart:
    """Chances that were given against what happened; on the line they mean what they say."""
    most = max([max(row["predicted"], row["high"]) for row in rows], default=1.0) or 1.0
    scale = alt.Scale(domain=[0, min(1.0, most * 1.05)])
    line = (
        alt.Chart(theme.data([{"p": 0}, {"p": min(1.0, most)}]))
        .mark_line(strokeWidth=1.5, strokeDash=[4, 4], color=theme.SERIES[5])
        .encode(x=alt.X("p:Q", scale=scale), y=alt.Y("p:Q", scale=scale))
    )
    base = alt.Chart(theme.data(rows)).encode(
        x=alt.X("predicted:Q", scale=scale, title=_("Chance given"), axis=alt.Axis(format="%"))
    )
    ends = base.mark_rule(strokeWidth=2, color=theme.SERIES[0]).encode(
        y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q")
    )
    dots = base.mark_point(size=70, color=theme.SERIES[0]).encode(
        y=alt.Y("happened:Q", scale=scale, title=pgettext("score", "It happened"), axis=alt.Axis(format="%")),
        tooltip=[
            alt.Tooltip("predicted:Q", title=_("Chance given"), format=".1%"),
            alt.Tooltip("happened:Q", title=pgettext("score", "It happened"), format=".1%"),
            alt.Tooltip("people:Q", title=_("Members"), format=","),
        ],
    )
    return (line + ends + dots).properties(width="container", height=240)


def lift(rows: Rows) -> alt.Chart:
    """Which share of all who left was found in each tenth, those of the highest chance first."""
    return (
        alt.Chart(theme.data(rows))
        .mark_bar(color=theme.SERIES[0])
        .encode(
            x=alt.X("group:O", title=_("Tenths of members, the highest chance first"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("share:Q", title=_("Of all who left"), axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("group:O", title=_("Tenth")),
                alt.Tooltip("people:Q", title=_("Members"), format=","),
                alt.Tooltip("share:Q", title=_("Of all who left"), format=".1%"),
                alt.Tooltip("share_so_far:Q", title=_("With those before"), format=".1%"),
                alt.Tooltip("lift:Q", title=_("Times as many as by chance"), format=".2f"),
            ],
        )
        .properties(width="container", height=240)
    )


def _pair() -> alt.Color:
    domain = [pgettext("score", "Came"), pgettext("score", "Expected")]
    return alt.Color(
        "kind:N", title=None, sort=domain, scale=alt.Scale(domain=domain, range=[theme.SERIES[0], theme.SERIES[5]])
    )


def times(row: dict[str, Any]) -> str:
    """How often a group came back, as its label."""
    if row["or_more"]:
        return f"{row['frequency']}+"
    until = row.get("until", row["frequency"])
    return str(row["frequency"]) if until == row["frequency"] else f"{row['frequency']}–{until}"


def _month() -> str:
    return "%b %y" if locale().language == "en" else "%y/%-m"
