"""What falls due happens every minute, whether or not the member does anything."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.flow.calendar import come_round
from regulars.flow.checkout import confirm, settle, together
from regulars.flow.coupons import due
from regulars.flow.play import contest, settling
from regulars.flow.referrals import counting, follow, returning
from regulars.flow.sweep import sweep
from regulars.referrals import marks

__all__ = ["confirm", "contest", "follow", "let_checkouts_expire", "sweep_what_is_due"]


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.sweep_what_is_due", name="flow.sweep_what_is_due")
def sweep_what_is_due(timestamp: int) -> None:
    """Points mature and lapse, holds lapse, tiers are reviewed."""
    sweep()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.let_the_calendar_come_round", name="flow.let_the_calendar_come_round")
def let_the_calendar_come_round(timestamp: int) -> None:
    """Birthdays and the occasions of today are taken in."""
    come_round()


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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.let_checkouts_expire", name="flow.let_checkouts_expire")
def let_checkouts_expire(timestamp: int) -> None:
    """What checkouts that came to nothing had set aside goes back."""
    settle.expire_due(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.end_group_buys", name="flow.end_group_buys")
def end_group_buys(timestamp: int) -> None:
    """Groups whose time is over fail; what was set aside for them goes back."""
    together.release_failed(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.count_referrals", name="flow.count_referrals")
def count_referrals(timestamp: int) -> None:
    """Friends who have qualified count; what referrals gave for orders that all went back is taken back."""
    counting.count_due()
    returning.take_back_due()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="flow.forget_marks", name="flow.forget_marks")
def forget_marks(timestamp: int) -> None:
    """Marks that were not seen for long are forgotten."""
    marks.forget(timezone.now().date())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="flow.settle_games", name="flow.settle_games")
def settle_games(timestamp: int) -> None:
    """Rounds of quizzes that nobody finished are closed; contests that are over give their prizes."""
    settling.settle_due(timezone.now())
