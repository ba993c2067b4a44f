"""What a way of sharing out a parcel does to later groups: what it costs, and what it leaves of what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.parcel import Way
from regulars.rules.pricing.splits import Part
from regulars.rules.pricing.till import Live
from regulars.rules.pricing.worth import capped


@dataclass(frozen=True, slots=True)
class Effect:
    """One way of a parcel. dearer: by how much it is worth less than the parcel's first way, in fine units. raises: by
    place among the locals, by how many minor units their goods are dearer at most than with the first way."""

    way: Way
    dearer: int
    raises: dict[int, int]


class Offs:
    """What the ways of one cart take off each line, told once a way.

    line_of: the line of each cell. in_units: whether a later group looks at single units.
    """

    def __init__(self, line_of: Sequence[int], scale: int, in_units: bool) -> None:
        self.line_of = line_of
        self.scale = scale
        self.by_parts = in_units or scale > 1
        """Whether more than lines tells ways apart: units, or each part where cents are fixed once for the order."""
        self._known: dict[Way, dict[int, int]] = {}

    def distinct(self, ways: Sequence[Way]) -> list[Way]:
        """The ways that differ in what they take off; the first of equals."""
        kept: dict[object, Way] = {}
        for way in ways:
            if self.by_parts:
                look: object = tuple(sorted([(cell, units, off) for _, cell, units, off in _capped(way, self.scale)]))
            else:
                look = frozenset(self.of(way).items())
            if look not in kept:
                kept[look] = way
        return list(kept.values())

    def of(self, way: Way) -> dict[int, int]:
        """By line, whole minor units off, part by part rounded down."""
        known = self._known.get(way)
        if known is None:
            known = self._known[way] = self._by_line(way, 0)
        return known

    def at_most(self, way: Way) -> dict[int, int]:
        """By line, whole minor units off, part by part rounded up."""
        return self.of(way) if self.scale == 1 else self._by_line(way, self.scale - 1)

    def _by_line(self, way: Way, more: int) -> dict[int, int]:
        found: dict[int, int] = {}
        line_of, scale = self.line_of, self.scale
        for _, cell, _, off in _capped(way, scale):
            if off:
                line = line_of[cell]
                whole = off if scale == 1 else (off + more) // scale
                found[line] = found[line] + whole if line in found else whole
        return found


def effects_of(ways: Sequence[Way], offs: Offs, by_line: Sequence[Sequence[int]]) -> list[Effect]:
    """The effects of a parcel's ways, its first way first, then the cheapest first.

    by_line: the places on each line of those locals that count.
    """
    first = ways[0]
    before = offs.at_most(first)
    places = {line: by_line[line] for line in before if by_line[line]}
    found = []
    for way in ways[1:]:
        now = offs.of(way)
        raises: dict[int, int] = {}
        for line, on_line in places.items():
            more = before[line] - now.get(line, 0)
            if more:
                for place in on_line:
                    raises[place] = raises.get(place, 0) + more
        for line, off in now.items():
            if line not in before:
                for place in by_line[line]:
                    raises[place] = raises.get(place, 0) - off
        found.append(Effect(way, first.worth - way.worth, raises))
    found.sort(key=lambda one: one.dearer)
    return [Effect(first, 0, {}), *found]


def _capped(way: Way, fine: int) -> Sequence[Part]:
    """The parts of a way under each offer's own maximum; fine: fine units of a minor unit."""
    limited: dict[Live, int] = {}
    for live, _, _, off in way.parts:
        if live.off_minor < PLENTY:
            limited[live] = limited.get(live, 0) + off
    over = [live for live, off in limited.items() if off > live.off_minor * fine]
    if not over:
        return way.parts
    found = [part for part in way.parts if part[0] not in over]
    for live in over:
        parts = [part for part in way.parts if part[0] is live]
        offs = capped([part[3] for part in parts], live.off_minor * fine)
        found += [(live, cell, units, off) for (_, cell, units, _), off in zip(parts, offs, strict=True)]
    return found
