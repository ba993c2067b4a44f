"""What stands side by side: rates of groups, ranges of periods, tenths of a scale, layers of loyalty, steps, paths."""

from __future__ import annotations

from typing import Any

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.catalogue import COUNT
from regulars.insight.measures.charts.common import Rows, Shape, group_colour, linked, measured, tooltips


def single(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """A bar of the value for each group; one bar where nothing is cut. Quantiles stand under each other."""
    grouped = any("group" in row for row in rows)
    quantiles = "share" in (rows[0] if rows else {}) and shape.value == "days"
    label = "share_said" if quantiles else "group_said"
    shown = [row if grouped or quantiles else {**row, "group_said": shape.words.get("all", "")} for row in rows]
    names = list(dict.fromkeys(row[label] for row in shown))
    domain: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1])} if shape.kind == "share" else {}
    base = alt.Chart(theme.data(shown)).encode(
        y=alt.Y(f"{label}:N", sort=names, title=None, axis=alt.Axis(labelLimit=130)),
        x=alt.X(f"{shape.value}:Q", title=None, axis=measured(shape), **domain),
        tooltip=tooltips(shown, shape),
        **linked(shown),
    )
    extra: dict[str, Any] = {}
    if grouped:
        extra = {"color": group_colour(shown, shape, legend=quantiles)}
        if quantiles:
            extra["yOffset"] = alt.YOffset("group_said:N")
    bars = base.mark_bar(color=theme.SERIES[0]).encode(**extra)
    height = (18 if quantiles and grouped else 34) * max(len(shown), 1) + 20
    if quantiles and grouped:
        return bars.properties(width="container", height=height)
    return (bars + _ends(base, shape)).properties(width="container", height=height)


def waits(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The middle half of the days between orders as a bar, the median as a stroke, the mean as a dot."""
    grouped = any("group" in row for row in rows)
    shown = [row if grouped else {**row, "group_said": shape.words.get("all", "")} for row in rows]
    names = [row["group_said"] for row in shown]
    base = alt.Chart(theme.data(shown)).encode(
        y=alt.Y("group_said:N", sort=names, title=None, axis=alt.Axis(labelLimit=130)), tooltip=tooltips(shown, shape)
    )
    box = base.mark_bar(color=theme.SERIES[0], opacity=0.35, height=16).encode(
        x=alt.X("p25_days:Q", title=shape.titles["days"], axis=alt.Axis(format="d"), scale=alt.Scale(zero=True)),
        x2=alt.X2("p75_days:Q"),
    )
    middle = base.mark_tick(color=theme.SERIES[0], thickness=3, height=22).encode(x=alt.X("median_days:Q"))
    mean = base.mark_point(color=theme.SERIES[1], filled=True, size=70).encode(x=alt.X("mean_days:Q"))
    return (box + middle + mean).properties(width="container", height=36 * max(len(shown), 1) + 20)


def brackets(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """Ranges of periods side by side, a line of cohorts each."""
    label = "bracket_said"
    names = list(dict.fromkeys(row[label] for row in rows))
    order = list(dict.fromkeys(row["cohort_said"] for row in rows))
    chart = alt.Chart(theme.data(rows))
    facet = {"row": alt.Row("group_said:N", title=None)} if any("group" in row for row in rows) else {}
    return (
        chart.mark_bar()
        .encode(
            x=alt.X("cohort_said:N", sort=order, title=None, axis=alt.Axis(labelAngle=-45, labelOverlap="parity")),
            xOffset=alt.XOffset(f"{label}:N", sort=names),
            y=alt.Y(f"{shape.value}:Q", title=None, axis=measured(shape), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color(
                f"{label}:N", title=shape.titles["n"], sort=names, legend=alt.Legend(columns=4),
                scale=alt.Scale(domain=names, range=[theme.SERIES[i % 6] for i in range(len(names))]),
            ),
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.35)),
            tooltip=tooltips(rows, shape),
            **linked(rows), **facet,
        )
        .properties(width="container", height=120 if facet else 240)
    )  # fmt: skip


def bands(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """How many members stand in each tenth of a scale from 0 to 100; with groups each group's share of its own."""
    if any("group" in row for row in rows):
        totals: dict[Any, int] = {}
        for row in rows:
            totals[row["group"]] = totals.get(row["group"], 0) + row["members"]
        shown = [{**row, "part": row["members"] / totals[row["group"]]} for row in rows]
        return (
            alt.Chart(theme.data(shown))
            .mark_line(point=True, interpolate="monotone")
            .encode(
                x=alt.X("band:O", title=shape.titles["band"], axis=alt.Axis(labelAngle=0)),
                y=alt.Y("part:Q", title=None, axis=alt.Axis(format=".0%")),
                color=group_colour(shown, shape),
                tooltip=tooltips(shown, shape),
                **linked(shown),
            )
            .properties(width="container", height=240)
        )
    return (
        alt.Chart(theme.data(rows))
        .mark_bar(color=theme.SERIES[0], width={"band": 0.85})
        .encode(
            x=alt.X(
                "band:O", title=shape.titles["band"], axis=alt.Axis(labelAngle=0),
                scale=alt.Scale(domain=list(range(0, 100, 10))),
            ),
            y=alt.Y("members:Q", title=None, axis=measured(shape, COUNT)),
            tooltip=tooltips(rows, shape),
            **linked(rows),
        )
        .properties(width="container", height=220)
    )  # fmt: skip


def layers(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """What a group thinks, does and feels, and the index of them, each from 0 to 100."""
    names = ("think", "do", "feel", "index")
    values = [
        {
            "group_said": row.get("group_said", shape.words.get("all", "")), "group": row.get("group", "all"),
            "layer": shape.titles[name], "score": row[name], "score_said": row[f"{name}_said"],
        }
        for row in rows
        for name in names
        if row[name] is not None
    ]  # fmt: skip
    order = [shape.titles[name] for name in names]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            y=alt.Y("layer:N", sort=order, title=None, axis=alt.Axis(labelLimit=130)),
            yOffset=alt.YOffset("group_said:N"),
            x=alt.X("score:Q", title=None, scale=alt.Scale(domain=[0, 100])),
            color=group_colour(values, shape, legend=len(rows) > 1),
            tooltip=[
                alt.Tooltip("layer:N", title=shape.words.get("layer", "")),
                alt.Tooltip("group_said:N", title=shape.words.get("group", "")),
                alt.Tooltip("score_said:N", title=shape.words.get("score", "")),
            ],
        )
        .properties(width="container", height=max(180, 14 * len(values)))
    )


def steps(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """A funnel: a bar a step, with its count and its share of the first; with groups the shares beside each other."""
    if any("group" in row for row in rows):
        return (
            alt.Chart(theme.data(rows))
            .mark_bar()
            .encode(
                y=alt.Y("stage_said:N", sort=_turns(rows, "stage_said"), title=None, axis=alt.Axis(labelLimit=160)),
                yOffset=alt.YOffset("group_said:N"),
                x=alt.X("of_first:Q", title=None, axis=alt.Axis(format=".0%")),
                color=group_colour(rows, shape),
                tooltip=tooltips(rows, shape),
                **linked(rows),
            )
            .properties(width="container", height=max(160, 16 * len(rows)))
        )
    return (
        alt.Chart(theme.data(rows))
        .mark_bar(color=theme.SERIES[0], height=16, yOffset=7)
        .encode(
            y=alt.Y("line_said:N", sort=_turns(rows, "line_said"), title=None, axis=_above()),
            x=alt.X("members:Q", title=None, axis=None),
            tooltip=tooltips(rows, shape),
            **linked(rows),
        )
        .properties(width="container", height=44 * max(len(rows), 1))
    )


def paths(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The commonest ways in, the most taken first; with groups side by side."""
    grouped = any("group" in row for row in rows)
    extra: dict[str, Any] = {}
    if grouped:
        extra = {"color": group_colour(rows, shape), "yOffset": alt.YOffset("group_said:N")}
        axis = alt.Axis(labelLimit=180)
    else:
        axis = _above()
    bar: dict[str, Any] = {} if grouped else {"height": 12, "yOffset": 5}
    return (
        alt.Chart(theme.data(rows))
        .mark_bar(color=theme.SERIES[0], **bar)
        .encode(
            y=alt.Y("path_said:N", sort=_turns(rows, "path_said"), title=None, axis=axis),
            x=alt.X("share:Q", title=None, axis=alt.Axis(format=".0%")),
            tooltip=tooltips(rows, shape),
            **linked(rows),
            **extra,
        )
        .properties(width="container", height=max(80, (10 if grouped else 40) * len(rows)))
    )


def _turns(rows: Rows, key: str) -> list[str]:
    """Labels in the order of the rows."""
    return list(dict.fromkeys(row[key] for row in rows))


def _above() -> alt.Axis:
    """For labels too long to stand beside their bars: each stands above its own."""
    return alt.Axis(
        labelAlign="left", labelPadding=-1, labelOffset=-13, labelLimit=340, minExtent=0, maxExtent=0,
        ticks=False, domain=False, offset=0,
    )  # fmt: skip


def _ends(base: alt.Chart, shape: Shape) -> alt.Chart:
    return base.mark_text(align="left", dx=6, color=theme.colour("ink")).encode(text=alt.Text(f"{shape.value}_said:N"))
