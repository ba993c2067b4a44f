"""What a change is made of: its parts as bars to either side of nothing."""

from __future__ import annotations

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.charts.common import Rows, Shape, measured


def parts(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """A bar a part (``part_said``, ``part``, ``words``), what raises the number to the right, what lowers it to the
    left."""
    order = [row["part_said"] for row in rows]
    furthest = max((abs(row["part"]) for row in rows), default=0) or 1
    base = alt.Chart(theme.data(rows)).encode(
        y=alt.Y("part_said:N", sort=order, title=None, axis=alt.Axis(labelLimit=170)),
        x=alt.X(
            "part:Q", title=None, axis=measured(shape, tickCount=3, labelOverlap="parity"),
            scale=alt.Scale(domain=[-1.9 * furthest, 1.9 * furthest]),
        ),
        tooltip=[alt.Tooltip("part_said:N", title=" "), alt.Tooltip("words:N", title=shape.titles["change"])],
    )  # fmt: skip
    bars = base.mark_bar(height=18).encode(
        color=alt.condition(alt.datum.part < 0, alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
    )
    ink = theme.colour("ink")
    right = (
        base.transform_filter("datum.part >= 0")
        .mark_text(align="left", dx=5, color=ink)
        .encode(text=alt.Text("words:N"))
    )
    left = (
        base.transform_filter("datum.part < 0")
        .mark_text(align="right", dx=-5, color=ink)
        .encode(text=alt.Text("words:N"))
    )
    return (bars + right + left).properties(width="container", height=34 * max(len(rows), 1))
