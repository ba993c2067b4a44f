"""A good choice of sets for one parcel, quickly: no proof, but a mark that the search has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.rules.pricing.shelf import Claim, Row, less

if TYPE_CHECKING:
    from regulars.rules.pricing.parcel import Parcel


def good_sets(parcel: Parcel, row: Row, promising: Sequence[bool]) -> dict[int, int]:
    """How often each block should be made, by its place: again and again the one that adds most to what is free.

    row: the units that are free. promising: by block, whether it could add anything; the others are not asked.
    """
    wanted: dict[int, int] = {}
    gains = {place: _gain(parcel, place, row) for place in range(len(parcel.blocks)) if promising[place]}
    while gains:
        place = max(gains, key=lambda place: gains[place][0])
        gain, sets, claim = gains.pop(place)
        if gain <= 0:
            break
        wanted[place] = sets
        row = less(row, claim)
        taken = {cell for cell, _, _ in claim}
        for other in gains:
            if not taken.isdisjoint(parcel.blocks[other][1]):
                gains[other] = _gain(parcel, other, row)
    return wanted


def _gain(parcel: Parcel, place: int, row: Row) -> tuple[int, int, Claim]:
    """The claim of a block that adds most to what the free goods bring: what it adds, how many sets, itself."""
    best: tuple[int, int, Claim] = (0, 0, [])
    claims, splits = parcel.claims_of(place, row), parcel.splits
    for i, (total, claim) in enumerate(claims):
        gain = total
        for cell, units, _ in claim:
            of = splits.get(cell)
            if of is not None:
                gain += of.most(row[cell] - units) - of.most(row[cell])
        if gain > 0 and gain >= best[0]:
            best = (gain, len(claims) - i, claim)
    return best
