"""Combinations of parcels that only matter by how much dearer they are together.

Which sums the parcels can come to at all is one large integer, a bit a sum. The sums are tried with the lowest bound
first, so the search ends with a proof as soon as no sum is left whose bound is under the best combination found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush

from regulars.rules.pricing.later import Later
from regulars.rules.pricing.parcel import Way

_BITS = 4096
Ranges = list[tuple[int, int]]
"""Of minor units dearer: from included, until excluded."""


class Sums:
    """ways: of each parcel, the first one first. most: minor units dearer that are looked at."""

    def __init__(self, ways: Sequence[Sequence[Way]], most: int, scale: int) -> None:
        self.ways = ways
        self.scale = scale
        self.grain = (most // _BITS + 1) * scale
        """Fine units a bit. Where that is more than one, sums are blurred by a bit a parcel, to the safe side."""
        self.blur = 0 if self.grain == 1 else len(ways) + 1
        self.dearer = [[(these[0].worth - way.worth) // self.grain for way in these] for these in ways]
        full = (1 << (_BITS + self.blur + 2)) - 1
        reach = 1
        self.reach = [reach]
        """For each parcel on, the sums that it and those after it can come to."""
        for dearer in reversed(self.dearer):
            sums = 0
            for more in set(dearer):
                sums |= reach << more
            reach = sums & full
            self.reach.append(reach)
        self.reach.reverse()

    def search(self, ranges: Ranges, later: Later, best: int, attempt: Callable[[list[Way]], int | None]) -> None:
        """Sums by their bound, the lowest first; within a range the bound only rises.

        best: the total to be beaten. attempt: tries a combination and says the best total then, None to stop.
        """
        queue: list[tuple[int, int, tuple[int, int]]] = []
        for one in ranges:
            self._next_sum(queue, later, one, max(0, one[0] * self.scale // self.grain - self.blur))
        seen = set()
        while queue:
            bound, bit, one = heappop(queue)
            if bound >= best:
                return
            if bit not in seen:
                seen.add(bit)
                for ways in self._ways_to(0, bit):
                    now = attempt(ways)
                    if now is None:
                        return
                    best = now
                    if best <= bound:
                        break
            self._next_sum(queue, later, one, bit + 1)

    def _next_sum(
        self, queue: list[tuple[int, int, tuple[int, int]]], later: Later, one: tuple[int, int], bit: int
    ) -> None:
        """Queue the next sum of a range, from ``bit`` on, that the parcels can come to."""
        rest = self.reach[0] >> bit
        if not rest:
            return
        bit += (rest & -rest).bit_length() - 1
        lowest = bit * self.grain // self.scale
        if lowest < one[1]:
            # Where the bound may fall again within a range, it says nothing about the sums after this one.
            bound = 0 if later.steep > 100 else later.lowest(max(lowest, one[0]), one[1])
            heappush(queue, (bound, bit, one))

    def _ways_to(self, place: int, bit: int) -> Iterator[list[Way]]:
        """Every combination that comes to a sum, from a parcel on."""
        if place == len(self.ways):
            yield []
            return
        reach = self.reach[place + 1]
        for more, way in zip(self.dearer[place], self.ways[place], strict=True):
            if more <= bit and reach >> (bit - more) & 1:
                for rest in self._ways_to(place + 1, bit - more):
                    yield [way, *rest]
