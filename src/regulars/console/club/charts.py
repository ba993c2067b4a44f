"""The charts of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from regulars.brand import charts as theme
from regulars.screens.figures import locale

SHOWN_MAX = 6


def done_by_day(rows: Sequence[tuple[str, dict[date, int]]]) -> alt.Chart:
    """How often each task was done on each day, stacked; ``rows``: name and days, those beyond ``SHOWN_MAX`` as one."""
    ranked = sorted(rows, key=lambda row: -sum(row[1].values()))
    names = [name for name, _days in ranked[:SHOWN_MAX]] + ([_("Others")] if len(ranked) > SHOWN_MAX else [])
    values = [
        {"day": day.isoformat(), "task": names[min(rank, SHOWN_MAX)], "rank": rank, "times": times}
        for rank, (_name, days) in enumerate(ranked)
        for day, times in days.items()
    ]
    sums = [sum(row[1].get(day, 0) for row in rows) for day in {day for row in rows for day in row[1]}]
    # Few are counted one by one: no line between two of them.
    few = list(range(max(sums, default=0) + 1)) if max(sums, default=0) < 6 else None
    ticks: dict[str, Any] = {"values": few} if few is not None else {}
    day_format = "%-d %b" if locale().language == "en" else "%-m/%-d"
    chart = alt.Chart(theme.data(values)).mark_bar()
    return chart.encode(
        x=alt.X(
            "yearmonthdate(day):O",
            title=None,
            axis=alt.Axis(format=day_format, labelAngle=0, labelOverlap="parity"),
        ),
        y=alt.Y("sum(times):Q", title=None, stack="zero", axis=alt.Axis(tickMinStep=1, format=",d", **ticks)),
        order=alt.Order("rank:Q"),
        color=alt.Color(
            "task:N",
            title=None,
            sort=names,
            scale=alt.Scale(
                domain=names, range=[theme.SERIES[place % len(theme.SERIES)] for place in range(len(names))]
            ),
            legend=alt.Legend() if len(names) > 1 else None,
        ),
        tooltip=[
            alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
            alt.Tooltip("task:N", title=_("Task")),
            alt.Tooltip("sum(times):Q", title=_("Times done"), format=","),
        ],
    ).properties(width="container", height=260)
