"""The search over the cells of a parcel whose offers have limits in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.splits import Part, Split

if TYPE_CHECKING:
    from regulars.rules.pricing.parcel import Parcel


class Sharing:
    """One such search: of all combinations of splits, those that the limits allow."""

    def __init__(
        self, parcel: Parcel, choices: Sequence[Sequence[Split]], worth: int, parts: tuple[Part, ...], meter: Meter
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
        self.gain_rest = _suffix([gain_of(splits) for splits in choices])

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
        if parcel.is_cut(bound):
            return
        if i == len(self.choices):
            parts = tuple(part for split in chosen for part in split.parts)
            parcel.keep(self.worth + plain + got, self.parts + parts)
            return
        if not self.meter.spend() and parcel.best >= 0:
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


def gain_of(splits: Sequence[Split]) -> int:
    """What offers with a common limit could add to a cell at most."""
    plain = max([split.plain for split in splits if not split.shared], default=0)
    return max(0, max([split.total for split in splits], default=0) - plain)


def _suffix(values: list[int]) -> list[int]:
    sums = [0]
    for value in reversed(values):
        sums.append(sums[-1] + value)
    return sums[::-1]
