"""A group of which some are chosen: the customer's coupons, or a stack that lets only so many in.

Those chosen apply one after the other, by priority and file order. No coupon takes off more after others than it would
alone, so the sum of what each takes off alone bounds what a choice can bring: choices are tried with the highest sums
first, and the search ends where no sum can beat the best any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import accumulate
from typing import TYPE_CHECKING

from regulars.rules.offers.model import Amount, Percent
from regulars.rules.pricing.later import least_after
from regulars.rules.pricing.shelf import State
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.tables import GIFT, SPREAD, UNIT
from regulars.rules.pricing.till import Live

if TYPE_CHECKING:
    from regulars.rules.pricing.search import Search, Solution

_LEAF = 8
"""What trying a choice counts on the meter."""


class Chosen:
    """The choice of one group in one state."""

    def __init__(self, search: Search, place: int, state: State) -> None:
        self.search = search
        self.place = place
        self.state = state
        till = search.till
        rule = till.tables.groups[place].rule
        self.most = rule.at_most or len(till.groups[place])
        self.apart = rule.rule == "best_of"
        """Whether no two may work on the same goods."""
        self.worth: list[tuple[int, Live]] = []
        self.gifts: list[Live] = []
        for live in till.groups[place]:
            if live.shape == GIFT:
                self.gifts.append(live)
                continue
            unmet = till.unmet(live, state.nets)
            if unmet is not None and unmet[1].op == "at_least":
                continue
            worth = self._most(live)
            if worth:
                self.worth.append((worth, live))
        self.worth.sort(key=lambda one: (-one[0], one[1].ready.rank))
        self.at_least_later = sum(state.nets) - least_after(search.prospect(place + 1), state.nets)
        """What later groups take off at most: they never take more off less."""

    def _most(self, live: Live) -> int:
        """What an offer takes off alone, or a little more where that is quicker said."""
        nets, deal = self.state.nets, live.ready.offer.deal
        if live.shape == SPREAD and isinstance(deal, Amount):
            return min(deal.off_minor, sum([nets[i] for i in live.lines]), live.off_minor)
        if live.shape == UNIT and isinstance(deal, Percent) and self.search.till.tables.policy.base == "discounted":
            own = sum([nets[i] for i in live.lines])
            percent = deal.percent
            share = own * percent.numerator // (percent.denominator * 100)
            return min(share + len(live.lines), own, live.off_minor)
        made = self.search.turns.turn(live, self.state, nets, self.place)
        return 0 if made is None else made[0].off_minor

    def best(self) -> Solution:
        """The cheapest choice."""
        best: Solution | None = None
        floor = sum(self.state.nets) - self.at_least_later
        for worth, chosen in self._choices():
            if best is not None and floor - worth >= best.total:
                break
            if best is not None and not self.search.meter.spend(_LEAF):
                break
            found = self._try(chosen)
            if found is not None and (best is None or found.total < best.total):
                best = found
        assert best is not None, "choosing nothing is always allowed"
        return best

    def _choices(self) -> Iterator[tuple[int, list[Live]]]:
        """Choices by what they are worth at most, the highest first."""
        alone = [(worth, [live]) for worth, live in self.worth if live.only_one]
        several = [(worth, live) for worth, live in self.worth if not live.only_one]
        yield from _merged(alone, _sums(several, self.most))

    def _try(self, chosen: list[Live]) -> Solution | None:
        """What a choice comes to; None when two of it want the same goods and may not."""
        search, place, state = self.search, self.place, self.state
        till = search.till
        steps: list[Step] = []
        taken: set[int] = set()
        for live in sorted(chosen, key=lambda live: live.ready.rank):
            if till.unmet(live, state.nets) is not None:
                continue
            made = search.turns.turn(live, state, self.state.nets, place)
            if made is None:
                continue
            lines = {line for line, _ in made[0].offs}
            if self.apart and taken & lines:
                return None
            taken |= lines
            steps.append(made[0])
            state = made[1]
        steps += self._gifts(steps, state)
        return search.then(place, self.state, steps, state)

    def _gifts(self, steps: Sequence[Step], state: State) -> list[Step]:
        """Gifts cost the customer nothing: as many as there is room for."""
        search = self.search
        found: list[Step] = []
        for live in self.gifts:
            before = len(steps) + len(found)
            alone = live.only_one or any(step.live.only_one for step in (*steps, *found))
            if before >= self.most or (alone and before) or search.till.unmet(live, state.nets) is not None:
                continue
            step = search.turns.gift(live)
            if step is not None:
                found.append(step)
        return found


def _sums(several: Sequence[tuple[int, Live]], most: int) -> Iterator[tuple[int, list[Live]]]:
    """Every choice of at most so many, the highest sum first; ``several`` is sorted, the highest first.

    Best-first: whoever could still come to most decides on its next member, in or out. What it could come to never
    grows by deciding, so the first that is decided wholly is the highest that is left.
    """
    count = len(several)
    sums = list(accumulate((worth for worth, _ in several), initial=0))
    queue: list[tuple[int, int, int, int, tuple[int, ...]]] = [(-sums[min(most, count)], 0, 0, 0, ())]
    made = 0
    while queue:
        bound, _, place, worth, members = heappop(queue)
        if place == count or len(members) == most:
            yield -bound, [several[i][1] for i in members]
            continue
        for chosen, more in (((*members, place), several[place][0]), (members, 0)):
            after = place + 1
            could = worth + more + sums[min(after + most - len(chosen), count)] - sums[after]
            made += 1
            heappush(queue, (-could, made, after, worth + more, chosen))


def _merged(
    one: Sequence[tuple[int, list[Live]]], other: Iterator[tuple[int, list[Live]]]
) -> Iterator[tuple[int, list[Live]]]:
    """Two falling sequences as one."""
    place = 0
    for worth, chosen in other:
        while place < len(one) and one[place][0] > worth:
            yield one[place]
            place += 1
        yield worth, chosen
    yield from one[place:]
