"""The cheapest of all allowed combinations, group by group, and whether that is proved.

Each group turns the state before it into states after it, the best looking first, and asks the groups after it what
they make of them. What cannot end under the best found so far is not followed: ``later`` says how little is left to
hope for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.rules.offers.model import Amount, Percent
from regulars.rules.pricing.best_of import BestOf
from regulars.rules.pricing.chosen import Chosen
from regulars.rules.pricing.claims import Claims
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.prospect import Prospect, prospect
from regulars.rules.pricing.shelf import Claim, Shelf, State
from regulars.rules.pricing.steps import Step, Turns
from regulars.rules.pricing.tables import DELIVERY, GIFT, PICKED, SETS, SPREAD, UNIT
from regulars.rules.pricing.till import Live, Till


@dataclass(frozen=True, slots=True)
class Stage:
    """What one group did: the state it began with and the steps it took, in order."""

    group: int
    start: State
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The groups' stages, and what goods and delivery come to, before tax on top."""

    total: int
    stages: tuple[Stage, ...]
    final: State


class Search:
    """One search over one cart."""

    def __init__(self, till: Till, meter: Meter) -> None:
        self.till = till
        self.meter = meter
        self.turns = Turns(till, _in_units(till))
        self._prospects: dict[int, Prospect] = {}

    def best(self) -> Solution:
        """The cheapest combination found; the meter says whether it is proved."""
        return self.from_group(0, State(self.till.nets))

    def prospect(self, first: int) -> Prospect:
        """What the groups from ``first`` on could do."""
        known = self._prospects.get(first)
        if known is None:
            known = self._prospects[first] = prospect(self.till, first)
        return known

    def from_group(self, place: int, state: State) -> Solution:
        """The cheapest that groups from ``place`` on make of a state."""
        groups = self.till.groups
        while place < len(groups) and not groups[place]:
            place += 1
        if place == len(groups):
            return Solution(sum(state.nets), (), state)
        group = self.till.tables.groups[place]
        rule, at_most = group.rule.rule, group.rule.at_most
        if rule == "exclusive" or (rule == "stack" and at_most is None and not group.chosen):
            return self._forced(place, state)
        if rule == "best_of" and not group.chosen:
            return BestOf(self, place, state).best()
        return Chosen(self, place, state).best()

    def then(self, place: int, before: State, steps: Sequence[Step], after: State) -> Solution:
        """The cheapest that follows when group ``place`` has made these steps."""
        rest = self.from_group(place + 1, after)
        return Solution(rest.total, (Stage(place, before, tuple(steps)), *rest.stages), rest.final)

    def _forced(self, place: int, state: State) -> Solution:
        """A group that leaves no choice: all in turn, or each on what those before it left."""
        rule = self.till.tables.groups[place].rule
        alone = rule.rule == "exclusive"
        after, steps = self._exclusive(place, state, rule.at_most) if alone else self._stacked(place, state)
        return self.then(place, state, steps, after)

    def _stacked(self, place: int, state: State) -> tuple[State, list[Step]]:
        steps: list[Step] = []
        start = state.nets
        for live in self.till.groups[place]:
            if self.till.unmet(live, state.nets) is None:
                made = self.turns.turn(live, state, start, place)
                if made is not None:
                    steps.append(made[0])
                    state = made[1]
        return state, steps

    def _exclusive(self, place: int, state: State, at_most: int | None) -> tuple[State, list[Step]]:
        """Every unit belongs to the first offer that takes it; delivery to the first that makes it cheaper."""
        till = self.till
        steps: list[Step] = []
        claimed: list[tuple[Live, Claim]] = []
        shelf = Shelf(state, till.quantities)
        claims = Claims(till, shelf, state.nets)
        free = list(shelf.count)
        delivered = False
        for live in till.groups[place]:
            if at_most is not None and len(steps) + len(claimed) >= at_most:
                break
            if live.only_one and (steps or claimed):
                continue
            if till.unmet(live, state.nets) is not None:
                continue
            if live.shape in (GIFT, DELIVERY):
                made = None if live.shape == DELIVERY and delivered else self.turns.turn(live, state, state.nets, place)
                if made is not None:
                    steps.append(made[0])
                    state = made[1]
                    delivered = delivered or live.shape == DELIVERY
                continue
            claim = claims.alone(live, free)
            if any(off for _, _, off in claim):
                claimed.append((live, claim))
                for cell, units, _ in claim:
                    free[cell] -= units
            if live.only_one and (steps or claimed):
                break
        state, more = self.turns.together(claimed, shelf, state, place)
        return state, _in_turn(more, steps)


def _in_turn(steps: Sequence[Step], more: Sequence[Step]) -> list[Step]:
    return sorted([*steps, *more], key=lambda step: step.live.ready.rank)


def _in_units(till: Till) -> list[bool]:
    """By group: whether a later turn looks at single units, so that this one must keep track of them."""
    flags = []
    later = False
    for place in range(len(till.groups) - 1, -1, -1):
        stacked = till.tables.groups[place].rule.rule == "stack"
        here = any(_of_units(live, stacked) for live in till.groups[place])
        flags.append(later or (here and stacked))
        later = later or here
    return flags[::-1]


def _of_units(live: Live, stacked: bool) -> bool:
    if live.shape in (GIFT, DELIVERY):
        return False
    if not stacked:
        return True
    deal = live.ready.offer.deal
    if live.shape == UNIT:
        return not (isinstance(deal, Percent) or (isinstance(deal, Amount) and deal.each == "line"))
    return live.shape in (PICKED, SETS) or live.shape != SPREAD
