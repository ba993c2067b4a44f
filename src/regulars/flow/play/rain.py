"""Red packets: split off beforehand, opened at the stated times, one each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction

from regulars.flow.play import giving, who
from regulars.flow.play.spin import first
from regulars.flow.problems import problem
from regulars.flow.retrying import retried
from regulars.play import reads, writes
from regulars.play.models import Game, Play
from regulars.play.seeds import day_of
from regulars.programmes.reads import microseconds
from regulars.rules.games.model import Rain

PACKET = "packet"


def grab(member_id: int, key: str, message_id: str, source: str, now: datetime | None = None) -> Play:
    """Open the next packet of the rain that falls now. The same message again gets the same packet.

    Raises Problem: unknown, not now, not for them, had one, all gone.
    """
    return retried(partial(_grab, member_id, key, message_id, source, now or datetime.now(UTC)))


def falling(rain: Rain, now: datetime) -> int | None:
    """The number (from 0) of the rain that falls now."""
    at, lasts = microseconds(now), rain.minutes * 60_000_000
    return next((number for number, begin in enumerate(rain.at_us) if begin <= at < begin + lasts), None)


def next_at(rain: Rain, now: datetime) -> datetime | None:
    """When it rains next; None when it never will again."""
    coming = [begin for begin in rain.at_us if begin > microseconds(now)]
    return now + timedelta(microseconds=min(coming) - microseconds(now)) if coming else None


def _grab(member_id: int, key: str, message_id: str, source: str, now: datetime) -> Play:
    with transaction.atomic():
        before = first(source, message_id, member_id, key)
        if before is not None:
            return before
        game = who.game_called(key, Game.RAIN)
        found = reads.rules(game)
        rain = found.rain
        assert rain is not None
        who.check(game, found, member_id, now)
        number = falling(rain, now)
        if number is None:
            raise problem("rain-not-now", "game")
        player = writes.enter(game, member_id)
        before = first(source, message_id, member_id, key)
        if before is not None:
            return before
        if reads.grabbed(game, number, member_id) is not None:
            raise problem("packet-had", "game")
        packet = writes.open_packet(game, number, member_id)
        if packet is None:
            raise problem("packets-gone", "game")
        nonce = writes.count(player, who.today(found, now))
        play = Play(
            id=uuid4(),
            game=game,
            member_id=member_id,
            at=now,
            day=day_of(game, now),
            nonce=nonce,
            won=PACKET,
            gives="points",
            place=packet.number,
            source=source,
            message_id=message_id,
        )
        giving.points(game, play, packet.points, rain.currency)
        return giving.written(play, game, now)
