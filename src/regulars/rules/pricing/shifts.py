"""Discounts left out, or put on other goods, so that some goods reach a threshold of their own later.

Parcels belong together when a threshold within reach counts goods of both; such families have nothing to do with each
other. Every choice of ways for the parcels of a family is a ``Shift``: what it costs now, and its ``gain``, what later
offers on its goods could take off more for it.

A choice of shifts cannot end under the bound of what they cost together less their gains: no later offer takes off more
than its gain for dearer goods of its own, and whatever it takes off more, the offers after it never take off more than
that again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from regulars.rules.pricing.effects import Effect
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.prospect import Prospect

_Raises = dict[int, int]


@dataclass(frozen=True, slots=True)
class Shift:
    """dearer: what it costs, in fine units. gain: in minor units, at most. raises: by place of a local, by how much its
    goods are dearer. chosen: by parcel, its way."""

    dearer: int
    gain: int
    raises: _Raises
    chosen: tuple[tuple[int, Effect], ...]


class Family:
    """Parcels that reach for the same thresholds. places: the locals that count; owns: what their goods cost now."""

    def __init__(
        self,
        parcels: Sequence[int],
        effects: Mapping[int, list[Effect]],
        prospect: Prospect,
        owns: Sequence[int],
        places: Sequence[int],
    ) -> None:
        self.parcels = parcels
        self.effects = effects
        self.owns = owns
        touched = {place for parcel in parcels for effect in effects[parcel] for place in effect.raises}
        self.lates = [prospect.locals[place] for place in places if place in touched]
        self.at_first = [late.most_alone(owns[late.place]) for late in self.lates]
        self.rests: list[_Raises] = [{}]
        """By parcel: what it and those after it can raise at most."""
        for parcel in reversed(parcels):
            rest = self.rests[-1].copy()
            for late in self.lates:
                more = max([effect.raises.get(late.place, 0) for effect in effects[parcel]])
                if more:
                    rest[late.place] = rest.get(late.place, 0) + more
            self.rests.append(rest)
        self.rests.reverse()
        self.most = self._gain({}, self.rests[0])
        """What it gains at most."""

    def shifts(self, could: Callable[[int, int], bool], meter: Meter) -> list[Shift]:
        """The shifts that ``could`` pay (fine units dearer, gain), the one that changes nothing first among them."""
        return list(self._choose(0, Shift(0, 0, {}, ()), could, meter))

    def _gain(self, raises: _Raises, rest: _Raises) -> int:
        gain = 0
        for late, before in zip(self.lates, self.at_first, strict=True):
            more = raises.get(late.place, 0) + rest.get(late.place, 0)
            if more > 0:
                # Of a percent a minor unit more, for the cents that are cut elsewhere.
                gain += max(0, late.most_alone(self.owns[late.place] + more) - before + (1 if late.steep else 0))
        return gain

    def _choose(self, i: int, made: Shift, could: Callable[[int, int], bool], meter: Meter) -> Iterator[Shift]:
        if i == len(self.parcels):
            yield made
            return
        parcel = self.parcels[i]
        for effect in self.effects[parcel]:
            if not meter.spend():
                return
            raises = _plus(made.raises, effect.raises)
            dearer = made.dearer + effect.dearer
            changed = dearer or raises
            if changed and not could(dearer, self._gain(raises, self.rests[i + 1])):
                continue
            shift = Shift(dearer, self._gain(raises, {}), raises, (*made.chosen, (parcel, effect)))
            yield from self._choose(i + 1, shift, could, meter)


def families(touches: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Parcels that share a local, directly or through others; touches: by parcel, the locals that count."""
    of_local: dict[int, list[int]] = {}
    for parcel, places in touches.items():
        for place in places:
            of_local.setdefault(place, []).append(parcel)
    found: list[list[int]] = []
    seen: set[int] = set()
    for parcel in touches:
        if parcel not in seen:
            seen.add(parcel)
            family = [parcel]
            for one in family:
                for other in [other for place in touches[one] for other in of_local[place]]:
                    if other not in seen:
                        seen.add(other)
                        family.append(other)
            found.append(family)
    return found


def _plus(one: _Raises, other: _Raises) -> _Raises:
    if not other:
        return one
    together = one.copy()
    for place, more in other.items():
        together[place] = together.get(place, 0) + more
    return together
