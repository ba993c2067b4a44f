"""Members' points out of the tables and into the step's buffers.

Not every lot is loaded. An earning touches only pending lots and lots that lapse by then; a spend, refund or change
of programme version touches any open lot. What stays behind is represented by the moment the first of it falls due
(``layout.FLOOR``), so that time passing knows of it.
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
    account_before: tuple[int, int, int] = (0, 0, 0)

    def account(self) -> tuple[int, int, int]:
        """What the account row holds of the state: clock, next due, version."""
        s = self.state.scalars
        return s[y.CLOCK], s[y.DUE], self.state.version


def lock(cursor: Any, member_ids: Collection[int]) -> dict[int, Loaded]:
    """Lock the members' accounts, in id order, and read them. Members without an account come back new."""
    loaded = {member_id: Loaded(member_id) for member_id in member_ids}
    cursor.execute(
        "SELECT member_id, clock_at, due_at, joined_day, version_id FROM points_account"
        " WHERE member_id = ANY(%s) ORDER BY member_id FOR UPDATE",
        (Array(BIGINT, sorted(member_ids)),),
    )
    for member_id, clock_at, due_at, joined_day, version in cursor.fetchall():
        one = loaded[member_id]
        one.is_new = False
        s = one.state.scalars
        s[y.CLOCK] = microseconds(clock_at)
        s[y.DUE] = y.NEVER if due_at is None else microseconds(due_at)
        s[y.JOINED] = joined_day
        one.state.version = version
        one.account_before = one.account()
    return loaded


def existing(cursor: Any, member_ids: Collection[int]) -> set[int]:
    """Those of the members that have an account."""
    cursor.execute("SELECT member_id FROM points_account WHERE member_id = ANY(%s)", (Array(BIGINT, list(member_ids)),))
    return {row[0] for row in cursor.fetchall()}


def load(
    cursor: Any,
    loaded: dict[int, Loaded],
    registry: Registry,
    until: datetime,
    whole: Collection[int],
    orders: Mapping[str, int],
    windows: dict[tuple[int, str], set[int]],
) -> None:
    """Fill the locked members' states.

    until: the latest moment that will be decided. whole: members of whom every open lot is needed. orders: the orders
    whose lots, earnings and holds are needed, by order id the event that completed them. windows: counter windows by
    member and rule.
    """
    old = [one.member_id for one in loaded.values() if not one.is_new]
    for one in loaded.values():
        one.state.balances = [0] * (len(registry.currencies) * y.BW)
        one.state.newest = [-1] * len(registry.rules)
    if not old:
        return
    _balances(cursor, loaded, registry, old)
    holds = _hold_rows(cursor, old, orders)
    # whoever has something set aside needs the lots it came from
    whole = {*whole, *(row[0] for row in holds)}.intersection(old)
    _lots(cursor, loaded, registry, until, old, whole, orders)
    _add_holds(cursor, loaded, registry, holds)
    _counters(cursor, loaded, registry, windows)
    for one in loaded.values():
        if not one.is_new:
            _remember(one)


def _remember(one: Loaded) -> None:
    state = one.state
    s = state.scalars
    one.lots_before = state.lots[: s[y.NL] * y.LW]
    one.earnings_before = state.earnings[: s[y.NE] * y.EW]
    one.holds_before = state.holds[: s[y.NH] * y.HW]
    one.uses_before = state.uses[: s[y.NU] * y.UW]
    one.counters_before = state.counters[: s[y.NK] * y.KW]
    one.balances_before = state.balances.copy()


def _balances(cursor: Any, loaded: dict[int, Loaded], registry: Registry, ids: list[int]) -> None:
    cursor.execute(
        "SELECT member_id, currency, pending, available, held, debt FROM points_balance WHERE member_id = ANY(%s)",
        (Array(BIGINT, ids),),
    )
    numbers = {key: i for i, key in enumerate(registry.currencies)}
    for member_id, currency, *amounts in cursor.fetchall():
        b = numbers[currency] * y.BW
        loaded[member_id].state.balances[b : b + y.BW] = amounts


_LOT = (
    "l.member_id, l.id, l.currency, l.order_id, l.earned, l.remaining, l.state, l.matures_at, l.expires_at, l.event_id"
)


def _lots(
    cursor: Any,
    loaded: dict[int, Loaded],
    registry: Registry,
    until: datetime,
    ids: list[int],
    whole: Collection[int],
    orders: Mapping[str, int],
) -> None:
    some = [member_id for member_id in ids if member_id not in whole]
    rows: dict[int, Any] = {}
    if some:
        cursor.execute(
            f"SELECT {_LOT}, NULL FROM points_lot l WHERE l.member_id = ANY(%s) AND l.remaining > 0"
            " AND (l.state = 0 OR l.expires_at <= %s)",
            (Array(BIGINT, some), until),
        )
        rows.update((row[1], row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT m.id, (SELECT l.expires_at FROM points_lot l WHERE l.member_id = m.id AND l.remaining > 0"
            " AND l.state = 1 AND l.expires_at > %s ORDER BY l.expires_at LIMIT 1)"
            " FROM unnest(%s) m(id)",
            (until, Array(BIGINT, some)),
        )
        for member_id, first in cursor.fetchall():
            if first is not None:
                loaded[member_id].state.scalars[y.FLOOR] = microseconds(first)
    if whole:
        people = Array(BIGINT, list(whole))
        cursor.execute(
            f"SELECT {_LOT}, l.earnings::text FROM points_lot l WHERE l.id IN ("
            " SELECT id FROM points_lot WHERE member_id = ANY(%s) AND remaining > 0"
            " UNION SELECT id FROM points_lot WHERE event_id = ANY(%s)"
            " UNION SELECT u.lot_id FROM points_holdlot u JOIN points_hold h ON h.id = u.hold_id"
            " WHERE h.member_id = ANY(%s) AND (h.state = 0 OR h.order_id = ANY(%s)))",
            (people, Array(BIGINT, list(orders.values())), people, Array(TEXT, list(orders))),
        )
        rows.update((row[1], row) for row in cursor.fetchall())
    numbers = {key: i for i, key in enumerate(registry.currencies)}
    rules = {key: i for i, key in enumerate(registry.rules)}
    for lot_id in sorted(rows):
        _add_lot(loaded[rows[lot_id][0]], rows[lot_id], numbers, rules, orders)


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


def _hold_rows(cursor: Any, ids: list[int], orders: Collection[str]) -> list[Any]:
    cursor.execute(
        "SELECT h.member_id, h.id, h.currency, h.state, h.expires_at, h.order_id, h.points, h.returned, h.event_id"
        " FROM points_hold h WHERE h.member_id = ANY(%s) AND (h.state = 0 OR h.order_id = ANY(%s)) ORDER BY h.id",
        (Array(BIGINT, ids), Array(TEXT, list(orders))),
    )
    return list(cursor.fetchall())


def _add_holds(cursor: Any, loaded: dict[int, Loaded], registry: Registry, rows: list[Any]) -> None:
    if not rows:
        return
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
    cursor.execute(
        "SELECT hold_id, lot_id, points FROM points_holdlot WHERE hold_id = ANY(%s) ORDER BY id",
        (Array(BIGINT, list(places)),),
    )
    for hold_id, lot_id, points in cursor.fetchall():
        one, number = places[hold_id]
        state = one.state
        s = state.scalars
        u = s[y.NU] * y.UW
        state.uses[u : u + y.UW] = [number, one.lot_ids.index(lot_id), points]
        s[y.NU] += 1


def _counters(
    cursor: Any, loaded: dict[int, Loaded], registry: Registry, windows: dict[tuple[int, str], set[int]]
) -> None:
    keys = [(member_id, rule, window) for (member_id, rule), found in windows.items() for window in found]
    if not keys:
        return
    cursor.execute(
        'SELECT c.member_id, c.rule, c."window", c.points, c.times'
        ' FROM unnest(%s, %s, %s) k(member_id, rule, "window")'
        ' JOIN points_counter c USING (member_id, rule, "window") ORDER BY c.member_id, c.rule, c."window"',
        (
            Array(BIGINT, [key[0] for key in keys]),
            Array(TEXT, [key[1] for key in keys]),
            Array(INTEGER, [key[2] for key in keys]),
        ),
    )
    rules = {key: i for i, key in enumerate(registry.rules)}
    for member_id, rule_key, window, points, times in cursor.fetchall():
        state = loaded[member_id].state
        s = state.scalars
        rule = rules[rule_key]
        k = s[y.NK] * y.KW
        state.counters[k : k + y.KW] = [rule, window, points, times, state.newest[rule]]
        state.newest[rule] = s[y.NK]
        s[y.NK] += 1
