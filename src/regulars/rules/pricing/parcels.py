"""The goods of a ``best_of`` group, taken apart into parcels that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.parcel import Parcel
from regulars.rules.pricing.splits import Taker
from regulars.rules.pricing.tables import PICKED, SETS, SPREAD
from regulars.rules.pricing.till import Live


def parcels_of(claims: Claims, lives: Sequence[Live]) -> list[Parcel]:
    """Cells are in one parcel when an offer needs them together: a set, a pick, a limit that they share.

    A set that the goods do not make even when all are free binds nothing together and is left out.
    """
    shelf = claims.shelf
    takers: dict[int, list[Taker]] = {}
    blocks: list[tuple[Live, list[int]]] = []
    joined = _Joined(len(shelf.line))
    for live in lives:
        if live.shape in (SETS, SPREAD, PICKED):
            if live.shape == SETS and not claims.repeats(live):
                continue
            lines = sorted({line for part in live.parts for line in part}) if len(live.parts) > 1 else live.lines
            cells = shelf.cells(lines)
            blocks.append((live, cells))
            joined.join(cells)
            continue
        cells = claims.reach(live)
        # A limit on a single cell is nothing that cells have in common.
        common = len(cells) > 1 and (
            live.units < PLENTY or (live.off_minor < PLENTY and _is_capped(live, cells, claims))
        )
        if common:
            joined.join(cells)
        for cell in cells:
            most = shelf.count[cell] if live.line_units == PLENTY else claims.line_units(live, cell)
            if most:
                takers.setdefault(cell, []).append((live, most, common))
    cells_of: dict[int, list[int]] = {}
    for cell in sorted(takers.keys() | {cell for _, cells in blocks for cell in cells}):
        cells_of.setdefault(joined.root(cell), []).append(cell)
    blocks_of: dict[int, list[tuple[Live, list[int]]]] = {}
    for live, cells in blocks:
        blocks_of.setdefault(joined.root(cells[0]), []).append((live, cells))
    return [Parcel(claims, cells, blocks_of.get(root, ()), takers) for root, cells in cells_of.items()]


def _is_capped(live: Live, cells: Iterable[int], claims: Claims) -> bool:
    """Whether the offer's maximum could bind in this cart."""
    shelf, worth = claims.shelf, live.ready.worth
    assert worth is not None
    most = live.off_minor * claims.scale
    total = 0
    for cell in cells:
        total += worth(shelf.price[cell], claims.line_units(live, cell), claims.prices[shelf.line[cell]])
        if total > most:
            return True
    # Half cents round up cell by cell, and a cell may be shared out in other portions.
    return total + len(shelf.line) > most


class _Joined:
    """Cells that belong together."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def root(self, cell: int) -> int:
        """The cell that stands for all that belong to it."""
        parent = self.parent
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    def join(self, cells: Sequence[int]) -> None:
        """These belong together."""
        if cells:
            first = self.root(cells[0])
            for cell in cells[1:]:
                self.parent[self.root(cell)] = first
