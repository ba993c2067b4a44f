"""The ways to share out the units of one cell among offers that take units each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.till import Live

Part = tuple[Live, int, int, int]
"""(offer, cell, units, fine units off)."""
Taker = tuple[Live, int, bool]
"""(offer, most units of the cell, whether it shares a limit with other cells)."""
_Shared = tuple[tuple[Live, int, int], ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One way. plain: what offers without a common limit take off; shared: (offer, units, off) of those with one;
    total: all of it, if no limit stood in the way."""

    plain: int
    shared: _Shared
    parts: tuple[Part, ...]
    total: int


class Splits:
    """The splits of one cell, for as many units as are free; the best first."""

    def __init__(self, claims: Claims, cell: int, takers: Sequence[Taker]) -> None:
        shelf = claims.shelf
        self.cell = cell
        self.count = shelf.count[cell]
        self.price = shelf.price[cell]
        self.listed = claims.prices[shelf.line[cell]]
        self.some = [taker for taker in takers if taker[1] < self.count or taker[0].units < PLENTY]
        """Offers that may have only so many units: any number of them."""
        self.whole = [taker for taker in takers if not (taker[1] < self.count or taker[0].units < PLENTY)]
        """Offers that take the rest of the cell as a whole."""
        self._known: dict[tuple[int, bool], list[Split]] = {}

    def of(self, units: int, all_of_them: bool = False) -> list[Split]:
        """The splits of so many units; unless ``all_of_them``, only those that may be best."""
        known = self._known.get((units, all_of_them))
        if known is None:
            self._found: list[Split] = []
            if units:
                self._take(0, units, 0, (), ())
            else:
                self._found.append(Split(0, (), (), 0))
            known = self._known[units, all_of_them] = _worth_keeping(self._found, all_of_them)
        return known

    def most(self, units: int) -> int:
        """What so many units bring at most, with nobody else in the way."""
        return self.of(units)[0].total if units else 0

    def unit_loss(self) -> int:
        """What one unit less costs at least, however many are left. Not looked for in large cells: nothing."""
        if self.count > 8:
            return 0
        most = [self.most(units) for units in range(self.count + 1)]
        return max(0, min([after - before for before, after in pairwise(most)]))

    def _take(self, i: int, units: int, plain: int, shared: _Shared, parts: tuple[Part, ...]) -> None:
        if i == len(self.some):
            self._rest(units, plain, shared, parts)
            return
        live, most, common = self.some[i]
        for k in range(min(units, most, live.units), 0, -1):
            off = live.ready.worth(self.price, k, self.listed)  # type: ignore[misc]
            if off > 0:
                part = (*parts, (live, self.cell, k, off))
                if common:
                    self._take(i + 1, units - k, plain, (*shared, (live, k, off)), part)
                else:
                    self._take(i + 1, units - k, plain + off, shared, part)
        self._take(i + 1, units, plain, shared, parts)

    def _rest(self, units: int, plain: int, shared: _Shared, parts: tuple[Part, ...]) -> None:
        had = sum([off for _, _, off in shared]) if shared else 0
        if units:
            for live, _, common in self.whole:
                off = live.ready.worth(self.price, units, self.listed)  # type: ignore[misc]
                if off > 0:
                    part = (*parts, (live, self.cell, units, off))
                    total = plain + had + off
                    if common:
                        self._found.append(Split(plain, (*shared, (live, units, off)), part, total))
                    else:
                        self._found.append(Split(plain + off, shared, part, total))
        self._found.append(Split(plain, shared, parts, plain + had))


def _worth_keeping(found: list[Split], all_of_them: bool) -> list[Split]:
    """Of splits that ask the same of common limits the dearest for the shop, the first in the file of equals."""
    found.sort(key=lambda split: -split.total)
    kept: dict[object, Split] = {}
    for split in found:
        asked = tuple([(live.ready.seat, units, off) for live, units, off in split.shared])
        kept.setdefault((asked, split.plain) if all_of_them else asked, split)
    return list(kept.values())
