"""Replay: a shop's whole history under any programme, with the very rules that live requests run.

Conditions become column expressions (``science.conditions``), amounts are summed for every event and rule, and the
compiled step (``science.compile``) takes each member through their events, all members in parallel. Standings persist
from part to part, so the history streams. ``regulars verify`` is the same replay under the real versions, with every
member's end state compared to the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import kind_of
from regulars.rules.tables import Clause, Tables
from regulars.science.conditions import columns_needed, event_expression, line_expression
from regulars.science.history import History, Part
from regulars.science.kernel import run_members, sum_lines
from regulars.science.results import Ready, Result, Standings

I64 = np.int64
THREADS = os.cpu_count() or 1
_POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="replay")
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
        self.names = frozenset().union(*(t.names for t in tables))

    def run(
        self, history: History, as_of: int | None, clocks: dict[int, int] | None = None, by_member: bool = False
    ) -> Result:
        """Replay a history. ``as_of`` (microseconds UTC): let every member's time pass up to then; None: only up to
        each member's last event, or to ``clocks`` by member id when given. ``by_member``: keep every member's sums."""
        event_columns, line_columns = self.columns(history.event_columns())
        state = self.fresh(history, by_member)
        ids = state["ids"]
        totals = np.zeros((len(ids) if by_member else THREADS, max(self.currencies, 1), SUMS), I64)
        orders = 0
        for part in history.parts(event_columns, line_columns):
            orders += self._part(part, state, ids, totals)
        self._finish(state, totals, as_of, clocks)
        result = self._result(state, totals.sum(axis=0), orders)
        if by_member:
            result.standing.totals = totals
        return result

    def fresh(self, history: History, by_member: bool = False) -> dict[str, np.ndarray]:
        """Everybody's standing before anything happened, with room for all that the history holds."""
        ids, room = self._survey(history)
        state = self._state(ids, room)
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
                lines |= set(self._line_amounts(clause))
            else:
                events |= set(self._event_amounts(clause))
        rare = {"about", "about_day", "about_version", "whole", "share_num", "share_den"}
        rare |= {"hold", "hold_points", "hold_currency", "hold_expires_us"}
        if not lines:
            events.discard("lines_count")
        return sorted((events | rare) & existing), sorted(lines)

    def _clauses(self) -> list[Clause]:
        return [clause for tables in self.tables for found in tables.clauses.values() for clause in found]

    @staticmethod
    def _line_amounts(clause: Clause) -> list[str]:
        if clause.of in ("list", "once"):
            return ["list_minor"]
        columns = ["net_minor"] + (["tax_minor"] if clause.of in ("gross", "paid") else [])
        return columns + (["points_minor"] if clause.with_points_paid else [])

    @staticmethod
    def _event_amounts(clause: Clause) -> list[str]:
        if clause.of in ("list", "once"):
            return ["list_minor"]
        columns = ["net_minor"]
        if clause.of in ("gross", "paid"):
            columns.append("tax_minor")
        if clause.of == "paid":
            columns.append("shipping_minor")
        return columns + (["points_minor"] if clause.with_points_paid else [])

    # Room for everyone

    def _survey(self, history: History) -> tuple[np.ndarray, np.ndarray]:
        parts = [part.events for part in history.parts(["member", "name"], [])]
        if not parts:
            return np.zeros(0, I64), np.zeros((0, 5), I64)
        per_part = [frame.group_by("member", "name").len() for frame in parts]
        counts = pl.concat([frame.with_columns(pl.col("name").cast(pl.String)) for frame in per_part])
        ids = counts["member"].unique().sort().to_numpy()
        room = np.zeros((len(ids), 5), I64)
        rows = np.searchsorted(ids, counts["member"].to_numpy())
        number = counts["len"].to_numpy().astype(I64)
        names = counts["name"]
        for name in names.unique().to_list():
            mask = (names == name).to_numpy()
            for column, each in enumerate(self._room_of(name)):
                if each:
                    np.add.at(room[:, column], rows[mask], number[mask] * each)
        return ids, room

    def _room_of(self, name: str) -> tuple[int, int, int, int, int]:
        """Room that one event of that name may take: lots, earnings, activity days, holds, refunds."""
        currencies: set[str] = set()
        capped = 0
        earning = 0
        for tables in self.tables:
            of_rule = {rule.key: rule for rule in tables.programme.earn}
            for clause in tables.clauses.get(name, ()):
                rule = of_rule[self.registry.rules[clause.rule]]
                currencies.add(rule.gives)
                earning += 1
                capped += rule.at_most is not None
        kind = kind_of(name)
        lots = len(currencies) + (kind == y.ADJUSTED)
        active = 1 + bool(currencies) if name in self.names else 0
        return lots, earning if kind == y.ORDER else 0, active, int(kind == y.PLACE), int(kind == y.REFUND)

    def _state(self, ids: np.ndarray, room: np.ndarray) -> dict[str, np.ndarray]:
        n = len(ids)
        lots, earnings, active, holds, refunds = (room[:, i].copy() for i in range(5))
        forgets = refunds == 0
        earnings[forgets] = 0
        uses = np.where(holds > 0, 4 * (holds + lots + refunds) + 16, 0)
        counters = lots * 0
        capped = max((sum(1 for rule in t.programme.earn if rule.at_most) for t in self.tables), default=0)
        if capped:
            counters = self._counter_room(room)
        S = np.zeros((n, y.SW), I64)
        S[:, y.CLOCK] = S[:, y.JOINED] = S[:, y.CUT] = -y.NEVER
        S[:, y.REVIEW] = S[:, y.DUE] = S[:, y.FLOOR] = y.NEVER
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
        S[:, y.B0] = np.arange(n) * self.currencies * y.BW
        S[:, y.G0] = np.arange(n) * self.rules
        out["S"] = S.reshape(-1)
        out["B"] = np.zeros(n * self.currencies * y.BW, I64)
        out["G"] = np.full(n * self.rules, -1, I64)
        out["V"] = np.full(n, -1, I64)
        out["ids"] = ids
        return out

    def _counter_room(self, room: np.ndarray) -> np.ndarray:
        """At most one counter for each lot-giving event and capped rule."""
        capped = len({rule.key for t in self.tables for rule in t.programme.earn if rule.at_most})
        events = room[:, 2] + room[:, 4]
        return (events * capped).astype(I64)

    # A part

    def _part(self, part: Part, state: dict[str, np.ndarray], ids: np.ndarray, totals: np.ndarray) -> int:
        if not part.events.height:
            return 0
        ready = self.prepare(part, ids)
        self.step(state, ready, -1, totals)
        return ready.orders

    def prepare(self, part: Part, ids: np.ndarray) -> Ready:
        """Everything the step needs of a part: each member's rows, every event's numbers, every rule's amounts.

        Raises ValueError when the part is not sorted by member.
        """
        members = np.searchsorted(ids, part.events["member"].to_numpy())
        numbers, relevant, orders = self._numbers(part.events)
        cuts = np.flatnonzero(np.diff(members)) + 1
        first = np.concatenate((np.zeros(1, I64), cuts))
        last = np.concatenate((cuts, np.full(1, len(members), I64)))
        groups = members[first]
        if (np.diff(groups) < 0).any():
            raise ValueError("events are not sorted by member")
        return Ready(first, last, groups, numbers, relevant, self._amounts(part, numbers), orders)

    def step(
        self, state: dict[str, np.ndarray], ready: Ready, until: int, totals: np.ndarray, threads: int = THREADS
    ) -> None:
        """Take members through a prepared part (``until`` -1), or let time pass up to ``until``."""
        names = ("S", "B", "L", "E", "A", "H", "U", "K", "G", "V")
        arguments = (
            *(state[name] for name in names),
            self.TT, self.MM, self.remap, self.starts,
            ready.first, ready.last, ready.groups, ready.numbers, ready.relevant, ready.amounts,
            until, totals, bool(state["by_member"][0]),
        )  # fmt: skip
        for done in [_POOL.submit(run_members, t, threads, *arguments) for t in range(threads)]:
            done.result()

    def _numbers(self, events: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
        """The step's event numbers for every row, whether anything is decided for it, and how many are orders."""
        n = events.height
        names = events["name"].cast(pl.Categorical)
        codes = names.to_physical().to_numpy()
        words = _words(names, codes)
        kinds = np.zeros(len(words), I64)
        matter = np.zeros(len(words), np.bool_)
        matures = np.zeros((len(self.tables), len(words)), I64)
        for code, word in enumerate(words):
            kinds[code] = kind_of(word)
            matter[code] = word in self.names
            for v, tables in enumerate(self.tables):
                matures[v, code] = tables.matures.get(word, 0)
        out = np.zeros((n, y.NW), I64)
        out[:, y.N_KIND] = kinds[codes]
        out[:, y.N_EVENT] = np.arange(n)
        out[:, y.N_ORDER] = events["order_ref"].fill_null(-1).to_numpy()
        at = events["effective_us"].to_numpy()
        if len(self.tables) == 1:
            out[:, y.N_MATURES] = matures[0][codes]
        else:
            out[:, y.N_MATURES] = matures[np.searchsorted(self.starts, at, side="right") - 1, codes]
        out[:, y.N_AT] = at
        out[:, y.N_DAY] = self._local_days(np.minimum(events["occurred_us"].to_numpy(), at))
        out[:, y.N_NET] = events["net_minor"].fill_null(0).to_numpy()
        if (kinds != y.OTHER).any():
            self._rare(events, out, words, codes)
        return out, matter[codes], int((out[:, y.N_KIND] == y.ORDER).sum())

    def _rare(self, events: pl.DataFrame, out: np.ndarray, words: list[str], codes: np.ndarray) -> None:
        """What only refunds and ledger events have."""
        rows = np.flatnonzero(out[:, y.N_KIND] == y.REFUND)
        if len(rows):
            picked = events[rows]
            for name, place in [
                ("about_day", y.N_ORDER_DAY),
                ("whole", y.N_WHOLE),
                ("share_num", y.N_SHARE_NUM),
                ("share_den", y.N_SHARE_DEN),
            ]:
                out[rows, place] = picked[name].cast(pl.Int64).to_numpy()
        rows = np.flatnonzero(np.isin(out[:, y.N_KIND], (y.PLACE, y.TAKE, y.GIVE, y.ADJUSTED)))
        if len(rows):
            picked = events[rows]
            currency = {key: i for i, key in enumerate(self.registry.currencies)}
            out[rows, y.N_HOLD] = picked["hold"].fill_null(-1).to_numpy()
            out[rows, y.N_POINTS] = picked["hold_points"].fill_null(-1).to_numpy()
            out[rows, y.N_CURRENCY] = [currency.get(key, 0) for key in picked["hold_currency"].cast(pl.String)]
            out[rows, y.N_EXPIRES] = picked["hold_expires_us"].fill_null(y.NEVER).to_numpy()
            spends = [words[code] == ev.POINTS_REDEEMED for code in codes[rows]]
            out[rows, y.N_CAPTURE] = np.array(spends, I64)

    def _local_days(self, at: np.ndarray) -> np.ndarray:
        midnights = self.MM[0]
        return np.searchsorted(midnights, at, side="right") - 1 + self.TT[0, y.T_DAY0]

    # Amounts

    def _amounts(self, part: Part, numbers: np.ndarray) -> np.ndarray:
        """For every event and rule what counts, as ``rules.qualify`` works it out for one event."""
        n = part.events.height
        out = np.zeros(n * max(self.rules, 1), I64)
        offsets = None
        if part.lines is not None:
            counts = part.events["lines_count"].fill_null(0).to_numpy()
            offsets = np.concatenate((np.zeros(1, I64), np.cumsum(counts, dtype=I64)))
        versions = self._versions(part.events, numbers)
        words = part.events["name"].cast(pl.Categorical)
        codes = words.to_physical().to_numpy()
        labels = _words(words, codes)
        for v, tables in enumerate(self.tables):
            for name, clauses in tables.clauses.items():
                named = np.isin(codes, [code for code, label in enumerate(labels) if label == name])
                if versions is not None:
                    named &= versions == v
                refunds = None
                if name == ev.ORDER_COMPLETED:
                    refunds = numbers[:, y.N_KIND] == y.REFUND
                    if versions is not None:
                        refunds &= versions == v
                for clause in clauses:
                    self._clause(clause, tables, part, offsets, named, refunds, out)
        return out

    def _versions(self, events: pl.DataFrame, numbers: np.ndarray) -> np.ndarray | None:
        """Which version's rules speak of each event: that in effect, and for a refund that of its order."""
        if len(self.tables) == 1:
            return None
        out = np.searchsorted(self.starts, numbers[:, y.N_AT], side="right") - 1
        rows = np.flatnonzero(numbers[:, y.N_KIND] == y.REFUND)
        if len(rows) and "about_version" in events.columns:
            place = {tables.version: v for v, tables in enumerate(self.tables)}
            out[rows] = [
                place.get(version, out[row]) for row, version in zip(rows, events[rows]["about_version"], strict=True)
            ]
        return out

    def _clause(
        self,
        clause: Clause,
        tables: Tables,
        part: Part,
        offsets: np.ndarray | None,
        named: np.ndarray,
        refunds: np.ndarray | None,
        out: np.ndarray,
    ) -> None:
        digits = tables.programme.minor_digits
        applies = named
        events = part.events
        if clause.where.of_event:
            test = event_expression(clause.where.of_event, events.schema, digits)
            applies = applies & events.select(test.alias("test"))["test"].to_numpy()
        if refunds is not None and refunds.any():
            applies = applies | refunds
        if clause.where.of_lines:
            assert part.lines is not None and offsets is not None
            mask = line_expression(clause.where.of_lines, part.lines.schema, digits)
            amount = (
                pl.sum_horizontal(self._line_amounts(clause))
                if len(self._line_amounts(clause)) > 1
                else pl.col(self._line_amounts(clause)[0])
            )
            found = part.lines.select(mask.alias("mask"), amount.alias("amount"))
            arguments = (
                offsets, found["amount"].to_numpy(), found["mask"].to_numpy(), clause.of == "once", applies, out,
                clause.rule, self.rules,
            )  # fmt: skip
            cuts = np.linspace(0, events.height, THREADS + 1).astype(int).tolist()
            for done in [_POOL.submit(sum_lines, cuts[t], cuts[t + 1], *arguments) for t in range(THREADS)]:
                done.result()
            return
        column = out[clause.rule :: self.rules]
        columns = self._event_amounts(clause)
        amount = events[columns[0]].fill_null(0).to_numpy()
        for name in columns[1:]:
            amount = amount + events[name].fill_null(0).to_numpy()
        if clause.of == "once":
            amount = np.maximum(amount, 1)
        np.copyto(column, amount, where=applies)

    # The end

    def _finish(
        self, state: dict[str, np.ndarray], totals: np.ndarray, as_of: int | None, clocks: dict[int, int] | None
    ) -> None:
        n = len(state["ids"])
        if not n:
            return
        if clocks is not None:
            for row, member in enumerate(state["ids"].tolist()):
                if member in clocks:
                    self.step(state, Ready.of_nobody(np.array([row])), clocks[member], totals)
        elif as_of is not None:
            self.step(state, Ready.of_nobody(np.arange(n)), as_of, totals)

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


def _words(names: pl.Series, codes: np.ndarray) -> list[str]:
    """The words of a categorical column by their codes; codes not in this part stand empty."""
    words = [""] * (int(codes.max(initial=0)) + 1)
    for word, code in zip(names.unique(), names.unique().to_physical(), strict=True):
        words[code] = word
    return words
