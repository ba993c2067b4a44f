"""A priced cart looked back on, group by group: which offers had their turn, on which nets, and beside whom.

Everything that explaining asks for is laid out once here, so that a word about an offer costs no pricing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.rules.pricing.search import Solution, Stage
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.till import Live, Till
from regulars.rules.values import WholeTest


@dataclass(slots=True, eq=False)
class Seen:
    """One offer when its turn came. step: what it did, if anything; unmet: the first sum it asks for and did not
    find."""

    live: Live
    turn: Turn
    nets: list[int]
    step: Step | None
    unmet: tuple[str, WholeTest, int] | None


class Turn:
    """The turn of one group."""

    def __init__(self, till: Till, stage: Stage) -> None:
        self.till = till
        self.group = till.tables.groups[stage.group]
        self.rule = self.group.rule.rule
        self.start = stage.start.nets
        self.steps = stage.steps
        self.only_one = any(step.live.only_one for step in stage.steps)
        self._by_line: dict[int, list[int]] | None = None

    def seen(self, lives: Sequence[Live]) -> list[Seen]:
        """Those offers of the group in this turn."""
        step_of = {step.live: step for step in self.steps}
        start, unmet = self.start, self.till.unmet
        if self.steps and (self.group.chosen or self.rule == "stack"):
            ranks, nets_after = self._one_after_another()
            found = []
            for live in lives:
                nets = nets_after[bisect_left(ranks, live.ready.rank)]
                lacks = unmet(live, nets) if live.ready.sums else None
                found.append(Seen(live, self, nets, step_of.get(live), lacks))
            return found
        return [
            Seen(live, self, start, step_of.get(live), unmet(live, start) if live.ready.sums else None)
            for live in lives
        ]

    def on(self, lines: Iterable[int]) -> list[Step]:
        """The steps that took something off any of these lines, in order."""
        if self._by_line is None:
            self._by_line = {}
            for place, step in enumerate(self.steps):
                for line, _ in step.offs:
                    self._by_line.setdefault(line, []).append(place)
        by_line = self._by_line
        places = {place for line in lines if line in by_line for place in by_line[line]}
        return [self.steps[place] for place in sorted(places)]

    def _one_after_another(self) -> tuple[list[tuple[int, int]], list[list[int]]]:
        """The ranks of the steps, and the nets before each and after the last."""
        steps = sorted(self.steps, key=lambda step: step.live.ready.rank)
        nets = self.start
        after = [nets]
        for step in steps:
            nets = nets.copy()
            for line, off in step.offs:
                nets[line] -= off
            after.append(nets)
        return [step.live.ready.rank for step in steps], after


def look_back(till: Till, solution: Solution) -> list[Seen]:
    """Every offer that could have applied, group by group, also where nothing could be done."""
    known = {stage.group: stage for stage in solution.stages}
    state, turns = solution.final, []
    for place in range(len(till.groups) - 1, -1, -1):
        stage = known.get(place) or Stage(place, state, ())
        state = stage.start
        turns.append(stage)
    found: list[Seen] = []
    for stage in reversed(turns):
        lives = [*till.groups[stage.group], *till.idle[stage.group]]
        if lives:
            found += Turn(till, stage).seen(lives)
    return found
