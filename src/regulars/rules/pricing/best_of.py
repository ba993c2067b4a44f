"""A ``best_of`` group: on the same goods the customer's best offer, and the best for the whole cart, not line by line.

First every parcel of goods at its best: nothing is cheaper by this group alone. That is the answer unless being dearer
here reaches a threshold later (spend 300, save 40); ``dearer`` looks for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.dearer import LEAF, Dearer
from regulars.rules.pricing.later import least_after
from regulars.rules.pricing.parcel import Way
from regulars.rules.pricing.parcels import parcels_of
from regulars.rules.pricing.shelf import Claim, Shelf, State
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.tables import DELIVERY, GIFT
from regulars.rules.pricing.till import Live

if TYPE_CHECKING:
    from regulars.rules.pricing.search import Search, Solution

_DEARER_SHARE = 2
"""Combinations that are dearer here get one in so many of the nodes that are left."""


class BestOf:
    """The choice of one group in one state."""

    def __init__(self, search: Search, place: int, state: State) -> None:
        self.search = search
        self.till = search.till
        self.place = place
        self.state = state
        self.scale = self.till.tables.scale
        self.lives: list[Live] = []
        self.beside: list[Step] = []
        """Gifts, which take no goods, and the one step that makes delivery cheapest."""
        self._lay_out()

    @cached_property
    def shelf(self) -> Shelf:
        """The goods, cell by cell; a group of delivery and gifts alone asks for none."""
        return Shelf(self.state, self.till.quantities)

    @cached_property
    def claims(self) -> Claims:
        """What its offers can claim of the shelf."""
        return Claims(self.till, self.shelf, self.state.nets)

    def best(self) -> Solution:
        """The cheapest combination."""
        at_most = self.till.tables.groups[self.place].rule.at_most
        if at_most is None or at_most >= len(self.lives):
            return self._of(self.lives, None)
        return self._of_at_most(at_most)

    def _lay_out(self) -> None:
        """The offers whose conditions hold now, and what goes beside the goods."""
        turns, nets = self.search.turns, self.state.nets
        delivery: tuple[int, Live] | None = None
        for live in self.till.groups[self.place]:
            if self.till.unmet(live, nets) is not None:
                continue
            if live.shape == GIFT:
                gift = turns.gift(live)
                if gift is not None:
                    self.beside.append(gift)
            elif live.shape == DELIVERY:
                off = turns.delivery_off(live, nets[-1])
                if off and (delivery is None or off > delivery[0]):
                    delivery = (off, live)
            else:
                self.lives.append(live)
        if delivery is not None:
            self.beside.append(Step(delivery[1], [(self.till.count, delivery[0])]))

    def _of_at_most(self, at_most: int) -> Solution:
        """Only so many offers of the group in one cart: sets of them, those that could take off most first."""
        most = {
            live: min(sum([self.state.nets[i] for part in live.parts for i in part]), live.off_minor)
            for live in self.lives
        }
        alone = {}
        for live in self.lives:
            parcels = parcels_of(self.claims, [live])
            alone[live] = sum([p.ways(0, self.search.meter)[0].worth for p in parcels]) // self.scale + 1
        bound = {live: alone[live] if live.shape == 0 else most[live] for live in self.lives}
        floor = least_after(self.search.prospect(self.place + 1), self.state.nets)
        sets = [one for size in range(at_most, -1, -1) for one in combinations(self.lives, size)]
        sets.sort(key=lambda one: -sum([bound[live] for live in one]))
        best: Solution | None = None
        for chosen in sets:
            if best is not None and floor - sum([bound[live] for live in chosen]) >= best.total:
                break
            if best is not None and not self.search.meter.spend(LEAF):
                break
            best = self._of(chosen, best)
        assert best is not None
        return best

    def _of(self, lives: Sequence[Live], known: Solution | None) -> Solution:
        """The cheapest with these offers, or ``known`` where they cannot beat it."""
        parcels = parcels_of(self.claims, lives) if lives else []
        ways = [parcel.ways(0, self.search.meter)[0] for parcel in parcels]
        first, nets = self.outcome(ways)
        best = first if known is None or first.total < known.total else known
        if not parcels or not self.search.meter.proved:
            return best
        floor = self.search.meter.narrow(_DEARER_SHARE)
        best = Dearer(self, parcels, ways, nets, best).best()
        self.search.meter.widen(floor)
        return best

    def outcome(self, ways: Sequence[Way]) -> tuple[Solution, list[int]]:
        """What a way for each parcel comes to in the end, and the nets this group leaves."""
        by_offer: dict[Live, Claim] = {}
        for way in ways:
            for live, cell, units, off in way.parts:
                by_offer.setdefault(live, []).append((cell, units, off))
        if by_offer:
            claimed = sorted(by_offer.items(), key=lambda one: one[0].ready.rank)
            after, steps = self.search.turns.together(claimed, self.shelf, self.state, self.place)
        else:
            after, steps = State(self.state.nets.copy(), self.state.atoms), []
        for step in self.beside:
            steps.append(step)
            for line, off in step.offs:
                after.nets[line] -= off
        return self.search.then(self.place, self.state, steps, after), after.nets
