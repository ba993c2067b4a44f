"""Whether a member may play now, and what it costs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from regulars.flow.problems import Problem, problem
from regulars.flow.rewards.who import facts_about, why_not
from regulars.play import reads
from regulars.play.models import Game, Player
from regulars.rules.games import Game as Rules
from regulars.rules.games.draw import CLIENT_SEED_MAX
from regulars.rules.offers.model import Gift, Offer

_CLIENT_SEED = re.compile(rf"[A-Za-z0-9_-]{{1,{CLIENT_SEED_MAX}}}")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a member has: plays left today and in all (None: without end), free ones left today, and what the next
    costs."""

    left_today: int | None
    left: int | None
    free: int
    cost: int

    @property
    def refusal(self) -> str:
        """The kind of problem that keeps them from playing, or empty."""
        if self.left == 0:
            return "game-played"
        return "game-played-today" if self.left_today == 0 else ""


def game_called(key: str, kind: str = "") -> Game:
    """The game with that key, of that kind. Raises Problem."""
    game = reads.called(key)
    if game is None:
        raise problem("unknown-game", "game", given=key)
    if kind and game.kind != kind:
        raise problem("other-kind-of-game", "game", given=key)
    return game


def closed(game: Game, now: datetime) -> Problem | None:
    """Why nobody can play now, or None."""
    if game.stopped_at is not None:
        return problem("game-stopped", "game")
    if now < game.begins_at or now >= game.ends_at:
        return problem("not-now", "game", why="not_yet" if now < game.begins_at else "over")
    return None


def not_for(found: Rules, member_id: int, now: datetime) -> str:
    """Why the game is not for that member (``tier``, ``segment``, ``joined_days``), or empty."""
    if not found.member.tests:
        return ""
    offer = Offer(key=found.key, kind="gift", group="", deal=Gift(""), member=found.member)
    return why_not(offer, facts_about(member_id, ZoneInfo(found.time_zone), now))


def check(game: Game, found: Rules, member_id: int, now: datetime) -> None:
    """Raises Problem: stopped, not now, not for this member."""
    shut = closed(game, now)
    if shut is not None:
        raise shut
    why = not_for(found, member_id, now)
    if why:
        raise problem("game-not-for-member", "game", why=why)


def turn(found: Rules, player: Player | None, today: date) -> Turn:
    """Where the member is with their plays."""
    plays = 0 if player is None else player.plays
    of_day = player.plays_of_day if player is not None and player.day == today else 0
    free = max(found.free_per_day - of_day, 0) if found.cost_points else 0
    return Turn(
        left_today=None if found.per_day is None else max(found.per_day - of_day, 0),
        left=None if found.ever is None else max(found.ever - plays, 0),
        free=free,
        cost=0 if free else found.cost_points,
    )


def today(found: Rules, now: datetime) -> date:
    """The game's local day."""
    return now.astimezone(ZoneInfo(found.time_zone)).date()


def fit_seed(client_seed: str) -> str:
    """A seed of the member's own choice. Raises Problem."""
    if not _CLIENT_SEED.fullmatch(client_seed):
        raise problem("unfit-seed", "client_seed", most=CLIENT_SEED_MAX)
    return client_seed
