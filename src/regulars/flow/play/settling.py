"""What happens to games by itself, every minute: rounds that nobody finished, contests that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.flow.play import contest, quiz
from regulars.play import reads, writes
from regulars.play.models import Game

FORGOTTEN_AFTER = timedelta(days=1)


def settle_due(now: datetime) -> int:
    """Close what is over; how many games were settled."""
    quiz.lapse(now)
    writes.forget_paces(now - FORGOTTEN_AFTER)
    settled = 0
    for game in reads.unsettled(now):
        if game.kind == Game.CONTEST:
            settled += contest.settle(game, now)
        elif game.kind != Game.QUIZ or not reads.has_open_rounds(game):
            settled += writes.settled(game, now)
    return settled
