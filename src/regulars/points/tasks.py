"""What is kept of the ledger so that pages need not add it up."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.points import day_sums


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="points.sum_days", name="points.sum_days")
def sum_days(timestamp: int) -> None:
    """The sums of each day take up the newest transfers."""
    day_sums.keep_up()
