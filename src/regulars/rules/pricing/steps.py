"""One offer's turn: from a claim to money off lines, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.rules.money import spread
from regulars.rules.offers.model import Amount, BuyGet, Gift, Percent, Spend
from regulars.rules.pricing.claims import Claims, spend_off
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.shelf import Claim, Shelf, State, without, without_units
from regulars.rules.pricing.tables import DELIVERY, GIFT, SPREAD, UNIT
from regulars.rules.pricing.till import Live, Till
from regulars.rules.pricing.worth import capped, settle


@dataclass(slots=True)
class Step:
    """What one offer did in its turn. offs: (line, minor units off). units: how many it worked on. gift: (product,
    quantity), whether it was ``added`` to a purchase of the same."""

    live: Live
    offs: list[tuple[int, int]]
    units: int = 0
    gift: tuple[str, int] | None = None

    @property
    def off_minor(self) -> int:
        """All that it took off."""
        return sum([off for _, off in self.offs])


class Turns:
    """Lets offers of a group that all apply have their turns."""

    def __init__(self, till: Till, in_units: Sequence[bool]) -> None:
        self.till = till
        self.scale = till.tables.scale
        self.original = till.tables.policy.base == "original"
        self.in_units = in_units
        """By group: whether some later turn looks at single units."""

    def turn(self, live: Live, state: State, start: Sequence[int], group: int) -> tuple[Step, State] | None:
        """The turn of an offer that works on all goods it matches; None when it takes nothing off.

        start: nets when the group's turn came.
        """
        if live.shape == GIFT:
            step = self.gift(live)
            return None if step is None else (step, state)
        if live.shape == DELIVERY:
            off = self.delivery_off(live, state.nets[-1])
            return self._whole_lines(live, [(self.till.count, off)], state, group) if off else None
        deal = live.ready.offer.deal
        if live.shape == SPREAD:
            return self._spread(live, state, start, group)
        limited = live.units < PLENTY or live.line_units < PLENTY
        by_line = isinstance(deal, Percent) or (isinstance(deal, Amount) and deal.each == "line")
        if live.shape == UNIT and by_line and not limited:
            worth, nets, lists = live.ready.worth, state.nets, self.till.lists
            assert worth is not None
            offs = self.settled(live, [worth(nets[i], 1, lists[i]) for i in live.lines])
            return self._whole_lines(live, list(zip(live.lines, offs, strict=True)), state, group)
        shelf = Shelf(state, self.till.quantities)
        claim = Claims(self.till, shelf, start).alone(live, shelf.count)
        return self.claimed(live, claim, shelf, state, group)

    def claimed(self, live: Live, claim: Claim, shelf: Shelf, state: State, group: int) -> tuple[Step, State] | None:
        """The step that a claim makes, and the state after it; None when it takes nothing off."""
        offs = self.settled(live, [off for _, _, off in claim])
        if not any(offs):
            return None
        taken = [(cell, units, off) for (cell, units, _), off in zip(claim, offs, strict=True)]
        step = step_of(live, taken, shelf)
        if self.in_units[group]:
            return step, without_units(state, shelf, taken)
        return step, without(state, step.offs, self.till.quantities, False)

    def together(
        self, claimed: Sequence[tuple[Live, Claim]], shelf: Shelf, state: State, group: int
    ) -> tuple[State, list[Step]]:
        """The steps of claims on different units, their cents fixed together, and the state after them."""
        fine: list[int] = []
        for live, claim in claimed:
            offs = [off for _, _, off in claim]
            fine += offs if live.off_minor == PLENTY else capped(offs, live.off_minor * self.scale)
        minor = settle(fine, self.scale)
        steps: list[Step] = []
        all_taken: list[tuple[int, int, int]] = []
        place = 0
        for live, claim in claimed:
            taken = [(cell, units, minor[place + i]) for i, (cell, units, _) in enumerate(claim)]
            place += len(claim)
            step = step_of(live, taken, shelf)
            if step.offs:
                steps.append(step)
                all_taken += taken
        if self.in_units[group]:
            return without_units(state, shelf, all_taken), steps
        line_offs = [one for step in steps for one in step.offs]
        return without(state, line_offs, self.till.quantities, False), steps

    def settled(self, live: Live, fine: list[int]) -> list[int]:
        """Fine units as minor units, no more in all than the offer may take off."""
        return capped(settle(fine, self.scale), live.off_minor)

    def gift(self, live: Live) -> Step | None:
        """What is put in for nothing."""
        deal, till = live.ready.offer.deal, self.till
        if isinstance(deal, Gift):
            product, quantity = deal.product_id, deal.quantity
        else:
            assert isinstance(deal, BuyGet)
            bought = sum([till.quantities[i] for i in live.parts[0]])
            times = bought // deal.buy_quantity if deal.repeat else min(1, bought // deal.buy_quantity)
            quantity = min(times, live.room.uses) * deal.get_quantity
            row = sorted(live.parts[1], key=lambda i: (till.prices[i] * (1 if deal.pick == "cheapest" else -1), i))
            product = till.lines[row[0]].product_id
        quantity = min(quantity, live.room.stock, live.room.units)
        return Step(live, [], quantity, (product, quantity)) if quantity else None

    def delivery_off(self, live: Live, now: int) -> int:
        """What comes off delivery that costs ``now``."""
        worth = live.ready.worth
        assert worth is not None
        (off,) = self.settled(live, [worth(now, 1, self.till.cart.delivery_minor)])
        return min(off, now)

    def _spread(self, live: Live, state: State, start: Sequence[int], group: int) -> tuple[Step, State] | None:
        nets, lines = state.nets, live.lines
        weights = [nets[i] for i in lines]
        now = sum(weights)
        deal = live.ready.offer.deal
        if isinstance(deal, Spend):
            base = sum([self.till.lists[i] for i in lines]) if self.original else now
            counted = self.till.sum_of(f"goods.{deal.of}", start, lines)
            (off,) = settle([spend_off(live, counted, base, self.scale)], self.scale)
        else:
            off = deal.off_minor  # type: ignore[union-attr]
        off = min(off, now, live.off_minor)
        if off <= 0:
            return None
        return self._whole_lines(live, list(zip(lines, spread(off, weights), strict=True)), state, group)

    def _whole_lines(
        self, live: Live, offs: list[tuple[int, int]], state: State, group: int
    ) -> tuple[Step, State] | None:
        offs = [one for one in offs if one[1]]
        if not offs:
            return None
        quantities = self.till.quantities
        units = sum([quantities[i] for i, _ in offs if i < self.till.count])
        return Step(live, offs, units), without(state, offs, quantities, self.in_units[group])


def step_of(live: Live, taken: Sequence[tuple[int, int, int]], shelf: Shelf) -> Step:
    """The step of units taken: (cell, units, minor units off)."""
    offs: dict[int, int] = {}
    units = 0
    for cell, count, off in taken:
        line = shelf.line[cell]
        offs[line] = offs.get(line, 0) + off
        units += count
    return Step(live, [(line, off) for line, off in sorted(offs.items()) if off], units)
