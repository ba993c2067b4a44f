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


_NOTHING = Split(0, (), (), 0)


class Splits:
    """The splits of one cell, for as many units as are free; the best first."""

    def __init__(self, claims: Claims, cell: int, takers: Sequence[Taker]) -> None:
        shelf = claims.shelf
        self.cell = cell
        self.count = shelf.count[cell]
        self.price = shelf.price[cell]
        self.listed = claims.prices[shelf.line[cell]]
        self.scale = claims.scale
        self.takers = takers
        self.common = any(common for _, _, common in takers)
        """Whether some offer shares a limit with other cells."""
        self.some = [taker for taker in takers if taker[1] < self.count or taker[0].units < PLENTY]
        """Offers that may have only so many units: any number of them."""
        self.whole = [taker for taker in takers if not (taker[1] < self.count or taker[0].units < PLENTY)]
        """Offers that take the rest of the cell as a whole."""
        self._whole_only = not self.some and not self.common
        """Whether one offer, or none, takes the whole cell, and no limit is in the way."""
        self._known: dict[tuple[int, bool], list[Split]] = {}
        self._most: dict[int, int] = {0: 0}
        self._plain: dict[int, int] = {0: 0}

    def of(self, units: int, all_of_them: bool = False) -> list[Split]:
        """The splits of so many units; unless ``all_of_them``, only those that may be best."""
        known = self._known.get((units, all_of_them))
        if known is None and self._whole_only and not all_of_them:
            known = self._known[units, False] = [self._best_whole(units)]
        if known is None:
            self._found: list[Split] = []
            if units:
                self._take(0, units, 0, (), ())
            else:
                self._found.append(_NOTHING)
            known = self._known[units, all_of_them] = _worth_keeping(self._found, all_of_them)
        return known

    def _best_whole(self, units: int) -> Split:
        """The offer that takes most off all of so many units; the first in the file of equals."""
        best, taker = 0, None
        if units:
            for live, _, common in self.whole:
                off = self._off(live, units, common)
                if off > best:
                    best, taker = off, live
        return _NOTHING if taker is None else Split(best, (), ((taker, self.cell, units, best),), best)

    def most(self, units: int) -> int:
        """What so many units bring at most, with nobody else in the way."""
        known = self._most.get(units)
        if known is None:
            known = self._most[units] = self._most_whole(units) if self._whole_only else self.of(units)[0].total
        return known

    def _most_whole(self, units: int) -> int:
        """What the best offer for all of so many units takes off."""
        return max([self._off(live, units, common) for live, _, common in self.whole], default=0)

    def _off(self, live: Live, units: int, common: bool) -> int:
        """What an offer takes off so many units; a limit in common is for all cells together and comes later."""
        off = live.ready.worth(self.price, units, self.listed)  # type: ignore[misc]
        return off if common or off <= live.off_minor * self.scale else live.off_minor * self.scale

    def plain(self, units: int) -> int:
        """What so many units bring at most from offers without a common limit."""
        known = self._plain.get(units)
        if known is None:
            known = self._plain[units] = (
                max([split.plain for split in self.of(units)]) if self.common else self.most(units)
            )
        return known

    def unit_losses(self) -> tuple[int, int]:
        """By how much ``most`` and ``plain`` fall at least with one unit less, however many are left.

        Not looked for in large cells: nothing.
        """
        if self.count > 8:
            return 0, 0
        most = _least_rise([self.most(units) for units in range(self.count + 1)])
        return most, _least_rise([self.plain(units) for units in range(self.count + 1)]) if self.common else most

    def _take(self, i: int, units: int, plain: int, shared: _Shared, parts: tuple[Part, ...]) -> None:
        if i == len(self.some):
            self._rest(units, plain, shared, parts)
            return
        live, most, common = self.some[i]
        for k in range(min(units, most, live.units), 0, -1):
            off = self._off(live, k, common)
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
                off = self._off(live, units, common)
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


def _least_rise(sums: list[int]) -> int:
    return max(0, min([after - before for before, after in pairwise(sums)]))
