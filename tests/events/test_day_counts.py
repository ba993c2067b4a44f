"""Which day an event counts for: the programme's, as a shopkeeper reads it off the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from regulars.events import day_counts, reads
from regulars.events.models import Event
from tests.flow.stories import publish_live_commerce

CASES = [
    # in UTC, the day in Shanghai
    (datetime(2026, 5, 1, 15, 59, tzinfo=UTC), date(2026, 5, 1)),
    (datetime(2026, 5, 1, 16, 0, tzinfo=UTC), date(2026, 5, 2)),
    (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "day"), CASES)
def test_an_event_counts_for_the_shops_day(at: datetime, day: date) -> None:
    publish_live_commerce()
    day_counts.count_days([Event(name="Order Completed", occurred_at=at)])
    assert reads.counts_by_day(date(2026, 1, 1), date(2027, 12, 31)) == {day: 1}


@pytest.mark.django_db
def test_days_are_utc_while_there_is_no_programme() -> None:
    day_counts.count_days([Event(name="Page Viewed", occurred_at=CASES[1][0])])
    assert reads.counts_by_day(date(2026, 1, 1), date(2027, 12, 31)) == {date(2026, 5, 1): 1}
