"""What falls due happens every minute, whether or not the member does anything."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.flow.coupons import due
from regulars.flow.sweep import sweep


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.sweep_what_is_due", name="flow.sweep_what_is_due")
def sweep_what_is_due(timestamp: int) -> None:
    """Points mature and lapse, holds lapse, tiers are reviewed."""
    sweep()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.end_coupons", name="flow.end_coupons")
def end_coupons(timestamp: int) -> None:
    """Coupons whose time has run out end; members hear of those that soon will."""
    due.expire()
    due.notice()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.make_codes_of_offers", name="flow.make_codes_of_offers")
def make_codes_of_offers(timestamp: int) -> None:
    """The codes that a newly published offers file asks for."""
    due.make_codes_of_files()
