"""What is published of a game: its odds as they are now, what is left, and what its seeds were committed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from regulars.flow.play.giving import barred
from regulars.play import reads, seeds
from regulars.play.models import Game, Tally
from regulars.rules.games import Game as Rules
from regulars.rules.games import Prize
from regulars.rules.games.chances import chance_text
from regulars.rules.games.odds import odds


@dataclass(frozen=True, slots=True)
class PrizeOdds:
    """One outcome. prize None: nothing. chance: what it is now; file: while everything is there. left: how many there
    are, None without end."""

    prize: Prize | None
    chance: Fraction
    file: Fraction
    left: int | None

    @property
    def text(self) -> str:
        """The chance now, exact: ``12.5%`` or ``1/3``."""
        return chance_text(self.chance)

    @property
    def about(self) -> str:
        """The chance now as one in how many, rounded to a whole number; empty for 0."""
        return "" if not self.chance else str(round(1 / self.chance))


@dataclass(frozen=True, slots=True)
class Seeds:
    """day: the game's day now (from 0). committed: the SHA-256 of that day's seed. shown: the seeds of past days."""

    day: int
    days: int
    anchor: str
    committed: str
    shown: Mapping[int, str]


def odds_of(game: Game, now: datetime) -> Sequence[PrizeOdds]:
    """Every outcome of a wheel, in the order of the file, the consolation and nothing last; they sum to exactly 1."""
    found = reads.rules(game)
    counted = reads.tallies(game)
    gone = reads.gone(game) | barred(found, now)
    return [PrizeOdds(odd.prize, odd.chance, odd.file, _left(odd.prize, counted)) for odd in odds(found, gone)]


def seeds_of(game: Game, now: datetime) -> Seeds:
    """What is known of the game's seeds. Raises SeedLostError."""
    return Seeds(
        day=min(max(seeds.day_of(game, now), 0), game.days - 1),
        days=game.days,
        anchor=bytes(game.anchor).hex(),
        committed=seeds.committed(game, now).hex(),
        shown={day: seed.hex() for day, seed in seeds.shown(game, now).items()},
    )


def budget_of(game: Game) -> tuple[int, int] | None:
    """What of the budget is spent, and the budget, in minor units; None without one."""
    tally = reads.tallies(game).get(reads.BUDGET)
    return None if tally is None or tally.most is None else (tally.taken, tally.most)


def rules_of(game: Game) -> Rules:
    """What the game's file says."""
    return reads.rules(game)


def _left(prize: Prize | None, counted: Mapping[str, Tally]) -> int | None:
    tally = counted.get(reads.of_prize(prize.key)) if prize is not None else None
    return None if tally is None or tally.most is None else tally.most - tally.taken
