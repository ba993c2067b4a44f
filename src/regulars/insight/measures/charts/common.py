"""What the measures' charts share: axes, colours of groups, words in tooltips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.catalogue import COUNT, MEAN_MINOR, MINOR, REST, SHARE

Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a chart is to look: the column drawn, what it holds and is called.

    ``titles`` are the columns' names by key, in the order of tooltips; ``unit`` the length of a period (day, week,
    month); ``chinese`` writes days as Chinese readers do; ``money`` is what stands before an amount on an axis;
    ``words`` are the few words that only charts need. ``tiers``: groups are levels, which have colours of their own.
    """

    value: str
    kind: str
    titles: Mapping[str, str]
    unit: str = "month"
    chinese: bool = False
    money: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    tiers: bool = False


def tooltips(rows: Rows, shape: Shape, *keys: str) -> list[alt.Tooltip]:
    """Words of these columns, or of all that the rows have."""
    there = rows[0] if rows else {}
    wanted = keys or tuple(shape.titles)
    return [alt.Tooltip(f"{key}_said:N", title=shape.titles[key]) for key in wanted if f"{key}_said" in there]


def linked(rows: Rows) -> dict[str, Any]:
    """The channel that leads to the members behind a mark, where there are any."""
    return {"href": alt.Href("href:N")} if any(row.get("href") for row in rows) else {}


def measured(shape: Shape, kind: str | None = None, **more: Any) -> alt.Axis:
    """The axis of a value of that kind."""
    kind = kind or shape.kind
    if kind == SHARE:
        return alt.Axis(format=".0%", **more)
    if kind in (MINOR, MEAN_MINOR):
        sign = shape.money.replace("\\", "").replace("'", "")
        return alt.Axis(labelExpr=f"(datum.value < 0 ? '−' : '') + '{sign}' + format(abs(datum.value), ',~s')", **more)
    if kind == COUNT:
        return alt.Axis(format=",d", tickMinStep=1, **more)
    return alt.Axis(format=",~g", **more)


def dated(field_name: str, shape: Shape, count: int) -> alt.X:
    """Periods along the foot, each at its first day."""
    if shape.unit == "month":
        named = "%y/%-m" if shape.chinese else "%b %y"
    else:
        named = "%-m/%-d" if shape.chinese else "%-d %b"
    time = "yearmonth" if shape.unit == "month" else "yearmonthdate"
    return alt.X(
        f"{time}({field_name}):O",
        title=None,
        axis=alt.Axis(format=named, labelAngle=0 if count <= 7 else -45, labelOverlap="parity"),
    )


def group_colour(rows: Rows, shape: Shape, legend: bool = True) -> alt.Color:
    """A colour for each group of a cut, the greatest first; what is left over is quiet."""
    named = {row["group_said"]: row["group"] for row in rows if "group" in row}
    domain = list(named)
    if shape.tiers:
        fixed = theme.tier_colours()
        known = list(fixed.values())
        held = [fixed.get(named[one] or "none", known[min(place, len(known) - 1)]) for place, one in enumerate(domain)]
        return _coloured(domain, held, legend)
    bright, quiet = list(theme.SERIES[:5]), theme.SERIES[5]
    rest = [label for label in domain if named[label] in (REST, None)]
    ranged = []
    place = 0
    for label in domain:
        if label in rest:
            ranged.append(quiet if label == rest[0] else theme.colour("ink-faint"))
            continue
        ranged.append(bright[place % len(bright)])
        place += 1
    return _coloured(domain, ranged, legend)


def _coloured(domain: Sequence[str], colours: Sequence[str], legend: bool) -> alt.Color:
    return alt.Color(
        "group_said:N",
        title=None,
        sort=list(domain),
        scale=alt.Scale(domain=list(domain), range=list(colours)),
        legend=alt.Legend(columns=3, labelLimit=140) if legend else None,
    )


def dash(rows: Rows, shape: Shape) -> dict[str, Any]:
    """From the sixth group on colours come again: their lines are broken."""
    domain = list({row["group_said"]: None for row in rows if "group" in row})
    if len(domain) <= 5 or shape.tiers:
        return {}
    pattern = [[1, 0] if place < 5 else [6, 3] for place in range(len(domain))]
    return {"strokeDash": alt.StrokeDash("group_said:N", legend=None, scale=alt.Scale(domain=domain, range=pattern))}
