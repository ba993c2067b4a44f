"""Contests: a reader counts what the log says of each member; when all is over the places are fixed once, and every
prize is given in a transaction of its own, so that a job that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
from django.db import transaction

from regulars.events import readers
from regulars.events.append import amounts_of
from regulars.events.models import Event, Reader
from regulars.flow import facts
from regulars.flow.play import giving, who
from regulars.members.models import Member
from regulars.play import reads, writes
from regulars.play.models import Game, Play, Score
from regulars.play.seeds import day_of
from regulars.rules import events as ev
from regulars.rules.conditions import event_predicate
from regulars.rules.games.model import Contest
from regulars.rules.games.ranks import places

READER = "play-contests"
SPENDING = "spending"
_FIELDS = (
    *(
        "name",
        "source",
        "message_id",
        "member",
        "occurred_at",
        "properties",
        "context",
        "currency",
        "order_id",
        "amounts",
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a board. alias: what the member is called where others look."""

    place: int
    member_id: int
    score: int
    alias: str


@readers.follows(READER, *_FIELDS)
def follow(rows: Sequence[Event]) -> None:
    """Count what the contests that are on want counted."""
    contests = reads.contests(datetime.now(UTC))
    if not contests:
        return
    named = {_rules(game).event for game in contests}
    if any(_rules(game).sums == SPENDING for game in contests):
        named |= ev.REFUND_NAMES
    for row in rows:
        if row.name in named and row.member_id is not None:
            for game in contests:
                _count(game, _rules(game), row)


def board(game: Game, limit: int | None = None) -> list[Line]:
    """The best of a contest and their places, the best first; as many as its file shows."""
    contest = _rules(game)
    rows = list(reads.board(game, limit or contest.shows))
    ranks = places([(row.score, int(row.reached_at.timestamp())) for row in rows], contest.ties)
    return [_line(game, row, place) for row, place in zip(rows, ranks, strict=True)]


def own(game: Game, member_id: int) -> Line | None:
    """Where a member is; None before anything of theirs counted."""
    row = Score.objects.filter(game=game, member_id=member_id, score__gt=0).first()
    if row is None:
        return None
    return _line(game, row, 1 + reads.above(row, level_ones_too=_rules(game).ties == "first"))


def settle(game: Game, now: datetime) -> bool:
    """Fix the places of a contest that is over and give its prizes, each once; whether all is done."""
    end = min(game.ends_at, game.stopped_at or game.ends_at)
    if now < end + timedelta(minutes=_rules(game).wait_minutes):
        return False
    readers.run(READER, follow, fields=_FIELDS)
    if _is_behind(game, end):
        return False
    _close(game, now)
    last = max((prize.last for prize in reads.rules(game).prizes), default=0)
    for score in Score.objects.filter(game=game, place__lte=last).order_by("place", "reached_at", "member_id"):
        _award(game, score, now)
    with transaction.atomic():
        if Game.objects.filter(pk=game.pk, settled_at=None).update(settled_at=now):
            said = {"game": game.key, "version": game.number}
            facts.record([facts.Fact(facts.CONTEST_SETTLED, None, said)], now)
    return True


def _close(game: Game, now: datetime) -> None:
    contest, prizes = _rules(game), reads.rules(game).prizes
    with transaction.atomic():
        locked = Game.objects.select_for_update().get(pk=game.pk)
        if locked.closed_at is not None:
            return
        rows = reads.standing_at(game, max((prize.last for prize in prizes), default=0))
        ranks = places([(row.score, int(row.reached_at.timestamp())) for row in rows], contest.ties)
        for row, place in zip(rows, ranks, strict=True):
            row.place = place
            row.save(update_fields=["place"])
        locked.closed_at = now
        locked.save(update_fields=["closed_at"])


def _award(game: Game, score: Score, now: datetime) -> None:
    found = reads.rules(game)
    prize = next((one for one in found.prizes if one.first <= (score.place or 0) <= one.last), None)
    message = f"contest-{game.pk}-{score.member_id}"
    with transaction.atomic():
        player = writes.enter(game, score.member_id)
        if prize is None or reads.by_message(giving.SOURCE, message) is not None:
            return
        play = Play(
            id=uuid4(),
            game=game,
            member_id=score.member_id,
            at=now,
            day=game.days - 1,
            nonce=writes.count(player, who.today(found, now)),
            place=score.place,
            source=giving.SOURCE,
            message_id=message,
        )
        giving.give(game, play, giving.take(game, found, prize, now), now)
        giving.written(play, game, now)


def _is_behind(game: Game, end: datetime) -> bool:
    """Whether the reader has not come to everything that counts and happened before ``end``."""
    reader = Reader.objects.filter(name=READER).first()
    if reader is None or reader.failed_at is not None:
        return True
    unread = Event.objects.filter(xid__gte=reader.high, occurred_at__lt=end, occurred_at__gte=game.begins_at)
    return unread.filter(name__in=[_rules(game).event, *ev.REFUND_NAMES]).exists()


def _count(game: Game, contest: Contest, row: Event) -> None:
    end = min(game.ends_at, game.stopped_at or game.ends_at)
    if not game.begins_at <= row.occurred_at < end:
        return
    if row.name == contest.event:
        points = _worth(contest, game, row)
    elif contest.sums == SPENDING and row.name in ev.REFUND_NAMES:
        points = _refunded(contest, game, row, end)
    else:
        return
    member_id = row.member_id
    if points == 0 or member_id is None or not _is_customer(member_id):
        return
    if who.not_for(reads.rules(game), member_id, row.occurred_at):
        return
    writes.scored(game, member_id, points, row.occurred_at, day_of(game, row.occurred_at), contest.per_day)


def _worth(contest: Contest, game: Game, row: Event) -> int:
    if not event_predicate(contest.tests, reads.rules(game).minor_digits)(_typed(row)):
        return 0
    if not contest.sums:
        return 1
    if contest.sums == SPENDING:
        return _net(row)
    value = row.properties.get(contest.sums)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _refunded(contest: Contest, game: Game, row: Event, end: datetime) -> int:
    """What a refund takes off again, when its order was one that counted."""
    order = Event.objects.filter(name=ev.ORDER_COMPLETED, fact=False, order_id=row.order_id).first()
    if order is None or not game.begins_at <= order.occurred_at < end or not _worth(contest, game, order):
        return 0
    return -_net(row)


def _net(row: Event) -> int:
    order = _order(row)
    return 0 if order is None else sum(line.net_minor for line in order.lines)


def _order(row: Event) -> ev.Order | None:
    return None if row.amounts is None else amounts_of(msgspec.json.encode(row.amounts))


def _typed(row: Event) -> ev.Event:
    return ev.Event(
        row.name,
        row.source,
        row.message_id,
        row.occurred_at,
        row.properties,
        row.context,
        currency=row.currency,
        order=_order(row),
        order_id=row.order_id,
    )


def _is_customer(member_id: int) -> bool:
    """Whether an event is of somebody who was signed in. What a visitor did is in the log under a member of their own,
    also after they were joined with a customer: it counts for nobody, however late the reader comes to it."""
    return Member.objects.filter(pk=member_id, identified_at__isnull=False).exists()


def _rules(game: Game) -> Contest:
    contest = reads.rules(game).contest
    assert contest is not None
    return contest


def _line(game: Game, row: Score, place: int) -> Line:
    return Line(row.place or place, row.member_id, row.score, _alias(game, row.member_id))


def _alias(game: Game, member_id: int) -> str:
    """What a member is called where others look: no name and no number, another one in every game."""
    return hmac.new(bytes(game.salt), f"board:{member_id}".encode(), hashlib.sha256).hexdigest()[:6].upper()
