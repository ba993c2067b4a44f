"""Members' points out of the tables and into the step's buffers.

Not every lot is loaded. An earning touches only lots that mature or lapse by then; a spend, refund or change of
programme version touches any open lot. What stays behind is represented by the moment the first of it falls due
(``layout.FLOOR``), so that time passing knows of it.

The questions (``accounts``, ``balances``, ``lots``…) are asked in two trips, for what the second asks hangs on the
accounts; ``lay_*`` put the answers into the buffers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from regulars.programmes.reads import microseconds
from regulars.rules import layout as y
from regulars.rules.decide import State
from regulars.rules.tables import Registry
from regulars.store.columns import BIGINT, INTEGER, TEXT, Array
from regulars.store.questions import Known, Question


@dataclass(slots=True)
class Loaded:
    """A member's state with what the tables held when it was read.

    lot_ids and hold_ids: by the numbers that the step uses. version: 0 for a member without an account yet.
    """

    member_id: int
    state: State = field(default_factory=State)
    is_new: bool = True
    lot_ids: list[int] = field(default_factory=list)
    hold_ids: list[int] = field(default_factory=list)
    lots_before: list[int] = field(default_factory=list)
    earnings_before: list[int] = field(default_factory=list)
    holds_before: list[int] = field(default_factory=list)
    uses_before: list[int] = field(default_factory=list)
    balances_before: list[int] = field(default_factory=list)
    counters_before: list[int] = field(default_factory=list)
    account_before: tuple[int, ...] = (0, 0, 0, 0)

    def account(self) -> tuple[int, ...]:
        """What the account row holds of the state and may change: clock, next due, version, last birthday."""
        s = self.state.scalars
        return s[y.CLOCK], s[y.DUE], self.state.version, s[y.BIRTHDAY]


Rows = list[Any]


def accounts(member_ids: Collection[int], locked: bool = True) -> Question[dict[int, Loaded]]:
    """Lock the members' accounts, in id order, and read them. Members without an account come back new. ``locked``
    false: only read them, for what is never written."""

    def read(rows: Rows) -> dict[int, Loaded]:
        loaded = {member_id: Loaded(member_id) for member_id in member_ids}
        for member_id, clock_at, due_at, joined_day, version, birthday_day in rows:
            one = loaded[member_id]
            one.is_new = False
            s = one.state.scalars
            s[y.CLOCK] = microseconds(clock_at)
            s[y.DUE] = y.NEVER if due_at is None else microseconds(due_at)
            s[y.JOINED] = joined_day
            if birthday_day is not None:
                s[y.BIRTHDAY] = birthday_day
            one.state.version = version
            one.account_before = one.account()
        return loaded

    if not member_ids:
        return Known({})
    return Question(
        "SELECT member_id, clock_at, due_at, joined_day, version_id, birthday_day FROM points_account"
        " WHERE member_id = ANY(%s) ORDER BY member_id" + (" FOR UPDATE" if locked else ""),
        (Array(BIGINT, sorted(member_ids)),),
        read,
    )


def existing(member_ids: Collection[int]) -> Question[set[int]]:
    """Those of the members that have an account."""
    if not member_ids:
        return Known(set())
    return Question(
        "SELECT member_id FROM points_account WHERE member_id = ANY(%s)",
        (Array(BIGINT, list(member_ids)),),
        lambda rows: {row[0] for row in rows},
    )


def balances(member_ids: Collection[int]) -> Question[Rows]:
    """The members' balances, for ``lay_balances``."""
    if not member_ids:
        return Known([])
    return Question(
        "SELECT member_id, currency, pending, available, held, debt FROM points_balance WHERE member_id = ANY(%s)",
        (Array(BIGINT, list(member_ids)),),
        list,
    )


def holds(member_ids: Collection[int], order_ids: Collection[str], hold_ids: Collection[int] = ()) -> Question[Rows]:
    """The members' open holds, those of the orders and those named, for ``lay_holds``; each begins with its member."""
    if not member_ids:
        return Known([])
    return Question(
        "SELECT h.member_id, h.id, h.currency, h.state, h.expires_at, h.order_id, h.points, h.returned, h.event_id"
        " FROM points_hold h WHERE h.member_id = ANY(%s)"
        " AND (h.state = 0 OR h.order_id = ANY(%s) OR h.id = ANY(%s)) ORDER BY h.id",
        (Array(BIGINT, list(member_ids)), Array(TEXT, list(order_ids)), Array(BIGINT, list(hold_ids))),
        list,
    )


_LOT = (
    "l.member_id, l.id, l.currency, l.order_id, l.earned, l.remaining, l.state, l.matures_at, l.expires_at, l.event_id"
)
_DUE = "CASE WHEN state = 0 THEN matures_at ELSE expires_at END"


def due_lots(member_ids: Collection[int], until: datetime) -> Question[Rows]:
    """Of each member the open lots that mature or lapse up to ``until``, and the first one after it."""
    if not member_ids:
        return Known([])
    open_ones = f"SELECT * FROM points_lot WHERE member_id = m.id AND remaining > 0 AND {_DUE}"
    return Question(
        f"SELECT {_LOT}, NULL FROM unnest(%s) m(id), LATERAL"
        f" ({open_ones} <= %s UNION ALL ({open_ones} > %s ORDER BY {_DUE} LIMIT 1)) l",
        (Array(BIGINT, list(member_ids)), until, until),
        list,
    )


def all_lots(member_ids: Collection[int], orders: Mapping[str, int], hold_ids: Collection[int] = ()) -> Question[Rows]:
    """Of each member every open lot, those the orders earned (by order id the event that completed each) and those
    that open holds, the orders' holds and the holds named use."""
    if not member_ids:
        return Known([])
    people, events = Array(BIGINT, list(member_ids)), Array(BIGINT, list(orders.values()))
    return Question(
        f"SELECT {_LOT}, l.earnings::text FROM points_lot l WHERE l.id IN ("
        " SELECT id FROM points_lot WHERE member_id = ANY(%s) AND remaining > 0"
        " UNION SELECT id FROM points_lot WHERE event_id = ANY(%s)"
        " UNION SELECT u.lot_id FROM points_holdlot u JOIN points_hold h ON h.id = u.hold_id"
        " WHERE h.member_id = ANY(%s) AND (h.state = 0 OR h.order_id = ANY(%s) OR h.id = ANY(%s)))",
        (people, events, people, Array(TEXT, list(orders)), Array(BIGINT, list(hold_ids))),
        list,
    )


def uses(member_ids: Collection[int], order_ids: Collection[str], hold_ids: Collection[int] = ()) -> Question[Rows]:
    """What the same holds use of which lot, for ``lay_holds``."""
    if not member_ids:
        return Known([])
    return Question(
        "SELECT u.hold_id, u.lot_id, u.points FROM points_holdlot u JOIN points_hold h ON h.id = u.hold_id"
        " WHERE h.member_id = ANY(%s) AND (h.state = 0 OR h.order_id = ANY(%s) OR h.id = ANY(%s)) ORDER BY u.id",
        (Array(BIGINT, list(member_ids)), Array(TEXT, list(order_ids)), Array(BIGINT, list(hold_ids))),
        list,
    )


def counters(windows: Mapping[tuple[int, str], Collection[int]]) -> Question[Rows]:
    """The counters of those windows by member and rule, for ``lay_counters``."""
    keys = [(member_id, rule, window) for (member_id, rule), found in windows.items() for window in found]
    if not keys:
        return Known([])
    return Question(
        'SELECT c.member_id, c.rule, c."window", c.points, c.times'
        ' FROM unnest(%s, %s, %s) k(member_id, rule, "window")'
        ' JOIN points_counter c USING (member_id, rule, "window") ORDER BY c.member_id, c.rule, c."window"',
        (
            Array(BIGINT, [key[0] for key in keys]),
            Array(TEXT, [key[1] for key in keys]),
            Array(INTEGER, [key[2] for key in keys]),
        ),
        list,
    )


def lay_balances(loaded: dict[int, Loaded], registry: Registry, rows: Rows) -> None:
    """Give every member their balances; whoever has none has nothing. Who was new when the accounts were asked for
    stays so, whatever another transaction gave them since: saving them fails on their account and is tried again."""
    for one in loaded.values():
        one.state.balances = [0] * (len(registry.currencies) * y.BW)
        one.state.newest = [-1] * len(registry.rules)
    numbers = {key: i for i, key in enumerate(registry.currencies)}
    for member_id, currency, *amounts in rows:
        if not loaded[member_id].is_new:
            b = numbers[currency] * y.BW
            loaded[member_id].state.balances[b : b + y.BW] = amounts


def lay_lots(
    loaded: dict[int, Loaded], registry: Registry, rows: Rows, until: datetime, orders: Collection[str]
) -> None:
    """Lay the lots out, oldest first; of the first that falls due after ``until`` only its moment, unless every lot of
    its member was asked for."""
    numbers = {key: i for i, key in enumerate(registry.currencies)}
    rules = {key: i for i, key in enumerate(registry.rules)}
    for row in sorted({row[1]: row for row in rows}.values(), key=_lot_id):
        one = loaded[row[0]]
        if row[-1] is None:
            due = row[7] if row[6] == y.LOT_PENDING else row[8]
            if due > until:
                one.state.scalars[y.FLOOR] = microseconds(due)
                continue
        _add_lot(one, row, numbers, rules, orders)


def _lot_id(row: Any) -> int:
    return int(row[1])


def _add_lot(one: Loaded, row: Any, numbers: dict[str, int], rules: dict[str, int], orders: Collection[str]) -> None:
    _, lot_id, currency, order_id, earned, remaining, lot_state, matures_at, expires_at, event_id, earnings = row
    state = one.state
    s = state.scalars
    number = s[y.NL]
    state.lots[number * y.LW : (number + 1) * y.LW] = [
        numbers[currency],
        state.order_number(order_id),
        earned,
        remaining,
        lot_state,
        y.NEVER if matures_at is None else microseconds(matures_at),
        y.NEVER if expires_at is None else microseconds(expires_at),
        event_id,
    ]
    if lot_state == y.LOT_AVAILABLE and remaining and expires_at is not None:
        s[y.LAPSES] = min(s[y.LAPSES], microseconds(expires_at))
    s[y.NL] = number + 1
    one.lot_ids.append(lot_id)
    if earnings and order_id in orders:
        for rule, *numbers_of_rule in msgspec.json.decode(earnings):
            e = s[y.NE] * y.EW
            state.earnings[e : e + y.EW] = [number, rules[rule], *numbers_of_rule]
            s[y.NE] += 1


def lay_holds(loaded: dict[int, Loaded], registry: Registry, rows: Rows, used: Rows) -> None:
    """Lay the holds out, and what each uses of which lot; the lots must be there."""
    numbers = {key: i for i, key in enumerate(registry.currencies)}
    places: dict[int, tuple[Loaded, int]] = {}
    for member_id, hold_id, currency, hold_state, expires_at, order_id, points, returned, event_id in rows:
        one = loaded[member_id]
        state = one.state
        s = state.scalars
        h = s[y.NH] * y.HW
        state.holds[h : h + y.HW] = [
            hold_id,
            numbers[currency],
            hold_state,
            microseconds(expires_at),
            state.order_number(order_id),
            points,
            returned,
            event_id,
        ]
        places[hold_id] = (one, s[y.NH])
        s[y.NH] += 1
        one.hold_ids.append(hold_id)
    for hold_id, lot_id, points in used:
        one, number = places[hold_id]
        state = one.state
        s = state.scalars
        u = s[y.NU] * y.UW
        state.uses[u : u + y.UW] = [number, one.lot_ids.index(lot_id), points]
        s[y.NU] += 1


def lay_counters(loaded: dict[int, Loaded], registry: Registry, rows: Rows) -> None:
    """Lay the counters of capped rules out."""
    rules = {key: i for i, key in enumerate(registry.rules)}
    for member_id, rule_key, window, points, times in rows:
        state = loaded[member_id].state
        s = state.scalars
        rule = rules[rule_key]
        k = s[y.NK] * y.KW
        state.counters[k : k + y.KW] = [rule, window, points, times, state.newest[rule]]
        state.newest[rule] = s[y.NK]
        s[y.NK] += 1


def remember(one: Loaded) -> None:
    """Keep what was read, so that only what changes is written back."""
    state = one.state
    s = state.scalars
    one.lots_before = state.lots[: s[y.NL] * y.LW]
    one.earnings_before = state.earnings[: s[y.NE] * y.EW]
    one.holds_before = state.holds[: s[y.NH] * y.HW]
    one.uses_before = state.uses[: s[y.NU] * y.UW]
    one.counters_before = state.counters[: s[y.NK] * y.KW]
    one.balances_before = state.balances.copy()
