"""Since when anything is known."""

from __future__ import annotations

from datetime import date

from regulars.inquiries.sight import Sight


def first_day(sight: Sight) -> date | None:
    """The first local day of which the lake knows an order or a visit; None while it knows none."""

    def look() -> date | None:
        days = [sight.frame(table.agg(day=table.day.min()))["day"].item() for table in (lake.orders, lake.visits)]
        return min((day for day in days if day is not None), default=None)

    lake = sight.lake
    found: date | None = sight.kept("insight.first_day", look)
    return found
