"""What a batch of decisions added to the ledger: lots and transfers, in by COPY and never written twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from regulars.points.state import Loaded
from regulars.programmes.reads import moment
from regulars.rules import layout as y
from regulars.rules.tables import Registry

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


def lots(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    """Write the new lots, and give the members' states their ids."""
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
            one.lot_ids += _ids_of(state.lots[first * y.LW : (first + fresh) * y.LW])
            names = list(state.orders)
            earnings = earnings_by_lot(one, registry, first)
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


def _ids_of(lots: Sequence[int]) -> list[int]:
    """A lot's id says which event earned it and which of that event's lots it is, so that it is known before it is
    written, and a member's lots are numbered in the order they were earned."""
    ids: list[int] = []
    last = -1
    for event in lots[y.L_EVENT :: y.LW]:
        ids.append(ids[-1] + 1 if event == last else event * LOTS_OF_EVENT_MAX)
        last = event
    assert len(set(ids)) == len(ids), "an event earns its lots one after the other"
    return ids


def earnings_by_lot(one: Loaded, registry: Registry, first: int) -> dict[int, list[list[Any]]]:
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


def transfers(cursor: Any, outcomes: Sequence[Outcome], registry: Registry) -> None:
    """Write the transfers, in the order they were decided; lots and holds must have their ids."""
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
