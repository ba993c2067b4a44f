"""How well the models foretold what they had not seen, as plain data that the page draws."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from regulars.audience.scores.making.choice import Chosen
from regulars.science.lifetime import tracking, validation
from regulars.science.lifetime.fitter import Fitter

WEEKS_SHOWN = 104
DRAWS = 200
FREQUENCIES_MOST = 25
"""Who came back more often is one group: of groups of a few nobody learns anything."""
FREQUENCIES_SHOWN = 0.95
"""Of the customers, so many are in groups of their own; who came back more often is one group."""
GROUPS_MOST = 15
BOOTSTRAPPED_MOST = 10_000
"""Customers whose draws make the intervals; the figures themselves are of all that are judged."""


def orders(chosen: Chosen, as_of: date) -> dict[str, Any]:
    """``split``, ``days``, ``customers``, and the tables of ``science.lifetime``: ``tracking``, ``by_frequency``,
    ``conditional``, ``returning``, ``errors``; empty where no time could be held out."""
    if chosen.judged is None or chosen.seen is None or chosen.split is None or chosen.sample is None:
        return {}
    seen = chosen.seen
    drawn = _first(seen)
    found = tracking(
        chosen.judged, chosen.sample, "member", "day", chosen.split, as_of - timedelta(days=1), unit_days=1
    )
    most = int(np.clip(np.quantile(seen.x, 0.8), validation.MOST, FREQUENCIES_MOST))
    return {
        "split": chosen.split.isoformat(),
        "days": int(seen.duration),
        "customers": len(seen.x),
        "tracking": rows(found.tail(WEEKS_SHOWN)),
        "by_frequency": _by_frequency(chosen, seen),
        "conditional": rows(validation.by_calibration_frequency(chosen.judged, drawn, most, DRAWS)),
        "returning": rows(validation.returning(chosen.judged, seen)),
        "errors": rows(validation.errors(chosen.judged, drawn, draws=DRAWS)),
    }


def _by_frequency(chosen: Chosen, seen: validation.Held) -> list[dict[str, Any]]:
    """How many came back how often, several frequencies in one group where people come back many times: ``frequency``
    and ``until`` (both included), ``or_more``, ``actual``, ``expected``."""
    reach = max(validation.MOST, int(np.quantile(seen.x, FREQUENCIES_SHOWN)))
    wide = -(-reach // GROUPS_MOST)
    table = validation.by_frequency(chosen.judged, seen.x, seen.age, -(-reach // wide) * wide)
    group = pl.when("or_more").then(reach).otherwise(pl.col("frequency") // wide)
    found = table.group_by(group.alias("group"), "or_more", maintain_order=True).agg(
        pl.col("frequency").min(),
        until=pl.col("frequency").max(),
        actual=pl.col("actual").sum(),
        expected=pl.col("expected").sum(),
    )
    return rows(found.drop("group"))


def parameters(model: Fitter) -> list[dict[str, Any]]:
    """Each parameter with its standard error and its 95 % interval."""
    names = ("name", "value", "standard_error", "low", "high")
    return [{name: number(getattr(one, name)) for name in names} for one in model.estimates_]


def rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """A table as JSON: days as text, what is no number as null, six digits."""
    return [{name: number(value) for name, value in row.items()} for row in table.to_dicts()]


def number(value: Any) -> Any:
    """One value of it."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else value


def _first(seen: validation.Held) -> validation.Held:
    """Few enough for drawing anew many times. Customers come sorted by number, which says nothing of how they buy but
    when they came; so every n-th is taken."""
    nth = -(-len(seen.x) // BOOTSTRAPPED_MOST)
    if nth <= 1:
        return seen
    return validation.Held(seen.x[::nth], seen.t_x[::nth], seen.age[::nth], seen.duration, seen.came[::nth])
