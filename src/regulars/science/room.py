"""How much each member's history can fill: the step's buffers are laid out once, before the first event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from regulars.rules import layout as y
from regulars.rules.decide import kind_of
from regulars.rules.tables import Tables
from regulars.science.history import History
from regulars.science.numbers import words_of

I64 = np.int64


def survey(tables: Sequence[Tables], history: History) -> tuple[np.ndarray, np.ndarray]:
    """The ids of all members of a history, in order, and for each the room that their events may take."""
    parts = [_count(part.events) for part in history.parts(["member", "name"], []) if part.events.height]
    if not parts:
        return np.zeros(0, I64), np.zeros((0, 5), I64)
    ids = np.unique(np.concatenate([members for members, _, _ in parts]))
    room = np.zeros((len(ids), 5), I64)
    for members, words, counts in parts:
        rows = np.searchsorted(ids, members)
        for code, word in enumerate(words):
            for column, each in enumerate(_room_of(tables, word)):
                if each and word:
                    # a part has each member once
                    room[rows, column] += counts[code] * each
    return ids, room


def _count(events: pl.DataFrame) -> tuple[np.ndarray, list[str], np.ndarray]:
    """The members of a part, the names of its events, and by name how many events each member has."""
    members = events["member"].to_numpy()
    words, codes = words_of(events)
    starts = np.concatenate((np.zeros(1, I64), np.flatnonzero(np.diff(members)) + 1))
    counts = np.zeros((len(words), len(starts)), I64)
    for code, word in enumerate(words):
        if word:
            counts[code] = np.add.reduceat(codes == code, starts, dtype=I64)
    return members[starts], words, counts


def _room_of(tables: Sequence[Tables], name: str) -> tuple[int, int, int, int, int]:
    """Room that one event of that name may take: lots, earnings, activity days, holds, refunds.

    A hold undone makes none, but fills lots again that the next hold may take of, as a refund does."""
    currencies: set[str] = set()
    earning = 0
    for each in tables:
        of_rule = {rule.key: rule for rule in each.programme.earn}
        for clause in each.clauses.get(name, ()):
            rule = of_rule[each.registry.rules[clause.rule]]
            currencies.add(rule.gives)
            earning += 1
    kind = kind_of(name)
    lots = len(currencies) + (kind == y.ADJUSTED)
    active = 1 + bool(currencies) if any(name in each.names for each in tables) else 0
    return lots, earning if kind == y.ORDER else 0, active, int(kind in (y.PLACE, y.UNDO)), int(kind == y.REFUND)


def buffers(tables: Sequence[Tables], ids: np.ndarray, room: np.ndarray) -> dict[str, np.ndarray]:
    """The step's buffers for these members, each with their room, before anything has happened.

    ``output`` is how many records the largest step of any of them could write.
    """
    currencies, rules = len(tables[0].registry.currencies), len(tables[0].registry.rules)
    n = len(ids)
    lots, earnings, active, holds, refunds = (room[:, i].copy() for i in range(5))
    forgets = refunds == 0
    earnings[forgets] = 0
    uses = np.where(holds > 0, 4 * (holds + lots + refunds) + 16, 0)
    counters = lots * 0
    capped = max((sum(1 for rule in t.programme.earn if rule.at_most) for t in tables), default=0)
    if capped:
        counters = _counter_room(tables, room)
    S = np.zeros((n, y.SW), I64)
    S[:, y.CLOCK] = S[:, y.JOINED] = S[:, y.CUT] = -y.NEVER
    S[:, y.REVIEW] = S[:, y.DUE] = S[:, y.FLOOR] = S[:, y.LAPSES] = y.NEVER
    S[:, y.FORGETS] = forgets
    out = {}
    for name, start, width, size in [
        ("L", y.L0, y.LW, lots),
        ("E", y.E0, y.EW, earnings),
        ("A", y.A0, y.AW, active),
        ("H", y.H0, y.HW, holds),
        ("U", y.U0, y.UW, uses),
        ("K", y.K0, y.KW, counters),
    ]:
        ends = np.cumsum(size)
        S[:, start] = (ends - size) * width
        out[name] = np.empty(int(ends[-1]) * width if n else 0, I64)
    S[:, y.B0] = np.arange(n) * currencies * y.BW
    S[:, y.G0] = np.arange(n) * rules
    out["S"] = S.reshape(-1)
    out["B"] = np.zeros(n * currencies * y.BW, I64)
    out["G"] = np.full(n * rules, -1, I64)
    out["V"] = np.full(n, -1, I64)
    out["ids"] = ids
    most = (4 * lots + 3 * uses + 2 * holds + (rules + 1) * (8 + lots)).max(initial=0)
    out["output"] = np.array([64 + most])
    return out


def _counter_room(tables: Sequence[Tables], room: np.ndarray) -> np.ndarray:
    """At most one counter for each lot-giving event and capped rule."""
    capped = len({rule.key for t in tables for rule in t.programme.earn if rule.at_most})
    events = room[:, 2] + room[:, 4]
    return (events * capped).astype(I64)
