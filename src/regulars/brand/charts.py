"""The chart theme ``regulars``: the same look on screen, in a notebook and in a mailed report.

    from regulars.brand import charts
    charts.enable()                     # or enable(language="zh-Hant", dark=True)

A chart is drawn once for both grounds: its colours are names, such as ``colour("ink")`` and those in ``SERIES`` and
``RAMP``, which stand for one colour on light ground and another on dark. ``coloured`` puts the colours in; on a page
the browser does (``charts.js``). Tiers have fixed colours: ``color=charts.tier_colour("tier")``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import altair as alt

from regulars.brand import tokens

NAME = "regulars"


def colour(name: str) -> str:
    """A colour of ``tokens.LIGHT`` and ``tokens.DARK`` by its name, as charts take it: as the style sheet calls it."""
    return f"--r-{name}"


SERIES = tuple(colour(f"series-{place}") for place in range(len(tokens.CHART_LIGHT)))
"""Categories that have no order, in the order to use them; the last is for what is left over."""

RAMP = tuple(colour(f"ramp-{place}") for place in range(len(tokens.CHART_RAMP)))
"""Little to much: what is much stands out from the ground. What is written on it: ``on_ramp``."""

_ON_MUCH, _ON_SOME = colour("on-much"), colour("on-some")

SOME, MUCH = 0.35, 0.64
"""From where on the ramp something else is written on it: where the next colour is read as well as the one before."""

COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        **{colour(name): value for name, value in tokens.LIGHT.items()},
        **dict(zip(SERIES, tokens.CHART_LIGHT, strict=True)),
        **dict(zip(RAMP, tokens.CHART_RAMP, strict=True)),
        _ON_MUCH: tokens.LIGHT["on-brand"],
        _ON_SOME: tokens.LIGHT["ink"],
    },
    "dark": {
        **{colour(name): value for name, value in tokens.DARK.items()},
        **dict(zip(SERIES, tokens.CHART_DARK, strict=True)),
        **dict(zip(RAMP, reversed(tokens.CHART_RAMP), strict=True)),
        _ON_MUCH: tokens.DARK["paper"],
        _ON_SOME: tokens.DARK["paper"],
    },
}
"""What each name is on each ground."""


def coloured(spec: Any, ground: str = "light") -> Any:
    """A specification with its colours' names replaced by the colours on that ground."""
    if isinstance(spec, dict):
        return {key: coloured(value, ground) for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [coloured(value, ground) for value in spec]
    return COLOURS[ground].get(spec, spec) if isinstance(spec, str) else spec


def names_in(spec: Any) -> set[str]:
    """The names of colours that stand in a specification."""
    if isinstance(spec, dict):
        return set().union(*map(names_in, spec.values()))
    if isinstance(spec, list | tuple):
        return set().union(*map(names_in, spec))
    return {spec} if isinstance(spec, str) and spec in COLOURS["light"] else set()


def config(language: str = "en") -> dict[str, Any]:
    """The theme as Vega-Lite top-level properties, for a language tag, with colours by their names.

    Grid lines only across, no frame, no ticks; titles stand left over their chart as a sentence would.
    """
    font = tokens.font_stack(language)
    label = {"labelFont": font, "labelColor": colour("ink-soft"), "labelFontSize": 12}
    title = {"titleFont": font, "titleColor": colour("ink-soft"), "titleFontSize": 12, "titleFontWeight": 500}
    brand = colour("brand")
    return {
        "background": colour("surface"),
        "padding": 12,
        "config": {
            "font": font,
            "view": {"stroke": None, "continuousWidth": 480, "continuousHeight": 260, "discreteHeight": 260},
            "title": {
                "anchor": "start",
                "font": font,
                "fontSize": 16,
                "fontWeight": 600,
                "color": colour("ink"),
                "offset": 14,
                "subtitleFont": font,
                "subtitleFontSize": 13,
                "subtitleColor": colour("ink-soft"),
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
            "axisX": {"domain": True, "domainColor": colour("control"), "labelOverlap": True},
            "axisQuantitative": {"grid": True, "gridColor": colour("line"), "tickCount": 5},
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
                "category": list(SERIES),
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
            "rect": {"stroke": colour("surface"), "strokeWidth": 1},
            "rule": {"color": colour("ink-faint")},
            "arc": {"stroke": colour("surface"), "strokeWidth": 2},
            "text": {"font": font, "color": colour("ink"), "fontSize": 12},
        },
    }


def enable(language: str = "en", dark: bool = False) -> None:
    """Register the theme and make it the one in force for every chart drawn from here on in this process.

    ``language`` orders the Chinese faces; ``dark`` draws for a dark ground. Call again to change either.
    """

    @alt.theme.register(NAME, enable=True)
    def theme() -> alt.theme.ThemeConfig:
        return cast("alt.theme.ThemeConfig", coloured(config(language), "dark" if dark else "light"))


def data(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    """Rows as a chart takes them: in a tuple, for lists are copied at each step of a chart's making."""
    return alt.Data(values=tuple(dict(row) for row in rows))


def on_ramp(share: str) -> Any:
    """The colour of words on a cell of the ramp, to be read on either ground; ``share`` is a Vega expression that says
    how far up the ramp the cell is, from 0 to 1."""
    much = alt.when(f"{share} > {MUCH}").then(alt.value(_ON_MUCH))
    return much.when(f"{share} > {SOME}").then(alt.value(_ON_SOME)).otherwise(alt.value(colour("ink")))


def counts(most: int) -> alt.Scale:
    """The scale for a few things counted, of which ``most`` stand in the highest bar: its grid is whole numbers."""
    return alt.Scale(domain=[0, max(most, 4)], nice=True)


def tier_colours() -> dict[str, str]:
    """The colour of each standard level, lowest first."""
    return {tier: colour(f"tier-{tier}") for tier in tokens.TIERS}


def tier_colour(field: str, keys: Sequence[str] = tokens.TIERS, names: Mapping[str, str] | None = None) -> alt.Color:
    """The colour channel for a field that holds tier keys, lowest first in ``keys``.

    ``none`` and the four standard keys keep their colours; any other key takes the colour at its rank (the
    last one for ranks beyond). ``names`` gives the words for the legend, by key.
    """
    colours = tier_colours()
    ranked = list(colours.values())
    chosen = [colours.get(key, ranked[min(rank, len(ranked) - 1)]) for rank, key in enumerate(keys)]
    words = {key: (names or {}).get(key, key) for key in keys}
    legend = alt.Legend(title=None, labelExpr=f"({_json(words)})[datum.label] || datum.label")
    return alt.Color(f"{field}:N", sort=list(keys), scale=alt.Scale(domain=list(keys), range=chosen), legend=legend)


def _json(words: Mapping[str, str]) -> str:
    """A Vega expression's object literal; the words are the operator's own and are escaped like JSON."""
    return json.dumps(words, ensure_ascii=True)
