"""The calendar as the file would say it."""

from __future__ import annotations

from typing import Any

from regulars.rules.language.plainly import condition, exact, filled, local_day
from regulars.rules.language.tasks_written import gifts
from regulars.rules.programme import Occasion


def occasion(one: Occasion) -> dict[str, Any]:
    """One entry."""
    return filled(
        {
            "key": one.key,
            "name": dict(one.name),
            "when": _when(one),
            "for": condition(one.member.tests),
            "gives": gifts(one.gifts),
            "earns_times": None if one.earns_times is None else exact(one.earns_times),
        }
    )


def _when(one: Occasion) -> str | dict[str, Any]:
    dates = [local_day(day) for day in one.dates]
    if one.kind == "birthday":
        return "birthday"
    if one.kind == "day_of_month":
        return {"day_of_month": one.day_of_month}
    if one.kind == "dates":
        return {"date": dates[0]} if len(dates) == 1 else {"dates": dates}
    return {"holiday": {"country": one.country, "name": one.holiday} | ({"dates": dates} if dates else {})}
