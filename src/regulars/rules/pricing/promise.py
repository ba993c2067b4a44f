"""What an offer that picks its goods can add to a parcel at most: what it takes off, less what its units would bring.

Both sides are safe: it takes off no more than on the dearest units it could have, and its units would have brought no
less than the cheapest to give up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from regulars.rules.offers.model import Bundle, BuyGet, Nth
from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.tables import PICKED, SETS
from regulars.rules.pricing.till import Live


def promise(live: Live, claims: Claims, losses: Mapping[int, int]) -> int:
    """In fine units; losses: by cell, what one unit less costs at least."""
    if live.shape == SETS:
        return _of_sets(live, claims, losses)
    shelf = claims.shelf
    if live.shape == PICKED:
        worth = live.ready.worth
        assert worth is not None
        gains: list[int] = []
        for cell in claims.reach(live):
            off = worth(shelf.price[cell], 1, claims.prices[shelf.line[cell]]) + 1
            gains += [max(0, off - losses.get(cell, 0))] * min(shelf.count[cell], live.units)
        gains.sort(reverse=True)
        return min(sum(gains[: live.units]), live.off_minor * claims.scale)
    cells = shelf.cells(live.lines)
    now = sum([shelf.price[cell] * shelf.count[cell] for cell in cells])
    return min(claims.once(live, now, cells, shelf.count), now * claims.scale, live.off_minor * claims.scale)


def _of_sets(live: Live, claims: Claims, losses: Mapping[int, int]) -> int:
    deal, shelf, scale = live.ready.offer.deal, claims.shelf, claims.scale
    lost = _each(claims, sorted({line for part in live.parts for line in part}), lambda cell: losses.get(cell, 0))
    lost.sort()
    best = 0
    rows = [sorted(_each(claims, part, shelf.price.__getitem__), reverse=True) for part in live.parts]
    for repeats in range(1, claims.repeats(live) + 1):
        if isinstance(deal, Bundle):
            took = sum([sum(row[: repeats * slot.quantity]) for row, slot in zip(rows, deal.slots, strict=True)])
            off = (took - repeats * deal.price_minor) * scale
            units = repeats * sum([slot.quantity for slot in deal.slots])
        else:
            assert isinstance(deal, (BuyGet, Nth)) and live.ready.share is not None
            got = repeats * (deal.get_quantity if isinstance(deal, BuyGet) else 1)
            # Half cents may round up on every line.
            off = live.ready.share(sum(rows[-1][:got])) + len(live.parts[-1])
            units = repeats * (deal.nth if isinstance(deal, Nth) else deal.buy_quantity + deal.get_quantity)
        best = max(best, min(off, live.off_minor * scale) - sum(lost[:units]))
    return best


def _each(claims: Claims, lines: list[int], of: Callable[[int], int]) -> list[int]:
    """A number for every unit of some lines."""
    shelf = claims.shelf
    return [of(cell) for cell in shelf.cells(lines) for _ in range(shelf.count[cell])]
