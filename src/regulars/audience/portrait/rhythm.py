"""The rhythm of a member's orders: how long she usually pauses, when the next is to be expected, whether it is late.

By her own pauses alone, no model: the middle half of them. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median, quantiles

PAUSES_MIN = 4
"""With fewer pauses the middle half of them is no rhythm."""
RECENT = 24
"""So many of the newest pauses count: habits change."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``pauses``: how many it is made of. ``typical_days``: the middle pause; ``short_days`` and ``long_days``: the
    ends of the middle half. The next order is expected between ``earliest`` and ``latest``. ``late_days``: how many
    days beyond that; 0 where not. ``longest_days``: the longest pause there ever was."""

    last: date
    pauses: int
    typical_days: int
    short_days: int
    long_days: int
    longest_days: int
    earliest: date
    latest: date
    late_days: int

    @property
    def unheard_of(self) -> bool:
        """Whether the present pause is longer than any before."""
        return self.late_days > 0 and self.late_days + self.long_days > self.longest_days


def rhythm(days: Sequence[date], today: date) -> Rhythm | None:
    """Of the days with an order, in any order; None with too few of them."""
    different = sorted(set(days))
    gaps = [(after - before).days for before, after in pairwise(different)]
    if len(gaps) < PAUSES_MIN:
        return None
    recent = gaps[-RECENT:]
    low, _, high = quantiles(recent, n=4, method="inclusive")
    short, long = max(1, round(low)), max(1, -int(-high // 1))
    last = different[-1]
    latest = last + timedelta(days=long)
    return Rhythm(
        last,
        len(recent),
        round(median(recent)),
        short,
        long,
        max(gaps),
        last + timedelta(days=short),
        latest,
        max(0, (today - latest).days),
    )
