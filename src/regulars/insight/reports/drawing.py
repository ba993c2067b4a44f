"""Charts as pictures: SVG for pages and paper, PNG for e-mail. Never in the web process: the drawing needs 200 MB."""

from __future__ import annotations

import altair as alt
import vl_convert

from regulars.brand import charts as theme

PNG_SCALE = 2


def svg(chart: alt.Chart, language: str) -> str:
    """The chart as SVG, in the house's look."""
    text: str = vl_convert.vegalite_to_svg(_dressed(chart, language))
    return text


def png(chart: alt.Chart, language: str) -> bytes:
    """The chart as PNG, twice as fine as a screen needs."""
    content: bytes = vl_convert.vegalite_to_png(_dressed(chart, language), scale=PNG_SCALE)
    return content


def _dressed(chart: alt.Chart, language: str) -> dict[str, object]:
    return theme.coloured({**chart.to_dict(), **theme.config(language)})
