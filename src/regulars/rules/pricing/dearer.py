"""Combinations that are dearer in their own group and cheaper in the end.

``Later`` gives, for each sum by which the goods could be dearer, the least the cart could then come to. Which sums the
parcels can come to at all is one large integer, a bit a sum. The sums are tried with the lowest bound first, so the
search ends with a proof as soon as no sum is left whose bound is under the best combination found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from regulars.rules.pricing.later import Later
from regulars.rules.pricing.parcel import Parcel, Way

if TYPE_CHECKING:
    from regulars.rules.pricing.best_of import BestOf
    from regulars.rules.pricing.search import Solution

LEAF = 10
"""What trying a whole combination counts on the meter."""
_BITS = 4096
_Ranges = list[tuple[int, int]]


class Dearer:
    """The search, from the first way of each parcel, which leaves ``nets``."""

    def __init__(
        self,
        choice: BestOf,
        parcels: Sequence[Parcel],
        first: Sequence[Way],
        nets: Sequence[int],
        later: Later,
        most: int,
        found: Solution,
    ) -> None:
        self.choice = choice
        self.parcels = parcels
        self.first = first
        self.nets = nets
        self.later = later
        self.most = most
        self.found = found
        self.scale = choice.scale
        self.meter = choice.search.meter
        self.ways: list[list[Way]] = []

    def best(self) -> Solution:
        """The cheapest combination of all."""
        ranges = self._narrow()
        if ranges and any(len(ways) > 1 for ways in self.ways):
            self._count_sums(ranges[-1][1])
            self._search(ranges)
        return self.found

    def _narrow(self) -> _Ranges:
        """The ranges of sums worth trying, and the ways within them: fewer ways, a closer bound, smaller ranges."""
        ranges = self.later.useful(self.found.total, self.most)
        while ranges:
            self.most = ranges[-1][1]
            slack = (self.most + 1) * self.scale
            if self.ways:
                self.ways = [
                    [way for way in ways if first.worth - way.worth <= slack]
                    for first, ways in zip(self.first, self.ways, strict=True)
                ]
            else:
                self.ways = [parcel.ways(slack, self.meter) for parcel in self.parcels]
            top = self._top()
            most = [min(one, most) for one, most in zip(self.later.most, top, strict=True)]
            self.later = self.choice.later(self.nets, most, top)
            closer = self.later.useful(self.found.total, self.most)
            if not closer or closer[-1][1] * 8 > self.most * 7:
                return closer
            ranges = closer
        return []

    def _top(self) -> list[int]:
        """What each line can cost at most in any of the ways."""
        top = list(self.nets)
        before, line = self.choice.state.nets, self.choice.shelf.line
        for parcel, ways in zip(self.parcels, self.ways, strict=True):
            lines = {line[cell] for cell in parcel.cells}
            for i in lines:
                top[i] = 0
            for way in ways:
                off = dict.fromkeys(lines, 0)
                for _, cell, _, fine in way.parts:
                    off[line[cell]] += fine
                # An offer at its maximum takes less off a line than its parts say.
                capped = way.worth < sum([part[3] for part in way.parts])
                for i in lines:
                    top[i] = before[i] if capped else max(top[i], before[i] - off[i] // self.scale)
        return top

    def _count_sums(self, most: int) -> None:
        """For each parcel on, the sums that it and those after it can come to."""
        scale = self.scale
        self.grain = (most // _BITS + 1) * scale
        """Fine units a bit. Where that is more than one, sums are blurred by a bit a parcel, to the safe side."""
        self.blur = 0 if self.grain == 1 else len(self.parcels) + 1
        self.dearer = [
            [(first.worth - way.worth) // self.grain for way in ways]
            for first, ways in zip(self.first, self.ways, strict=True)
        ]
        full = (1 << (_BITS + self.blur + 2)) - 1
        reach = 1
        self.reach = [reach]
        for dearer in reversed(self.dearer):
            sums = 0
            for more in set(dearer):
                sums |= reach << more
            reach = sums & full
            self.reach.append(reach)
        self.reach.reverse()

    def _search(self, ranges: _Ranges) -> None:
        """Sums by their bound, the lowest first; within a range the bound only rises."""
        queue: list[tuple[int, int, tuple[int, int]]] = []
        for one in ranges:
            self._next_sum(queue, one, max(0, one[0] * self.scale // self.grain - self.blur))
        seen = set()
        while queue:
            bound, bit, one = heappop(queue)
            if bound >= self.found.total:
                return
            if bit not in seen:
                seen.add(bit)
                for ways in self._ways_to(0, bit):
                    if not self.meter.spend(LEAF):
                        return
                    solution, _ = self.choice.outcome(ways)
                    if solution.total < self.found.total:
                        self.found = solution
                    if self.found.total <= bound:
                        break
            self._next_sum(queue, one, bit + 1)

    def _next_sum(self, queue: list[tuple[int, int, tuple[int, int]]], one: tuple[int, int], bit: int) -> None:
        """Queue the next sum of a range, from ``bit`` on, that the parcels can come to."""
        rest = self.reach[0] >> bit
        if not rest:
            return
        bit += (rest & -rest).bit_length() - 1
        lowest = bit * self.grain // self.scale
        if lowest < one[1]:
            # Where the bound may fall again within a range, it says nothing about the sums after this one.
            bound = 0 if self.later.steep > 100 else self.later.least(max(lowest, one[0]))
            heappush(queue, (bound, bit, one))

    def _ways_to(self, place: int, bit: int) -> Iterator[list[Way]]:
        """Every combination that comes to a sum, from a parcel on."""
        if place == len(self.parcels):
            yield []
            return
        reach = self.reach[place + 1]
        for more, way in zip(self.dearer[place], self.ways[place], strict=True):
            if more <= bit and reach >> (bit - more) & 1:
                for rest in self._ways_to(place + 1, bit - more):
                    yield [way, *rest]
