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


def distinct(ways: Sequence[Way], line_of: Sequence[int], scale: int, in_units: bool) -> list[Way]:
    """The ways that differ in what they take off; the first of equals.

    in_units: whether a later group looks at single units; otherwise only lines tell ways apart, unless cents are fixed
    once for the order, where each part counts.
    """
    kept: dict[object, Way] = {}
    for way in ways:
        if in_units or scale > 1:
            look: object = tuple(sorted([(cell, units, off) for _, cell, units, off in _capped(way, scale)]))
        else:
            look = tuple(sorted(line_offs(way, line_of, 1, 1).items()))
        kept.setdefault(look, way)
    return list(kept.values())


def effects_of(
    ways: Sequence[Way], line_of: Sequence[int], by_line: Sequence[Sequence[int]], scale: int
) -> list[Effect]:
    """The effects of a parcel's ways, its first way first, then the cheapest first.

    by_line: the places of the locals on each line.
    """
    first = ways[0]
    before = line_offs(first, line_of, scale, scale, up=1)
    found = []
    for way in ways[1:]:
        offs = line_offs(way, line_of, scale, scale)
        raises: dict[int, int] = {}
        for line in before.keys() | offs.keys():
            more = before.get(line, 0) - offs.get(line, 0)
            if more:
                for place in by_line[line]:
                    raises[place] = raises.get(place, 0) + more
        found.append(Effect(way, first.worth - way.worth, raises))
    found.sort(key=lambda one: one.dearer)
    return [Effect(first, 0, {}), *found]


def line_offs(way: Way, line_of: Sequence[int], fine: int, scale: int, up: int = 0) -> dict[int, int]:
    """What a way takes off each line in units of ``scale`` fine units, part by part rounded down, or up.

    fine: fine units of a minor unit, which an offer's own maximum counts in.
    """
    found: dict[int, int] = {}
    more = (scale - 1) * up
    for _, cell, _, off in _capped(way, fine):
        if off:
            line = line_of[cell]
            found[line] = found.get(line, 0) + (off + more) // scale
    return found


def _capped(way: Way, fine: int) -> Sequence[Part]:
    """The parts of a way under each offer's own maximum."""
    if not any(live.off_minor < PLENTY for live, _, _, _ in way.parts):
        return way.parts
    by_live: dict[Live, list[Part]] = {}
    for part in way.parts:
        by_live.setdefault(part[0], []).append(part)
    found: list[Part] = []
    for live, parts in by_live.items():
        if live.off_minor < PLENTY:
            offs = capped([part[3] for part in parts], live.off_minor * fine)
            parts = [(live, cell, units, off) for (_, cell, units, _), off in zip(parts, offs, strict=True)]
        found += parts
    return found
