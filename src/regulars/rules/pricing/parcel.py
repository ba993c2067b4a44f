"""One parcel of goods that offers of a ``best_of`` group compete for, and the ways to share it out among them.

What is allowed: no unit has two offers of the group. Offers that pick their goods (sets, picks, amounts spread over all
goods) choose in turn, by priority and file order, from what is still free; any may be left out or made fewer times. Of
what is free after them, an offer with a limited number of units may have any of them, and the rest of a cell goes to
one offer as a whole.

Ways are found depth first, the best first. What is left to gain is bounded twice, and the lower bound counts: every
cell at its best with nobody else in the way; and every cell at its best without the offers that share a limit, plus all
that their limits allow. Neither can be too low, as the offers that pick add at most what they promise (``promise``).
Where only the best way is wanted, the same goods left after the same offers at no more worth are not looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from regulars.rules.pricing.ahead import ONE_AHEAD, Ahead, still
from regulars.rules.pricing.claims import Claims, total_of
from regulars.rules.pricing.good_sets import good_sets
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.sharing import Sharing, gain_of
from regulars.rules.pricing.shelf import Claim, Row, less
from regulars.rules.pricing.splits import Part, Split, Splits, Taker
from regulars.rules.pricing.tables import SETS
from regulars.rules.pricing.till import Live

_worth = attrgetter("worth")
_Sums = tuple[int, int, int]
"""The worth so far, and what all free cells bring at most and without the offers that share a limit."""


@dataclass(slots=True, eq=False)
class Way:
    """One way to share a parcel out: what it is worth, in fine units, and who takes what."""

    worth: int
    parts: tuple[Part, ...]


class Parcel:
    """cells: its cells. blocks: offers that pick, in their turns, and their cells. takers: by cell, offers that take
    units each by itself."""

    def __init__(
        self,
        claims: Claims,
        cells: Sequence[int],
        blocks: Sequence[tuple[Live, list[int]]],
        takers: dict[int, list[Taker]],
    ) -> None:
        self.claims = claims
        self.scale = claims.scale
        self.cells = list(cells)
        self.blocks = list(blocks)
        self.splits = {cell: Splits(claims, cell, takers[cell]) for cell in cells if cell in takers}
        self.alone = not any(splits.common for splits in self.splits.values())
        """Whether cells bring their most whatever the others do; then blocks that all promise nothing are left out."""
        self.best = -1
        self._worth = -1
        """What the first way was worth, once it is known."""
        self._slack = 0
        self._found: list[Way] = []
        self._ahead: Ahead | None = None
        self._now: Ahead = ONE_AHEAD
        self._allowed = 0
        self._seen: dict[tuple[int, ...], int] = {}
        self._known_claims: dict[tuple[int, ...], list[tuple[int, Claim]]] = {}

    def ways(self, slack: int, meter: Meter) -> list[Way]:
        """All ways worth at least the best less ``slack``, the best first; with no slack, one best way."""
        if not slack and not self.blocks and self.alone:
            return [self._at_first(self._best_of_cells())]
        self._slack, self.best, self._found = slack, -1, []
        self._seen.clear()
        self._now = self._look_ahead()
        if not slack and self.alone and not self._now.of_most[0].most:
            return [self._at_first(self._best_of_cells())]
        count, splits = self.claims.shelf.count, self.splits
        row = [0] * len(count)
        for cell in self.cells:
            row[cell] = count[cell]
        most = sum([one.most(row[cell]) for cell, one in splits.items()])
        plain = most
        if not self.alone:
            self._allowed = self._limited()
            plain = sum([one.plain(row[cell]) for cell, one in splits.items()])
        greedy: Way | None = None
        if slack:
            self.best = self._worth
        elif len(self.blocks) > 1:
            greedy = self._greedy(row)
            self.best = greedy.worth - 1  # whoever comes first of those as good is taken
        sums = (0, most, plain)
        if not self._is_hopeless(0, row, sums):
            self._choose_block(0, row, sums, (), meter)
        if not slack:
            best = max(self._found, key=_worth) if self._found else greedy
            assert best is not None, "to take nothing is a way"
            return [self._at_first(best)]
        found = [way for way in self._found if way.worth >= self.best - slack]
        found.sort(key=_worth, reverse=True)
        return found

    def _at_first(self, best: Way) -> Way:
        """The best way, kept in mind for when all that come close to it are asked for."""
        self._worth = best.worth
        return best

    def _best_of_cells(self) -> Way:
        """Every cell at its best."""
        count = self.claims.shelf.count
        worth = 0
        parts: tuple[Part, ...] = ()
        for cell, splits in self.splits.items():
            split = splits.of(count[cell])[0]
            worth += split.total
            parts = parts + split.parts if parts else split.parts
        return Way(worth, parts)

    def _greedy(self, row: Row) -> Way:
        """A good way, quickly: the sets that seem best, made in their turns, and every cell at its best."""
        wanted = good_sets(self, row, [now.most > after.most for now, after in pairwise(self._now.of_most)])
        worth = 0
        parts: tuple[Part, ...] = ()
        for place in sorted(wanted):
            claims = self.claims_of(place, row)
            if claims:
                live = self.blocks[place][0]
                total, claim = claims[max(0, len(claims) - wanted[place])]
                worth += total
                row = less(row, claim)
                parts += tuple([(live, cell, units, off) for cell, units, off in claim])
        self._share_cells(row, worth, parts, Meter(0))
        best = max(self._found, key=_worth)
        self._found.clear()
        return best

    def _limited(self) -> int:
        """What offers with a limit in common may take off in all, in fine units."""
        by_seat: dict[int, int] = {}
        shelf, prices = self.claims.shelf, self.claims.prices
        for cell, splits in self.splits.items():
            for live, _, common in splits.takers:
                if common:
                    most = live.off_minor * self.scale
                    if live.units < PLENTY:
                        # A cent may be rounded up on every unit.
                        unit = live.ready.worth(shelf.price[cell], 1, prices[shelf.line[cell]]) + 1  # type: ignore[misc]
                        most = min(most, max(live.units * unit, by_seat.get(live.ready.seat, 0)))
                    by_seat[live.ready.seat] = most
        return sum(by_seat.values())

    def is_cut(self, bound: int) -> bool:
        """Whether nothing under ``bound`` is wanted any more."""
        if self.best < 0:
            return False
        return bound < self.best - self._slack if self._slack else bound <= self.best

    def keep(self, worth: int, parts: tuple[Part, ...]) -> None:
        """A whole way was found."""
        self.best = max(self.best, worth)
        self._found.append(Way(worth, parts))

    def _look_ahead(self) -> Ahead:
        if len(self.blocks) == 1 and not self._slack:
            return ONE_AHEAD
        if self._ahead is None:
            self._ahead = Ahead(self.claims, self.blocks, self.splits, self.alone)
        return self._ahead

    def _choose_block(self, place: int, row: Row, sums: _Sums, parts: tuple[Part, ...], meter: Meter) -> None:
        """Decide on the blocks from ``place`` on: first each as often as it can be made, then without it."""
        ahead, blocks, slack = self._now, self.blocks, self._slack
        worth, most, plain = sums
        while place < len(blocks) and (slack or not self.alone or ahead.of_most[place].most):
            if not slack and self._is_known(place, row, worth):
                return
            if not meter.spend() and self.best >= 0:
                return
            if slack or ahead.of_use[place]:
                live = blocks[place][0]
                for total, claim in self.claims_of(place, row):
                    remaining = less(row, claim)
                    after = (worth + total, *self._without(claim, row, remaining, most, plain))
                    if not self._is_hopeless(place + 1, remaining, after):
                        taken = tuple([(live, cell, units, off) for cell, units, off in claim])
                        self._choose_block(place + 1, remaining, after, parts + taken, meter)
            place += 1
            if self._is_hopeless(place, row, sums):
                return
        self._share_cells(row, worth, parts, meter)

    def _is_hopeless(self, place: int, row: Row, sums: _Sums) -> bool:
        """Whether nothing that is wanted can come of the blocks from ``place`` on and the units left."""
        if self.best < 0:
            return False
        worth, most, plain = sums
        ahead = self._now
        bound = most + still(ahead.of_most[place], row)
        if not self.alone:
            bound = min(bound, plain + self._allowed + still(ahead.of_plain[place], row))
        return self.is_cut(worth + bound)

    def _without(self, claim: Claim, row: Row, remaining: Row, most: int, plain: int) -> tuple[int, int]:
        """What the free cells bring after a claim."""
        splits = self.splits
        for cell, _, _ in claim:
            of = splits.get(cell)
            if of is not None:
                most += of.most(remaining[cell]) - of.most(row[cell])
                if not self.alone:
                    plain += of.plain(remaining[cell]) - of.plain(row[cell])
        return most, most if self.alone else plain

    def _is_known(self, place: int, row: Row, worth: int) -> bool:
        """Whether the same goods were left at this block before, with no less worth."""
        key = (place, *[row[cell] for cell in self.cells])
        before = self._seen.get(key, -1)
        if worth <= before:
            return True
        self._seen[key] = worth
        return False

    def claims_of(self, place: int, row: Row) -> list[tuple[int, Claim]]:
        """What a block could take now and what that is worth, most sets first; remembered by the goods left."""
        live, cells = self.blocks[place]
        key = (place, *[row[cell] for cell in cells])
        known = self._known_claims.get(key)
        if known is None:
            claims, scale = self.claims, self.scale
            if live.shape != SETS:
                found = [claims.alone(live, row)]
            else:
                found = [claims.sets(live, row, repeats) for repeats in range(claims.repeats(live), 0, -1)]
            totals = [(total_of(claim, live, scale), claim) for claim in found if claim]
            known = self._known_claims[key] = [one for one in totals if one[0] > 0]
        return known

    def _share_cells(self, row: Row, worth: int, parts: tuple[Part, ...], meter: Meter) -> None:
        """The cells that are left, each to its best; with limits in common, by search."""
        choices = [splits.of(row[cell], bool(self._slack)) for cell, splits in self.splits.items() if row[cell]]
        if not self._slack and (self.alone or _all_fit(choices, self.scale)):
            total = worth + sum([splits[0].total for splits in choices])
            if not self.is_cut(total):
                self.keep(total, parts + tuple([part for splits in choices for part in splits[0].parts]))
            return
        choices.sort(key=lambda splits: -gain_of(splits))
        Sharing(self, choices, worth, parts, meter).go()


def _all_fit(choices: Sequence[Sequence[Split]], scale: int) -> bool:
    """Whether every cell can be at its best under the limits that offers have in common."""
    used: dict[Live, list[int]] = {}
    for splits in choices:
        for live, units, off in splits[0].shared:
            had = used.setdefault(live, [0, 0])
            had[0] += units
            had[1] += off
    return all(units <= live.units and off <= live.off_minor * scale for live, (units, off) in used.items())
