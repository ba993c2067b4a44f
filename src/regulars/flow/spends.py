"""Spends that a shop reports as events (``Points Redeemed``) rather than through holds."""

from __future__ import annotations

from typing import Any

from regulars.flow.problems import problem
from regulars.programmes.reads import Timeline, microseconds
from regulars.rules import events as ev
from regulars.rules.decide import HoldRequest

POINTS_MAX = 10**12


def hold_of(cursor: Any, timeline: Timeline, event: ev.Event, now_us: int) -> HoldRequest:
    """The points part of a spend, under a hold's number of its own, which the event is told.

    Raises Problem: another ledger event, not a currency to spend, not a number of points.
    """
    if event.name != ev.POINTS_REDEEMED:
        raise problem("reserved-name", "name", name=event.name)
    spendable = [c.key for c in timeline.tables[-1].programme.points if c.spendable]
    key = event.properties.get("currency") or (spendable[0] if spendable else "")
    if key not in spendable:
        raise problem("unknown-points", "properties.currency", given=str(key), known=", ".join(spendable))
    points = event.properties.get("points")
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= POINTS_MAX:
        raise problem("points-out-of-range", "properties.points", least=1, most=POINTS_MAX)
    cursor.execute("SELECT nextval('points_hold_seq')")
    ref = cursor.fetchone()[0]
    event.properties = {**event.properties, "currency": key, "hold": ref}
    number = timeline.tables[0].registry.currencies.index(key)
    return HoldRequest(points, number, ref, min(microseconds(event.occurred_at), now_us))
