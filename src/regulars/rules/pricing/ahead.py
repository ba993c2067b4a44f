"""What the offers that pick could still add to a parcel, from each of them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.promise import Losses, Promise, promise
from regulars.rules.pricing.splits import Splits
from regulars.rules.pricing.tables import SPREAD
from regulars.rules.pricing.till import Live


class Ahead:
    """By block. of_most, of_plain: what it and those after it can add at most where its cells would else bring their
    most, or their most without a common limit. of_use: whether it could be of use at all."""

    def __init__(
        self, claims: Claims, blocks: Sequence[tuple[Live, list[int]]], splits: Mapping[int, Splits], alone: bool
    ) -> None:
        losses = {cell: of.unit_losses() for cell, of in splits.items()}
        self.of_most = _suffixes(claims, blocks, {cell: loss for cell, (loss, _) in losses.items()})
        self.of_plain = self.of_most
        if not alone:
            self.of_plain = _suffixes(claims, blocks, {cell: loss for cell, (_, loss) in losses.items()})
        self.of_use = _uses(blocks, self.of_most) if alone else [True] * len(blocks)


class _OneAhead(Ahead):
    """A single block is tried sooner than it is judged."""

    def __init__(self) -> None:
        self.of_most = self.of_plain = [Promise(PLENTY, {}), Promise(0, {})]
        self.of_use = [True]


ONE_AHEAD = _OneAhead()


def still(promised: Promise, row: Sequence[int]) -> int:
    """What is promised, as far as the units left (by cell) can keep it."""
    most = promised.most
    if not most or not promised.each:
        return most
    units = 0
    for cell, share in promised.each.items():
        units += row[cell] * share
        if units >= most:
            return most
    return units


def _suffixes(claims: Claims, blocks: Sequence[tuple[Live, list[int]]], losses: Losses) -> list[Promise]:
    """The promises of a block and those after it put together; of a unit, the highest one counts."""
    together = Promise(0, {})
    found = [together]
    for live, cells in reversed(blocks):
        one = promise(live, claims, cells, losses)
        if one.most:
            each = together.each.copy()
            for cell, share in one.each.items():
                if share > each.get(cell, 0):
                    each[cell] = share
            together = Promise(together.most + one.most, each)
        found.append(together)
    return found[::-1]


def _uses(blocks: Sequence[tuple[Live, list[int]]], promised: Sequence[Promise]) -> list[bool]:
    """Whether a block could be of use, by what it promises or by what it keeps from a later one.

    What is left out is free for later blocks: one that takes all there is, or picks by price, may do less then.
    """
    uses: list[bool] = []
    wanted: set[int] = set()
    for place in range(len(blocks) - 1, -1, -1):
        live, cells = blocks[place]
        use = promised[place].most > promised[place + 1].most or not wanted.isdisjoint(cells)
        if use and (live.shape == SPREAD or len(cells) > 1):
            wanted.update(cells)
        uses.append(use)
    return uses[::-1]
