"""Conditions of where a member stands, of her profile and of her scores: read off her row."""

from __future__ import annotations

from decimal import Decimal

import ibis
from ibis.expr import types as ir

from regulars.rules.condition import Test
from regulars.rules.segments.leaves import NO_TIER, SHARES
from regulars.rules.segments.model import Points, Score, Standing, When
from regulars.science.segments import asked
from regulars.science.segments.rows import Asking, holds, said

COLUMNS = {
    "alive": "alive",
    "orders": "orders_90",
    "value": "value_365_minor",
    "leaving_30": "leaving_30",
    "leaving_60": "leaving_60",
    "leaving_90": "leaving_90",
}
"""Scores by the names that the language has for them: columns of the table ``scores``."""


def of_standing(asking: Asking, leaf: Points | Standing | When, row: ir.Table) -> ir.BooleanValue:
    """Whether a condition holds for a row of ``standing``."""
    if isinstance(leaf, Points):
        return holds(leaf.bounds, row.points.fill_null(0))
    if isinstance(leaf, When):
        return asking.within(leaf.window, row.joined)
    test = leaf.test
    if test.name == "tier":
        return asked.text(_with_no_tier(test), row.tier.nullif("").fill_null(NO_TIER))
    if test.name == "source":
        return asked.text(test, row.source)
    return asked.json(test, row.traits, test.name.split(".")[1:])


def of_score(leaf: Score, scores: ir.Table) -> ir.BooleanValue:
    """Whether a score lies in its bounds; false where there is none. Probabilities are floats: they are estimates."""
    value = scores[COLUMNS[leaf.what]]
    kind = "float64" if leaf.what in SHARES or value.type().is_floating() else "int64"
    parts = [
        asked.COMPARE[op](value, ibis.literal(float(bound) if kind == "float64" else bound))
        for op, bound in said(leaf.bounds).items()
        if isinstance(bound, (int, Decimal))
    ]
    return asked.every(parts).fill_null(False)


def _with_no_tier(test: Test) -> Test:
    """To have a tier is to have another than none."""
    if test.op != "exists":
        return test
    return Test(test.name, "none_of" if test.value else "any_of", (NO_TIER,))
