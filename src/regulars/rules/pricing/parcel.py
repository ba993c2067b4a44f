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
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.shelf import Claim
from regulars.rules.pricing.tables import SETS
from regulars.rules.pricing.till import Live

Part = tuple[Live, int, int, int]
"""(offer, cell, units, fine units off)."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to share a parcel out: what it is worth, in fine units, and who takes what."""

    worth: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One way to share out a cell. plain: what offers without a common limit take off; shared: (offer, units, off) of
    those with one."""

    plain: int
    shared: tuple[tuple[Live, int, int], ...]
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """All of it, if no limit stood in the way."""
        return self.plain + sum([off for _, _, off in self.shared])


class Parcel:
    """cells: its cells. blocks: offers that pick, in their turns. takers: by cell, the offers that take units each by
    itself: (offer, most units of the cell, whether it shares a limit across cells)."""

    def __init__(
        self,
        claims: Claims,
        cells: Sequence[int],
        blocks: Sequence[Live],
        takers: dict[int, list[tuple[Live, int, bool]]],
    ) -> None:
        self.claims = claims
        self.shelf = claims.shelf
        self.scale = claims.scale
        self.cells = list(cells)
        self.blocks = list(blocks)
        self.takers = takers
        self.count = self.shelf.count
        self._splits: dict[tuple[int, int], list[Split]] = {}
        self._most = [self._block_most(live) for live in self.blocks]
        self._slack = 0
        self._best = -1
        self._found: list[Way] = []

    def ways(self, slack: int, meter: Meter) -> list[Way]:
        """All ways worth at least the best less ``slack``, the best first; with no slack, one best way."""
        self._slack, self._best, self._found = slack, -1, []
        if slack:
            self._splits.clear()
        free = {cell: self.count[cell] for cell in self.cells}
        self._choose_block(0, free, 0, (), meter)
        found = [way for way in self._found if way.worth >= self._best - slack]
        found.sort(key=lambda way: -way.worth)
        return found if slack else found[:1]

    def _cut(self, bound: int) -> bool:
        """Whether nothing under ``bound`` is wanted."""
        if self._best < 0:
            return False
        return bound < self._best - self._slack if self._slack else bound <= self._best

    def _choose_block(
        self, place: int, free: dict[int, int], worth: int, parts: tuple[Part, ...], meter: Meter
    ) -> None:
        if place == len(self.blocks):
            self._share_cells(free, worth, parts, meter)
            return
        rest = sum(self._most[place:])
        if self._cut(worth + rest + sum([self._cell_most(cell, units) for cell, units in free.items()])):
            return
        if not meter.spend() and self._best >= 0:
            return
        live = self.blocks[place]
        for claim in self._claims_of(live, free):
            total = total_of(claim, live, self.scale)
            if total <= 0:
                continue
            remaining = free.copy()
            for cell, units, _ in claim:
                remaining[cell] -= units
            taken = tuple((live, cell, units, off) for cell, units, off in claim)
            self._choose_block(place + 1, remaining, worth + total, parts + taken, meter)
        self._choose_block(place + 1, free, worth, parts, meter)

    def _claims_of(self, live: Live, free: dict[int, int]) -> Iterator[Claim]:
        """What a block could take now, most first."""
        row = _Row(free, len(self.count))
        if live.shape != SETS:
            yield self.claims.alone(live, row)
            return
        for repeats in range(self.claims.repeats(live), 0, -1):
            claim = self.claims.sets(live, row, repeats)
            if claim:
                yield claim

    def _block_most(self, live: Live) -> int:
        """No block is ever worth more: all its units at their dearest."""
        shelf = self.shelf
        cells = shelf.cells(sorted({line for part in live.parts for line in part}))
        return min(sum([shelf.price[cell] * shelf.count[cell] for cell in cells]), live.off_minor) * self.scale

    def _share_cells(self, free: dict[int, int], worth: int, parts: tuple[Part, ...], meter: Meter) -> None:
        """The cells that are left, each to its best; with limits in common, by search."""
        cells = [cell for cell, units in free.items() if units and self.takers.get(cell)]
        choices = [self._splits_of(cell, free[cell]) for cell in cells]
        if not self._slack and not any(splits[0].shared or len(splits) > 1 for splits in choices):
            total = worth + sum([splits[0].total for splits in choices])
            if not self._cut(total):
                self._keep(total, parts + tuple(part for splits in choices for part in splits[0].parts))
            return
        gains = [_gain(splits) for splits in choices]
        order = sorted(range(len(cells)), key=lambda i: -gains[i])
        _Sharing(self, [choices[i] for i in order], worth, parts, meter).go()

    def _keep(self, worth: int, parts: tuple[Part, ...]) -> None:
        self._best = max(self._best, worth)
        self._found.append(Way(worth, parts))

    def _cell_most(self, cell: int, units: int) -> int:
        if not units or cell not in self.takers:
            return 0
        return max([split.total for split in self._splits_of(cell, units)])

    def _splits_of(self, cell: int, units: int) -> list[Split]:
        """The ways to share out ``units`` of a cell, the best first; without slack, only those that may be best."""
        known = self._splits.get((cell, units))
        if known is not None:
            return known
        shelf = self.shelf
        price, listed = shelf.price[cell], self.claims.prices[shelf.line[cell]]
        limited = [taker for taker in self.takers[cell] if taker[1] < shelf.count[cell] or taker[0].units < PLENTY]
        whole = [taker for taker in self.takers[cell] if not (taker[1] < shelf.count[cell] or taker[0].units < PLENTY)]
        found: list[Split] = []

        def rest(units: int, plain: int, shared: tuple[tuple[Live, int, int], ...], parts: tuple[Part, ...]) -> None:
            if units:
                for live, _, common in whole:
                    off = live.ready.worth(price, units, listed)  # type: ignore[misc]
                    if off > 0:
                        part = (*parts, (live, cell, units, off))
                        if common:
                            found.append(Split(plain, (*shared, (live, units, off)), part))
                        else:
                            found.append(Split(plain + off, shared, part))
            found.append(Split(plain, shared, parts))

        def take(
            i: int, units: int, plain: int, shared: tuple[tuple[Live, int, int], ...], parts: tuple[Part, ...]
        ) -> None:
            if i == len(limited):
                rest(units, plain, shared, parts)
                return
            live, most, common = limited[i]
            for k in range(min(units, most, live.units), 0, -1):
                off = live.ready.worth(price, k, listed)  # type: ignore[misc]
                if off > 0:
                    part = (*parts, (live, cell, k, off))
                    if common:
                        take(i + 1, units - k, plain, (*shared, (live, k, off)), part)
                    else:
                        take(i + 1, units - k, plain + off, shared, part)
            take(i + 1, units, plain, shared, parts)

        take(0, units, 0, (), ())
        known = self._splits[cell, units] = _worth_keeping(found, all_of_them=bool(self._slack))
        return known


class _Row(list[int]):
    """Free units by cell, as claims want them: cells outside the parcel have none."""

    def __init__(self, free: dict[int, int], cells: int) -> None:
        super().__init__([0]) if not cells else super().__init__([0] * cells)
        for cell, units in free.items():
            self[cell] = units


class _Sharing:
    """The search over the cells of a parcel whose offers have limits in common."""

    def __init__(
        self, parcel: Parcel, choices: list[list[Split]], worth: int, parts: tuple[Part, ...], meter: Meter
    ) -> None:
        self.parcel = parcel
        self.choices = choices
        self.worth = worth
        self.parts = parts
        self.meter = meter
        self.limits: dict[int, tuple[int, int]] = {}
        """By seat of an offer with a common limit: units, fine units off."""
        self.used: dict[int, list[int]] = {}
        unit_gain: dict[int, int] = {}
        for splits in choices:
            for split in splits:
                for live, units, off in split.shared:
                    seat = live.ready.seat
                    self.limits[seat] = (live.units, live.off_minor * parcel.scale)
                    self.used[seat] = [0, 0]
                    unit_gain[seat] = max(unit_gain.get(seat, 0), -(-off // units))
        self.unit_gain = unit_gain
        self.plain_rest = _suffix([max([s.plain for s in splits if not s.shared], default=0) for splits in choices])
        self.gain_rest = _suffix([_gain(splits) for splits in choices])

    def go(self) -> None:
        """Search all of it."""
        self._cell(0, 0, [])

    def _cell(self, i: int, plain: int, chosen: list[Split]) -> None:
        parcel = self.parcel
        got, room = 0, 0
        for seat, (units, off) in self.limits.items():
            had_units, had_off = self.used[seat]
            got += min(had_off, off)
            left = off - min(had_off, off)
            if units < PLENTY:
                left = min(left, (units - had_units) * self.unit_gain[seat])
            room += left
        bound = self.worth + plain + got + self.plain_rest[i] + min(self.gain_rest[i], room)
        if parcel._cut(bound):
            return
        if i == len(self.choices):
            parts = tuple(part for split in chosen for part in split.parts)
            parcel._keep(self.worth + plain + got, self.parts + parts)
            return
        if not self.meter.spend() and parcel._best >= 0:
            return
        for split in self.choices[i]:
            if self._enter(split):
                chosen.append(split)
                self._cell(i + 1, plain + split.plain, chosen)
                chosen.pop()
                self._leave(split)

    def _enter(self, split: Split) -> bool:
        for live, units, _ in split.shared:
            if self.used[live.ready.seat][0] + units > live.units:
                return False
        for live, units, off in split.shared:
            used = self.used[live.ready.seat]
            used[0] += units
            used[1] += off
        return True

    def _leave(self, split: Split) -> None:
        for live, units, off in split.shared:
            used = self.used[live.ready.seat]
            used[0] -= units
            used[1] -= off


def _gain(splits: list[Split]) -> int:
    """What offers with a common limit could add to a cell at most."""
    plain = max([split.plain for split in splits if not split.shared], default=0)
    return max(0, max([split.total for split in splits], default=0) - plain)


def _suffix(values: list[int]) -> list[int]:
    sums = [0]
    for value in reversed(values):
        sums.append(sums[-1] + value)
    return sums[::-1]


def _worth_keeping(found: list[Split], all_of_them: bool) -> list[Split]:
    """Of splits that ask the same of common limits the dearest for the shop, the first in the file of equals."""
    found.sort(key=lambda split: -split.total)
    kept: dict[tuple[tuple[int, int, int], ...] | int, Split] = {}
    for split in found:
        asked = tuple((live.ready.seat, units, off) for live, units, off in split.shared)
        key = (asked, split.plain) if all_of_them else asked
        kept.setdefault(key, split)  # type: ignore[arg-type]
    return list(kept.values())
