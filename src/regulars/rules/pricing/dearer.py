"""Combinations that are dearer in their own group and cheaper in the end.

Two kinds of goods: parcels that could lift some goods to a threshold of their own are taken apart into families and
their ``shifts``; of all other parcels only the sum counts (``sums``). Every choice of shifts whose bound is under the
best found is tried, the lowest bound first, with the sums of the other parcels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from regulars.rules.pricing.bound import Bound
from regulars.rules.pricing.effects import Effect, Offs, effects_of
from regulars.rules.pricing.later import Later
from regulars.rules.pricing.parcel import Parcel, Way
from regulars.rules.pricing.prospect import owns_of
from regulars.rules.pricing.shifts import Family, Shift, families
from regulars.rules.pricing.sums import Sums

if TYPE_CHECKING:
    from regulars.rules.pricing.best_of import BestOf
    from regulars.rules.pricing.search import Solution

LEAF = 10
"""What trying a whole combination counts on the meter."""
_WAYS = 3
"""What looking for all ways of a parcel counts, beside what is tried there."""
_PARCEL_SHARE, _FAMILY_SHARE = 4, 4
"""One parcel, one family gets one in so many of the nodes that are left, so that some combinations are tried at all."""


class Dearer:
    """The search, from the first way of each parcel, which leaves ``nets``."""

    def __init__(
        self, choice: BestOf, parcels: Sequence[Parcel], first: Sequence[Way], nets: Sequence[int], found: Solution
    ) -> None:
        self.choice = choice
        self.parcels = parcels
        self.first = first
        self.nets = nets
        self.found = found
        self.scale = choice.scale
        self.meter = choice.search.meter
        self.prospect = choice.search.prospect(choice.place + 1)
        self.offs = Offs(choice.shelf.line, self.scale, choice.search.turns.in_units[choice.place])
        self.goods = sum(nets) - nets[-1]
        line_of = choice.shelf.line
        self.lines = [{line_of[cell] for cell in parcel.cells} for parcel in parcels]
        self._known: dict[int, tuple[int, list[Way]]] = {}

    def best(self) -> Solution:
        """The cheapest combination of all."""
        self.firsts = owns_of(self.prospect, self.nets)
        if self.scale > 1:
            # Cents fixed once for the order may fall on other lines: one a part at most.
            wobble = sum([len(way.parts) for way in self.first])
            self.firsts = [own + wobble for own in self.firsts]
        self.tops = owns_of(self.prospect, self.choice.state.nets)
        self.owns = [own + more for own, more in zip(self.firsts, self._movable(), strict=True)]
        most = sum([way.worth for way in self.first]) // self.scale
        if self.scale > 1:
            most += 1  # half a cent and more was taken off as a whole one
        later = self._later(self.owns, self.tops)
        ranges = later.useful(self.found.total, most)
        if ranges:
            if later.steep > 100:
                self._sums(later, {}, ranges)
            else:
                self._shift(ranges[-1][1])
        return self.found

    def _later(self, owns: Sequence[int], tops: Sequence[int], dearer: int = 0) -> Later:
        return Later(self.prospect, self.goods + dearer, self.nets[-1], owns, tops)

    def _movable(self) -> list[int]:
        """By local: what discounts on its goods could at most be put on others of the same parcels instead."""
        movable = [0] * len(self.prospect.locals)
        if not movable:
            return movable
        before, nets, by_line = self.choice.state.nets, self.nets, self.prospect.by_line
        for lines in self.lines:
            if len(lines) > 1:
                shares: dict[int, list[int]] = {}
                for line in lines:
                    for place in by_line[line]:
                        shares.setdefault(place, []).append(before[line] - nets[line])
                for place, offs in shares.items():
                    if len(offs) < len(lines):
                        movable[place] += sum(offs)
        return movable

    def _ways(self, parcel: int, slack: int) -> list[Way]:
        """The ways of a parcel up to so many minor units dearer, the first of them first."""
        known = self._known.get(parcel)
        if known is None or known[0] < slack:
            if not self.meter.spend(_WAYS):
                return [self.first[parcel]]
            floor = self.meter.narrow(_PARCEL_SHARE)
            found = self.parcels[parcel].ways((slack + 1) * self.scale, self.meter)
            self.meter.widen(floor)
            first = self.first[parcel]
            found = self.offs.distinct([first, *found])
            self._known[parcel] = known = (slack, found)
        least = self.first[parcel].worth - (slack + 1) * self.scale
        return [way for way in known[1] if way.worth >= least]

    def _shift(self, reach: int) -> None:
        """Try the shifts of families within ``reach`` minor units dearer."""
        places = self._within(
            self.firsts, [min(own + reach, top) for own, top in zip(self.owns, self.tops, strict=True)]
        )
        counts = set(places)
        by_line = [[place for place in of_line if place in counts] for of_line in self.prospect.by_line]
        effects: dict[int, list[Effect]] = {}
        for parcel, lines in enumerate(self.lines):
            if any(by_line[line] for line in lines):
                effects[parcel] = effects_of(self._ways(parcel, reach), self.offs, by_line)
                if self.meter.over:
                    return  # nothing could be tried any more
        tops = self.firsts.copy()
        for these in effects.values():
            raises: dict[int, int] = {}
            for effect in these:
                for place, more in effect.raises.items():
                    raises[place] = max(raises.get(place, 0), more)
            for place, more in raises.items():
                tops[place] += more
        for place in places:
            self.owns[place] = min(self.owns[place], tops[place])
            self.tops[place] = min(self.tops[place], tops[place])
        places = self._within(self.firsts, [tops[place] if place in counts else 0 for place in range(len(tops))])
        counts = set(places)
        touches = {
            parcel: sorted({place for line in self.lines[parcel] for place in by_line[line]} & counts)
            for parcel in effects
        }
        touches = {parcel: touched for parcel, touched in touches.items() if touched}
        groups = [Family(one, effects, self.prospect, self.firsts, places) for one in families(touches)]
        base = self._later(
            [self.firsts[i] if i in counts else own for i, own in enumerate(self.owns)],
            [self.firsts[i] if i in counts else top for i, top in enumerate(self.tops)],
        )
        self._try_all(base, groups, counts, reach)

    def _within(self, owns: Sequence[int], tops: Sequence[int]) -> list[int]:
        """The locals whose goods count for something between what they cost and what they could."""
        return [
            late.place
            for late, own, top in zip(self.prospect.locals, owns, tops, strict=True)
            if top > own
            and (
                late.steps_between(own, top)
                or (late.steep and self.owns[late.place] > own)
                or late.most_alone(top) > late.most_alone(own)
            )
        ]

    def _try_all(self, base: Later, groups: Sequence[Family], counts: set[int], reach: int) -> None:
        bound = Bound(base, reach, self.scale)
        gains = [family.most for family in groups]
        kept: list[list[Shift]] = []
        for i, family in enumerate(groups):
            others = sum(gains) - gains[i]

            def could(dearer: int, gain: int, others: int = others) -> bool:
                return bound.of(dearer) - gain - others < self.found.total

            floor = self.meter.narrow(_FAMILY_SHARE)
            shifts = family.shifts(could, self.meter) or [Shift(0, 0, {}, ())]
            self.meter.widen(floor)
            gains[i] = max([shift.gain for shift in shifts])
            kept.append(sorted(shifts, key=lambda one: (bound.of(one.dearer) - one.gain, one.dearer)))
        if self.meter.over:
            return
        choices = [
            (bound.of(sum([shift.dearer for shift in chosen])) - sum([shift.gain for shift in chosen]), i, chosen)
            for i, chosen in enumerate(self._choices(kept, bound, [], 0, 0))
        ]
        choices.sort(key=lambda one: one[:2])
        tried: list[list[Shift]] = []
        for least, _, chosen in choices:
            if least >= self.found.total:
                break
            if not self._shifted(chosen):
                return
            tried.append(chosen)
        # That parcels beside the families help is rare, so it comes after whatever else there is to try.
        for chosen in tried:
            self._beside(chosen, counts, reach)

    def _choices(
        self, kept: Sequence[list[Shift]], bound: Bound, chosen: list[Shift], dearer: int, gain: int
    ) -> Iterator[list[Shift]]:
        """Every choice of a shift a family that could pay."""
        place = len(chosen)
        if place == len(kept):
            yield chosen
            return
        rest = sum([bound.profit(shifts) for shifts in kept[place + 1 :]])
        rest_gain = sum([max([shift.gain for shift in shifts]) for shifts in kept[place + 1 :]])
        for shift in kept[place]:
            if not self.meter.spend():
                return
            more, gained = dearer + shift.dearer, gain + shift.gain
            if min(bound.near(more) - rest, bound.far(more) - rest_gain) - gained < self.found.total:
                yield from self._choices(kept, bound, [*chosen, shift], more, gained)

    def _shifted(self, chosen: Sequence[Shift]) -> bool:
        """Try a choice of shifts, all other parcels as they were first; whether the search may go on."""
        fixed = self._fixed(chosen)
        if all(way is self.first[parcel] for parcel, way in fixed.items()):
            return True
        return self._attempt([fixed.get(i, way) for i, way in enumerate(self.first)]) is not None

    def _beside(self, chosen: Sequence[Shift], counts: set[int], reach: int) -> None:
        """Try a choice of shifts with the sums that the other parcels can come to."""
        if self.meter.over:
            return
        raised = self.firsts.copy()
        for shift in chosen:
            for place, more in shift.raises.items():
                raised[place] += more
        dearer = sum([shift.dearer for shift in chosen]) // self.scale
        later = self._later(
            [raised[i] if i in counts else own for i, own in enumerate(self.owns)],
            [raised[i] if i in counts else top for i, top in enumerate(self.tops)],
            dearer,
        )
        ranges = later.useful(self.found.total, max(0, reach - dearer))
        if ranges:
            self._sums(later, self._fixed(chosen), ranges)

    @staticmethod
    def _fixed(chosen: Sequence[Shift]) -> dict[int, Way]:
        return {parcel: effect.way for shift in chosen for parcel, effect in shift.chosen}

    def _sums(self, later: Later, fixed: dict[int, Way], ranges: list[tuple[int, int]]) -> None:
        """Try the sums of all parcels that are not fixed."""
        most = ranges[-1][1]
        free = [i for i in range(len(self.parcels)) if i not in fixed]
        ways = [self._ways(i, most) for i in free]
        if self.meter.over or not any(len(these) > 1 for these in ways):
            return

        def attempt(chosen: list[Way]) -> int | None:
            whole = [fixed.get(i, way) for i, way in enumerate(self.first)]
            for i, way in zip(free, chosen, strict=True):
                whole[i] = way
            if all(way is first for way, first in zip(whole, self.first, strict=True)):
                return self.found.total
            return self._attempt(whole)

        Sums(ways, most, self.scale).search(ranges, later, self.found.total, attempt)

    def _attempt(self, ways: Sequence[Way]) -> int | None:
        """Try a whole combination; the best total then, None when the search may not go on."""
        if not self.meter.spend(LEAF):
            return None
        solution, _ = self.choice.outcome(ways)
        if solution.total < self.found.total:
            self.found = solution
        return self.found.total
