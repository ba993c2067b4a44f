"""Replay: a shop's whole history under any programme, with the very rules that live requests run.

Conditions become column expressions (``science.conditions``), amounts are summed for every event and rule, and the
compiled step (``science.compile``) takes each member through all their events, members in parallel. A range of members
is in memory at a time while the next one is read, so the history streams. ``regulars verify`` is the same replay under
the real versions, with every member's end state compared to the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.rules import layout as y
from regulars.rules.tables import Clause, Tables
from regulars.science.amounts import amounts_of, event_columns, line_columns
from regulars.science.compile import compile_once
from regulars.science.conditions import columns_needed
from regulars.science.history import RARE, History, Part
from regulars.science.kernel import run_members
from regulars.science.numbers import Names, rare_numbers
from regulars.science.ready import Columns, Prepared, Ready
from regulars.science.results import Result
from regulars.science.room import Buffers, buffers, room_of_names
from regulars.science.tally import Tally
from regulars.science.tasks import want_columns, wants_of
from regulars.science.threads import THREADS, one_ahead, side_by_side, together

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
        self.badges = np.array([kind == "badge" for kind, _ in self.registry.things], I64)
        self.names = Names.of(self.tables)
        self.rooms = room_of_names(self.tables, self.names)

    def run(
        self, history: History, as_of: int | None, clocks: dict[int, int] | None = None, by_member: bool = False
    ) -> Result:
        """Replay a history. ``as_of`` (microseconds UTC): let every member's time pass up to then; None: only up to
        each member's last event, or to ``clocks`` by member id when given. ``by_member``: keep every member's sums and
        end state (``Result.standing``), which takes all their memory at once."""
        ranges = history.ranges(*self.columns(history.event_columns()))
        if by_member:
            ranges = iter([[part for parts in ranges for part in parts]])
        tally = Tally(self.tables[-1].levels, self.registry, SUMS)
        for parts in one_ahead(ranges):
            ready = self.ready(parts)
            state = self.fresh(ready, by_member)
            if clocks is not None:
                untils = np.array([clocks.get(member, -1) for member in ready.ids.tolist()], I64)
            else:
                untils = NO_END if as_of is None else np.array([as_of], I64)
            totals, grants = self.step(state, ready, untils, by_member)
            tally.add(ready, state, totals, grants)
        return tally.result()

    def fresh(self, ready: Ready, keep: bool = False) -> Buffers:
        """The standing of a range's members before anything happened, with room for all that their history holds.
        ``keep``: with everything of every member at the end."""
        return buffers(self.tables, ready, self.rooms, keep)

    # What to read

    def columns(self, existing: set[str]) -> tuple[list[str], list[str]]:
        """The columns of events and of lines that this replay reads. Of those that a condition names, or that only
        refunds and ledger events fill, only what is ``existing``."""
        events = {"member", "name", "occurred_us", "effective_us", "order_ref", "net_minor", "lines_count"}
        lines: set[str] = set()
        asked = set(RARE)
        for clause in self._clauses():
            asked |= columns_needed(clause.where.of_event)
            lines |= columns_needed(clause.where.of_lines)
            if clause.where.of_lines:
                lines |= set(line_columns(clause))
            else:
                events |= set(event_columns(clause))
        for want in wants_of(self.tables):
            asked |= columns_needed(want.where.of_event) | ({"properties"} if want.place else set())
            lines |= columns_needed(want.where.of_lines)
            of_events, of_lines = want_columns(want)
            events |= of_events
            lines |= of_lines
        if not lines:
            events.discard("lines_count")
        return sorted(events | (asked & existing)), sorted(lines)

    def _clauses(self) -> list[Clause]:
        return [clause for tables in self.tables for found in tables.clauses.values() for clause in found]

    # A range of members

    def ready(self, parts: Sequence[Part]) -> Ready:
        """Everything the step needs of a range's parts.

        Raises ValueError when a part is not sorted by member.
        """
        return Ready.of(together(self._prepare, [part for part in parts if part.events.height]))

    def _prepare(self, part: Part) -> Prepared:
        members = part.events["member"].to_numpy()
        first = np.concatenate((np.zeros(1, I64), np.flatnonzero(members[1:] != members[:-1]) + 1))
        if (np.diff(members[first]) < 0).any():
            raise ValueError("events are not sorted by member")
        numbers = self.names.numbers(part.events["name"])
        order_refs, effective, occurred, nets = (
            part.events[name].to_numpy() for name in ("order_ref", "effective_us", "occurred_us", "net_minor")
        )
        rare_rows, rare = rare_numbers(part.events, self.names, numbers, self.registry.currencies)
        amounts = amounts_of(self.tables, self.starts, part, self.names, numbers)
        columns = Columns(numbers, order_refs, effective, occurred, nets, rare_rows, rare, amounts)
        counts = np.bincount(numbers, minlength=len(self.names.words))
        return Prepared(members[first], first, columns, int(counts[self.names.kinds == y.ORDER].sum()))

    def step(
        self,
        state: Buffers,
        ready: Ready,
        untils: np.ndarray,
        by_member: bool = False,
        threads: int = THREADS,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take members through their events, then let the time of each pass up to ``untils`` (one for all, or one a
        member; -1: not at all).

        Returns sums by thread (``by_member``: by member), currency and kind of transfer, in points; and by thread (or
        member) how many of each coupon and badge (by the registry's numbers) were given.
        """
        rows = len(ready.ids) if by_member else threads
        totals = np.zeros((rows, max(self.currencies, 1), SUMS), I64)
        grants = np.zeros((rows, len(self.registry.things)), I64)
        columns, names = ready.columns, self.names
        arguments = (
            state.S, state.B, state.G, state.V,
            self.TT, self.MM, self.remap, self.starts,
            ready.first, ready.last, ready.groups,
            names.kinds, names.matter, names.matures,
            columns.names, columns.order_refs, columns.effective, columns.occurred, columns.nets,
            columns.rare_rows, columns.rare, columns.amounts,
            untils, totals, grants, self.badges,
        )  # fmt: skip
        # neighbours stay together: each thread has its own stretch of every buffer, about as many events as the others
        cuts = ready.cut(threads)
        turns = [
            (
                cuts[t], cuts[t + 1], t, *self._scratch(state), *state.of_thread(), *arguments,
                np.full(len(self.badges), -1, I64), by_member,
            )
            for t in range(threads)
        ]  # fmt: skip
        compile_once(run_members, turns[0])
        side_by_side(run_members, turns)
        return totals, grants

    def _scratch(self, state: Buffers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A thread's own event, expiry memory and output, the last large enough for any step of any member."""
        output = np.empty(1 + state.output * y.OW, I64)
        return np.zeros(y.NW, I64), np.full(y.XW * max(self.currencies, 1), -1, I64), output
