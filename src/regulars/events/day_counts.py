"""The first reader: how many events of each name happened on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC

from django.db import connection

from regulars.events.models import Event
from regulars.events.readers import follows


@follows("day-counts", "name", "occurred_at")
def count_days(events: Sequence[Event]) -> None:
    """Add the events to ``DayCount``; days are UTC."""
    counts = Counter((event.occurred_at.astimezone(UTC).date(), event.name) for event in events)
    keys = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_daycount (day, name, count)"
            " SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[])"
            " ON CONFLICT (day, name) DO UPDATE SET count = events_daycount.count + excluded.count",
            ([day for day, _ in keys], [name for _, name in keys], [counts[key] for key in keys]),
        )
