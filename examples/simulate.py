"""A seeded simulator of what the demo year lacks: returns, reviews, and points spent.

Nothing here is data: every event it makes has the source ``demo-simulated``, and the console says so. The dice of an
order depend on the seed and the order's message id alone, so the same year gives the same events, however often the
load is stopped and started again; how many points somebody spends also depends on the balance that the programme
gave them.

``regulars demo`` tells ``after`` of every order it has loaded, and asks ``due`` for what comes before the next one.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regulars.rules.events import Event

SOURCE = "demo-simulated"

RETURNS = 0.010
"""Part of the orders of which something comes back…"""
WHOLE_RETURNS = 0.3
"""…and part of those that come back whole."""
REVIEWS = 0.006
"""Part of the orders after which a product is reviewed."""
SPENDS = 0.015
"""Part of the visits after which somebody with enough points decides to spend some."""
SPENT_POINTS_MIN = 500
SPENT_POINTS_STEP = 100
COLLECTS = 0.5
"""Part of those who order first and collect later."""
CHANGES_MIND = 0.06
"""Part of the points set aside that are released, and as many are simply left to lapse."""
REGRETS = 0.15
"""Part of those who spend all they have and then bring back the order that had earned some of it."""
SOONEST = timedelta(days=5)
"""Nothing follows sooner: the loader's batches reach over four days at most."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a shop would have sent: ``body`` has the shape of ``POST /api/events``."""

    at: datetime
    message_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spending:
    """Points set aside at ``at`` until ``expires_at``; captured or released at ``ends_at`` unless they ``lapse``."""

    at: datetime
    message_id: str
    user_id: str
    points: int
    ending: str
    ends_at: datetime
    expires_at: datetime


@dataclass(slots=True)
class Simulator:
    """Plans what follows from orders, and gives it out in time."""

    seed: int = 8451
    _planned: list[tuple[datetime, str, Said | Spending]] = field(default_factory=list)
    _spending: set[str] = field(default_factory=set)

    def after(self, user_id: str, order: Event, available: Callable[[], int]) -> None:
        """Plan what follows from an order; ``available`` tells how many points its customer then had to spend."""
        dice = random.Random(f"{self.seed} {order.message_id}")  # noqa: S311  no secret hangs on it
        chances = [dice.random() for _ in range(3)]
        spends = chances[2] < SPENDS and user_id not in self._spending and available() >= SPENT_POINTS_MIN
        if spends:
            self._spending.add(user_id)
            spending = _a_spending(dice, user_id, order, available())
            self._plan(spending)
            if dice.random() < REGRETS:
                self._plan(_regret(dice, order, spending))
                return
        if chances[0] < RETURNS:
            self._plan(_a_return(dice, user_id, order))
        if chances[1] < REVIEWS:
            self._plan(_a_review(dice, user_id, order))

    def due(self, until: datetime) -> Iterator[Said | Spending]:
        """Everything planned up to ``until``, in time's order; each is given once."""
        while self._planned and self._planned[0][0] <= until:
            what = heapq.heappop(self._planned)[2]
            if isinstance(what, Spending):
                self._spending.discard(what.user_id)
            yield what

    def _plan(self, what: Said | Spending | None) -> None:
        if what is not None:
            heapq.heappush(self._planned, (what.at, what.message_id, what))


def _a_return(dice: random.Random, user_id: str, order: Event) -> Said | None:
    lines = order.order.lines if order.order is not None else []
    paid = [line for line in lines if line.net_minor > 0]
    if not paid:
        return None
    # Most come back within the week in which points are pending, some later.
    at = order.occurred_at + SOONEST + timedelta(days=dice.expovariate(1 / 4))
    properties: dict[str, Any] = {
        "order_id": order.order_id,
        "reason": dice.choice(["damaged", "not fresh", "wrong item", "changed mind"]),
    }
    if dice.random() >= WHOLE_RETURNS:
        back = dice.sample(paid, k=min(len(paid), 1 + int(dice.expovariate(1))))
        properties["products"] = [
            {
                "number": line.number,
                "product_id": line.product_id,
                "quantity": dice.randint(1, line.quantity),
            }
            for line in sorted(back, key=lambda line: line.number)
        ]
    return _said(at, user_id, f"return-{order.message_id}", "Order Refunded", properties)


def _regret(dice: random.Random, order: Event, spending: Spending) -> Said:
    """The whole order comes back after the points were spent: they are owed, unless others are left."""
    at = spending.ends_at + timedelta(days=dice.uniform(4, 9))
    properties = {"order_id": order.order_id, "reason": "changed mind"}
    return _said(at, spending.user_id, f"return-{order.message_id}", "Order Refunded", properties)


def _a_review(dice: random.Random, user_id: str, order: Event) -> Said | None:
    if order.order is None:
        return None
    line = dice.choice(order.order.lines)
    at = order.occurred_at + SOONEST + timedelta(days=dice.uniform(0, 10))
    properties = {
        "product_id": line.product_id,
        "rating": dice.choices([1, 2, 3, 4, 5], weights=[4, 5, 11, 30, 50])[0],
        "photos": dice.choices([0, 1, 2, 3], weights=[70, 18, 8, 4])[0],
    }
    return _said(at, user_id, f"review-{order.message_id}", "Product Reviewed", properties)


def _a_spending(dice: random.Random, user_id: str, order: Event, available: int) -> Spending:
    at = _whole_second(order.occurred_at + SOONEST + timedelta(days=dice.uniform(0, 6)))
    part = dice.choice([0.5, 0.8, 1.0])
    steps = int(available * part) // SPENT_POINTS_STEP
    chance = dice.random()
    ending = "release" if chance < CHANGES_MIND else "lapse" if chance < 2 * CHANGES_MIND else "capture"
    # At the till it takes minutes; what is ordered to be collected keeps its points for days.
    takes = timedelta(minutes=dice.randint(1, 20))
    if dice.random() < COLLECTS:
        takes = timedelta(hours=dice.randint(12, 72))
    return Spending(
        at=at,
        message_id=f"spending-{order.message_id}",
        user_id=user_id,
        points=max(SPENT_POINTS_MIN, steps * SPENT_POINTS_STEP),
        ending=ending,
        ends_at=at + takes,
        expires_at=at + takes * 2,
    )


def _said(at: datetime, user_id: str, message_id: str, event: str, properties: dict[str, Any]) -> Said:
    at = _whole_second(at)
    body = {
        "name": event,
        "message_id": message_id,
        "user_id": user_id,
        "timestamp": at.isoformat(),
        "properties": properties,
    }
    return Said(at, message_id, body)


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def mishaps(now: datetime) -> list[dict[str, Any]]:
    """A few events of the last days that no shop should send, so that the quarantine has something to show."""

    def sent(name: str, number: int, **said: Any) -> dict[str, Any]:
        at = _whole_second(now - timedelta(hours=7 * number))
        return {
            "name": name,
            "message_id": f"mishap-{number}",
            "user_id": f"hh-{number}",
            "timestamp": at.isoformat(),
            "properties": {"order_id": f"mishap-{number}", **said},
        }

    tea = {"product_id": "1095275", "quantity": 1, "price": "4.50"}
    return [
        sent("Order Completed", 1, currency="EUR", products=[tea]),
        sent("Order Completed", 2, products=[tea | {"price": "-4.50"}]),
        sent("Order Completed", 3, total="5.00", products=[tea]),
        sent("Order Completed", 4, products=[tea | {"quantity": "half"}]),
        sent("Order Refunded", 5),
        sent("Order Completed", 6, products=[tea]) | {"timestamp": "yesterday"},
    ]
