"""What falls due happens every minute, whether or not the member does anything."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.flow import groups
from regulars.flow.sweep import sweep


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.sweep_what_is_due", name="flow.sweep_what_is_due")
def sweep_what_is_due(timestamp: int) -> None:
    """Points mature and lapse, holds lapse, tiers are reviewed."""
    sweep()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.end_group_buys", name="flow.end_group_buys")
def end_group_buys(timestamp: int) -> None:
    """Groups whose time is over fail."""
    groups.end_due()
