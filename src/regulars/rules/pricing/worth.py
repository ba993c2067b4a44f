"""What a unit deal takes off ``units`` units at ``price`` each: exact integers, in fine units.

A fine unit is a ``scale``-th of a minor unit. With cents fixed line by line the scale is 1 and every worth is rounded
half up here. With cents fixed once for the order the scale is the common denominator of all percents in the file:
nothing is rounded here, and the sum is rounded once, later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm

from regulars.rules.money import spread
from regulars.rules.offers.model import Amount, Percent, Policy, Price

Worth = Callable[[int, int, int], int]
"""Of (price a unit now, units, list price a unit): what is taken off, in fine units; never more than they cost."""


def scale_of(percents: Iterable[Fraction], policy: Policy) -> int:
    """Fine units of a minor unit."""
    return 1 if policy.rounding == "line" else lcm(*(percent.denominator * 100 for percent in percents), 100)


class Worths:
    """Makes the worth of deals under one policy."""

    def __init__(self, policy: Policy, scale: int) -> None:
        self.original = policy.base == "original"
        self.scale = scale

    def share(self, percent: Fraction) -> Callable[[int], int]:
        """A function of minor units: that percent of them, in fine units."""
        part = percent / 100
        top, bottom = part.numerator, part.denominator
        if self.scale == 1:
            if top == bottom:
                return lambda amount: amount
            twice_top, twice_bottom = 2 * top, 2 * bottom
            return lambda amount: (amount * twice_top + bottom) // twice_bottom
        times = top * (self.scale // bottom)
        return lambda amount: amount * times

    def of(self, deal: Price | Percent | Amount) -> Worth:
        """The worth of a price, a percent, or an amount of every unit or line."""
        scale = self.scale
        if isinstance(deal, Percent):
            share = self.share(deal.percent)
            if self.original:
                return lambda price, units, listed: min(share(listed * units), price * units * scale)
            return lambda price, units, listed: share(price * units)
        if isinstance(deal, Amount):
            off = deal.off_minor
            if deal.each == "unit":
                return lambda price, units, listed: min(off, price) * units * scale
            return lambda price, units, listed: min(off, price * units) * scale if units else 0
        wanted = deal.price_minor
        if self.original:
            return lambda price, units, listed: min(max(0, listed - wanted), price) * units * scale
        return lambda price, units, listed: (price - wanted) * units * scale if price > wanted else 0


def settle(fine: list[int], scale: int) -> list[int]:
    """Fine units as minor units: rounded half up once for all, and spread by largest remainder."""
    if scale == 1:
        return fine
    whole = sum(fine)
    missing = (2 * whole + scale) // (2 * scale) - sum(part // scale for part in fine)
    parts = [part // scale for part in fine]
    rest = [part % scale for part in fine]
    for i in sorted(range(len(fine)), key=rest.__getitem__, reverse=True)[: max(0, missing)]:
        parts[i] += 1
    return parts


def capped(parts: list[int], most: int) -> list[int]:
    """The parts, spread down in proportion when their sum is above ``most``."""
    return spread(most, parts) if sum(parts) > most else parts
