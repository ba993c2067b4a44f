"""Where members stand and go: states by month, flows from one to another, categories bought together."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from regulars.brand import charts as theme
from regulars.insight.measures.charts.common import Rows, Shape, dated, linked, tooltips

STATES = ("loyal", "growing", "new", "back", "at_risk", "lost")
_PAIRS_SHOWN = 12


def state_colours(shape: Shape) -> Mapping[str, str]:
    """Each state's colour: the brand's for who buys, the accent's for who may leave, grey for who left."""
    p = theme.SERIES
    return {"loyal": p[0], "growing": p[4], "new": p[2], "back": p[3], "at_risk": p[1], "lost": p[5]}


def states(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """Members by state at the end of each month, stacked; with groups a strip each, as shares."""
    said = {row["state"]: row["state_said"] for row in rows}
    present = [state for state in STATES if state in said]
    colours = state_colours(shape)
    ranked = [{**row, "rank": STATES.index(row["state"])} for row in rows]
    grouped = any("group" in row for row in rows)
    chart = (
        alt.Chart(theme.data(ranked))
        .mark_bar(width={"band": 0.8})
        .encode(
            x=dated("month", shape, 12),
            y=alt.Y(
                "members:Q",
                title=None,
                stack="normalize" if grouped else "zero",
                axis=alt.Axis(format="%" if grouped else ",d"),
            ),
            order=alt.Order("rank:Q"),
            color=alt.Color(
                "state_said:N",
                title=None,
                sort=[said[state] for state in present],
                legend=alt.Legend(columns=3),
                scale=alt.Scale(domain=[said[state] for state in present], range=[colours[state] for state in present]),
            ),
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.45)),
            tooltip=tooltips(ranked, shape),
            **linked(ranked),
        )
    )
    if not grouped:
        return chart.properties(width="container", height=280)
    return chart.encode(
        row=alt.Row(
            "group_said:N",
            title=None,
            sort=list(dict.fromkeys(row["group_said"] for row in rows)),
            header=alt.Header(labelAngle=0, labelAlign="left"),
        )
    ).properties(width="container", height=90)


def flows(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The newest whole month's flows as a table of colours: from (rows) to (columns). Staying is left pale."""
    months = [row["month"] for row in rows if row["complete"]] or [row["month"] for row in rows]
    newest = max(months, default="")
    mine = [row for row in rows if row["month"] == newest]
    moved: dict[tuple[str, str], dict[str, object]] = {}
    for row in mine:
        key = (row["before_said"], row["after_said"])
        found = moved.setdefault(key, {**row, "members": 0, "stays": row["before"] == row["after"]})
        found["members"] = int(str(found["members"])) + row["members"]
    values = list(moved.values())
    top = max((int(str(row["members"])) for row in values if not row["stays"]), default=1)

    def ordered(side: str) -> list[str]:
        """From the best state or highest level down."""
        ranks = {str(row[f"{side}_said"]): int(str(row[f"{side}_rank"])) for row in values}
        return sorted(ranks, key=lambda name: ranks[name])

    base = alt.Chart(theme.data(values)).encode(
        x=alt.X(
            "after_said:N",
            sort=ordered("after"),
            title=shape.titles["after"],
            axis=alt.Axis(labelAngle=0, orient="top", labelLimit=80),
        ),
        y=alt.Y("before_said:N", sort=ordered("before"), title=shape.titles["before"], axis=alt.Axis(labelLimit=110)),
        tooltip=tooltips(values, shape),
        **linked(values),
    )
    cells = base.mark_rect(cornerRadius=2).encode(
        color=alt.condition(
            "datum.stays",
            alt.value(theme.colour("line")),
            alt.Color("members:Q", legend=None, scale=alt.Scale(domain=[0, top], range=list(theme.RAMP))),
        )
    )
    words = base.mark_text(fontSize=12).encode(
        text=alt.Text("members:Q", format=","),
        color=theme.on_ramp(f"!datum.stays * datum.members / {top}"),
    )
    count = len({row["before_said"] for row in values})
    return (cells + words).properties(width="container", height=34 * max(count, 1) + 10)


def pairs(rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The pairs bought together most above chance: lift as length, each pair once, in its stronger direction."""
    best: dict[frozenset[str], dict[str, object]] = {}
    for row in rows:
        key = frozenset((row["first"], row["second"]))
        if key not in best or row["confidence"] > float(str(best[key]["confidence"])):
            best[key] = {**row, "pair": f"{row['first']} → {row['second']}"}
    values = sorted(best.values(), key=lambda row: -float(str(row["lift"])))[:_PAIRS_SHOWN]
    order = [str(row["pair"]) for row in values]
    base = alt.Chart(theme.data(values)).encode(
        y=alt.Y("pair:N", sort=order, title=None, axis=alt.Axis(labelLimit=220)),
        x=alt.X("lift:Q", title=shape.titles["lift"], axis=alt.Axis(format=",~g")),
        tooltip=tooltips(values, shape),
    )
    by_chance = alt.Chart(theme.data([{"lift": 1}])).mark_rule(strokeDash=[4, 3]).encode(x=alt.X("lift:Q"))
    return (base.mark_bar(color=theme.SERIES[0]) + by_chance).properties(
        width="container", height=26 * max(len(values), 1)
    )
