"""Spends that a shop reports as events (``Points Redeemed``) rather than through holds."""

from __future__ import annotations

from typing import Any

from regulars.flow.problems import Problem
from regulars.programmes.reads import Timeline, microseconds
from regulars.rules import events as ev
from regulars.rules.decide import HoldRequest

POINTS_MAX = 10**12


def hold_of(cursor: Any, timeline: Timeline, event: ev.Event, now_us: int) -> HoldRequest:
    """The points part of a spend, under a hold's number of its own, which the event is told.

    Raises Problem: another ledger event, not a currency to spend, not a number of points.
    """
    if event.name != ev.POINTS_REDEEMED:
        detail = f"{event.name} is written by the holds and adjustments API only"
        raise Problem(422, "not-for-shops", "Not an event to send", detail, "name")
    currencies = timeline.tables[-1].programme.points
    key = event.properties.get("currency") or next((c.key for c in currencies if c.spendable), "")
    if not any(c.key == key and c.spendable for c in currencies):
        detail = f"{key!r} is not a currency of points that can be spent"
        raise Problem(422, "unknown-currency", "No such points", detail, "properties.currency")
    points = event.properties.get("points")
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= POINTS_MAX:
        detail = "points must be a whole number of at least 1"
        raise Problem(422, "points-out-of-range", "That many points cannot be used", detail, "properties.points")
    cursor.execute("SELECT nextval('points_hold_seq')")
    ref = cursor.fetchone()[0]
    event.properties = {**event.properties, "currency": key, "hold": ref}
    number = timeline.tables[0].registry.currencies.index(key)
    return HoldRequest(points, number, ref, min(microseconds(event.occurred_at), now_us))
