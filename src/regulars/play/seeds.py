"""Seeds of games, which nobody can read before their day is over.

They are not kept anywhere: the last one of a game's chain is made of the installation's secret key and the game's
salt. Whoever sees the database alone learns none.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from regulars.play.file import parse
from regulars.play.models import Game
from regulars.rules.games.draw import leads_to, seed_of

SHOWN_AFTER = timedelta(minutes=5)
"""How long after its day a seed is shown: a play of the last second is written by then."""


class SeedLostError(RuntimeError):
    """The installation's secret key is not the one the game was published under."""


def new_salt() -> bytes:
    """A salt for a new game."""
    return secrets.token_bytes(32)


def anchor_of(salt: bytes, days: int) -> bytes:
    """What commits to every seed of a game."""
    return seed_of(_tip(salt), days, -1)


def seed(game: Game, day: int) -> bytes:
    """The seed of a day (from 0). Raises SeedLostError when it is not the one that was committed to."""
    found = _seed(bytes(game.salt), game.days, day)
    if not leads_to(found, day, bytes(game.anchor)):
        raise SeedLostError(f"game {game}: the secret key was changed, its seeds are lost")
    return found


def day_of(game: Game, now: datetime) -> int:
    """The game's day (from 0) at ``now``: local days, the first is the one it begins on."""
    zone = ZoneInfo(parse(game.text).time_zone)
    return (now.astimezone(zone).date() - game.begins_at.astimezone(zone).date()).days


def shown_at(game: Game, day: int) -> datetime:
    """When the seed of a day is shown."""
    zone = ZoneInfo(parse(game.text).time_zone)
    after = game.begins_at.astimezone(zone).date() + timedelta(days=day + 1)
    return datetime.combine(after, time(), zone).astimezone(UTC) + SHOWN_AFTER


def shown(game: Game, now: datetime) -> dict[int, bytes]:
    """The seeds of the days that are over, by day."""
    last = min(day_of(game, now - SHOWN_AFTER), game.days)
    return {day: seed(game, day) for day in range(max(last, 0))}


def committed(game: Game, now: datetime) -> bytes:
    """What commits to the seed of the day at ``now``: the anchor, or the seed shown of the day before."""
    days = shown(game, now)
    return days[max(days)] if days else bytes(game.anchor)


@lru_cache(maxsize=2048)
def _seed(salt: bytes, days: int, day: int) -> bytes:
    return seed_of(_tip(salt), days, day)


def _tip(salt: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"regulars.play.seed:" + salt, hashlib.sha256)
