"""The first reader: how many events of each name happened on each day.

Days are the programme's, in its own time zone, as on every page that shows them. A programme never changes its time
zone (``programmes.writes``), so a count once made stays right. What came before there was a programme counts by UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.events.models import Event
from regulars.events.readers import follows
from regulars.programmes import reads as programmes


@follows("day-counts", "name", "occurred_at")
def count_days(events: Sequence[Event]) -> None:
    """Add the events to ``DayCount``, each to its local day."""
    zone = ZoneInfo(time_zone())
    counts = Counter((event.occurred_at.astimezone(zone).date(), event.name) for event in events)
    keys = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_daycount (day, name, count)"
            " SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[])"
            " ON CONFLICT (day, name) DO UPDATE SET count = events_daycount.count + excluded.count",
            ([day for day, _ in keys], [name for _, name in keys], [counts[key] for key in keys]),
        )


def time_zone() -> str:
    """The programme's time zone; UTC before there is a programme."""
    try:
        return programmes.timeline().tables[-1].programme.time_zone
    except programmes.NoProgramme:
        return "UTC"
