"""How much each member's history can fill: the step's buffers are laid out once, before the first event.

A member's lots, earnings, activity, holds, uses and counters are wanted at the end only when somebody asks for each
member's standing. When not, one stretch of memory serves member after member (``Buffers.passing``), and never leaves
the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.rules import layout as y
from regulars.rules.decide import kind_of
from regulars.rules.tables import Tables
from regulars.science.kernel import count_room
from regulars.science.numbers import Names
from regulars.science.ready import Ready

I64 = np.int64
_REGIONS = [("L", y.L0, y.LW), ("E", y.E0, y.EW), ("A", y.A0, y.AW), ("H", y.H0, y.HW), ("U", y.U0, y.UW),
            ("K", y.K0, y.KW)]  # fmt: skip
"""Buffers of which every member has a region: name, where the member's scalars say it begins, width of a row."""


@dataclass(slots=True)
class Buffers:
    """The step's buffers (``rules.layout``) of a range of members.

    regions: by name ``L E A H U K``, each member's region after the other's; or, when ``passing``, only as large as the
    largest member's, and every thread has its own. output: how many records the largest step could write.
    """

    S: np.ndarray
    B: np.ndarray
    G: np.ndarray
    V: np.ndarray
    regions: dict[str, np.ndarray]
    passing: bool
    output: int

    def of_thread(self) -> list[np.ndarray]:
        """The regions as one thread works on them."""
        return [np.empty_like(self.regions[name]) if self.passing else self.regions[name] for name, _, _ in _REGIONS]


def room_of_names(tables: Sequence[Tables], names: Names) -> np.ndarray:
    """By an event's name the room it may take: lots, earnings, activity days, holds, refunds, counters."""
    return np.array([_room_of(tables, word) for word in names.words], I64)


def _room_of(tables: Sequence[Tables], name: str) -> tuple[int, int, int, int, int, int]:
    """Room that one event of that name may take: lots, earnings, activity days, holds, refunds, counters.

    A hold undone makes none, but fills lots again that the next hold may take of, as a refund does."""
    currencies: set[str] = set()
    earning = 0
    counting: set[int] = set()
    for each in tables:
        of_rule = {rule.key: rule for rule in each.programme.rules}
        for clause in each.clauses.get(name, ()):
            rule = of_rule[each.registry.rules[clause.rule]]
            currencies.add(rule.gives)
            earning += 1
            if rule.at_most is not None:
                counting.add(clause.rule)
        for number in {want.rule for want in each.wants.get(name, ())}:
            rule = of_rule[each.registry.rules[number]]
            currencies.add(rule.gives)
            currencies |= {gift.key for gift in rule.gifts if gift.kind == "points"}
            # what it gives in points, and what it adds to two counters
            earning += len(rule.gifts) + 3
            counting.add(number)
    kind = kind_of(name)
    lots = len(currencies) + (kind == y.ADJUSTED)
    active = 1 + bool(currencies) if any(name in each.names for each in tables) else 0
    # a task of steps has two counters, and one of how often it has given
    counters = sum(3 if _is_task(tables, number) else 1 for number in counting)
    refunds = int(kind == y.REFUND)
    return lots, earning if kind == y.ORDER else 0, active, int(kind in (y.PLACE, y.UNDO)), refunds, counters


def _is_task(tables: Sequence[Tables], number: int) -> bool:
    return any(want.rule == number for each in tables for found in each.wants.values() for want in found)


def buffers(tables: Sequence[Tables], ready: Ready, of_names: np.ndarray, keep: bool) -> Buffers:
    """The buffers for these members, with room for their events (``of_names``: ``room_of_names``), before anything has
    happened. ``keep``: every member's region is wanted at the end."""
    currencies, rules = len(tables[0].registry.currencies), len(tables[0].registry.rules)
    n = len(ready.ids)
    room = np.zeros((n, of_names.shape[1]), I64)
    count_room(ready.first, ready.last, ready.groups, ready.columns.names, of_names, room)
    lots, earnings, active, holds, refunds, counters = (room[:, i].copy() for i in range(6))
    # what reaching levels gives, once each: of every version, for keys stay what they are
    of_levels = {rule.key: rule for t in tables for rule in t.programme.rules if not rule.when and rule.goal is None}
    lots += sum(1 for rule in of_levels.values() for gift in rule.gifts if gift.kind == "points")
    active += len(of_levels)
    counters += len(of_levels)
    forgets = refunds == 0
    earnings[forgets] = 0
    uses = np.where(holds > 0, 4 * (holds + lots + refunds) + 16, 0)
    # a refund under another version may meet a rule that had no cap when it gave, and a task what it added to
    counters += refunds * len({rule.key for t in tables for rule in t.programme.earn if rule.at_most})
    counters += refunds * 2 * sum(_is_task(tables, number) for number in range(rules))
    S = np.zeros((n, y.SW), I64)
    S[:, y.CLOCK] = S[:, y.JOINED] = S[:, y.CUT] = S[:, y.BIRTHDAY] = -y.NEVER
    S[:, y.REVIEW] = S[:, y.DUE] = S[:, y.FLOOR] = S[:, y.LAPSES] = y.NEVER
    S[:, y.FORGETS] = forgets
    regions = {}
    for (name, start, width), size in zip(_REGIONS, (lots, earnings, active, holds, uses, counters), strict=True):
        if keep:
            ends = np.cumsum(size)
            S[:, start] = (ends - size) * width
            regions[name] = np.empty(int(size.sum()) * width, I64)
        else:
            regions[name] = np.empty(int(size.max(initial=0)) * width, I64)
    S[:, y.B0] = np.arange(n) * currencies * y.BW
    S[:, y.G0] = np.arange(n) * rules
    most = (4 * lots + 3 * uses + 2 * holds + (rules + 1) * (8 + lots)).max(initial=0)
    most += max(t.rows for t in tables)
    return Buffers(
        S.reshape(-1), np.zeros(n * currencies * y.BW, I64), np.full(n * rules, -1, I64), np.full(n, -1, I64),
        regions, not keep, 64 + int(most),
    )  # fmt: skip
