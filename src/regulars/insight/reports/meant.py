"""Whom an action means in the language of segments, where that can say it: the report counts by the same definition
that its link opens, so both find the same members. The other actions ask for what no condition says: gaps between
orders, points that were spent, returns, debts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from regulars.rules.programme import Programme
from regulars.rules.segments import read_who
from regulars.science.lake.opened import Lake
from regulars.science.measures.satisfaction import ANSWERED, SCALES
from regulars.science.segments import members

SECOND_FROM_DAYS, SECOND_TO_DAYS = 14, 60
YEAR_DAYS = 365
NEAR_PERCENT = 10
POOR = {"nps": 6, "csat": 2, "ces": 3}
"""The best of the poor marks."""

Definition = dict[str, Any]


def second(_first: date, _last: date, _programme: Programme) -> Definition:
    """One order only, two weeks to sixty days ago."""
    days = {"before_days": SECOND_FROM_DAYS, "within_days": SECOND_TO_DAYS + 1}
    return {"all": [{"orders": {"at_least": 1, "at_most": 1}}, {"first_order": days}]}


def next_tier(_first: date, _last: date, programme: Programme) -> Definition | None:
    """Spending of 365 days that lacks at most a tenth of the next tier; None where tiers are not about spending."""
    if programme.tiers is None or programme.tiers.measure != "spending":
        return None
    parts: list[Definition] = []
    below = 0
    for level in sorted({level.threshold for level in programme.tiers.levels if level.threshold > 0}):
        near = max(below, -(-level * (100 - NEAR_PERCENT) // 100))
        bounds = {"at_least": _major(near, programme), "below": _major(level, programme)}
        parts.append({"spent": {**bounds, "within_days": YEAR_DAYS}})
        below = level
    return {"any": parts} if parts else None


def unhappy(first: date, last: date, _programme: Programme) -> Definition:
    """A poor mark in the days of the report, whatever was said since."""
    days = {"between": [first.isoformat(), last.isoformat()]}
    return {
        "any": [
            {"did": {"event": ANSWERED, **days, "where": {"kind": kind, "score": _marks(kind, most)}}}
            for kind, most in POOR.items()
        ]
    }


def found(lake: Lake, definition: Definition, last: date, programme: Programme) -> Any:
    """The members that a definition means at the end of the day ``last``: a table of one column ``member``."""
    digits = programme.minor_digits
    tiers = [level.key for level in programme.tiers.levels] if programme.tiers else None
    who, problems = read_who(definition, programme.currency, digits, tiers, (), None)
    assert who is not None, problems
    return members(lake, who, last, digits=digits)


def _marks(kind: str, most: int) -> dict[str, int]:
    return {"at_least": SCALES[kind][0], "at_most": most}


def _major(minor: int, programme: Programme) -> Decimal:
    return Decimal(minor).scaleb(-programme.minor_digits)
