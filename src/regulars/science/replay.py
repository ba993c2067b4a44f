"""Replay: a shop's whole history under any programme, with the very rules that live requests run.

Conditions become column expressions (``science.conditions``), amounts are summed for every event and rule, and the
compiled step (``science.compile``) takes each member through their events, all members in parallel. Standings persist
from part to part, so the history streams. ``regulars verify`` is the same replay under the real versions, with every
member's end state compared to the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.rules import layout as y
from regulars.rules.tables import Clause, Tables
from regulars.science.amounts import amounts_of, event_columns, line_columns
from regulars.science.conditions import columns_needed
from regulars.science.history import History, Part
from regulars.science.kernel import run_members
from regulars.science.numbers import numbers_of, words_of
from regulars.science.results import Ready, Result, Standings
from regulars.science.room import buffers, survey
from regulars.science.threads import THREADS, one_ahead, side_by_side

I64 = np.int64
NO_END = np.array([-1], np.int64)
SUMS = y.ADJUST + 2
"""Sums by kind of transfer; the last is of adjustments that took points."""


class Replay:
    """One replay: ``tables`` (one version, or a whole timeline with ``starts``) over a history."""

    def __init__(self, tables: Sequence[Tables], starts: Sequence[int] = (-y.NEVER,)) -> None:
        self.tables = list(tables)
        self.registry = tables[0].registry
        self.rules = len(self.registry.rules)
        self.currencies = len(self.registry.currencies)
        width = max(len(t.numbers) for t in tables)
        self.TT = np.array([t.numbers + [0] * (width - len(t.numbers)) for t in tables], I64)
        self.MM = np.array([t.midnights for t in tables], I64)
        self.starts = np.array(starts, I64)
        depth = max(len(t.levels) for t in tables) + 1
        self.remap = np.zeros((len(tables), depth), I64)
        for v in range(1, len(tables)):
            mapped = tables[v].level_map(tables[v - 1])
            self.remap[v, : len(mapped)] = mapped

    def run(
        self, history: History, as_of: int | None, clocks: dict[int, int] | None = None, by_member: bool = False
    ) -> Result:
        """Replay a history. ``as_of`` (microseconds UTC): let every member's time pass up to then; None: only up to
        each member's last event, or to ``clocks`` by member id when given. ``by_member``: keep every member's sums."""
        of_events, of_lines = self.columns(history.event_columns())
        state = self.fresh(history, by_member)
        ids = state["ids"]
        totals = np.zeros((len(ids) if by_member else THREADS, max(self.currencies, 1), SUMS), I64)
        orders = 0
        parts = (part for part in history.parts(of_events, of_lines) if part.events.height)
        for ready in one_ahead(self.prepare(part, ids) for part in parts):
            self.step(state, ready, NO_END, totals)
            orders += ready.orders
        self._finish(state, totals, as_of, clocks)
        result = self._result(state, totals.sum(axis=0), orders)
        if by_member:
            result.standing.totals = totals
        return result

    def fresh(self, history: History, by_member: bool = False) -> dict[str, np.ndarray]:
        """Everybody's standing before anything happened, with room for all that the history holds."""
        state = buffers(self.tables, *survey(self.tables, history))
        state["by_member"] = np.array([by_member])
        return state

    # What to read

    def columns(self, existing: set[str]) -> tuple[list[str], list[str]]:
        """The columns of events and of lines that this replay reads, of those that exist."""
        events = {"member", "name", "occurred_us", "effective_us", "order_ref", "net_minor", "lines_count"}
        lines: set[str] = set()
        for clause in self._clauses():
            events |= columns_needed(clause.where.of_event)
            lines |= columns_needed(clause.where.of_lines)
            if clause.where.of_lines:
                lines |= set(line_columns(clause))
            else:
                events |= set(event_columns(clause))
        rare = {"about", "about_day", "about_version", "whole", "share_num", "share_den"}
        rare |= {"hold", "hold_points", "hold_currency", "hold_expires_us"}
        if not lines:
            events.discard("lines_count")
        return sorted((events | rare) & existing), sorted(lines)

    def _clauses(self) -> list[Clause]:
        return [clause for tables in self.tables for found in tables.clauses.values() for clause in found]

    # A part

    def prepare(self, part: Part, ids: np.ndarray) -> Ready:
        """Everything the step needs of a part: each member's rows, every event's numbers, every rule's amounts.

        Raises ValueError when the part is not sorted by member.
        """
        members = np.searchsorted(ids, part.events["member"].to_numpy())
        words, codes = words_of(part.events)
        numbers, relevant, orders = numbers_of(self.tables, self.starts, self.MM[0], part.events, words, codes)
        cuts = np.flatnonzero(np.diff(members)) + 1
        first = np.concatenate((np.zeros(1, I64), cuts))
        last = np.concatenate((cuts, np.full(1, len(members), I64)))
        groups = members[first]
        if (np.diff(groups) < 0).any():
            raise ValueError("events are not sorted by member")
        amounts = amounts_of(self.tables, self.starts, part, numbers, words, codes)
        return Ready(first, last, groups, numbers, relevant, amounts, orders)

    def step(
        self,
        state: dict[str, np.ndarray],
        ready: Ready,
        untils: np.ndarray,
        totals: np.ndarray,
        threads: int = THREADS,
    ) -> None:
        """Take members through a prepared part (``untils`` is ``NO_END``), or let each member's time pass up to
        theirs (-1: not at all)."""
        names = ("S", "B", "L", "E", "A", "H", "U", "K", "G", "V")
        arguments = (
            *(state[name] for name in names),
            self.TT, self.MM, self.remap, self.starts,
            ready.first, ready.last, ready.groups, ready.numbers, ready.relevant, ready.amounts,
            untils, totals, bool(state["by_member"][0]),
        )  # fmt: skip
        members = len(ready.groups)
        if members < threads * 8:
            threads = 1
        # neighbours stay together: each thread has its own stretch of every buffer, about as many events as the others
        events = ready.last[-1] if members else 0
        cuts = np.searchsorted(ready.last, [events * t // threads for t in range(1, threads)]).tolist()
        if not events:
            cuts = [members * t // threads for t in range(1, threads)]
        cuts = [0, *cuts, members]
        side_by_side(
            run_members,
            [(cuts[t], cuts[t + 1], t, *self._scratch(state), *arguments) for t in range(threads)],
        )

    def _scratch(self, state: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A thread's own event, expiry memory and output, the last large enough for any step of any member."""
        output = np.empty(1 + int(state["output"][0]) * y.OW, I64)
        return np.zeros(y.NW, I64), np.full(y.XW * max(self.currencies, 1), -1, I64), output

    # The end

    def _finish(
        self, state: dict[str, np.ndarray], totals: np.ndarray, as_of: int | None, clocks: dict[int, int] | None
    ) -> None:
        n = len(state["ids"])
        if not n:
            return
        if clocks is not None:
            untils = np.array([clocks.get(member, -1) for member in state["ids"].tolist()], I64)
        elif as_of is not None:
            untils = np.full(n, as_of, I64)
        else:
            return
        self.step(state, Ready.of_nobody(np.arange(n)), untils, totals)

    def _result(self, state: dict[str, np.ndarray], totals: np.ndarray, orders: int) -> Result:
        S = state["S"].reshape(-1, y.SW)
        B = state["B"].reshape(-1, max(self.currencies, 1), y.BW)
        known = S[:, y.JOINED] != -y.NEVER
        balances = {}
        for i, key in enumerate(self.registry.currencies):
            sums = B[:, i, :].sum(axis=0)
            names = ("pending", "available", "held", "debt")
            balances[key] = {name: int(value) for name, value in zip(names, sums, strict=True)}
        levels = self.tables[-1].levels
        counts = np.bincount(S[known, y.LEVEL], minlength=len(levels)) if known.any() else np.zeros(len(levels), I64)
        tiers = {key or "none": int(counts[i]) for i, key in enumerate(levels)}
        return Result(
            members=int(known.sum()),
            orders=orders,
            currencies=self.registry.currencies,
            totals=totals,
            balances=balances,
            tiers=tiers,
            standing=Standings(state["ids"], S, B, state["L"], state["H"], state["U"], state["V"]),
        )
