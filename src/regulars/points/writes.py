"""What a batch of decisions changed, written to the ledger's tables: the only code that does.

New transfers, lots and holds go out by COPY; running results by one statement a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from regulars.points.state import Loaded
from regulars.programmes.reads import moment
from regulars.rules import layout as y
from regulars.rules.tables import Registry
from regulars.store.columns import BIGINT, INTEGER, SMALLINT, TEXT, TIMESTAMP, execute
from regulars.store.questions import together

_TRANSFER_COLUMNS = (
    "member_id, currency, kind, debit, credit, amount, event_id, rule, base, times_num, times_den, version_id,"
    " lot_id, hold_id, effective_at"
)
_TRANSFER_TYPES = (
    *("int8", "varchar", "int2", "int2", "int2", "int8", "int8", "varchar", "int8", "int4", "int4", "int8"),
    *("int8", "int8", "timestamptz"),
)
_LOT_COLUMNS = "id, member_id, currency, event_id, order_id, earned, remaining, state, matures_at, expires_at, earnings"
_LOT_TYPES = (
    *("int8", "int8", "varchar", "int8", "text", "int8", "int8", "int2", "timestamptz", "timestamptz", "bytea"),
)
LOTS_OF_EVENT_MAX = 64
"""An event earns at most one lot of each currency of points."""
_NOTHING = b"\x01[]"
encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Outcome:
    """One decided member: its state and, in order, the output records with the version that decided each."""

    loaded: Loaded
    records: list[tuple[int, list[int]]]


def save(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    """Write everything the step did to these members' points. Each member's account must be locked."""
    _new_lots(cursor, outcomes, registry)
    with together(cursor):
        _accounts(cursor, outcomes)
        _holds(cursor, outcomes, registry)
        _changed_lots(cursor, outcomes, registry)
        _balances(cursor, outcomes, registry)
        _counters(cursor, outcomes, registry)
    _transfers(cursor, outcomes, registry)


def _new_lots(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    if not any(o.loaded.state.scalars[y.NL] > len(o.loaded.lot_ids) for o in outcomes):
        return
    with cursor.copy(f"COPY points_lot ({_LOT_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(_LOT_TYPES)
        for outcome in outcomes:
            one = outcome.loaded
            state = one.state
            first = len(one.lot_ids)
            fresh = state.scalars[y.NL] - first
            if not fresh:
                continue
            one.lot_ids += _new_lot_ids(state.lots[first * y.LW : (first + fresh) * y.LW])
            names = list(state.orders)
            earnings = _earnings_by_lot(one, registry, first)
            for number in range(first, first + fresh):
                lot = state.lots[number * y.LW : (number + 1) * y.LW]
                order = lot[y.L_ORDER]
                copy.write_row(
                    (
                        one.lot_ids[number],
                        one.member_id,
                        registry.currencies[lot[y.L_CURRENCY]],
                        lot[y.L_EVENT],
                        names[order] if order >= 0 else None,
                        lot[y.L_EARNED],
                        lot[y.L_REMAINING],
                        lot[y.L_STATE],
                        None if lot[y.L_MATURES] == y.NEVER else moment(lot[y.L_MATURES]),
                        None if lot[y.L_EXPIRES] == y.NEVER else moment(lot[y.L_EXPIRES]),
                        b"\x01" + encode(earnings[number]) if number in earnings else _NOTHING,
                    )
                )


def _new_lot_ids(lots: Sequence[int]) -> list[int]:
    """A lot's id says which event earned it and which of that event's lots it is, so that it is known before it is
    written, and a member's lots are numbered in the order they were earned."""
    ids: list[int] = []
    last = -1
    for event in lots[y.L_EVENT :: y.LW]:
        ids.append(ids[-1] + 1 if event == last else event * LOTS_OF_EVENT_MAX)
        last = event
    assert len(set(ids)) == len(ids), "an event earns its lots one after the other"
    return ids


def _earnings_by_lot(one: Loaded, registry: Registry, first: int) -> dict[int, list[list[Any]]]:
    """The earnings of the lots from number ``first`` on, as lots keep them."""
    state = one.state
    out: dict[int, list[list[Any]]] = {}
    for i in range(state.scalars[y.NE]):
        e = i * y.EW
        lot = state.earnings[e + y.E_LOT]
        if lot >= first:
            rule = registry.rules[state.earnings[e + y.E_RULE]]
            out.setdefault(lot, []).append([rule, *state.earnings[e + y.E_BASE : e + y.EW]])
    return out


def _transfers(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    with cursor.copy(f"COPY points_transfer ({_TRANSFER_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(_TRANSFER_TYPES)
        for outcome in outcomes:
            one = outcome.loaded
            for version, records in outcome.records:
                for o in range(0, len(records), y.OW):
                    r = records[o : o + y.OW]
                    if r[y.O_KIND] > y.ADJUST:
                        continue
                    rule = r[y.O_RULE]
                    hold = r[y.O_HOLD]
                    copy.write_row(
                        (
                            one.member_id,
                            registry.currencies[r[y.O_CURRENCY]],
                            r[y.O_KIND],
                            r[y.O_DEBIT],
                            r[y.O_CREDIT],
                            r[y.O_AMOUNT],
                            r[y.O_EVENT],
                            registry.rules[rule] if rule >= 0 else None,
                            r[y.O_BASE] if rule >= 0 else None,
                            r[y.O_NUM],
                            r[y.O_DEN],
                            version,
                            one.lot_ids[r[y.O_LOT]] if r[y.O_LOT] >= 0 else None,
                            one.hold_ids[hold] if hold >= 0 else None,
                            moment(r[y.O_AT]),
                        )
                    )


def _changed_lots(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    rows: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        state = one.state
        before = one.lots_before
        if state.lots[: len(before)] == before and state.earnings[: len(one.earnings_before)] == one.earnings_before:
            continue
        earnings = _earnings_by_lot(one, registry, 0) if one.earnings_before else {}
        for number in range(len(before) // y.LW):
            lot = state.lots[number * y.LW : (number + 1) * y.LW]
            if number in earnings or lot != before[number * y.LW : (number + 1) * y.LW]:
                rows.append(
                    (
                        one.lot_ids[number],
                        lot[y.L_REMAINING],
                        lot[y.L_STATE],
                        None if lot[y.L_EXPIRES] == y.NEVER else moment(lot[y.L_EXPIRES]),
                        encode(earnings[number]).decode() if number in earnings else None,
                    )
                )
    execute(
        cursor,
        "UPDATE points_lot l SET remaining = n.remaining, state = n.state, expires_at = n.expires_at,"
        " earnings = coalesce(n.earnings::jsonb, l.earnings)"
        " FROM unnest(%s, %s, %s, %s, %s)"
        " n(id, remaining, state, expires_at, earnings) WHERE l.id = n.id",
        (BIGINT, BIGINT, SMALLINT, TIMESTAMP, TEXT),
        rows,
    )


def _holds(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    holds: list[tuple[Any, ...]] = []
    uses: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        state = one.state
        s = state.scalars
        if not s[y.NH] or (
            state.holds[: s[y.NH] * y.HW] == one.holds_before and state.uses[: s[y.NU] * y.UW] == one.uses_before
        ):
            continue
        names = list(state.orders)
        for number in range(s[y.NH]):
            hold = state.holds[number * y.HW : (number + 1) * y.HW]
            if number >= len(one.hold_ids):
                one.hold_ids.append(hold[y.H_REF])
            if hold == one.holds_before[number * y.HW : (number + 1) * y.HW]:
                continue
            order = hold[y.H_ORDER]
            holds.append(
                (
                    hold[y.H_REF],
                    one.member_id,
                    registry.currencies[hold[y.H_CURRENCY]],
                    hold[y.H_EVENT],
                    names[order] if order >= 0 else None,
                    hold[y.H_STATE],
                    hold[y.H_POINTS],
                    hold[y.H_RETURNED],
                    moment(hold[y.H_EXPIRES]),
                )
            )
        for i in range(s[y.NU]):
            use = state.uses[i * y.UW : (i + 1) * y.UW]
            if use != one.uses_before[i * y.UW : (i + 1) * y.UW]:
                uses.append((one.hold_ids[use[y.U_HOLD]], one.lot_ids[use[y.U_LOT]], use[y.U_POINTS]))
    execute(
        cursor,
        "INSERT INTO points_hold (id, member_id, currency, event_id, order_id, state, points, returned, expires_at)"
        " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s,"
        " %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, state = excluded.state,"
        " points = excluded.points, returned = excluded.returned",
        (BIGINT, BIGINT, TEXT, BIGINT, TEXT, SMALLINT, BIGINT, BIGINT, TIMESTAMP),
        holds,
    )
    execute(
        cursor,
        "INSERT INTO points_holdlot (hold_id, lot_id, points)"
        " SELECT * FROM unnest(%s, %s, %s)"
        " ON CONFLICT (hold_id, lot_id) DO UPDATE SET points = excluded.points",
        (BIGINT, BIGINT, BIGINT),
        uses,
    )


def _balances(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    rows: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        now = one.state.balances
        before = one.balances_before
        for number, currency in enumerate(registry.currencies):
            b = number * y.BW
            amounts = now[b : b + y.BW]
            if amounts != (before[b : b + y.BW] or [0] * y.BW):
                rows.append((one.member_id, currency, *amounts))
    execute(
        cursor,
        "INSERT INTO points_balance (member_id, currency, pending, available, held, debt)"
        " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (member_id, currency) DO UPDATE SET pending = excluded.pending,"
        " available = excluded.available, held = excluded.held, debt = excluded.debt",
        (BIGINT, TEXT, BIGINT, BIGINT, BIGINT, BIGINT),
        rows,
    )


def _counters(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    rows: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        state = one.state
        for i in range(state.scalars[y.NK]):
            counter = state.counters[i * y.KW : (i + 1) * y.KW]
            before = one.counters_before[i * y.KW : (i + 1) * y.KW]
            if counter[: y.K_PREVIOUS] != before[: y.K_PREVIOUS]:
                rule = registry.rules[counter[y.K_RULE]]
                rows.append((one.member_id, rule, *counter[y.K_WINDOW : y.K_PREVIOUS]))
    execute(
        cursor,
        'INSERT INTO points_counter (member_id, rule, "window", points, times)'
        " SELECT * FROM unnest(%s, %s, %s, %s, %s)"
        ' ON CONFLICT (member_id, rule, "window") DO UPDATE SET points = excluded.points, times = excluded.times',
        (BIGINT, TEXT, INTEGER, BIGINT, INTEGER),
        rows,
    )


def _accounts(cursor: Any, outcomes: Sequence[Outcome]) -> None:
    fresh: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        clock, due, version = one.account()
        if one.is_new or one.account() != one.account_before:
            row = (one.member_id, moment(clock), None if due >= y.NEVER else moment(due))
            (fresh if one.is_new else moved).append((*row, one.state.scalars[y.JOINED], version))
    columns = "unnest(%s, %s, %s, %s, %s)"
    kinds = (BIGINT, TIMESTAMP, TIMESTAMP, INTEGER, BIGINT)
    # no ON CONFLICT: two first events of one member at once must not both win; the loser's batch is tried again
    execute(
        cursor,
        "INSERT INTO points_account (member_id, clock_at, due_at, joined_day, version_id) SELECT * FROM " + columns,
        kinds,
        fresh,
    )
    execute(
        cursor,
        "UPDATE points_account a SET clock_at = n.clock_at, due_at = n.due_at, version_id = n.version_id"
        f" FROM {columns} n(member_id, clock_at, due_at, joined_day, version_id) WHERE a.member_id = n.member_id",
        kinds,
        moved,
    )
