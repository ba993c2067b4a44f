"""Live decisions: a member's standing as plain lists, and the step applied to it.

``State`` is what ``rules.step`` works on for one member, built by whoever loads it (``points.writes``,
``tiers.writes``) and written back by them afterwards. ``decide`` is the one live door to the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.qualify import amounts, columns_of
from regulars.rules.step import advance, revise, step
from regulars.rules.tables import Tables

_KINDS = {
    ev.ORDER_COMPLETED: y.ORDER,
    ev.HOLD_PLACED: y.PLACE,
    ev.POINTS_REDEEMED: y.PLACE,
    ev.POINTS_DONATED: y.PLACE,
    ev.HOLD_CAPTURED: y.TAKE,
    ev.HOLD_RELEASED: y.GIVE,
    ev.HOLD_RETURNED: y.UNDO,
    ev.POINTS_ADJUSTED: y.ADJUSTED,
    **dict.fromkeys(ev.REFUND_NAMES, y.REFUND),
}
_CAPTURES = {ev.POINTS_REDEEMED: y.AT_ONCE, ev.POINTS_DONATED: y.FOR_GOOD}
_EMPTY = [0] * y.SW
_EMPTY[y.CLOCK] = -y.NEVER
_EMPTY[y.JOINED] = _EMPTY[y.CUT] = _EMPTY[y.BIRTHDAY] = -y.NEVER
_EMPTY[y.REVIEW] = _EMPTY[y.DUE] = _EMPTY[y.FLOOR] = _EMPTY[y.LAPSES] = y.NEVER


def kind_of(name: str) -> int:
    """The step's kind of an event name."""
    return _KINDS.get(name, y.OTHER)


def capture_of(name: str) -> int:
    """What becomes of a hold that an event of that name places: ``LATER``, ``AT_ONCE`` or ``FOR_GOOD``."""
    return _CAPTURES.get(name, y.LATER)


@dataclass(slots=True)
class State:
    """One member's standing in the step's buffers, with the names that its numbers stand for.

    orders: order ids by the number used in lots and holds. version: the programme version the member's time was last
    let pass under. Regions grow as needed; each begins at 0; ``spare`` is how many more events fit.
    """

    scalars: list[int] = field(default_factory=_EMPTY.copy)
    balances: list[int] = field(default_factory=list)
    lots: list[int] = field(default_factory=list)
    earnings: list[int] = field(default_factory=list)
    activity: list[int] = field(default_factory=list)
    holds: list[int] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    counters: list[int] = field(default_factory=list)
    newest: list[int] = field(default_factory=list)
    orders: dict[str, int] = field(default_factory=dict)
    version: int = 0
    spare: int = 0

    def order_number(self, order_id: str | None) -> int:
        """The number that stands for an order id, -1 for none."""
        if order_id is None:
            return -1
        return self.orders.setdefault(order_id, len(self.orders))

    def make_room(self, currencies: int, rules: int, rows: int = 0) -> None:
        """Let one more event fit: the step itself never grows a buffer. Room is made for a few events at once.

        rows: how many counters, and how many earnings, tasks may add by one event (``Tables.rows``).
        """
        if self.spare > 0:
            self.spare -= 1
            return
        ahead = 4
        self.spare = ahead - 1
        s = self.scalars
        lots = s[y.NL] + ahead * (currencies + 1 + rows)
        _grow(self.balances, currencies * y.BW)
        if len(self.newest) < rules:
            self.newest.extend([-1] * (rules - len(self.newest)))
        _grow(self.lots, lots * y.LW)
        _grow(self.earnings, (s[y.NE] + ahead * (rules + rows)) * y.EW)
        _grow(self.activity, (s[y.NA] + ahead * (rules + 2)) * y.AW)
        _grow(self.holds, (s[y.NH] + ahead) * y.HW)
        _grow(self.uses, (s[y.NU] + ahead * lots) * y.UW)
        _grow(self.counters, (s[y.NK] + ahead * (rules + rows)) * y.KW)


def _grow(buffer: list[int], size: int) -> None:
    missing = size - len(buffer)
    if missing > 0:
        buffer.extend([0] * missing)


class Decider:
    """Applies one programme version to members, one event at a time; keeps the scratch buffers between calls.

    Not shared between threads.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rules = len(tables.registry.rules)
        self.currencies = len(tables.registry.currencies)
        self._amounts = [0] * max(self.rules, 1)
        self._event = [0] * y.NW
        self._output = [0] * (1 + 256 * y.OW)
        self._scratch = [-1] * (y.XW * max(self.currencies, 1))

    def decide(
        self,
        state: State,
        event: ev.Event,
        event_id: int,
        at: int,
        day: int,
        hold: HoldRequest | None = None,
        order_tables: Tables | None = None,
    ) -> tuple[int, list[int]]:
        """Decide one event; ``at`` (microseconds UTC) is when, ``day`` the local day it happened on.

        order_tables: for a refund, the version that decided the order. Returns the step's answer (``layout.OK`` or why
        refused) and its output records, ``layout.OW`` numbers each.
        """
        numbers = self._event
        self._fill(numbers, state, event, event_id, at, day, hold)
        tables = order_tables or self.tables
        columns = columns_of(tables, event)
        numbers[y.N_NET] = sum(columns["net_minor"])
        amounts(tables, event, columns, self._amounts)
        state.make_room(self.currencies, self.rules, self.tables.rows)
        answer = step(self._buffers(state), 0, numbers, self._amounts, 0)
        return answer, self._records()

    def advance(self, state: State, until: int) -> list[int]:
        """Let the member's time pass up to ``until`` (microseconds UTC); returns the output records."""
        state.make_room(self.currencies, self.rules, self.tables.rows)
        advance(self._buffers(state), 0, until)
        return self._records()

    def take_over(self, state: State, old: Tables, at: int) -> list[int]:
        """This version takes effect for the member at ``at``; all activity and open lots must be loaded."""
        state.make_room(self.currencies, self.rules, self.tables.rows)
        revise(self._buffers(state), 0, at, self.tables.level_map(old))
        state.version = self.tables.version
        return self._records()

    def local_day(self, at: int) -> int:
        """The programme's local day of a moment (microseconds UTC)."""
        return local_day(self.tables.midnights, at)

    def _buffers(self, state: State) -> tuple[object, ...]:
        s = state.scalars
        room = s[y.NL] * 4 + s[y.NU] * 3 + s[y.NH] * 2 + self.rules * (s[y.NL] + 6) + self.tables.rows + 32
        _grow(self._output, 1 + room * y.OW)
        self._output[0] = 0
        return (
            s,
            state.balances,
            state.lots,
            state.earnings,
            state.activity,
            state.holds,
            state.uses,
            state.counters,
            state.newest,
            self._output,
            self._scratch,
            self.tables.numbers,
            self.tables.midnights,
        )

    def _records(self) -> list[int]:
        return self._output[1 : 1 + self._output[0] * y.OW]

    def _fill(
        self, n: list[int], state: State, event: ev.Event, event_id: int, at: int, day: int, hold: HoldRequest | None
    ) -> None:
        order = event.order
        n[y.N_KIND] = kind_of(event.name)
        n[y.N_EVENT] = event_id
        n[y.N_ORDER] = state.order_number(event.order_id)
        n[y.N_DAY] = day
        n[y.N_AT] = at
        n[y.N_MATURES] = self.tables.matures.get(event.name, 0)
        n[y.N_WHOLE] = 0
        n[y.N_CAPTURE] = capture_of(event.name)
        if order is not None and order.about:
            n[y.N_ORDER_DAY] = order.about_day
            n[y.N_WHOLE] = int(order.whole)
            n[y.N_SHARE_NUM] = order.share_num
            n[y.N_SHARE_DEN] = order.share_den
        if hold is not None:
            n[y.N_POINTS] = hold.points
            n[y.N_CURRENCY] = hold.currency
            n[y.N_HOLD] = hold.ref
            n[y.N_EXPIRES] = hold.expires


@dataclass(slots=True)
class HoldRequest:
    """The points part of a ledger event.

    points: how many (-1: all the hold has; negative in an adjustment: take). currency: its number. ref: the hold's
    number. expires: when a new hold lapses (microseconds UTC).
    """

    points: int
    currency: int = 0
    ref: int = -1
    expires: int = y.NEVER
