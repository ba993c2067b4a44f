"""Questions about a member's place on the ladder."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum

from regulars.rules.days import month_first, plus_months, year_month
from regulars.rules.programme import Tiers
from regulars.tiers.models import Activity, Change, Standing


@dataclass(frozen=True, slots=True)
class Measured:
    """What counts toward tiers in a window: money in minor units, orders, growth points."""

    spent_minor: int = 0
    orders: int = 0
    grown: int = 0

    def of(self, tiers: Tiers) -> int:
        """The one number that the ladder measures, in the unit of its thresholds."""
        return {"spending": self.spent_minor, "orders": self.orders, "growth": self.grown}[tiers.measure]


def standing(member_id: int) -> Standing | None:
    """The member's standing, or None before anything was decided for them."""
    return Standing.objects.filter(member_id=member_id).first()


def window_cut(tiers: Tiers, joined_day: int, today: int) -> int | None:
    """The last local day number that no longer counts on ``today``; None when everything counts.

    The same days as ``rules.step.refresh_window``, for reading between events.
    """
    if tiers.window == "rolling":
        return today - tiers.window_days
    if tiers.window == "calendar":
        return month_first(year_month(today) // 12 * 12) - 1
    if tiers.window == "anniversary":
        years = (year_month(today) - year_month(joined_day)) // 12
        if plus_months(joined_day, years * 12) > today:
            years -= 1
        return plus_months(joined_day, years * 12) - 1
    return None


def measured(member_id: int, *after_days: int | None) -> list[Measured]:
    """The sums of the member's activity after each of those local days (None: all of it), in one query."""
    sums: dict[str, Sum] = {}
    for i, after in enumerate(after_days):
        counts = None if after is None else Q(day__gt=after)
        for name in ("spent_minor", "orders", "grown"):
            sums[f"{name}_{i}"] = Sum(name, filter=counts, default=0)
    row = Activity.objects.filter(member_id=member_id).aggregate(**sums)
    return [
        Measured(int(row[f"spent_minor_{i}"]), int(row[f"orders_{i}"]), int(row[f"grown_{i}"]))
        for i in range(len(after_days))
    ]


def changes(member_id: int, limit: int = 50) -> list[Change]:
    """The member's moves between levels, newest first."""
    return list(Change.objects.filter(member_id=member_id).order_by("-id")[:limit])


def some_at(level: str, limit: int) -> list[int]:
    """Ids of some members on the level (empty: on none)."""
    return list(Standing.objects.filter(level=level).order_by("member_id").values_list("member_id", flat=True)[:limit])


def some_in_grace(limit: int) -> list[int]:
    """Ids of some members whose review they did not pass and whose grace runs."""
    rows = Standing.objects.filter(in_grace=True).order_by("review_at", "member_id")
    return list(rows.values_list("member_id", flat=True)[:limit])
