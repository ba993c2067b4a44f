"""The chart theme ``regulars``: the same look on screen, in a notebook and in a mailed report.

    from regulars.brand import charts
    charts.enable()                     # or enable(language="zh-Hant", dark=True)

Colours come from ``tokens``. Tiers have fixed colours: ``color=charts.tier_colour("tier")``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import altair as alt

from regulars.brand import tokens

NAME = "regulars"


def config(language: str = "en", dark: bool = False) -> dict[str, Any]:
    """The theme as Vega-Lite top-level properties, for a language tag and a light or dark ground.

    Grid lines only across, no frame, no ticks; titles stand left over their chart as a sentence would.
    """
    scheme = tokens.DARK if dark else tokens.LIGHT
    font = tokens.font_stack(language)
    label = {"labelFont": font, "labelColor": scheme["ink-soft"], "labelFontSize": 12}
    title = {"titleFont": font, "titleColor": scheme["ink-soft"], "titleFontSize": 12, "titleFontWeight": 500}
    brand = scheme["brand"]
    return {
        "background": scheme["surface"],
        "padding": 12,
        "config": {
            "font": font,
            "view": {"stroke": None, "continuousWidth": 480, "continuousHeight": 260, "discreteHeight": 260},
            "title": {
                "anchor": "start",
                "font": font,
                "fontSize": 16,
                "fontWeight": 600,
                "color": scheme["ink"],
                "offset": 14,
                "subtitleFont": font,
                "subtitleFontSize": 13,
                "subtitleColor": scheme["ink-soft"],
                "subtitlePadding": 4,
            },
            "axis": {
                **label,
                **title,
                "ticks": False,
                "domain": False,
                "grid": False,
                "labelPadding": 8,
                "titlePadding": 10,
            },
            "axisX": {"domain": True, "domainColor": scheme["control"], "labelOverlap": True},
            "axisQuantitative": {"grid": True, "gridColor": scheme["line"], "tickCount": 5},
            "axisY": {
                "titleAngle": 0,
                "titleAlign": "left",
                "titleAnchor": "end",
                "titleY": -12,
                "titleX": 0,
                "titleBaseline": "bottom",
            },
            "legend": {
                **label,
                **title,
                "orient": "bottom",
                "direction": "horizontal",
                "titleAnchor": "start",
                "symbolType": "square",
                "symbolSize": 110,
                "offset": 8,
            },
            "header": {**label, **title},
            "range": {
                "category": list(tokens.CHART_DARK if dark else tokens.CHART_LIGHT),
                "ordinal": list(tokens.CHART_RAMP),
                "ramp": list(tokens.CHART_RAMP),
                "heatmap": list(tokens.CHART_RAMP),
                "diverging": list(tokens.CHART_DIVERGING),
            },
            "mark": {"color": brand},
            "bar": {"color": brand, "cornerRadiusEnd": 3},
            "line": {"color": brand, "strokeWidth": 2.5, "strokeCap": "round", "strokeJoin": "round"},
            "area": {"color": brand, "fillOpacity": 0.16, "line": {"color": brand, "strokeWidth": 2}},
            "point": {"color": brand, "filled": True, "size": 50},
            "rect": {"stroke": scheme["surface"], "strokeWidth": 1},
            "rule": {"color": scheme["ink-faint"]},
            "arc": {"stroke": scheme["surface"], "strokeWidth": 2},
            "text": {"font": font, "color": scheme["ink"], "fontSize": 12},
        },
    }


def enable(language: str = "en", dark: bool = False) -> None:
    """Register the theme and make it the one in force for every chart drawn from here on in this process.

    ``language`` orders the Chinese faces; ``dark`` draws for a dark ground. Call again to change either.
    """

    @alt.theme.register(NAME, enable=True)
    def theme() -> alt.theme.ThemeConfig:
        return cast("alt.theme.ThemeConfig", config(language, dark))


def counts(most: int) -> alt.Scale:
    """The scale for a few things counted, of which ``most`` stand in the highest bar: its grid is whole numbers."""
    return alt.Scale(domain=[0, max(most, 4)], nice=True)


def tier_colour(
    field: str, keys: Sequence[str] = tokens.TIERS, names: Mapping[str, str] | None = None, dark: bool = False
) -> alt.Color:
    """The colour channel for a field that holds tier keys, lowest first in ``keys``.

    ``none`` and the four standard keys keep their colours; any other key takes the colour at its rank (the
    last one for ranks beyond). ``names`` gives the words for the legend, by key.
    """
    colours = tokens.tier_colours(dark)
    ranked = list(colours.values())
    chosen = [colours.get(key, ranked[min(rank, len(ranked) - 1)]) for rank, key in enumerate(keys)]
    words = {key: (names or {}).get(key, key) for key in keys}
    legend = alt.Legend(title=None, labelExpr=f"({_json(words)})[datum.label] || datum.label")
    return alt.Color(f"{field}:N", sort=list(keys), scale=alt.Scale(domain=list(keys), range=chosen), legend=legend)


def _json(words: Mapping[str, str]) -> str:
    """A Vega expression's object literal; the words are the operator's own and are escaped like JSON."""
    return json.dumps(words, ensure_ascii=True)
