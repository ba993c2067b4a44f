"""Which counters an event of some day may touch, so that only those are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.rules.days import window_of
from regulars.rules.flat import PER
from regulars.rules.programme import EarnRule, Programme


@dataclass(frozen=True, slots=True)
class Window:
    """The counters of one rule: of the period of length ``per`` that a day is in and of ``before`` periods before it;
    or, without ``per``, those numbered ``fixed``. below: counted downwards from -1 (how often a task has given)."""

    rule: str
    per: int = -1
    before: int = 0
    below: bool = False
    fixed: tuple[int, ...] = ()

    def of(self, days: Iterable[int]) -> Iterable[int]:
        """The windows that those local days touch."""
        if self.per < 0:
            return self.fixed
        numbers = {window_of(day, self.per) - back for day in days for back in range(self.before + 1)}
        return {-1 - number for number in numbers} if self.below else numbers


def windows_of(programme: Programme) -> tuple[Window, ...]:
    """Every rule's windows."""
    return tuple(window for rule in programme.rules for window in _of(rule))


def _of(rule: EarnRule) -> Iterable[Window]:
    is_task = bool(rule.gifts) or rule.goal is not None
    if rule.at_most is not None:
        yield Window(rule.key, PER[rule.at_most.per], below=is_task)
    goal = rule.goal
    if goal is None:
        if not rule.when:  # of a level, when it is reached
            yield Window(rule.key, fixed=(0,))
        return
    if goal.kind == "steps":
        yield Window(rule.key, fixed=(0, 1))
    else:
        yield Window(rule.key, PER[goal.per], before=int(goal.kind == "streak"))
