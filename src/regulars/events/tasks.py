"""What runs by itself every minute: the readers of the log, and the end of waiting in quarantine."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.events import day_counts, quarantine, readers

__all__ = ["day_counts", "end_waiting", "follow_the_log"]


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="events.follow_the_log", name="events.follow_the_log")
def follow_the_log(timestamp: int) -> None:
    """Let every reader catch up with the log."""
    readers.run_all()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="events.end_waiting", name="events.end_waiting")
def end_waiting(timestamp: int) -> None:
    """Refunds whose order did not come in time stop waiting."""
    quarantine.late_waiting(timezone.now())
