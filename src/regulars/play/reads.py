"""Questions about games."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from regulars.play.file import parse
from regulars.play.models import Game, Packet, Play, Player, Round, Score, Tally
from regulars.rules.games import Game as Rules

BUDGET, POINTS = "budget", "points"


def of_prize(key: str) -> str:
    """What a prize is counted under."""
    return f"prize:{key}"


def newest() -> QuerySet[Game]:
    """Every game in its newest version, the latest to end first."""
    last = Game.objects.filter(key=OuterRef("key")).order_by("-number").values("pk")[:1]
    return Game.objects.filter(pk=Subquery(last)).order_by("-ends_at", "key")


def called(key: str) -> Game | None:
    """The game with that key, in its newest version."""
    return Game.objects.filter(key=key).order_by("-number").first()


def running(now: datetime, soon: datetime) -> list[Game]:
    """The games that are on at ``now`` or begin by ``soon``, those that end first leading."""
    found = newest().filter(begins_at__lte=soon, ends_at__gt=now, stopped_at=None)
    return list(found.order_by("ends_at", "key"))


def rules(game: Game) -> Rules:
    """What the game's file says."""
    return parse(game.text)


def tallies(game: Game) -> dict[str, Tally]:
    """What has been given, by what it is."""
    return {tally.what: tally for tally in Tally.objects.filter(game=game)}


def gone(game: Game) -> frozenset[str]:
    """The keys of prizes that have run out, or that the rest of the budget does not pay."""
    counted = tallies(game)
    budget = counted.get(BUDGET)
    left = None if budget is None or budget.most is None else budget.most - budget.taken
    out = set()
    for prize in rules(game).every_prize:
        tally = counted.get(of_prize(prize.key))
        sold_out = tally is not None and tally.most is not None and tally.taken >= tally.most
        if sold_out or (left is not None and prize.worth_minor > left):
            out.add(prize.key)
    return frozenset(out)


def player(game: Game, member_id: int) -> Player | None:
    """The member in the game, if they have been there."""
    return Player.objects.filter(game=game, member_id=member_id).first()


def play(play_id: str | UUID) -> Play | None:
    """The play with that id, its game at hand; None for anything that is no play's."""
    try:
        number = UUID(str(play_id))
    except ValueError:
        return None
    return Play.objects.filter(pk=number).select_related("game").first()


def by_message(source: str, message_id: str) -> Play | None:
    """The play that this message made, if it came before."""
    return Play.objects.filter(source=source, message_id=message_id).select_related("game").first()


def plays_of(game: Game, member_id: int, limit: int = 50) -> list[Play]:
    """A member's plays of a game, the newest first."""
    return list(Play.objects.filter(game=game, member_id=member_id).order_by("-number")[:limit])


def won_by(member_id: int, limit: int = 50) -> list[Play]:
    """What a member has won in every game, the newest first."""
    found = Play.objects.filter(member_id=member_id).exclude(won="").select_related("game")
    return list(found.order_by("-number")[:limit])


def outcomes(game: Game) -> dict[tuple[str, str], int]:
    """How often each (drawn, won) came."""
    found = Play.objects.filter(game=game).order_by().values_list("drawn", "won").annotate(n=Count("id"))
    return {(drawn, won): n for drawn, won, n in found}


def packets(game: Game, rain: int) -> tuple[int, int]:
    """How many packets a rain has, and how many of them are gone."""
    found = Packet.objects.filter(game=game, rain=rain).aggregate(
        every=Count("id"), gone=Count("id", filter=Q(member_id__isnull=False))
    )
    return found["every"], found["gone"]


def grabbed(game: Game, rain: int, member_id: int) -> Packet | None:
    """The packet that a member has of a rain."""
    return Packet.objects.filter(game=game, rain=rain, member_id=member_id).first()


def open_round(game: Game, member_id: int, now: datetime) -> Round | None:
    """The round that a member is in the middle of."""
    return Round.objects.filter(game=game, member_id=member_id, closed_at=None, until__gt=now).first()


def round_by_message(source: str, message_id: str) -> Round | None:
    """The round that this message began, if it came before."""
    return Round.objects.filter(source=source, message_id=message_id).select_related("game", "play").first()


def lapsed_rounds(before: datetime, limit: int = 200) -> list[UUID]:
    """The rounds whose time was over before a moment and that nobody closed, the oldest first."""
    found = Round.objects.filter(closed_at=None, until__lt=before).order_by("until")
    return list(found.values_list("pk", flat=True)[:limit])


def has_open_rounds(game: Game) -> bool:
    """Whether somebody is in the middle of a round."""
    return Round.objects.filter(game=game, closed_at=None).exists()


def contests(now: datetime) -> list[Game]:
    """The contests whose events are still counted."""
    return list(newest().filter(kind=Game.CONTEST, closed_at=None, begins_at__lte=now))


def standing_at(game: Game, last: int) -> list[Score]:
    """The best scores down to place ``last``, everybody who is level with that place included, the best first."""
    rows = Score.objects.filter(game=game, score__gt=0).order_by("-score", "reached_at", "member_id")
    edge = rows[last - 1 : last].first() if last else None
    return list(rows if edge is None else rows.filter(score__gte=edge.score)) if last else []


def board(game: Game, limit: int) -> Sequence[Score]:
    """The best scores of a contest, the best first; of the level ones who came there first."""
    return list(Score.objects.filter(game=game, score__gt=0).order_by("-score", "reached_at", "member_id")[:limit])


def above(score: Score, level_ones_too: bool) -> int:
    """How many stand above a score; ``level_ones_too``: who is level and came there earlier as well."""
    better = Q(score__gt=score.score)
    if level_ones_too:
        better |= Q(score=score.score, reached_at__lt=score.reached_at)
        better |= Q(score=score.score, reached_at=score.reached_at, member_id__lt=score.member_id)
    return Score.objects.filter(better, game=score.game).count()


def unsettled(now: datetime) -> list[Game]:
    """The games that are over and not settled, those that ended first leading."""
    over = newest().filter(Q(ends_at__lte=now) | Q(stopped_at__isnull=False), settled_at=None)
    return list(over.order_by("ends_at"))
