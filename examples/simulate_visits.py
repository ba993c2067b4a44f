"""A seeded simulator of what a till does not see: looking at products, searching, answering questions, sharing.

Nothing here is data: every event has the source ``simulated``, and the console says so. The dice of an order depend on
the seed and the order's message id alone, so the same year gives the same events. No rule of the demo's programme
speaks of these events, so they change nobody's points.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from regulars.rules.events import Event

SOURCE = "simulated"
SEED = 8451
LOOKS = 0.06
"""Part of the orders before which somebody looked around on the web or in the app…"""
STROLLS = 0.03
"""…and part after which they came by on another day and bought nothing."""
SHARES = 0.008
ANSWERS = {"csat": 0.02, "nps": 0.014, "ces": 0.008}
"""Part of the orders after which something is shared, or a question is answered, by its kind."""
_MIDDLE = {"csat": (4.0, 0.9, 1, 5), "nps": (7.9, 1.9, 0, 10), "ces": (5.3, 1.2, 1, 7)}
LAST_ID = "visits-complete"
"""The message id of the one event that is sent when all others are in."""


def around(user_id: str, order: Event, until: datetime) -> Iterator[dict[str, Any]]:
    """What surrounds an order, as bodies of ``POST /api/events`` in time's order; nothing after ``until``."""
    dice = random.Random(f"{SEED} visits {order.message_id}")  # noqa: S311  no secret hangs on it
    found: list[dict[str, Any]] = []
    if dice.random() < LOOKS:
        begin = order.occurred_at - timedelta(minutes=dice.randint(20, 900))
        found += _visit(dice, user_id, order, begin, "a", buys=True)
    if dice.random() < STROLLS:
        begin = order.occurred_at + timedelta(hours=dice.uniform(20, 96))
        found += _visit(dice, user_id, order, begin, "b", buys=False)
    if dice.random() < SHARES and order.order is not None:
        line = dice.choice(order.order.lines)
        at = order.occurred_at + timedelta(hours=dice.uniform(2, 60))
        found.append(_said(user_id, order, "share", "Product Shared", at, {"product_id": line.product_id}))
    mood = random.Random(f"{SEED} mood {user_id}").gauss(0, 0.7)  # noqa: S311
    for kind, part in ANSWERS.items():
        if dice.random() < part:
            at = order.occurred_at + timedelta(hours=dice.uniform(3, 90))
            found.append(answer(user_id, order, kind, _score(dice, kind, mood), at))
    yield from sorted((one for one in found if one["timestamp"] <= until.isoformat()), key=lambda one: one["timestamp"])


def answer(user_id: str, order: Event, kind: str, score: int, at: datetime, message_id: str = "") -> dict[str, Any]:
    """An answer to one of the three usual questions."""
    body = _said(user_id, order, kind, "Survey Answered", at, {"kind": kind, "score": score})
    return body | ({"message_id": message_id} if message_id else {})


def _visit(
    dice: random.Random, user_id: str, order: Event, begin: datetime, which: str, buys: bool
) -> Iterator[dict[str, Any]]:
    channel = dice.choice(["app", "app", "web"])
    lines = order.order.lines if order.order is not None else []
    looked = dice.sample(lines, min(len(lines), dice.choice([1, 1, 2, 2, 3])))
    if dice.random() < 0.3 and looked:
        words = {"query": looked[0].category or "", "seconds": dice.randint(5, 40), "channel": channel}
        yield _said(user_id, order, f"{which}-search", "Products Searched", begin, words)
    at = begin
    for place, line in enumerate(looked):
        at += timedelta(seconds=dice.randint(20, 90))
        seen = {"product_id": line.product_id, "category": line.category, "channel": channel}
        seconds = min(900, 4 + int(dice.lognormvariate(3.3, 0.8)))
        yield _said(user_id, order, f"{which}-view{place}", "Product Viewed", at, seen | {"seconds": seconds})
        at += timedelta(seconds=seconds)
        if dice.random() < (0.6 if buys else 0.15):
            yield _said(user_id, order, f"{which}-add{place}", "Product Added", at, seen)


def _score(dice: random.Random, kind: str, mood: float) -> int:
    middle, spread, least, most = _MIDDLE[kind]
    return max(least, min(most, round(dice.gauss(middle + mood * spread, spread * 0.8))))


def _said(
    user_id: str, order: Event, what: str, event: str, at: datetime, properties: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": event,
        "message_id": f"{what}-{order.message_id}",
        "user_id": user_id,
        "timestamp": at.replace(microsecond=0).isoformat(),
        "properties": properties,
    }
