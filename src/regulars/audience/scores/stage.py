"""Where a member stands in her life with the shop on a day, by the days of her orders alone, and since when. Pure.

As ``science.measures.lifecycle``, which counts calendar months for a chart; here a month is the 30 days before the day,
so that nobody is lost on the first of a month. In this order:

- **new**: the first order lies in the last 30 days;
- **back**: ordered in them, after none in the 90 days before;
- **loyal**: ordered in them, and in at least two of the three months before;
- **growing**: ordered in them otherwise;
- **at_risk**: no order in them, the last 31 to 120 days ago;
- **lost**: the last order longer ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

STAGES = ("new", "growing", "loyal", "back", "at_risk", "lost")
MONTH_DAYS = 30
QUIET_MONTHS = 3
LOYAL_MONTHS = 2


def months_ago(days: Iterable[date], on: date) -> set[int]:
    """In which of the months before and with ``on`` orders lie: 0 for the last 30 days. Later orders do not count."""
    return {(on - day).days // MONTH_DAYS for day in days if day <= on}


def stage(days: Sequence[date], on: date) -> str | None:
    """The stage at the end of ``on``; None before the first order."""
    months = months_ago(days, on)
    if not months:
        return None
    if 0 not in months:
        return "at_risk" if min(months) <= QUIET_MONTHS else "lost"
    if months == {0}:
        return "new"
    before = months & set(range(1, QUIET_MONTHS + 1))
    return "back" if not before else "loyal" if len(before) >= LOYAL_MONTHS else "growing"


def since(days: Sequence[date], on: date) -> tuple[str, date] | None:
    """The stage at the end of ``on`` and the day since when it holds without a break; None before the first order."""
    now = stage(days, on)
    if now is None:
        return None
    # It changes only where an order moves from one month into the one before, or comes.
    steps = range(QUIET_MONTHS + 2)
    turns = {day + timedelta(days=MONTH_DAYS * step) for day in days for step in steps}
    begun = on
    for turn in sorted((turn for turn in turns if turn <= on), reverse=True):
        if stage(days, turn) != now:
            return now, begun
        begun = turn
    return now, begun
