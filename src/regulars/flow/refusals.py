"""Refusals that ingestion itself gives, in words."""

from __future__ import annotations

from regulars.flow.problems import Problem
from regulars.rules import layout as y


def reused(message_id: str) -> Problem:
    detail = f"message id {message_id!r} was used before with another body; give a changed event a new id"
    return Problem(409, "message-id-reused", "Message id used before", detail, "message_id")


def completed_before(order_id: str) -> Problem:
    detail = f"order {order_id!r} was completed before, by another message"
    return Problem(409, "order-completed-before", "Order completed before", detail, "properties.order_id")


ANSWERS = {
    y.INSUFFICIENT: lambda: Problem(
        409,
        "insufficient-points",
        "Not enough points",
        "the member has fewer available points than asked for",
        "points",
    ),
    y.UNKNOWN_HOLD: lambda: Problem(
        404, "unknown-hold", "No such hold", "there is no such hold of this member", "hold"
    ),
    y.HOLD_CLOSED: lambda: Problem(
        409, "hold-closed", "Hold is closed", "the hold was captured, released or has lapsed already", "hold"
    ),
    y.ABOVE_HOLD: lambda: Problem(
        422, "above-hold", "More than the hold", "cannot capture more points than were set aside", "points"
    ),
}
