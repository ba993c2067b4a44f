"""What is owed now, by currency: by the age of the lots it lies in, and by when it lapses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.rules import layout as y
from regulars.rules.days import day_date, day_number, plus_months

AGES = ("0-30 days", "1-3 months", "3-6 months", "6-12 months", "more")
"""How long ago points were earned. A month here is a calendar month back from today; the first ends after 30 days."""


@dataclass(slots=True)
class Position:
    """What is owed of one currency. ages: points by age, as ``AGES``. months: points by the local month of their last
    good day, None for those that never lapse, soonest first. in_lots: what the lots and open holds say is owed."""

    currency: str
    pending: int = 0
    available: int = 0
    held: int = 0
    debt: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    months: dict[date | None, int] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        """Points that members own: pending, available and held."""
        return self.pending + self.available + self.held

    @property
    def in_lots(self) -> int:
        """The same, counted lot by lot."""
        return sum(self.ages)


# The moment a lot was earned stands with the transfers of its event; a look-up a lot by the index on events is cheaper
# than sorting all transfers by lot.
_SLICES = f"""
WITH set_aside AS (
  SELECT u.lot_id, sum(u.points) AS points FROM points_holdlot u JOIN points_hold h ON h.id = u.hold_id
  WHERE h.state = {y.HOLD_OPEN} GROUP BY u.lot_id
)
SELECT l.currency, width_bucket(coalesce(born.at, '-infinity'), %s::timestamptz[]), l.expires_at,
  sum(l.remaining + coalesce(set_aside.points, 0))::bigint
FROM points_lot l LEFT JOIN set_aside ON set_aside.lot_id = l.id
LEFT JOIN LATERAL (
  SELECT t.effective_at AS at FROM points_transfer t WHERE t.event_id = l.event_id AND t.debit = {y.ISSUED} LIMIT 1
) born ON true
WHERE l.remaining > 0 OR set_aside.points > 0 GROUP BY 1, 2, 3
"""


def positions(zone: ZoneInfo, now: datetime) -> dict[str, Position]:
    """What is owed at this moment of every currency that somebody has or owes."""
    found: dict[str, Position] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, sum(pending)::bigint, sum(available)::bigint, sum(held)::bigint, sum(debt)::bigint"
            " FROM points_balance GROUP BY currency"
        )
        for currency, pending, available, held, debt in cursor.fetchall():
            found[currency] = Position(currency, pending, available, held, debt)
        cursor.execute(_SLICES, [_since(zone, now)])
        rows: list[Any] = cursor.fetchall()
    for currency, bucket, expires_at, points in rows:
        position = found.setdefault(currency, Position(currency))
        # the oldest lots fall below the first boundary
        position.ages[len(AGES) - 1 - bucket] += int(points)
        month = None if expires_at is None else _last_good(expires_at, zone).replace(day=1)
        position.months[month] = position.months.get(month, 0) + int(points)
    for position in found.values():
        position.months = dict(sorted(position.months.items(), key=_soonest))
    return found


def _soonest(item: tuple[date | None, int]) -> date:
    return item[0] or date.max


def _last_good(expires_at: datetime, zone: ZoneInfo) -> date:
    """The last whole local day before a lot lapses."""
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date()


def _since(zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The beginnings of the ages, oldest first: 12, 6 and 3 calendar months before today, and 30 days."""
    today = now.astimezone(zone).date()
    days = [day_date(plus_months(day_number(today), -months)) for months in (12, 6, 3)]
    return [datetime.combine(day, datetime.min.time(), zone) for day in [*days, today - timedelta(days=30)]]


def ties(position: Position, closing: int, debt_closing: int) -> Mapping[str, bool]:
    """Whether the three ways of counting agree to the point: transfers, balances, lots."""
    return {
        "balances": closing == position.owed,
        "debt": debt_closing == position.debt,
        "lots": position.in_lots == position.owed,
    }
