"""A game's file: read, checked, and every problem with its line, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from regulars.files import checking
from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase
from regulars.rules.games import Game, read
from regulars.rules.language.reading import Path


@dataclass(frozen=True, slots=True)
class Checked:
    """The game, or None when any problem is an error; and the problems, by line."""

    game: Game | None
    problems: tuple[LocatedProblem, ...]


def check(text: str, tiers: Collection[str] | None = None) -> Checked:
    """Check a game's file; ``tiers``: keys of the programme's levels, or None when they are not known. Never raises
    for what the text holds."""
    found = checking.check(text, partial(read, tiers=tiers), _structure)
    return Checked(found.meaning, found.problems)


@lru_cache(maxsize=64)
def parse(text: str) -> Game:
    """The game that a published file holds. Raises ValueError when it has problems (a published one never has)."""
    checked = check(text)
    if checked.game is None:
        raise ValueError("; ".join(map(str, checked.problems)))
    return checked.game


def _structure(data: Any) -> Iterable[tuple[Path, Phrase | None]]:
    """The language's own reader sees to the structure too: what a game may hold depends on its kind."""
    return ()
