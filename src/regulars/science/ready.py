"""Events as the compiled step takes them: columns of numbers, and whose rows they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from regulars.rules import layout as y

I64 = np.int64


@dataclass(slots=True)
class Columns:
    """What the step reads of every event, one array a column; ``amounts`` has a number for every event and rule.

    names: of ``numbers.Names``. rare_rows: which rows have numbers that only refunds and ledger events have, ascending;
    rare: those rows' numbers, ``NW`` wide. Times are microseconds UTC, amounts minor units.
    """

    names: np.ndarray
    order_refs: np.ndarray
    effective: np.ndarray
    occurred: np.ndarray
    nets: np.ndarray
    rare_rows: np.ndarray
    rare: np.ndarray
    amounts: np.ndarray

    def __len__(self) -> int:
        return len(self.names)


@dataclass(slots=True)
class Prepared:
    """A part: the members that occur, in order, where each one's rows begin, and the columns."""

    members: np.ndarray
    first: np.ndarray
    columns: Columns
    orders: int

    @classmethod
    def nothing(cls) -> Prepared:
        """A part without events."""
        none = np.zeros(0, I64)
        numbers = Columns(np.zeros(0, np.uint16), none, none, none, none, none, np.zeros((0, y.NW), I64), none)
        return cls(none, none, numbers, 0)


@dataclass(slots=True)
class Ready:
    """A range of members, ready for the step: their ids, and the stretches of rows that are theirs.

    Stretch ``j`` is rows ``first[j]`` to ``last[j]`` (excluded) of member number ``groups[j]``; a member's stretches
    follow each other in the order of time.
    """

    ids: np.ndarray
    first: np.ndarray
    last: np.ndarray
    groups: np.ndarray
    columns: Columns
    orders: int

    @classmethod
    def of(cls, parts: Sequence[Prepared]) -> Ready:
        """Parts in the order of time, one after the other."""
        parts = parts or [Prepared.nothing()]
        heights = [len(part.columns) for part in parts]
        begins = np.cumsum([0, *heights[:-1]])
        first = np.concatenate([part.first + begin for part, begin in zip(parts, begins, strict=True)])
        last = np.append(first[1:], sum(heights))
        ids, groups = np.unique(np.concatenate([part.members for part in parts]), return_inverse=True)
        order = np.argsort(groups, kind="stable")
        columns = {}
        for field in fields(Columns):
            arrays = [getattr(part.columns, field.name) for part in parts]
            if field.name == "rare_rows":
                arrays = [array + begin for array, begin in zip(arrays, begins, strict=True)]
            columns[field.name] = np.concatenate(arrays)
        return cls(
            ids, first[order], last[order], groups[order].astype(I64), Columns(**columns), sum(p.orders for p in parts)
        )

    def cut(self, ways: int) -> list[int]:
        """Where to cut the stretches into ``ways`` runs of about as many events, no member in two: their borders."""
        done = np.cumsum(self.last - self.first)
        borders = [0]
        for way in range(1, ways):
            j = int(np.searchsorted(done, done[-1] * way // ways)) if len(done) else 0
            while 0 < j < len(self.groups) and self.groups[j] == self.groups[j - 1]:
                j += 1
            borders.append(max(j, borders[-1]))
        return [*borders, len(self.groups)]

    def few(self, members: int) -> Ready:
        """Only the first members of all."""
        n = int(np.searchsorted(self.groups, members))
        return Ready(self.ids[:members], self.first[:n], self.last[:n], self.groups[:n], self.columns, self.orders)
