"""The hours of a week in which a member orders."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
from babel.dates import get_day_names
from django.utils.translation import gettext as _

from regulars.brand import charts as theme
from regulars.screens.figures import locale

HOURS_TOGETHER = 2


def week(hours: Mapping[tuple[int, int], int]) -> alt.Chart:
    """Orders by weekday and hour, two hours together."""
    names = get_day_names("abbreviated", locale=locale())
    cells: dict[tuple[int, int], int] = {}
    for (weekday, hour), count in hours.items():
        place = (weekday, hour // HOURS_TOGETHER * HOURS_TOGETHER)
        cells[place] = cells.get(place, 0) + count
    values = [
        {
            "day": names[weekday],
            "hour": f"{hour:02}",
            "until": f"{hour:02}:00–{hour + HOURS_TOGETHER:02}:00",
            "orders": cells.get((weekday, hour), 0),
        }
        for weekday in range(7)
        for hour in range(0, 24, HOURS_TOGETHER)
    ]
    return (
        alt.Chart(theme.data(values))
        .mark_rect(cornerRadius=3)
        .encode(
            x=alt.X("hour:O", title=_("Hour"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("day:O", sort=[names[weekday] for weekday in range(7)], title=None),
            color=alt.Color("orders:Q", scale=alt.Scale(range=[theme.colour("sunken"), theme.SERIES[0]]), legend=None),
            tooltip=[
                alt.Tooltip("day:O", title=_("Weekday")),
                alt.Tooltip("until:O", title=_("Hour")),
                alt.Tooltip("orders:Q", title=_("Orders")),
            ],
        )
        .properties(width="container", height=200)
    )
