"""A seeded simulator of what the demo year lacks: returns, reviews, and points spent.

Nothing here is data: every event it makes has the source ``demo-simulated``, and the console says so. The dice of an
order depend on the seed and the order's message id alone, so the same year gives the same events, however often the
load is stopped and started again; how many points somebody spends also depends on the balance that the programme gave
them.

``regulars demo`` asks ``after`` about every order it has loaded, and ``due`` for what comes before the next one.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regulars.rules.events import ORDER_COMPLETED, Event

SOURCE = "demo-simulated"

RETURNS = 0.010
"""Part of the orders of which something comes back…"""
WHOLE_RETURNS = 0.3
"""…and part of those that come back whole."""
REVIEWS = 0.006
"""Part of the orders after which a product is reviewed."""
SPENDS = 0.05
"""Part of the visits after which somebody with enough points decides to spend some."""
SPENT_POINTS_MIN = 500
SPENT_POINTS_STEP = 100
CHANGES_MIND = 0.06
"""Part of the points set aside that are released, and as many are simply left to lapse."""
SOONEST = timedelta(days=2)
"""Nothing follows sooner: the loader's batches reach over a day at most."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Points set aside at ``at`` and, unless ``ending`` is ``lapse``, captured or released at ``ends_at``."""

    at: datetime
    user_id: str
    message_id: str
    points: int
    ending: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An event that a shop would have sent, and whose it is."""

    at: datetime
    user_id: str
    event: Event


@dataclass(slots=True)
class Simulator:
    """Plans what follows from orders, and gives it out in time."""

    seed: int = 8451
    _planned: list[tuple[datetime, str, Told | Spending]] = field(default_factory=list)
    _spending: set[str] = field(default_factory=set)

    def after(self, user_id: str, order: Event, available_points: int) -> None:
        """Plan what follows from an order that left its customer with ``available_points`` to spend."""
        if order.name != ORDER_COMPLETED or order.order is None:
            return
        dice = random.Random(f"{self.seed} {order.message_id}")  # noqa: S311  not for secrets
        chances = [dice.random() for _ in range(3)]
        if chances[0] < RETURNS:
            self._plan(_a_return(dice, user_id, order))
        if chances[1] < REVIEWS:
            self._plan(_a_review(dice, user_id, order))
        if chances[2] < SPENDS and available_points >= SPENT_POINTS_MIN and user_id not in self._spending:
            self._spending.add(user_id)
            self._plan(_a_spending(dice, user_id, order, available_points))

    def due(self, until: datetime) -> Iterator[Told | Spending]:
        """Everything planned up to ``until``, in time's order; each is given once."""
        while self._planned and self._planned[0][0] <= until:
            what = heapq.heappop(self._planned)[2]
            if isinstance(what, Spending):
                self._spending.discard(what.user_id)
            yield what

    def _plan(self, what: Told | Spending | None) -> None:
        if what is not None:
            name = what.event.message_id if isinstance(what, Told) else what.message_id
            heapq.heappush(self._planned, (what.at, name, what))


def _a_return(dice: random.Random, user_id: str, order: Event) -> Told | None:
    assert order.order is not None
    paid = [line for line in order.order.lines if line.net_minor > 0]
    if not paid:
        return None
    # Most come back within the week in which points are pending, some later.
    at = order.occurred_at + SOONEST + timedelta(days=dice.expovariate(1 / 4))
    properties: dict[str, Any] = {"reason": dice.choice(["damaged", "not fresh", "wrong item", "changed mind"])}
    if dice.random() >= WHOLE_RETURNS:
        back = dice.sample(paid, k=min(len(paid), 1 + int(dice.expovariate(1))))
        properties["products"] = [
            {"number": line.number, "product_id": line.product_id, "quantity": dice.randint(1, line.quantity)}
            for line in sorted(back, key=lambda line: line.number)
        ]
    return _told(at, user_id, order, "Order Refunded", "return", properties)


def _a_review(dice: random.Random, user_id: str, order: Event) -> Told:
    assert order.order is not None
    line = dice.choice(order.order.lines)
    at = order.occurred_at + SOONEST + timedelta(days=dice.uniform(0, 10))
    properties: dict[str, Any] = {
        "product_id": line.product_id,
        "rating": dice.choices([1, 2, 3, 4, 5], weights=[4, 5, 11, 30, 50])[0],
        "photos": dice.choices([0, 1, 2, 3], weights=[70, 18, 8, 4])[0],
    }
    return _told(at, user_id, order, "Product Reviewed", "review", properties)


def _told(at: datetime, user_id: str, order: Event, name: str, short: str, properties: dict[str, Any]) -> Told:
    refund = name == "Order Refunded"
    event = Event(
        name=name,
        source=SOURCE,
        message_id=f"simulated-{short}-{order.message_id}",
        occurred_at=at,
        properties=properties,
        currency=order.currency if refund else None,
        order_id=order.order_id if refund else None,
    )
    return Told(at, user_id, event)


def _a_spending(dice: random.Random, user_id: str, order: Event, available: int) -> Spending:
    at = order.occurred_at + SOONEST + timedelta(days=dice.uniform(0, 6))
    steps = int(available * dice.uniform(0.5, 1)) // SPENT_POINTS_STEP
    chance = dice.random()
    ending = "release" if chance < CHANGES_MIND else "lapse" if chance < 2 * CHANGES_MIND else "capture"
    return Spending(
        at=at,
        user_id=user_id,
        message_id=f"simulated-spending-{order.message_id}",
        points=max(SPENT_POINTS_MIN, steps * SPENT_POINTS_STEP),
        ending=ending,
        ends_at=at + timedelta(minutes=dice.randint(1, 20)),
    )
