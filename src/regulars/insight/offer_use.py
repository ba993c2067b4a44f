"""How offers were used, from the checkouts that became orders: only what was measured."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

DAYS = 30


@dataclass(frozen=True, slots=True)
class DayUse:
    """One local day: orders with the offer, the money it took off them (minor units), the units it gave or made
    cheaper."""

    day: date
    orders: int = 0
    off_minor: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """Committed checkouts with the offer and without it in the same days: how many, and what they came to in all."""

    orders: int = 0
    total_minor: int = 0
    others: int = 0
    others_total_minor: int = 0

    @property
    def average_minor(self) -> int:
        """What one with the offer came to, rounded down."""
        return self.total_minor // self.orders if self.orders else 0

    @property
    def others_average_minor(self) -> int:
        """What one without it came to, rounded down."""
        return self.others_total_minor // self.others if self.others else 0


_OF = (
    "FROM checkouts_checkout c CROSS JOIN LATERAL ("
    " SELECT d->>'offer' AS offer, (d->>'amount')::numeric AS amount, coalesce((d->>'units')::bigint, 0) AS units"
    " FROM jsonb_array_elements(c.answer->'discounts') d UNION ALL"
    " SELECT g->>'offer', 0, coalesce((g->>'quantity')::bigint, 0)"
    " FROM jsonb_array_elements(c.answer->'gifts') g) used"
    " WHERE c.state = 'committed' AND c.settled_at >= %s AND used.offer = %s"
)


def by_day(key: str, today: date, time_zone: str, minor_digits: int, days: int = DAYS) -> list[DayUse]:
    """The last ``days`` local days up to and with ``today``, oldest first, empty ones included."""
    first = today - timedelta(days=days - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (c.settled_at AT TIME ZONE %s)::date, count(DISTINCT c.id), sum(used.amount) * 10 ^ %s::int,"
            f" sum(used.units) {_OF} GROUP BY 1",
            [time_zone, minor_digits, _begin(first, time_zone), key],
        )
        found = {row[0]: DayUse(row[0], row[1], int(row[2]), int(row[3])) for row in cursor.fetchall()}
    every = [first + timedelta(days=n) for n in range(days)]
    return [found.get(day, DayUse(day)) for day in every]


def compared(key: str, today: date, time_zone: str, days: int = DAYS) -> Compared:
    """Orders with and without an offer in the last ``days`` local days. It says nothing of why they differ."""
    first = _begin(today - timedelta(days=days - 1), time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE has), coalesce(sum(total_minor) FILTER (WHERE has), 0),"
            " count(*) FILTER (WHERE NOT has), coalesce(sum(total_minor) FILTER (WHERE NOT has), 0) FROM ("
            " SELECT total_minor, answer @> %s::jsonb OR answer @> %s::jsonb AS has FROM checkouts_checkout"
            " WHERE state = 'committed' AND settled_at >= %s) every",
            [_holding("discounts", key), _holding("gifts", key), first],
        )
        row = cursor.fetchone()
    return Compared(*(int(value) for value in row))


def _holding(part: str, key: str) -> str:
    return json.dumps({part: [{"offer": key}]})


def _begin(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(time_zone))
