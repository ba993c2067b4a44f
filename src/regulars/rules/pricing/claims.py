"""Which units an offer takes, and what that is worth: one function for every way an offer works.

``free`` says how many units of each cell are still to be had. Ties are broken by line, and lines stand in an order of
their own, so a claim never depends on the order in which goods were put into the cart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regulars.rules.money import spread
from regulars.rules.offers.model import Bundle, BuyGet, Nth, Pick, Spend
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.shelf import Claim, Shelf
from regulars.rules.pricing.tables import PICKED, SETS, SPREAD, UNIT
from regulars.rules.pricing.till import Live, Till


class Claims:
    """Makes claims on one shelf. start: nets when the group's turn came, which ``spend`` counts."""

    def __init__(self, till: Till, shelf: Shelf, start: Sequence[int]) -> None:
        self.till = till
        self.shelf = shelf
        self.start = start
        self.scale = till.tables.scale
        self.prices = till.prices
        self._repeats: dict[Live, int] = {}
        self._rows: dict[tuple[Live, int], list[int]] = {}

    def alone(self, live: Live, free: Sequence[int]) -> Claim:
        """The best the offer does by itself with what is free; empty when that is nothing."""
        if live.shape in (UNIT, PICKED):
            return self.units(live, free)
        if live.shape == SPREAD:
            return self.spread(live, free)
        if live.shape == SETS:
            best: Claim = []
            worth = 0
            for repeats in range(self.repeats(live), 0, -1):
                claim = self.sets(live, free, repeats)
                total = total_of(claim, live, self.scale)
                if total > worth:
                    best, worth = claim, total
            return best
        return []

    def units(self, live: Live, free: Sequence[int]) -> Claim:
        """A unit deal on all it matches, or on those it picks when it may not have all."""
        shelf, worth = self.shelf, live.ready.worth
        assert worth is not None
        cells = self.reach(live)
        each = [(cell, min(free[cell], self.line_units(live, cell))) for cell in cells if free[cell]]
        if live.units < PLENTY or live.shape == PICKED:
            each = self._picked(live, each)
        return [(cell, k, worth(shelf.price[cell], k, self.prices[shelf.line[cell]])) for cell, k in each if k]

    def _picked(self, live: Live, each: list[tuple[int, int]]) -> list[tuple[int, int]]:
        shelf, worth, pick = self.shelf, live.ready.worth, live.ready.offer.pick
        assert worth is not None
        if pick is None:
            each.sort(key=lambda one: -worth(shelf.price[one[0]], 1, self.prices[shelf.line[one[0]]]))
        else:
            by_price = self._by_price(pick)
            each.sort(key=lambda one: by_price(one[0]))
        left, taken = live.units, []
        for cell, k in each:
            taken.append((cell, min(k, left)))
            left -= min(k, left)
        return taken

    def reach(self, live: Live) -> list[int]:
        """The cells a unit deal can be on; an amount off each line is on one cell of it."""
        cells = self.shelf.cells(live.lines)
        if getattr(live.ready.offer.deal, "each", "unit") == "unit":
            return cells
        shelf = self.shelf
        dearest: dict[int, int] = {}
        for cell in cells:
            before = dearest.setdefault(shelf.line[cell], cell)
            if shelf.price[cell] * shelf.count[cell] > shelf.price[before] * shelf.count[before]:
                dearest[shelf.line[cell]] = cell
        return list(dearest.values())

    def line_units(self, live: Live, cell: int) -> int:
        """So many units of a cell the offer may have; of a line in several cells, the dearest first."""
        if live.line_units == PLENTY:
            return self.shelf.count[cell]
        shelf = self.shelf
        left = live.line_units
        for other in reversed(shelf.cells_of[shelf.line[cell]]):
            if other == cell:
                return min(left, shelf.count[cell])
            left -= min(left, shelf.count[other])
        return 0

    def spread(self, live: Live, free: Sequence[int]) -> Claim:
        """An amount or a spend deal, once over all its goods that are free, in proportion."""
        shelf = self.shelf
        cells = [cell for cell in shelf.cells(live.lines) if free[cell]]
        weights = [shelf.price[cell] * free[cell] for cell in cells]
        off = min(self.once(live, sum(weights), cells, free), sum(weights) * self.scale)
        if off <= 0:
            return []
        shares = spread(off, weights)
        return [(cell, free[cell], share) for cell, share in zip(cells, shares, strict=True)]

    def once(self, live: Live, now: int, cells: Sequence[int], free: Sequence[int]) -> int:
        """What a spread deal takes off goods that cost ``now``, in fine units."""
        deal = live.ready.offer.deal
        if not isinstance(deal, Spend):
            return int(deal.off_minor) * self.scale  # type: ignore[union-attr]
        counted = self.counted(live)
        base = now
        if self.till.tables.policy.base == "original":
            base = sum([self.prices[self.shelf.line[cell]] * free[cell] for cell in cells])
        return spend_off(live, counted, base, self.scale)

    def counted(self, live: Live) -> int:
        """What counts toward a spend deal's threshold."""
        deal = live.ready.offer.deal
        assert isinstance(deal, Spend)
        return self.till.sum_of(f"goods.{deal.of}", self.start, live.lines)

    def repeats(self, live: Live) -> int:
        """How often a set could be made at most, were all its goods free."""
        known = self._repeats.get(live)
        if known is None:
            known = self._repeats[live] = self._count_repeats(live)
        return known

    def _count_repeats(self, live: Live) -> int:
        deal, quantities = live.ready.offer.deal, self.till.quantities
        most = min(live.room.uses, live.room.stock)
        sizes = [sum([quantities[i] for i in part]) for part in live.parts]
        if isinstance(deal, Nth):
            times = sizes[0] // deal.nth
            if deal.each == "line":
                times = sum([quantities[i] // deal.nth for i in live.lines])
            if not deal.repeat:
                times = min(times, 1 if deal.each == "order" else len(live.lines))
            most = min(most, live.room.units)
        elif isinstance(deal, BuyGet):
            times = min(sizes[0] // deal.buy_quantity, sizes[1] // deal.get_quantity)
            times = times if deal.repeat else min(times, 1)
            most = min(most, live.room.units // deal.get_quantity)
        else:
            assert isinstance(deal, Bundle)
            times = min(size // slot.quantity for size, slot in zip(sizes, deal.slots, strict=True))
            times = times if deal.repeat else min(times, 1)
            most = min(most, live.room.units // sum(slot.quantity for slot in deal.slots))
        return min(times, most)

    def sets(self, live: Live, free: Sequence[int], repeats: int) -> Claim:
        """A set so many times; empty when the free goods do not make it."""
        deal = live.ready.offer.deal
        if isinstance(deal, BuyGet):
            return self._buy_get(live, deal, free, repeats)
        if isinstance(deal, Nth):
            return (
                self._nth_each_line(live, deal, free, repeats)
                if deal.each == "line"
                else self._nth(live, deal, free, repeats, self._row(live, 0, deal.pick))
            )
        assert isinstance(deal, Bundle)
        return self._bundle(live, deal, free, repeats)

    def _by_price(self, pick: Pick) -> Callable[[int], int]:
        """What cells are sorted by to be picked in turn."""
        price = self.shelf.price
        return price.__getitem__ if pick == "cheapest" else lambda cell: -price[cell]

    def _row(self, live: Live, part: int, pick: Pick) -> list[int]:
        """The cells of a part in the order they are picked."""
        known = self._rows.get((live, part))
        if known is None:
            cells = self.shelf.cells(live.parts[part])
            known = self._rows[live, part] = sorted(cells, key=self._by_price(pick))
        return known

    def _buy_get(self, live: Live, deal: BuyGet, free: Sequence[int], repeats: int) -> Claim:
        """The units got are those picked, as long as enough remain to be bought."""
        buying, getting = self._row(live, 0, deal.pick), self._row(live, 1, deal.pick)
        buys = set(buying)
        need_buy, need_get = repeats * deal.buy_quantity, repeats * deal.get_quantity
        spare = sum([free[cell] for cell in buys]) - need_buy
        gets: dict[int, int] = {}
        for cell in getting:
            k = min(free[cell], need_get, spare) if cell in buys else min(free[cell], need_get)
            if k > 0:
                gets[cell] = k
                need_get -= k
                if cell in buys:
                    spare -= k
        if need_get or spare < 0:
            return []
        keeps: dict[int, int] = {}
        for cell in buying:
            k = min(free[cell] - gets.get(cell, 0), need_buy)
            if k > 0:
                keeps[cell] = k
                need_buy -= k
        return self._discounted(live, gets, keeps)

    def _nth(self, live: Live, deal: Nth, free: Sequence[int], repeats: int, row: Sequence[int]) -> Claim:
        """So many units cheaper, picked first; the others of each set are the next in the row."""
        need_get, need_keep = repeats, repeats * (deal.nth - 1)
        if sum([free[cell] for cell in row]) < need_get + need_keep:
            return []
        gets: dict[int, int] = {}
        keeps: dict[int, int] = {}
        for cell in row:
            units = free[cell]
            k = units if units < need_get else need_get
            if k:
                gets[cell] = k
                need_get -= k
            k = min(units - k, need_keep)
            if k:
                keeps[cell] = k
                need_keep -= k
        return self._discounted(live, gets, keeps)

    def _nth_each_line(self, live: Live, deal: Nth, free: Sequence[int], repeats: int) -> Claim:
        """Line by line, the lines worth most first, until the repeats are used up."""
        made = []
        for line in live.lines:
            cells = self.shelf.cells_of[line]
            times = sum([free[cell] for cell in cells]) // deal.nth
            times = times if deal.repeat else min(times, 1)
            for k in range(1, times + 1):
                made.append((line, k))
        worth = {line: max(self.shelf.price[cell] for cell in self.shelf.cells_of[line]) for line in live.lines}
        made.sort(key=lambda one: (-worth[one[0]], one[0], one[1]))
        if len(made) < repeats:
            return []
        times_of = dict(made[:repeats])  # of a line's sets the last one counts them
        by_price = self._by_price(deal.pick)
        return [
            one
            for line, times in times_of.items()
            for one in self._nth(live, deal, free, times, sorted(self.shelf.cells_of[line], key=by_price))
        ]

    def _discounted(self, live: Live, gets: dict[int, int], keeps: dict[int, int]) -> Claim:
        shelf, worth = self.shelf, live.ready.worth
        assert worth is not None
        claim = []
        for cell in sorted(gets.keys() | keeps.keys()):
            got = gets.get(cell, 0)
            off = worth(shelf.price[cell], got, self.prices[shelf.line[cell]]) if got else 0
            claim.append((cell, got + keeps.get(cell, 0), off))
        return claim

    def _bundle(self, live: Live, deal: Bundle, free: Sequence[int], repeats: int) -> Claim:
        """The slots with the fewest goods choose first, so that a wide one does not take what a narrow one needs."""
        order = sorted(range(len(live.parts)), key=lambda i: (len(live.parts[i]), i))
        taken: dict[int, int] = {}
        for i in order:
            need = deal.slots[i].quantity * repeats
            for cell in self._row(live, i, deal.pick):
                had = taken.get(cell, 0)
                k = min(free[cell] - had, need)
                if k:
                    taken[cell] = had + k
                    need -= k
                    if not need:
                        break
            if need:
                return []
        cells = sorted(taken)
        weights = [self.shelf.price[cell] * taken[cell] for cell in cells]
        off = sum(weights) - deal.price_minor * repeats
        if off <= 0:
            return []
        shares = spread(off * self.scale, weights)
        return [(cell, taken[cell], share) for cell, share in zip(cells, shares, strict=True)]


def spend_off(live: Live, counted: int, base: int, scale: int) -> int:
    """What a spend deal takes off when ``counted`` counts and percents are of ``base``, in fine units."""
    deal = live.ready.offer.deal
    assert isinstance(deal, Spend)
    if deal.every_minor:
        return counted // deal.every_minor * deal.off_minor * scale
    for step, share in zip(reversed(deal.steps), reversed(live.ready.step_shares), strict=True):
        if counted >= step.from_minor:
            return share(base) if step.percent else step.off_minor * scale
    return 0


def total_of(claim: Claim, live: Live, scale: int) -> int:
    """What a claim comes to under the offer's own maximum, in fine units."""
    total = sum([off for _, _, off in claim])
    return min(total, live.off_minor * scale)
