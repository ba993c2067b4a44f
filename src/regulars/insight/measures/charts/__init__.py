"""The measures' charts, drawn with Altair: plain rows in, a chart without a theme out (``brand.charts`` dresses it).

A row is a measure's row with numbers as they are placed (money in major units, shares of 1) and, beside each column
``x``, its words ``x_said``: what a person reads comes from these, so that no fraction stands for money. ``href``, where
it is there, leads to the members behind the row; ``complete`` says whether its period is over. ``group`` and
``group_said`` name the group of a cut. A notebook may call them, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import altair as alt

from regulars.insight.measures.charts import bars, flows, heat, series
from regulars.insight.measures.charts.common import Rows, Shape

DRAWN: Mapping[str, Callable[[Rows, Shape], alt.TopLevelMixin]] = {
    "heat": heat.heat,
    "brackets": bars.brackets,
    "bars": bars.single,
    "range": bars.waits,
    "curve": series.curve,
    "lines": series.lines,
    "active": series.active,
    "stack": series.stack,
    "bands": bars.bands,
    "layers": bars.layers,
    "steps": bars.steps,
    "paths": bars.paths,
    "states": flows.states,
    "flows": flows.flows,
    "pairs": flows.pairs,
}


def draw(kind: str, rows: Rows, shape: Shape) -> alt.TopLevelMixin:
    """The chart of that kind. Raises KeyError for a kind there is not."""
    return DRAWN[kind](rows, shape)
