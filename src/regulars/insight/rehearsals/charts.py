"""Charts of a rehearsal, drawn with Altair: plain rows in, a chart without a theme out (``brand.charts`` dresses it).

They take nothing but the numbers of an answer, so that a notebook may draw them, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
from django.utils.translation import gettext as _

from regulars.brand import charts as theme

DRAFT, BASE = "draft", "base"


def _pair(names: Mapping[str, str]) -> alt.Color:
    """The colours of the two sides: what runs is quiet, the draft is not."""
    domain = [names[BASE], names[DRAFT]]
    return alt.Color(
        "side:N", title=None, sort=domain, scale=alt.Scale(domain=domain, range=[theme.SERIES[5], theme.SERIES[0]])
    )


def members_by_tier(rows: Sequence[tuple[str, int, int]], names: Mapping[str, str]) -> alt.Chart:
    """Members on each level at the end, beside each other: (level, base, draft), lowest first."""
    values = [
        {"tier": tier, "side": names[side], "members": count}
        for tier, base, draft in rows
        for side, count in ((BASE, base), (DRAFT, draft))
    ]
    levels = [tier for tier, _base, _draft in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            y=alt.Y("tier:N", sort=levels, title=None, axis=alt.Axis(labelLimit=140)),
            yOffset=alt.YOffset("side:N", sort=[names[BASE], names[DRAFT]]),
            x=alt.X("members:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1)),
            color=_pair(names),
            tooltip=[
                alt.Tooltip("tier:N", title=_("Tier")),
                alt.Tooltip("side:N", title=_("Programme")),
                alt.Tooltip("members:Q", title=_("Members"), format=","),
            ],
        )
        .properties(width="container", height=46 * max(len(rows), 1))
    )


def gain_by_decile(rows: Sequence[tuple[int, float]]) -> alt.Chart:
    """What a member of each tenth by spending gains or loses on average, in money; the tenth that spends most last."""
    values = [{"tenth": tenth, "gain": gain} for tenth, gain in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            x=alt.X("tenth:O", title=_("Tenths of shoppers, those who spend most at the right"), axis=_upright()),
            y=alt.Y("gain:Q", title=_("Gain of a member"), axis=alt.Axis(format=",.2f")),
            color=alt.condition(alt.datum.gain < 0, alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0])),
            tooltip=[
                alt.Tooltip("tenth:O", title=_("Tenth")),
                alt.Tooltip("gain:Q", title=_("Gain of a member"), format=",.2f"),
            ],
        )
        .properties(width="container", height=200)
    )


def tiers_by_month(rows: Sequence[tuple[str, str, int]], keys: Sequence[str], names: Mapping[str, str]) -> alt.Chart:
    """Which part of the members stood on which level at each month's end: (month, level's key, members)."""
    ranks = {key: rank for rank, key in enumerate(keys)}
    values = [{"month": month, "key": key, "members": count, "rank": ranks[key]} for month, key, count in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None, axis=_upright()),
            y=alt.Y("members:Q", title=None, stack="normalize", axis=alt.Axis(format="%")),
            order=alt.Order("rank:Q"),
            color=theme.tier_colour("key", keys, names),
            tooltip=[
                alt.Tooltip("month:O", title=_("Month")),
                alt.Tooltip("key:N", title=_("Tier")),
                alt.Tooltip("members:Q", title=_("Members"), format=","),
            ],
        )
        .properties(width="container", height=220)
    )


def money_by_month(rows: Sequence[tuple[str, str, float]], names: Mapping[str, str]) -> alt.Chart:
    """An amount at or in each month under both programmes: (month, side, money)."""
    values = [{"month": month, "side": names[side], "money": amount} for month, side, amount in rows]
    return (
        alt.Chart(theme.data(values))
        .mark_line(point=True)
        .encode(
            x=alt.X("month:O", title=None, axis=_upright()),
            y=alt.Y("money:Q", title=None, axis=alt.Axis(format=",.0f")),
            color=_pair(names),
            tooltip=[
                alt.Tooltip("month:O", title=_("Month")),
                alt.Tooltip("side:N", title=_("Programme")),
                alt.Tooltip("money:Q", title=_("Money"), format=",.2f"),
            ],
        )
        .properties(width="container", height=200)
    )


def _upright() -> alt.Axis:
    return alt.Axis(labelAngle=0, labelOverlap="parity")
