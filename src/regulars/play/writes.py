"""Publishing games, counting plays and giving prizes: the only code that changes these tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from regulars.play.models import Game, Pace, Packet, Play, Player, Score, Tally
from regulars.play.reads import BUDGET, POINTS, of_prize
from regulars.play.seeds import anchor_of, new_salt, seed
from regulars.programmes.reads import moment
from regulars.rules.games import Game as Rules
from regulars.rules.games import local_days
from regulars.rules.games.draw import packets

_LOCK = 7203
"""Advisory lock of whoever publishes games."""


class BegunError(Exception):
    """The game has begun: its file can change no more."""


class SpentError(Exception):
    """Nothing is left of ``what``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def publish(found: Rules, text: str, now: datetime, by: Any = None) -> Game:
    """The next version of a game, with its seeds committed to, its tallies, and its packets split off.

    The same text as the newest version changes nothing and returns that one. In the caller's transaction. Raises
    BegunError.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Game.objects.filter(key=found.key).order_by("-number").first()
    if last is not None and last.text == text:
        return last
    if last is not None and last.begins_at <= now:
        raise BegunError
    days, salt = local_days(found.from_us, found.until_us, found.time_zone), new_salt()
    game = Game.objects.create(
        key=found.key,
        number=last.number + 1 if last is not None else 1,
        kind=found.kind,
        name=dict(found.name),
        text=text,
        begins_at=moment(found.from_us),
        ends_at=moment(found.until_us),
        published_at=now,
        published_by=by,
        salt=salt,
        anchor=anchor_of(salt, days),
        days=days,
    )
    Tally.objects.bulk_create(_tallies(game, found))
    if found.rain is not None:
        _split(game, found)
    return game


def _tallies(game: Game, found: Rules) -> Iterable[Tally]:
    # What has no end is counted by its plays alone: a row that every play must lock would make them wait in line.
    for prize in found.every_prize:
        if prize.stock is not None:
            yield Tally(game=game, what=of_prize(prize.key), most=prize.stock)
    if found.budget_minor is not None:
        yield Tally(game=game, what=BUDGET, most=found.budget_minor)
    if found.quiz is not None:
        yield Tally(game=game, what=POINTS, most=found.quiz.points_in_all)


def _split(game: Game, found: Rules) -> None:
    """The packets of every rain, from the seed of its day, so that anybody can split them again afterwards."""
    rain = found.rain
    assert rain is not None
    for number, at_us in enumerate(rain.at_us):
        day = local_days(found.from_us, at_us + 1, found.time_zone) - 1
        points = packets(seed(game, day), f"rain:{number}", rain.points, rain.packets, rain.least)
        assert sum(points) == rain.points
        rows = [Packet(game=game, rain=number, number=place, points=one) for place, one in enumerate(points, 1)]
        Packet.objects.bulk_create(rows, batch_size=2000)


def stop(game_id: int, reason: str, by: str, now: datetime) -> bool:
    """End a game before its time; whether it had not been ended before."""
    open_one = Game.objects.filter(pk=game_id, stopped_at=None, ends_at__gt=now)
    return bool(open_one.update(stopped_at=now, stop_reason=reason, stopped_by=by))


def enter(game: Game, member_id: int) -> Player:
    """The member in the game, locked until the transaction ends; with a seed of their own when they are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO play_player (game_id, member_id, code, client_seed, plays, plays_of_day)"
            " VALUES (%s, %s, %s, %s, 0, 0) ON CONFLICT (game_id, member_id) DO NOTHING",
            [game.pk, member_id, secrets.token_hex(6), secrets.token_hex(8)],
        )
    return Player.objects.select_for_update().get(game=game, member_id=member_id)


def count(one: Player, today: date) -> int:
    """One more play of a locked player; returns its nonce."""
    nonce = one.plays
    one.plays_of_day = one.plays_of_day + 1 if one.day == today else 1
    one.plays, one.day = nonce + 1, today
    one.save(update_fields=["plays", "plays_of_day", "day"])
    return nonce


def choose(one: Player, client_seed: str) -> None:
    """The member's own seed for the plays to come."""
    one.client_seed = client_seed
    one.save(update_fields=["client_seed"])


def take(game: Game, what: str, units: int = 1) -> None:
    """Count so much as given, if there is so much. Raises SpentError; the caller's savepoint may go on.

    The limit is looked at under the row's lock, in the one statement that raises the count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE play_tally SET taken = taken + %s"
            " WHERE game_id = %s AND what = %s AND (most IS NULL OR taken + %s <= most)",
            [units, game.pk, what, units],
        )
        if cursor.rowcount != 1:
            raise SpentError(what)


def give_back(game: Game, what: str, units: int) -> None:
    """Undo what ``take`` counted."""
    with connection.cursor() as cursor:
        sql = "UPDATE play_tally SET taken = taken - %s WHERE game_id = %s AND what = %s"
        cursor.execute(sql, [units, game.pk, what])


def next_number() -> int:
    """The number of a new play: the order of plays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('play_play_number')")
        return int(cursor.fetchone()[0])


def open_packet(game: Game, rain: int, member_id: int) -> Packet | None:
    """The rain's next packet is the member's; None when all are gone. Raises IntegrityError when they have one."""
    free = Packet.objects.filter(game=game, rain=rain, member_id=None).order_by("number")
    packet = free.select_for_update(skip_locked=True).first()
    if packet is None:
        # Those under way may yet fail and leave theirs.
        packet = free.select_for_update().first()
    if packet is None:
        return None
    packet.member_id = member_id
    packet.save(update_fields=["member_id"])
    return packet


def scored(game: Game, member_id: int, points: int, at: datetime, day: int, per_day: int | None) -> bool:
    """Count so much for a member of a contest, what of a day is above ``per_day`` times not; whether it counted. For
    the one reader of the log alone: it reads and writes."""
    row = Score.objects.select_for_update().filter(game=game, member_id=member_id).first()
    if row is None:
        row = Score(game=game, member_id=member_id, reached_at=at)
    times = row.times_of_day + 1 if row.day == day else 1
    if per_day is not None and times > per_day:
        return False
    row.score, row.day, row.times_of_day = row.score + points, day, times
    row.reached_at = max(row.reached_at, at)
    row.save()
    return True


def hand_over(play_id: Any, by: str, now: datetime) -> bool:
    """The member has the gift they won; whether it was still to be handed over."""
    waiting = Play.objects.filter(pk=play_id, gives="gift", handed_over_at=None).exclude(won="")
    return bool(waiting.update(handed_over_at=now, handed_over_by=by))


def count_pace(who: str, now: datetime, window: timedelta) -> int:
    """Count one more request of somebody; how many there have been since the window began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO play_pace AS p (who, since, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (who) DO UPDATE SET"
            " count = CASE WHEN p.since > %s THEN p.count + 1 ELSE 1 END,"
            " since = CASE WHEN p.since > %s THEN p.since ELSE excluded.since END RETURNING count",
            [who, now, now - window, now - window],
        )
        return int(cursor.fetchone()[0])


def forget_paces(before: datetime) -> None:
    """Forget who asked how often, where that was long ago."""
    Pace.objects.filter(since__lt=before).delete()


def settled(game: Game, now: datetime) -> bool:
    """Nothing is left to be done about a game; whether that is new."""
    return bool(Game.objects.filter(pk=game.pk, settled_at=None).update(settled_at=now))
