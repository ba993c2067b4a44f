"""What the sender of an event gets back: the decision as JSON, the same each time the event is sent."""

from __future__ import annotations

from typing import Any

from regulars.rules import layout as y
from regulars.rules.decide import State
from regulars.rules.tables import Tables

KINDS = {
    y.EARN: "earn",
    y.MATURE: "mature",
    y.EXPIRE: "expire",
    y.HOLD: "hold",
    y.CAPTURE: "capture",
    y.RELEASE: "release",
    y.LAPSE: "lapse",
    y.CLAW_BACK: "claw_back",
    y.GIVE_BACK: "give_back",
    y.REPAY: "repay",
    y.ADJUST: "adjust",
}
ACCOUNTS = {
    y.ISSUED: "issued",
    y.ACC_PENDING: "pending",
    y.ACC_AVAILABLE: "available",
    y.ACC_HELD: "held",
    y.ACC_DEBT: "debt",
    y.REDEEMED: "redeemed",
    y.EXPIRED: "expired",
    y.DONATED: "donated",
}


def decision(event_id: int, member: str | None, tables: Tables, state: State, records: list[int]) -> dict[str, Any]:
    """The answer to one decided event: what moved, what a cap kept back, and where the member stands after it."""
    registry = tables.registry
    transfers = []
    capped = []
    gifts = []
    tier: dict[str, Any] = {"level": tables.levels[state.scalars[y.LEVEL]] or None}
    for o in range(0, len(records), y.OW):
        kind = records[o]
        if kind <= y.ADJUST:
            transfer = {
                "currency": registry.currencies[records[o + y.O_CURRENCY]],
                "kind": KINDS[kind],
                "from": ACCOUNTS[records[o + y.O_DEBIT]],
                "to": ACCOUNTS[records[o + y.O_CREDIT]],
                "points": records[o + y.O_AMOUNT],
            }
            if records[o + y.O_RULE] >= 0:
                transfer["rule"] = registry.rules[records[o + y.O_RULE]]
            transfers.append(transfer)
        elif kind == y.TIER:
            tier["changed_from"] = tables.levels[records[o + y.O_DEBIT]] or None
        elif kind == y.CAPPED:
            rule = registry.rules[records[o + y.O_RULE]]
            capped.append({"rule": rule, "points_lost": records[o + y.O_AMOUNT]})
        elif kind == y.GRANT:
            what, key = registry.things[records[o + y.O_CREDIT]]
            rule = registry.rules[records[o + y.O_RULE]]
            gifts.append({"kind": what, "key": key, "times": records[o + y.O_AMOUNT], "rule": rule})
    answer: dict[str, Any] = {
        "event_id": event_id,
        "member": member,
        "programme_version": tables.version,
        "transfers": transfers,
        "balances": balances(tables, state),
        "tier": tier,
    }
    if gifts:
        answer["gifts"] = gifts
    if capped:
        answer["capped"] = capped
    return answer


def balances(tables: Tables, state: State) -> dict[str, dict[str, int]]:
    """A state's balances by currency of points."""
    out = {}
    for number, key in enumerate(tables.registry.currencies):
        pending, available, held, debt = state.balances[number * y.BW : (number + 1) * y.BW]
        out[key] = {"available": available, "pending": pending, "held": held, "debt": debt}
    return out
