"""A replay's figures, range of members after range of members."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.rules import layout as y
from regulars.rules.registry import Registry
from regulars.science.ready import Ready
from regulars.science.results import Result, Standings
from regulars.science.room import Buffers

I64 = np.int64


class Tally:
    """Adds up what was found of each range: points by currency, members by level.

    levels: the last version's, "" first; kinds: how many kinds of transfer are summed.
    """

    def __init__(self, levels: Sequence[str], registry: Registry, kinds: int) -> None:
        self.levels = levels
        self.currencies = currencies = registry.currencies
        self.things = registry.things
        self.grants = np.zeros(len(registry.things), I64)
        width = max(len(currencies), 1)
        self.members = self.orders = 0
        self.totals = np.zeros((width, kinds), I64)
        self.balances = np.zeros((width, y.BW), I64)
        self.tiers = np.zeros(len(levels), I64)
        self.standing: Standings | None = None

    def add(self, ready: Ready, state: Buffers, totals: np.ndarray, grants: np.ndarray) -> None:
        """A range's members at their end. ``totals``: points by thread or member, currency and kind of transfer;
        ``grants``: coupons and badges by thread or member."""
        S = state.S.reshape(-1, y.SW)
        B = state.B.reshape(len(S), len(self.currencies), y.BW) if self.currencies else np.zeros((len(S), 1, y.BW), I64)
        known = S[:, y.JOINED] != -y.NEVER
        self.members += int(known.sum())
        self.orders += ready.orders
        self.totals += totals.sum(axis=0)
        self.grants += grants.sum(axis=0)
        self.balances += B.sum(axis=0)
        # somebody whose time stopped under an earlier version may be on a level that is no more
        self.tiers += np.bincount(S[known, y.LEVEL], minlength=len(self.levels))[: len(self.levels)]
        if not state.passing:
            lots, holds, uses, counters = (state.regions[name] for name in "LHUK")
            self.standing = Standings(ready.ids, S, B, lots, holds, uses, counters, state.V, totals, grants)

    def result(self) -> Result:
        """The figures of all ranges."""
        names = ("pending", "available", "held", "debt")
        return Result(
            members=self.members,
            orders=self.orders,
            currencies=self.currencies,
            totals=self.totals,
            balances={
                key: dict(zip(names, self.balances[i].tolist(), strict=True)) for i, key in enumerate(self.currencies)
            },
            tiers={key or "none": int(count) for key, count in zip(self.levels, self.tiers, strict=True)},
            standing=self.standing,
            grants={thing: int(count) for thing, count in zip(self.things, self.grants, strict=True)},
        )
