"""The goods of a cart unit by unit: cells of equal units, and what the discounts so far made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from regulars.rules.money import spread

Atoms = Mapping[int, tuple[tuple[int, int], ...]]
"""By line, (units, price a unit), cheapest first; only lines whose units do not all cost the same."""
Claim = list[tuple[int, int, int]]
"""What an offer takes: (cell, units, fine units off); units at no discount are taken too, when the deal needs them."""

Row = list[int]
"""Units that are still to be had, by cell."""


@dataclass(frozen=True, slots=True)
class State:
    """What everything costs at a moment of pricing. nets: minor units by line, delivery last."""

    nets: list[int]
    atoms: Atoms = field(default_factory=dict)


class Shelf:
    """Cells: line, price a unit, count of units, side by side."""

    def __init__(self, state: State, quantities: Sequence[int]) -> None:
        self.line: list[int] = []
        self.price: list[int] = []
        self.count: list[int] = []
        self.cells_of: list[list[int]] = []
        atoms, nets = state.atoms, state.nets
        for i, quantity in enumerate(quantities):
            if i in atoms:
                these = atoms[i]
            else:
                each, over = divmod(nets[i], quantity)
                if not over:
                    self.cells_of.append([len(self.line)])
                    self.line.append(i)
                    self.price.append(each)
                    self.count.append(quantity)
                    continue
                these = ((quantity - over, each), (over, each + 1))
            cells = []
            for units, price in these:
                cells.append(len(self.line))
                self.line.append(i)
                self.price.append(price)
                self.count.append(units)
            self.cells_of.append(cells)
        self.plain = len(self.line) == len(quantities)
        """Whether every line is one cell, which then has its number."""

    def cells(self, lines: list[int]) -> list[int]:
        """The cells of some lines; not to be changed."""
        if self.plain:
            return lines
        of = self.cells_of
        return [cell for line in lines for cell in of[line]]


def less(row: Row, claim: Claim) -> Row:
    """The units left after a claim."""
    remaining = row.copy()
    for cell, units, _ in claim:
        remaining[cell] -= units
    return remaining


def without(state: State, offs: Iterable[tuple[int, int]], quantities: Sequence[int], in_units: bool) -> State:
    """The state after so much off whole lines, spread over their units in proportion when units matter later."""
    nets = state.nets.copy()
    atoms = state.atoms
    for line, off in offs:
        if in_units and line in atoms and off:
            if atoms is state.atoms:
                atoms = dict(atoms)
            atoms[line] = _thinner(atoms[line], off)  # type: ignore[index]
        nets[line] -= off
    return State(nets, atoms)


def without_units(state: State, shelf: Shelf, taken: Iterable[tuple[int, int, int]]) -> State:
    """The state after so much (minor) off so many units of cells."""
    nets = state.nets.copy()
    atoms = dict(state.atoms)
    changed: dict[int, list[tuple[int, int, int]]] = {}
    for cell, units, off in taken:
        changed.setdefault(shelf.line[cell], []).append((cell, units, off))
    for line, takes in changed.items():
        remaining = {cell: shelf.count[cell] for cell in shelf.cells_of[line]}
        pieces: list[tuple[int, int]] = []
        for cell, units, off in takes:
            remaining[cell] -= units
            pieces += _even(units, units * shelf.price[cell] - off)
            nets[line] -= off
        pieces += [(units, shelf.price[cell]) for cell, units in remaining.items() if units]
        atoms[line] = _merged(pieces)
    return State(nets, {line: these for line, these in atoms.items() if len(these) > 1})


def _even(units: int, total: int) -> list[tuple[int, int]]:
    each, over = divmod(total, units)
    return [(units - over, each), (over, each + 1)] if over else [(units, each)]


def _thinner(pieces: tuple[tuple[int, int], ...], off: int) -> tuple[tuple[int, int], ...]:
    weights = [units * price for units, price in pieces]
    shares = spread(off, weights)
    return _merged(
        piece
        for (units, price), share in zip(pieces, shares, strict=True)
        for piece in _even(units, units * price - share)
    )


def _merged(pieces: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    by_price: dict[int, int] = {}
    for units, price in pieces:
        by_price[price] = by_price.get(price, 0) + units
    return tuple((units, price) for price, units in sorted(by_price.items()))
