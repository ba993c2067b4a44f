"""Why a number changed: its change as a sum of parts, exactly.

A product of factors (revenue = buyers × orders a buyer × revenue an order) changes because each factor did. How much is
due to each depends on the order in which one lets them change; the mean over all orders is the only split that treats
the factors alike, leaves out none that mattered, and adds up to the whole change: Shapley's value (Shapley, "A Value
for n-Person Games", 1953; for such decompositions: Shorrocks, "Decomposition procedures for distributional analysis",
Journal of Economic Inequality 11, 2013). Unlike logarithmic means it holds where a factor is nothing.

Fractions throughout: parts of an amount add up to it to the last minor unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial, floor, prod


def of_product(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """How much of the change of a product each factor made: they sum to ``prod(after) − prod(before)``.

    Raises ValueError where the two do not have the same factors.
    """
    if len(before) != len(after):
        raise ValueError("before and after have the same factors")
    count = len(before)
    parts = [Fraction(0)] * count
    for order in permutations(range(count)):
        now = list(before)
        value = prod(now, start=Fraction(1))
        for factor in order:
            now[factor] = after[factor]
            turned = prod(now, start=Fraction(1))
            parts[factor] += turned - value
            value = turned
    return [part / factorial(count) for part in parts]


def of_revenue(before: tuple[int, int, int], after: tuple[int, int, int]) -> dict[str, int]:
    """The change of revenue by what made it, in minor units; the three sum to it exactly.

    Each side is (buyers, orders, revenue in minor units). ``buyers``: more or fewer of them; ``frequency``: orders of
    each; ``average``: revenue an order. Where a side has no orders, nobody bought, and buyers are all there is.
    """
    change = after[2] - before[2]
    if not all((*before[:2], *after[:2])):
        return {"buyers": change, "frequency": 0, "average": 0}
    sides = [(Fraction(b), Fraction(o, b), Fraction(r, o)) for b, o, r in (before, after)]
    return dict(zip(("buyers", "frequency", "average"), whole(of_product(*sides), change), strict=True))


def of_mean(before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]) -> dict[str, Fraction]:
    """The change of a mean over groups: what each group's own mean did, and ``mix``, their shares.

    Each side maps a group to (count, sum). A group that one side lacks changes the mix alone. The parts sum to the
    change of the mean exactly (each group's is its Shapley value in share × mean). Raises ValueError where a side
    counts nothing.
    """
    counts = [sum(count for count, _sum in side.values()) for side in (before, after)]
    if not all(counts):
        raise ValueError("there is no mean of nothing")
    parts: dict[str, Fraction] = {}
    mix = Fraction(0)
    for group in sorted({*before, *after}):
        sides = []
        for side, count, other in ((before, counts[0], after), (after, counts[1], before)):
            number, total = side.get(group, (0, 0))
            if not number:
                number_there, total_there = other.get(group, (0, 0))
                mean = Fraction(total_there, number_there) if number_there else Fraction(0)
            else:
                mean = Fraction(total, number)
            sides.append((Fraction(number, count), mean))
        shifted, moved = of_product(*sides)
        mix += shifted
        parts[group] = moved
    return {**parts, "mix": mix}


def whole(parts: Sequence[Fraction], total: int) -> list[int]:
    """Fractions as whole numbers that sum to ``total``: the greatest remainders are rounded up. Where the fractions sum
    to it, none is moved by 1 or more."""
    floors = [floor(part) for part in parts]
    each, extra = divmod(total - sum(floors), len(parts))
    ranked = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    for place, i in enumerate(ranked):
        floors[i] += each + (place < extra)
    return floors
