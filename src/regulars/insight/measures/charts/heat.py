"""Cohorts by periods after their first order: a heat table, and the same of all cohorts together by group."""

from __future__ import annotations

from typing import Any

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.catalogue import SHARE
from regulars.insight.measures.charts.common import (
    Row,
    Rows,
    Shape,
    dash,
    group_colour,
    linked,
    measured,
    tooltips,
)

_CELL = 24
_LABELS_MOST = 14


def heat(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """A cell a cohort and period. Cells that are not over yet are pale, framed with dashes and marked with an ellipsis.

    With groups: a line for each of all its cohorts together, periods that are over alone.
    """
    if any("group" in row for row in rows):
        return together(rows, shape)
    # in period 0 everybody bought: the colour is kept for what differs
    shown = [row for row in rows if row["n"] > 0 or shape.value != "rate"]
    order = list(dict.fromkeys(row["cohort_said"] for row in rows))
    widest = max((row["n"] for row in shown), default=0)
    top = max((row[shape.value] or 0 for row in shown), default=0) or 1
    base = alt.Chart(theme.data(shown)).encode(
        x=alt.X("n:O", title=shape.titles["n"], axis=alt.Axis(labelAngle=0, labelOverlap="parity", orient="top")),
        y=alt.Y("cohort_said:N", sort=order, title=None, axis=alt.Axis(labelLimit=90)),
        tooltip=tooltips(shown, shape),
        **linked(shown),
    )
    colour = alt.Color(
        f"{shape.value}:Q",
        title=None,
        legend=None,
        scale=alt.Scale(domain=[0, top], range=list(theme.RAMP), type="linear"),
    )
    layers: list[Any] = [base.transform_filter("datum.complete").mark_rect(cornerRadius=2).encode(color=colour)]
    if not all(row["complete"] for row in shown):
        pale = base.transform_filter("!datum.complete").mark_rect(
            cornerRadius=2, fillOpacity=0.35, stroke=theme.colour("ink-faint"), strokeDash=[3, 3]
        )
        layers.append(pale.encode(color=colour))
    if widest <= (_LABELS_MOST if shape.kind == SHARE else _LABELS_MOST // 2):
        share = f"datum.complete * datum['{shape.value}'] / {top}"
        layers.append(base.mark_text(fontSize=11).encode(text=alt.Text("cell_short:N"), color=theme.on_ramp(share)))
    return alt.layer(*layers).properties(width="container", height=max(_CELL * len(order), 60))


def together(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """All cohorts of a group as one, period by period: only those for which the period is over."""
    pooled = pool(rows, shape.value)
    base = alt.Chart(theme.data(pooled)).encode(
        x=alt.X("n:Q", title=shape.titles["n"], axis=alt.Axis(format="d", tickMinStep=1)),
        y=alt.Y(f"{shape.value}:Q", title=None, axis=measured(shape)),
        color=group_colour(pooled, shape),
        **dash(pooled, shape),
    )
    return (
        base.mark_line(point=True)
        .encode(
            tooltip=[
                alt.Tooltip("group_said:N", title=shape.titles.get("group", "")),
                alt.Tooltip("n:Q", title=shape.titles["n"]),
                alt.Tooltip(f"{shape.value}:Q", title=shape.titles[shape.value], format=_precise(shape)),
                alt.Tooltip("size:Q", title=shape.titles["size"], format=","),
            ]
        )
        .properties(width="container", height=280)
    )


def pool(rows: Rows, value: str) -> list[Row]:
    """The share (or value of a member) of all cohorts of a group whose period n is over."""
    sums: dict[tuple[Any, str, int], list[float]] = {}
    of = {"rate": "kept", "ltv_minor": "cumulative_minor", "share_of_first": "revenue_minor"}[value]
    firsts = {
        (row["group"], row["cohort"]): row["revenue_minor"] for row in rows if row["n"] == 0 and "revenue_minor" in row
    }
    for row in rows:
        if not row["complete"] or (value == "rate" and row["n"] == 0):
            continue
        found = sums.setdefault((row["group"], row["group_said"], row["n"]), [0, 0, 0])
        found[0] += row[of] or 0
        found[1] += firsts[row["group"], row["cohort"]] if value == "share_of_first" else row["size"]
        found[2] += row["size"]
    return [
        {"group": group, "group_said": said, "n": n, value: top / whole, "size": members}
        for (group, said, n), (top, whole, members) in sums.items()
        if whole
    ]


def _precise(shape: Shape) -> str:
    return ".1%" if shape.kind == "share" else ",.2f"
