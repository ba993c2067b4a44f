"""What a batch of decisions changed, written to the ledger's tables: the only code that does.

New transfers and lots go out by COPY (``points.append``); running results by one statement a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from regulars.points import append
from regulars.points.append import Outcome, earnings_by_lot
from regulars.programmes.reads import moment
from regulars.rules import layout as y
from regulars.rules.tables import Registry
from regulars.store.columns import BIGINT, INTEGER, SMALLINT, TEXT, TIMESTAMP, execute
from regulars.store.questions import together

encode = msgspec.json.Encoder().encode


def save(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    """Write everything the step did to these members' points. Each member's account must be locked."""
    append.lots(cursor, outcomes, registry)
    with together(cursor):
        _accounts(cursor, outcomes)
        _holds(cursor, outcomes, registry)
        _changed_lots(cursor, outcomes, registry)
        _balances(cursor, outcomes, registry)
        _counters(cursor, outcomes, registry)
    append.transfers(cursor, outcomes, registry)


def _changed_lots(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    rows: list[tuple[Any, ...]] = []
    for outcome in outcomes:
        one = outcome.loaded
        state = one.state
        before = one.lots_before
        if state.lots[: len(before)] == before and state.earnings[: len(one.earnings_before)] == one.earnings_before:
            continue
        earnings = earnings_by_lot(one, registry, 0) if one.earnings_before else {}
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
        clock, due, version, birthday = one.account()
        if one.is_new or one.account() != one.account_before:
            row = (one.member_id, moment(clock), None if due >= y.NEVER else moment(due))
            (fresh if one.is_new else moved).append(
                (*row, one.state.scalars[y.JOINED], version, None if birthday == -y.NEVER else birthday)
            )
    columns = "unnest(%s, %s, %s, %s, %s, %s)"
    kinds = (BIGINT, TIMESTAMP, TIMESTAMP, INTEGER, BIGINT, INTEGER)
    # no ON CONFLICT: two first events of one member at once must not both win; the loser's batch is tried again
    execute(
        cursor,
        "INSERT INTO points_account (member_id, clock_at, due_at, joined_day, version_id, birthday_day)"
        f" SELECT * FROM {columns}",
        kinds,
        fresh,
    )
    execute(
        cursor,
        "UPDATE points_account a SET clock_at = n.clock_at, due_at = n.due_at, version_id = n.version_id,"
        " birthday_day = n.birthday_day"
        f" FROM {columns} n(member_id, clock_at, due_at, joined_day, version_id, birthday_day)"
        " WHERE a.member_id = n.member_id",
        kinds,
        moved,
    )
