"""One parcel of goods that offers of a ``best_of`` group compete for, and the ways to share it out among them.

What is allowed: no unit has two offers of the group. Offers that pick their goods (sets, picks, amounts spread over all
goods) choose in turn, by priority and file order, from what is still free; any may be left out or made fewer times. Of
what is free after them, an offer with a limited number of units may have any of them, and the rest of a cell goes to
one offer as a whole.

Ways are found depth first, the best first, with two bounds that are never too low: every cell at its best with nobody
else in the way, and of offers that share a limit no more than the limit allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulars.rules.pricing.claims import Claims, total_of
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.promise import promise
from regulars.rules.pricing.sharing import Sharing, gain_of
from regulars.rules.pricing.shelf import Claim
from regulars.rules.pricing.splits import Part, Splits, Taker
from regulars.rules.pricing.tables import SETS
from regulars.rules.pricing.till import Live

_Free = dict[int, int]
"""Units that are still to be had, by cell."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to share a parcel out: what it is worth, in fine units, and who takes what."""

    worth: int
    parts: tuple[Part, ...]


class Parcel:
    """cells: its cells. blocks: offers that pick, in their turns. takers: by cell, offers that take units each by
    itself."""

    def __init__(
        self, claims: Claims, cells: Sequence[int], blocks: Sequence[Live], takers: dict[int, list[Taker]]
    ) -> None:
        self.claims = claims
        self.scale = claims.scale
        self.cells = list(cells)
        self.blocks = list(blocks)
        self.splits = {cell: Splits(claims, cell, takers[cell]) for cell in cells if cell in takers}
        self.alone = not any(common for cell in self.splits for _, _, common in takers[cell])
        """Whether cells bring their most whatever the others do; then a block that promises nothing can be left out."""
        self.best = -1
        self._slack = 0
        self._found: list[Way] = []
        self._promises: list[int] | None = None

    def ways(self, slack: int, meter: Meter) -> list[Way]:
        """All ways worth at least the best less ``slack``, the best first; with no slack, one best way."""
        self._slack, self.best, self._found = slack, -1, []
        count = self.claims.shelf.count
        self._choose_block(0, {cell: count[cell] for cell in self.cells}, 0, (), meter)
        found = [way for way in self._found if way.worth >= self.best - slack]
        found.sort(key=lambda way: -way.worth)
        return found if slack else found[:1]

    def is_cut(self, bound: int) -> bool:
        """Whether nothing under ``bound`` is wanted any more."""
        if self.best < 0:
            return False
        return bound < self.best - self._slack if self._slack else bound <= self.best

    def keep(self, worth: int, parts: tuple[Part, ...]) -> None:
        """A whole way was found."""
        self.best = max(self.best, worth)
        self._found.append(Way(worth, parts))

    def _rests(self) -> list[int]:
        """By block: what it and those after it can add at most."""
        if self._promises is None:
            losses = {cell: splits.unit_loss() for cell, splits in self.splits.items()} if self.blocks else {}
            rests = [0]
            for live in reversed(self.blocks):
                rests.append(rests[-1] + max(0, promise(live, self.claims, losses)))
            self._promises = rests[::-1]
        return self._promises

    def _choose_block(self, place: int, free: _Free, worth: int, parts: tuple[Part, ...], meter: Meter) -> None:
        """Decide on the blocks from ``place`` on: best first without them, then each as often as it can be made."""
        rests = self._rests()
        if not rests[place] and self.alone and not self._slack:
            place = len(self.blocks)
        if place == len(self.blocks):
            self._share_cells(free, worth, parts, meter)
            return
        splits = self.splits
        cells = sum([splits[cell].most(units) for cell, units in free.items() if cell in splits])
        if self.is_cut(worth + rests[place] + cells):
            return
        if not meter.spend() and self.best >= 0:
            return
        live = self.blocks[place]
        if rests[place] > rests[place + 1] or not self.alone or self._slack:
            for claim in self._claims_of(live, free):
                total = total_of(claim, live, self.scale)
                if total > 0:
                    remaining = free.copy()
                    for cell, units, _ in claim:
                        remaining[cell] -= units
                    taken = tuple([(live, cell, units, off) for cell, units, off in claim])
                    self._choose_block(place + 1, remaining, worth + total, parts + taken, meter)
        self._choose_block(place + 1, free, worth, parts, meter)

    def _claims_of(self, live: Live, free: _Free) -> Iterator[Claim]:
        """What a block could take now, most first."""
        row = [0] * len(self.claims.shelf.count)
        for cell, units in free.items():
            row[cell] = units
        if live.shape != SETS:
            yield self.claims.alone(live, row)
            return
        for repeats in range(self.claims.repeats(live), 0, -1):
            claim = self.claims.sets(live, row, repeats)
            if claim:
                yield claim

    def _share_cells(self, free: _Free, worth: int, parts: tuple[Part, ...], meter: Meter) -> None:
        """The cells that are left, each to its best; with limits in common, by search."""
        choices = [
            self.splits[cell].of(units, bool(self._slack))
            for cell, units in free.items()
            if units and cell in self.splits
        ]
        if not self._slack and (self.alone or not any(splits[0].shared for splits in choices)):
            total = worth + sum([splits[0].total for splits in choices])
            if not self.is_cut(total):
                self.keep(total, parts + tuple([part for splits in choices for part in splits[0].parts]))
            return
        choices.sort(key=lambda splits: -gain_of(splits))
        Sharing(self, choices, worth, parts, meter).go()
