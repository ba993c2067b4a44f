"""The desk: where members' standings lie while a batch is decided.

Loads the locked members from every domain, lets their time pass (through changes of programme version), applies the
rules to one event after the other, and writes everything back in one go. One transaction, opened by the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from regulars.events import append as log
from regulars.points import state as points_state
from regulars.points import writes as points_writes
from regulars.points.append import Outcome
from regulars.programmes.reads import Timeline, microseconds, moment
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.decide import Decider, HoldRequest, State
from regulars.store.questions import Question, ask
from regulars.tiers import writes as tiers_writes

_local = threading.local()


@dataclass(slots=True)
class Needs:
    """What must be on the desk before deciding: the members (locked), the latest moment, members whose every open lot
    is needed, the orders whose lots are (with the event that completed each), the captured holds to be undone, and how
    far each local day reaches for counters."""

    members: set[int] = field(default_factory=set)
    until: int = -y.NEVER
    whole: set[int] = field(default_factory=set)
    orders: dict[str, int] = field(default_factory=dict)
    holds: set[int] = field(default_factory=set)
    days: dict[int, set[int]] = field(default_factory=dict)


class Opening(NamedTuple):
    """The questions with which a desk begins; asked in this order, for the first may lock."""

    accounts: Question[dict[int, points_state.Loaded]]
    balances: Question[list[Any]]
    standings: Question[list[Any]]


class Desk:
    """One batch's members. ``load`` once, ``decide`` or ``advance`` at will, ``save`` once."""

    def __init__(self, cursor: Any, timeline: Timeline) -> None:
        self.cursor = cursor
        self.timeline = timeline
        self.tables = {tables.version: tables for tables in timeline.tables}
        self.registry = timeline.tables[0].registry
        self.members: dict[int, points_state.Loaded] = {}
        self.records: dict[int, list[tuple[int, list[int]]]] = {}
        self._deciders = _deciders(timeline)

    def lock(self, member_ids: Collection[int], places: int = 0) -> list[int]:
        """Lock the members' accounts and read what does not hang on their clocks; returns the next ``places`` places
        in the log. With the members locked, a member's places are in the order of decision."""
        opening = self.opening(member_ids)
        ids = log.next_ids(places)
        ask(*opening, ids)
        self.open(opening)
        return ids.answer

    def opening(self, member_ids: Collection[int], locked: bool = True) -> Opening:
        """What must be asked of the members first, for ``open``. ``locked`` false: for a desk that is never saved."""
        return Opening(
            points_state.accounts(member_ids, locked),
            points_state.balances(member_ids),
            tiers_writes.standings(member_ids),
        )

    def open(self, opening: Opening) -> None:
        """Lay out what was asked."""
        self.members = opening.accounts.answer
        self.records = {member_id: [] for member_id in self.members}
        points_state.lay_balances(self.members, self.registry, opening.balances.answer)
        tiers_writes.lay_standings(self._states(), self.tables, opening.standings.answer)

    def welcome(self, member_id: int) -> None:
        """Put somebody on the desk who has nothing yet."""
        self.members[member_id] = points_state.Loaded(member_id)
        self.records[member_id] = []
        points_state.lay_balances({member_id: self.members[member_id]}, self.registry, [])

    def _states(self) -> dict[int, State]:
        return {member_id: one.state for member_id, one in self.members.items() if not one.is_new}

    def clock(self, member_id: int) -> int:
        """How far the member's time has been let pass (microseconds UTC)."""
        return self.members[member_id].state.scalars[y.CLOCK]

    def load(self, needs: Needs) -> None:
        """Fill the locked members' standings for what ``needs`` says will be decided."""
        last = self.timeline.at(needs.until)
        states = self._states()
        revised = {member_id for member_id, state in states.items() if self.timeline.position(state.version) < last}
        holding = {member_id for member_id, state in states.items() if any(state.balances[y.HELD :: y.BW])}
        if needs.orders or needs.holds:
            holding = set(states)
        # whoever has something set aside needs the lots it came from
        whole = needs.whole | revised | holding
        if any(currency.expires and currency.expires.sliding for currency in self._currencies()):
            whole = set(self.members)
        until = moment(needs.until)
        due = points_state.due_lots(states.keys() - whole, until)
        lots = points_state.all_lots(states.keys() & whole, needs.orders, needs.holds)
        holds = points_state.holds(holding, needs.orders, needs.holds)
        uses = points_state.uses(holding, needs.orders, needs.holds)
        counters = points_state.counters(self._windows(needs))
        until_day = max(local_day(tables.midnights, needs.until) for tables in self.timeline.tables)
        activity = tiers_writes.activity(states, until_day, self._window_days(), revised)
        ask(due, lots, holds, uses, counters, activity)
        points_state.lay_lots(self.members, self.registry, due.answer + lots.answer, until, needs.orders)
        points_state.lay_holds(self.members, self.registry, holds.answer, uses.answer)
        points_state.lay_counters(self.members, self.registry, counters.answer)
        tiers_writes.lay_activity(states, activity.answer)
        for member_id in states:
            points_state.remember(self.members[member_id])

    def _currencies(self) -> Iterable[Any]:
        return (currency for tables in self.timeline.tables for currency in tables.programme.points)

    def _window_days(self) -> int:
        """How many days back activity certainly stays in every version's window."""
        days = []
        for tables in self.timeline.tables:
            tiers = tables.programme.tiers
            if tiers is not None and tiers.window == "rolling":
                days.append(tiers.window_days)
            elif tiers is not None and tiers.window != "ever":
                days.append(0)
        return min(days, default=100_000)

    def _windows(self, needs: Needs) -> dict[tuple[int, str], set[int]]:
        """The counter windows that may be touched, by member and rule."""
        # most members of a batch have the same days
        of_days: dict[frozenset[int], dict[str, set[int]]] = {}
        out: dict[tuple[int, str], set[int]] = {}
        for member_id, days in needs.days.items():
            key = frozenset(days)
            if key not in of_days:
                of_days[key] = self._windows_of(key)
            for rule, windows in of_days[key].items():
                out[member_id, rule] = windows
        return out

    def _windows_of(self, days: frozenset[int]) -> dict[str, set[int]]:
        """The counter windows that events of those local days may touch, by rule."""
        out: dict[str, set[int]] = {}
        for tables in self.timeline.tables:
            for window in tables.windows:
                out.setdefault(window.rule, set()).update(window.of(days))
        return out

    def decide(
        self,
        member_id: int,
        event: ev.Event,
        event_id: int,
        at: int,
        hold: HoldRequest | None = None,
        order_version: int | None = None,
    ) -> tuple[int, int, list[int]]:
        """Decide one event of a member at ``at``, no earlier than the member's clock.

        Returns the step's answer, the programme version it was decided under, and the output records.
        """
        one = self.members[member_id]
        decider = self._bring(one, at)
        day = min(decider.local_day(microseconds(event.occurred_at)), decider.local_day(at))
        order_tables = self.tables[order_version] if order_version else None
        answer, records = decider.decide(one.state, event, event_id, at, day, hold, order_tables)
        version = decider.tables.version
        self.records[member_id].append((version, records))
        return answer, version, records

    def advance(self, member_id: int, until: int) -> None:
        """Let a member's time pass up to ``until``."""
        one = self.members[member_id]
        decider = self._bring(one, until)
        self.records[member_id].append((decider.tables.version, decider.advance(one.state, until)))

    def _bring(self, one: points_state.Loaded, at: int) -> Decider:
        """The decider in effect at ``at``; on the way the member passes every change of version at its moment."""
        target = self.timeline.at(at)
        state = one.state
        if state.version == 0:
            state.version = self.timeline.tables[target].version
        position = self.timeline.position(state.version)
        while position < target:
            old = self._deciders[position]
            start = self.timeline.starts[position + 1]
            self.records[one.member_id].append((state.version, old.advance(state, start)))
            position += 1
            new = self._deciders[position]
            self.records[one.member_id].append((new.tables.version, new.take_over(state, old.tables, start)))
        return self._deciders[position]

    def save(self) -> list[tuple[int, int, list[int]]]:
        """Write every member back; returns the output records (member, version, records) in order."""
        if not self.members:
            return []
        outcomes = [Outcome(one, self.records[member_id]) for member_id, one in self.members.items()]
        # whoever is new and only had something refused does not join by it
        outcomes = [outcome for outcome in outcomes if outcome.loaded.state.scalars[y.JOINED] != -y.NEVER]
        points_writes.save(self.cursor, outcomes, self.registry)
        records = [
            (outcome.loaded.member_id, version, found)
            for outcome in outcomes
            for version, found in outcome.records
            if found
        ]
        states: dict[int, State] = {outcome.loaded.member_id: outcome.loaded.state for outcome in outcomes}
        tiers_writes.save(self.cursor, states, self.tables, records)
        return records


def _deciders(timeline: Timeline) -> list[Decider]:
    """This thread's deciders: each keeps scratch buffers that must not be shared."""
    kept = getattr(_local, "kept", None)
    if kept is None or kept[0] is not timeline:
        kept = (timeline, [Decider(tables) for tables in timeline.tables])
        _local.kept = kept
    return kept[1]
