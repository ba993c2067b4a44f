"""What an offer that picks its goods can add to a parcel at most: what it takes off, less what its units would bring.

Both sides are safe: it takes off no more than on the dearest units it could have, and its units would have brought no
less than the cheapest to give up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from regulars.rules.offers.model import Bundle, BuyGet, Nth
from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.tables import PICKED, SETS
from regulars.rules.pricing.till import Live

Losses = Mapping[int, int]
"""By cell, what one unit less costs at least, in fine units; nothing where it is not said."""


class Promise(NamedTuple):
    """most: what it can add in all, never below nothing. each: by cell, what a unit it takes can add at most."""

    most: int
    each: dict[int, int]


def promise(live: Live, claims: Claims, cells: Sequence[int], losses: Losses) -> Promise:
    """What an offer promises, in fine units; cells: those of its goods."""
    if live.shape == SETS:
        return _of_sets(live, claims, cells, losses)
    shelf = claims.shelf
    if live.shape == PICKED:
        worth = live.ready.worth
        assert worth is not None
        gains: list[int] = []
        each: dict[int, int] = {}
        for cell in claims.reach(live):
            off = worth(shelf.price[cell], 1, claims.prices[shelf.line[cell]]) + 1 - losses.get(cell, 0)
            if off > 0:
                each[cell] = off
                gains += [off] * min(shelf.count[cell], live.units)
        gains.sort(reverse=True)
        return Promise(min(sum(gains[: live.units]), live.off_minor * claims.scale), each)
    now = sum([shelf.price[cell] * shelf.count[cell] for cell in cells])
    off = min(claims.once(live, now, cells, shelf.count), now * claims.scale, live.off_minor * claims.scale)
    off = max(0, off)
    return Promise(off, dict.fromkeys(cells, off))


def _of_sets(live: Live, claims: Claims, cells: Sequence[int], losses: Losses) -> Promise:
    """Of each number of sets the most they take off, shared out over their units.

    Of a bundle a unit's share goes by its price: what a bundle takes off is a share of its goods that grows with them,
    so no cheaper goods make a larger one. Of other sets each unit has the same.
    """
    deal, shelf, scale = live.ready.offer.deal, claims.shelf, claims.scale
    lost: list[int] = []
    for cell in cells:
        lost += [losses.get(cell, 0)] * shelf.count[cell]
    lost.sort()
    gone = list(accumulate(lost, initial=0))
    cap = live.off_minor * scale
    best, top, bottom = 0, 0, 1
    if isinstance(deal, Bundle):
        rows = [(_dearest(claims, part), slot.quantity) for part, slot in zip(live.parts, deal.slots, strict=True)]
        size = sum([slot.quantity for slot in deal.slots])
        for repeats in range(1, claims.repeats(live) + 1):
            over = sum([row[repeats * quantity] for row, quantity in rows])
            off = (over - repeats * deal.price_minor) * scale
            if off > 0:
                best = max(best, min(off, cap) - gone[min(repeats * size, len(lost))])
                if off * bottom > top * over:
                    top, bottom = off, over
    else:
        assert isinstance(deal, (BuyGet, Nth)) and live.ready.share is not None
        row, share = _dearest(claims, live.parts[-1]), live.ready.share
        got = deal.get_quantity if isinstance(deal, BuyGet) else 1
        size = deal.nth if isinstance(deal, Nth) else deal.buy_quantity + deal.get_quantity
        for repeats in range(1, claims.repeats(live) + 1):
            # Half cents may round up on every line.
            off = share(row[repeats * got]) + len(live.parts[-1])
            best = max(best, min(off, cap) - gone[min(repeats * size, len(lost))])
            if off * bottom > top * repeats * size:
                top, bottom = off, repeats * size
    if best <= 0:
        return Promise(0, {})
    price = shelf.price if isinstance(deal, Bundle) else None
    shares = {cell: -(-top * (price[cell] if price else 1) // bottom) - losses.get(cell, 0) for cell in cells}
    return Promise(best, {cell: share for cell, share in shares.items() if share > 0})


def _dearest(claims: Claims, lines: list[int]) -> list[int]:
    """What the dearest units of some lines cost, by how many."""
    shelf = claims.shelf
    row: list[int] = []
    for cell in shelf.cells(lines):
        row += [shelf.price[cell]] * shelf.count[cell]
    row.sort(reverse=True)
    return list(accumulate(row, initial=0))
