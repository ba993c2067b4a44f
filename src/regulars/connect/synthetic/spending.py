"""Points spent in a synthetic shop: which order is followed by it is drawn, how many points depends on the balance."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from regulars.connect.synthetic.shop import SOURCE as SOURCE
from regulars.rules.events import Event

SPENDS = 0.04
"""Part of the orders after which a member with enough points spends some."""
POINTS = 500
SOONEST = timedelta(days=5)
"""Nothing follows sooner: a loader's batches reach over four days at most."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Points set aside at ``at`` until ``expires_at``, captured at ``ends_at``."""

    at: datetime
    message_id: str
    user_id: str
    points: int
    ending: str
    ends_at: datetime
    expires_at: datetime


@dataclass(slots=True)
class Simulator:
    """Plans what follows from orders, and gives it out in time. The dice of an order hang on its message id alone."""

    _planned: list[tuple[datetime, str, Spending]] = field(default_factory=list)
    _spending: set[str] = field(default_factory=set)

    def after(self, user_id: str, order: Event, available: Callable[[], int]) -> None:
        """Plan what follows from an order; ``available`` tells how many points its customer then had to spend."""
        dice = random.Random(order.message_id)  # noqa: S311  no secret hangs on it
        if dice.random() >= SPENDS or user_id in self._spending or available() < POINTS:
            return
        self._spending.add(user_id)
        at = (order.occurred_at + SOONEST + timedelta(days=dice.uniform(0, 4))).replace(microsecond=0)
        ends = at + timedelta(minutes=dice.randint(1, 20))
        planned = Spending(at, f"{order.message_id}-spend", user_id, POINTS, "capture", ends, at + timedelta(hours=1))
        heapq.heappush(self._planned, (at, planned.message_id, planned))

    def due(self, until: datetime) -> Iterator[Spending]:
        """Everything planned up to ``until``, in time's order; each is given once."""
        while self._planned and self._planned[0][0] <= until:
            planned = heapq.heappop(self._planned)[2]
            self._spending.discard(planned.user_id)
            yield planned
