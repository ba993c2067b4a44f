"""Refusals that ingestion itself gives."""

from __future__ import annotations

from regulars.flow.problems import Problem, problem
from regulars.rules import layout as y

_OF_STEP = {
    y.INSUFFICIENT: ("insufficient-points", "points"),
    y.UNKNOWN_HOLD: ("unknown-hold", "hold"),
    y.HOLD_CLOSED: ("hold-closed", "hold"),
    y.ABOVE_HOLD: ("above-hold", "points"),
}


def of_step(answer: int) -> Problem:
    """What the step's ``answer`` (``INSUFFICIENT`` and its like) means to who asked for a hold."""
    kind, field = _OF_STEP[answer]
    return problem(kind, field)


def reused(message_id: str) -> Problem:
    """The message id has come before, with another body."""
    return problem("message-id-reused", "message_id", message_id=message_id)


def completed_before(order_id: str) -> Problem:
    """Another message has completed this order."""
    return problem("order-completed-before", "properties.order_id", order_id=order_id)
