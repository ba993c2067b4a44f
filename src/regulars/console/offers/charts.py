"""The chart of an offer's use."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
from django.utils.translation import gettext as _

from regulars.brand import charts
from regulars.brand import charts as theme
from regulars.insight.offer_use import DayUse
from regulars.screens.figures import locale


def uses_by_day(rows: Sequence[DayUse]) -> alt.Chart:
    """Orders with the offer, day by day."""
    values = [{"day": row.day.isoformat(), "orders": row.orders} for row in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar(color=theme.SERIES[0])
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(
                    format="%-d %b" if locale().language == "en" else "%-m/%-d", labelAngle=0, labelOverlap="parity"
                ),
            ),
            y=alt.Y(
                "orders:Q",
                title=None,
                axis=alt.Axis(tickMinStep=1, format=",d"),
                scale=charts.counts(max((row.orders for row in rows), default=0)),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("orders:Q", title=_("Orders"), format=","),
            ],
        )
        .properties(width="container", height=180)
    )
