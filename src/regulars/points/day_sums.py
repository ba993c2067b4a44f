"""What moved on each day, kept so that a page need not add up the ledger: how much, and how often, by rule.

Transfers are added to ``DaySum`` in the order of their numbers, up to where none can still appear (``points.fence``).
What came after that is added up when somebody asks, so an answer is always whole; the job keeps that rest small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic, sleep
from typing import Any

from django.db import connection, transaction

from regulars.events.day_counts import time_zone
from regulars.points.fence import fence
from regulars.points.models import SummedTo
from regulars.store.transactions import over_below

BATCH = 50_000
PATIENCE = timedelta(seconds=20)
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved on one day (the programme's) of one currency, by kind (``rules.layout``) and rule; empty: no rule's.

    times: events, each counted with the first currency that it moved, so that they may be added over currencies.
    """

    day: date
    currency: str
    kind: int
    rule: str
    points: int
    times: int


def moved(first: date, last: date) -> list[Moved]:
    """Everything that moved from the first to the last day, both included, as of now. A day, currency, kind and rule
    may come twice: from what is kept, and from what came since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.day, s.currency, s.kind, s.rule, s.points, s.times, p.up_to FROM"
            " (SELECT coalesce(max(transfer), 0) AS up_to FROM points_summedto) p"
            " LEFT JOIN points_daysum s ON s.day BETWEEN %s AND %s",
            [first, last],
        )
        kept: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute(_SINCE, [time_zone(), kept[0][-1], _LAST, first, last])
        rows = [row[:-1] for row in kept if row[0] is not None] + cursor.fetchall()
    return [Moved(day, currency, kind, rule, int(points), times) for day, currency, kind, rule, points, times in rows]


def keep_up() -> int:
    """Add what is complete; over how many numbers of transfers that went. Another process at it, or a transaction from
    before still under way after ``PATIENCE``: 0, and the next call does it."""
    place, _new = SummedTo.objects.get_or_create(pk=1)
    last, number = fence()
    if place.transfer >= last:
        return 0
    deadline = monotonic() + PATIENCE.total_seconds()
    while over_below() < number:
        if monotonic() > deadline:
            return 0
        sleep(0.05)
    went = 0
    while step := _step(last):
        went += step
    return went


def _step(last: int) -> int:
    """One batch of the transfers up to ``last`` and the place after it, in one transaction; 0 at the end."""
    with transaction.atomic():
        place = SummedTo.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if place is None or place.transfer >= last:
            return 0
        before = place.transfer
        place.transfer = min(before + BATCH, last)
        _add(before, place.transfer)
        place.save()
        return place.transfer - before


def _add(after: int, up_to: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [time_zone(), after, up_to])


_SUMS = """
    SELECT (t.effective_at AT TIME ZONE %s)::date AS day, t.currency, t.kind, coalesce(t.rule, '') AS rule,
        sum(t.amount) AS points,
        count(*) FILTER (WHERE t.rule IS NOT NULL AND NOT EXISTS (
            SELECT FROM points_transfer e
            WHERE e.event_id = t.event_id AND e.id < t.id AND e.kind = t.kind AND e.rule = t.rule
        )) AS times
    FROM points_transfer t
    WHERE t.id > %s AND t.id <= %s
    GROUP BY 1, 2, 3, 4
"""
_SINCE = f"SELECT * FROM ({_SUMS}) s WHERE day BETWEEN %s AND %s"  # noqa: S608
_KEEP = f"""
    INSERT INTO points_daysum (day, currency, kind, rule, points, times) {_SUMS}
    ON CONFLICT (day, currency, kind, rule) DO UPDATE
    SET points = points_daysum.points + excluded.points, times = points_daysum.times + excluded.times
"""  # noqa: S608
