"""The odds of a wheel as they are at a moment. Who draws no prize gets the consolation, or nothing where there is none;
what has run out is won no more, and its chance falls to the consolation, or to nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import erfc, exp, gamma, sqrt

from regulars.rules.games.model import Game, Prize


@dataclass(frozen=True, slots=True)
class Odd:
    """How likely a prize (None: nothing) is; ``file``: how likely its file makes it while everything is there."""

    prize: Prize | None
    chance: Fraction
    file: Fraction


def odds(game: Game, gone: Collection[str] = ()) -> Sequence[Odd]:
    """Every prize in the order of the file, the consolation, and nothing; the chances sum to exactly 1.

    gone: the keys of prizes that have run out, or that the rest of the budget does not pay.
    """
    found = [Odd(prize, Fraction(0) if prize.key in gone else prize.chance, prize.chance) for prize in game.prizes]
    nothing = Fraction(0)
    rest = 1 - sum((odd.chance for odd in found), nothing)
    file_rest = 1 - sum((odd.file for odd in found), nothing)
    consolation = game.consolation
    if consolation is not None:
        gave = rest if consolation.key not in gone else nothing
        found.append(Odd(consolation, gave, file_rest))
        rest, file_rest = rest - gave, nothing
    found.append(Odd(None, rest, file_rest))
    assert sum((odd.chance for odd in found), nothing) == 1
    return found


def chi_square(observed: Sequence[int], chances: Sequence[Fraction]) -> tuple[Fraction, int]:
    """Pearson's chi-square (1900) of counts against chances, and its degrees of freedom.

    Outcomes of chance 0 are left out; they must not have been observed.
    """
    plays = sum(observed)
    used = [(count, chance) for count, chance in zip(observed, chances, strict=True) if chance]
    if plays == 0:
        return Fraction(0), max(len(used) - 1, 0)
    value = sum(((count - plays * chance) ** 2 / (plays * chance) for count, chance in used), Fraction(0))
    return value, max(len(used) - 1, 0)


def by_chance(value: float, freedom: int) -> float:
    """How likely a chi-square at least as large is when the odds are as published (the survival function; Abramowitz
    and Stegun 1964, 26.4.4 and 26.4.5). 1 without a degree of freedom."""
    if freedom < 1:
        return 1.0
    half = value / 2
    if freedom % 2 == 0:
        return exp(-half) * sum(half**i / gamma(i + 1) for i in range(freedom // 2))
    rest = sum(half ** (i - 0.5) / gamma(i + 0.5) for i in range(1, (freedom + 1) // 2))
    return erfc(sqrt(half)) + exp(-half) * rest
