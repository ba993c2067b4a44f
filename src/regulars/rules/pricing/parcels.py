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
    """Cells are in one parcel when an offer needs them together: a set, a pick, a limit that they share."""
    shelf = claims.shelf
    takers: dict[int, list[Taker]] = {}
    blocks: list[tuple[Live, list[int]]] = []
    joined = _Joined(len(shelf.line))
    for live in lives:
        if live.shape in (SETS, SPREAD, PICKED):
            cells = shelf.cells(sorted({line for part in live.parts for line in part}))
            blocks.append((live, cells))
            joined.join(cells)
            continue
        cells = claims.reach(live)
        common = live.units < PLENTY or _is_capped(live, cells, claims)
        if common:
            joined.join(cells)
        for cell in cells:
            most = min(claims.line_units(live, cell), shelf.count[cell])
            if most:
                takers.setdefault(cell, []).append((live, most, common))
    cells_of: dict[int, list[int]] = {}
    for cell in sorted(takers.keys() | {cell for _, cells in blocks for cell in cells}):
        cells_of.setdefault(joined.root(cell), []).append(cell)
    blocks_of: dict[int, list[Live]] = {}
    for live, cells in blocks:
        blocks_of.setdefault(joined.root(cells[0]), []).append(live)
    return [Parcel(claims, cells, blocks_of.get(root, ()), takers) for root, cells in cells_of.items()]


def _is_capped(live: Live, cells: Iterable[int], claims: Claims) -> bool:
    """Whether the offer's maximum could bind in this cart."""
    if live.off_minor == PLENTY:
        return False
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
