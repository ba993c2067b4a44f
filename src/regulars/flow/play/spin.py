"""A turn of the lucky wheel: one transaction, under the member's row of the game. The draw is made of the day's seed,
which was committed to before; stock, budget and limits are counted where nobody can pass them at the same time; what it
costs and what is won go through the ledger; and the same message again gets the same play."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from django.db import transaction

from regulars.flow.play import giving, who
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import retried
from regulars.play import reads, writes
from regulars.play.models import Game, Play
from regulars.play.seeds import day_of, seed
from regulars.rules.games.draw import drawn, play_number


def spin(
    member_id: int, key: str, message_id: str, source: str, client_seed: str = "", now: datetime | None = None
) -> Play:
    """One turn for a member; ``client_seed``: their own part of this draw and those after, as it was when empty.

    Raises Problem: unknown, not now, not for them, played often enough, too few points, unfit seed.
    """
    return retried(partial(_spin, member_id, key, message_id, source, client_seed, now or datetime.now(UTC)))


def _spin(member_id: int, key: str, message_id: str, source: str, client_seed: str, now: datetime) -> Play:
    with transaction.atomic():
        before = first(source, message_id, member_id, key)
        if before is not None:
            return before
        game = who.game_called(key, Game.WHEEL)
        found = reads.rules(game)
        who.check(game, found, member_id, now)
        player = writes.enter(game, member_id)
        # Who pressed twice at once has waited for the first press here.
        before = first(source, message_id, member_id, key)
        if before is not None:
            return before
        today = who.today(found, now)
        turn = who.turn(found, player, today)
        if turn.refusal:
            raise problem(turn.refusal, "game")
        if client_seed:
            writes.choose(player, who.fit_seed(client_seed))
        nonce, day = writes.count(player, today), day_of(game, now)
        draw = play_number(seed(game, day), player.code, player.client_seed, nonce, found.denominator)
        prize = drawn(found, draw)
        play = Play(
            id=uuid4(),
            game=game,
            member_id=member_id,
            at=now,
            day=day,
            nonce=nonce,
            client_seed=player.client_seed,
            draw=draw,
            drawn=prize.key if prize is not None else "",
            cost=turn.cost,
            source=source,
            message_id=message_id,
        )
        won = giving.take(game, found, prize, now)
        if turn.cost:
            giving.charge(game, member_id, turn.cost, found.cost_currency, play.pk)
        giving.give(game, play, won, now)
        return giving.written(play, game, now)


def first(source: str, message_id: str, member_id: int, key: str) -> Play | None:
    """The play that this message made. Raises Problem when it was of another member or game."""
    before = reads.by_message(source, message_id)
    if before is not None and (before.member_id, before.game.key) != (member_id, key):
        raise reused(message_id)
    return before
