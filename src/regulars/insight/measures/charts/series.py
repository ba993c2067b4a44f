"""What runs along time: a value a period, active members a day, events stacked by channel, the second order by day."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.catalogue import COUNT
from regulars.insight.measures.charts.common import (
    Rows,
    Shape,
    dash,
    dated,
    group_colour,
    linked,
    measured,
    tooltips,
)


def lines(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """A line of the value, one for each group. What is not over yet, and what is known only in part because it began
    before the records did, hangs on a broken line, its point hollow."""
    grouped = any("group" in row for row in rows)
    over = [row for row in rows if row["complete"]]
    colour = {"color": group_colour(rows, shape), **dash(rows, shape)} if grouped else {}
    detail = {"detail": alt.Detail("group:N")} if grouped else {}
    count = len({row["period"] for row in rows})

    def at(some: Rows) -> alt.Chart:
        return alt.Chart(theme.data(some)).encode(
            x=dated("period", shape, count),
            y=alt.Y(f"{shape.value}:Q", title=None, axis=measured(shape), scale=alt.Scale(zero=False, nice=True)),
            tooltip=tooltips(rows, shape),
            **linked(rows),
            **colour,
        )

    layers: list[Any] = [at(over).mark_line(point=alt.OverlayMarkDef(size=45))]
    for loose in (heads(rows), tails(rows)):
        if loose:
            broken = at(loose).mark_line(strokeDash=[3, 4], strokeWidth=2)
            layers.append(broken.encode(strokeDash=alt.value([3, 4]), **detail))
    if len(over) < len(rows):
        unfinished = [row for row in rows if not row["complete"]]
        layers.append(at(unfinished).mark_point(size=60, filled=False, fill=theme.colour("surface")))
    return alt.layer(*layers).properties(width="container", height=260)


def heads(rows: Rows) -> list[Any]:
    """What is known only in part at the beginning, and the first whole period after it, by group."""
    found: list[Any] = []
    for mine in _by_group(rows):
        early = list(takewhile(lambda row: not row["complete"], mine))
        if early and len(early) < len(mine):
            found += mine[: len(early) + 1]
    return found


def tails(rows: Rows) -> list[Any]:
    """The last whole period and what comes after it, by group."""
    found: list[Any] = []
    for mine in _by_group(rows):
        late = list(takewhile(lambda row: not row["complete"], reversed(mine)))
        if late:
            found += mine[-len(late) - 1 :]
    return found


def _by_group(rows: Rows) -> list[list[Any]]:
    groups = dict.fromkeys(row.get("group") for row in rows)
    return [[row for row in rows if row.get("group") == group] for group in groups]


def active(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """Members active on the day, in 7 and in 30 days, a line each; with groups the ratio of day to 30 days by group."""
    count = len({row["day"] for row in rows})
    daily = Shape(**{**_all(shape), "unit": "day"})
    if any("group" in row for row in rows):
        return (
            alt.Chart(theme.data(rows))
            .mark_line()
            .encode(
                x=dated("day", daily, count),
                y=alt.Y("dau_mau:Q", title=shape.titles["dau_mau"], axis=measured(shape, "share")),
                color=group_colour(rows, shape),
                tooltip=tooltips(rows, shape),
                **dash(rows, shape),
                **linked(rows),
            )
            .properties(width="container", height=260)
        )
    windows = ("mau", "wau", "dau")
    values = [
        {
            "day": row["day"],
            "day_said": row["day_said"],
            "window": shape.titles[window],
            "members": row[window],
            "members_said": row[f"{window}_said"],
            "complete": row["complete"],
            **({"href": row[f"{window}_href"]} if row.get(f"{window}_href") else {}),
        }
        for row in rows
        for window in windows
    ]
    names = [shape.titles[window] for window in windows]
    return (
        alt.Chart(theme.data(values))
        .mark_line()
        .encode(
            x=dated("day", daily, count),
            y=alt.Y("members:Q", title=None, axis=measured(shape, COUNT)),
            color=alt.Color(
                "window:N", title=None, sort=names, scale=alt.Scale(domain=names, range=list(theme.SERIES[:3]))
            ),
            tooltip=[
                alt.Tooltip("day_said:N", title=shape.titles["day"]),
                alt.Tooltip("window:N", title=shape.words.get("window", "")),
                alt.Tooltip("members_said:N", title=shape.words.get("members", "")),
            ],
            **linked(values),
        )
        .properties(width="container", height=260)
    )


def stack(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """Bars of each period, stacked by channel (with groups: by group)."""
    grouped = any("group" in row for row in rows)
    by = "group_said" if grouped else "channel_said"
    names = list(dict.fromkeys(row[by] for row in rows))
    colour = (
        group_colour(rows, shape)
        if grouped
        else alt.Color(
            "channel_said:N",
            title=None,
            sort=names,
            legend=alt.Legend(columns=3, labelLimit=140),
            scale=alt.Scale(domain=names, range=[theme.SERIES[i % 6] for i in range(len(names))]),
        )
    )
    return (
        alt.Chart(theme.data(rows))
        .mark_bar(width={"band": 0.7})
        .encode(
            x=dated("period", shape, len({row["period"] for row in rows})),
            y=alt.Y(f"{shape.value}:Q", title=None, stack="zero", axis=measured(shape)),
            color=colour,
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.45)),
            tooltip=tooltips(rows, shape),
            **linked(rows),
        )
        .properties(width="container", height=260)
    )


def curve(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The share that had ordered again by day n."""
    grouped = any("group" in row for row in rows)
    colour = {"color": group_colour(rows, shape), **dash(rows, shape)} if grouped else {}
    return (
        alt.Chart(theme.data(rows))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("n:Q", title=shape.titles["n"], axis=alt.Axis(format="d")),
            y=alt.Y(f"{shape.value}:Q", title=None, axis=measured(shape), scale=alt.Scale(domain=[0, 1])),
            tooltip=tooltips(rows, shape),
            **linked(rows),
            **colour,
        )
        .properties(width="container", height=260)
    )


def _all(shape: Shape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in shape.__dataclass_fields__}
