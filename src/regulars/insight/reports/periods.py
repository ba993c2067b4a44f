"""The weeks (Monday to Sunday) and months that reports are about."""

from __future__ import annotations

from datetime import date, timedelta

WEEKLY, MONTHLY = "weekly", "monthly"
KINDS = (WEEKLY, MONTHLY)
UNIT = {WEEKLY: "week", MONTHLY: "month"}


def last_whole(kind: str, today: date) -> tuple[date, date]:
    """The first and last day of the last week or month that was over when ``today`` began."""
    if kind == WEEKLY:
        last = today - timedelta(days=today.weekday() + 1)
        return last - timedelta(days=6), last
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def earlier(kind: str, first: date, periods: int) -> date:
    """The first day of the period so many before the one that begins with ``first``."""
    if kind == WEEKLY:
        return first - timedelta(days=7 * periods)
    month = first.year * 12 + first.month - 1 - periods
    return date(month // 12, month % 12 + 1, 1)
