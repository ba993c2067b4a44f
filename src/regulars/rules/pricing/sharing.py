"""The search over the cells of a parcel whose offers have limits in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.splits import Part, Split

if TYPE_CHECKING:
    from regulars.rules.pricing.parcel import Parcel


_Asked = tuple[int, int, int]
"""(place among the limits, units, fine units off)."""


class _Limit:
    """What an offer may have on all cells together, and what it has had. unit_gain: what a unit brings at most."""

    __slots__ = ("off", "unit_gain", "units", "used_off", "used_units")

    def __init__(self, units: int, off: int) -> None:
        self.units = units
        self.off = off
        self.unit_gain = 0
        self.used_units = 0
        self.used_off = 0


class Sharing:
    """One such search: of all combinations of splits, those that the limits allow."""

    def __init__(
        self, parcel: Parcel, choices: Sequence[Sequence[Split]], worth: int, parts: tuple[Part, ...], meter: Meter
    ) -> None:
        self.parcel = parcel
        self.parts = parts
        self.worth = worth
        self.meter = meter
        self.limits: list[_Limit] = []
        self.cells: list[list[tuple[int, list[_Asked], tuple[Part, ...]]]] = []
        """By cell, each split: what it brings without a common limit, what it asks of the limits, who takes what."""
        place_of: dict[int, int] = {}
        for splits in choices:
            cell = []
            for split in splits:
                asks = []
                for live, units, off in split.shared:
                    place = place_of.setdefault(live.ready.seat, len(self.limits))
                    if place == len(self.limits):
                        self.limits.append(_Limit(live.units, live.off_minor * parcel.scale))
                    limit = self.limits[place]
                    limit.unit_gain = max(limit.unit_gain, -(-off // units))
                    asks.append((place, units, off))
                cell.append((split.plain, asks, split.parts))
            self.cells.append(cell)
        self.plain_rest = _suffix([_plain_of(splits) for splits in choices])
        self.gain_rest = _suffix([gain_of(splits) for splits in choices])

    def go(self) -> None:
        """Search all of it."""
        self._cell(0, self.worth, self.parts)

    def _cell(self, i: int, worth: int, parts: tuple[Part, ...]) -> None:
        """Decide on the cells from ``i`` on; worth: so far, without what has a common limit."""
        parcel, limits = self.parcel, self.limits
        got = room = 0
        for limit in limits:
            used, off = limit.used_off, limit.off
            if used >= off:
                got += off
                continue
            got += used
            of_units = (limit.units - limit.used_units) * limit.unit_gain
            room += of_units if of_units < off - used else off - used
        gain = self.gain_rest[i]
        if parcel.is_cut(worth + got + self.plain_rest[i] + (gain if gain < room else room)):
            return
        if i == len(self.cells):
            parcel.keep(worth + got, parts)
            return
        if not self.meter.spend() and parcel.best >= 0:
            return
        for plain, asks, taken in self.cells[i]:
            if not asks:
                self._cell(i + 1, worth + plain, parts + taken)
            elif self._enter(asks):
                self._cell(i + 1, worth + plain, parts + taken)
                self._leave(asks)

    def _enter(self, asks: Sequence[_Asked]) -> bool:
        limits = self.limits
        for place, units, _ in asks:
            limit = limits[place]
            if limit.used_units + units > limit.units:
                return False
        for place, units, off in asks:
            limit = limits[place]
            limit.used_units += units
            limit.used_off += off
        return True

    def _leave(self, asks: Sequence[_Asked]) -> None:
        for place, units, off in asks:
            limit = self.limits[place]
            limit.used_units -= units
            limit.used_off -= off


def _plain_of(splits: Sequence[Split]) -> int:
    """What a cell brings at most without the offers that have a common limit."""
    return max([split.plain for split in splits if not split.shared], default=0)


def gain_of(splits: Sequence[Split]) -> int:
    """What offers with a common limit could add to a cell at most."""
    return max(0, max([split.total for split in splits], default=0) - _plain_of(splits))


def _suffix(values: list[int]) -> list[int]:
    sums = [0]
    for value in reversed(values):
        sums.append(sums[-1] + value)
    return sums[::-1]
