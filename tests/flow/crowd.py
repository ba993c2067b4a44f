"""A crowd of customers at random, all at once, over days that pass quickly: everything that ``flow`` takes in.

Times are imagined: each operation happens a little later than the one before, from two years ago on, so that points
mature and lapse, tiers are reviewed and programme versions take effect while the crowd goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import connection, connections

from regulars.events.quarantine import digest
from regulars.flow import holds, intake
from regulars.flow.batch import Incoming
from regulars.flow.ingest import ingest
from regulars.flow.problems import Problem
from regulars.flow.sweep import sweep
from regulars.members.who import Who
from regulars.points.models import Balance, Hold
from regulars.programmes import writes as programmes
from regulars.programmes.models import Version
from regulars.programmes.reads import microseconds
from regulars.rules import events as ev
from regulars.rules.decide import HoldRequest
from tests.science import shoppers

PROGRAMME = """
programme: crowd
name: {en: Crowd Club}
currency: CNY
time_zone: America/New_York
points:
  points:
    name: {en: points}
    pending: {until: Order Delivered, at_most_days: 15}
    expires: {after_months: 3, at_end_of: month}
    worth: {points: 1, amount: 0.01}
    refund: {beyond_balance: debt, paid_points: original_lot}
  stars:
    name: {en: stars}
    expires: {after_days: 60, sliding: true}
    worth: {points: 1, amount: 0.01}
    refund: {beyond_balance: zero, paid_points: original_lot}
  growth:
    name: {en: growth}
    spendable: false
tiers:
  measure: spending
  window: {rolling_days: 90}
  keep: {for_days: 60, grace_days: 15, then: level_earned}
  levels:
    - {key: silver, from: 100, name: {en: Silver}}
    - {key: gold, from: 800, name: {en: Gold}, earns_times: 1.2}
    - {key: diamond, from: 3000, name: {en: Diamond}, earns_times: 1.5}
earn:
  - {key: purchase, when: Order Completed, rate: {points: 1, per: 1.00}, times: tier}
  - key: tea
    when: Order Completed
    where: {line.category: [tea]}
    rate: {points: 1, per: 3.00}
    at_most: {points: 300, per: month}
  - {key: stars, when: Order Completed, gives: stars, points: 7, at_most: {times: 2, per: week}}
  - {key: growth, when: Order Completed, gives: growth, rate: {points: 1, per: 1.00}}
  - {key: review, when: Product Reviewed, points: 20, at_most: {times: 3, per: day}}
  - {key: check-in, when: Checked In, gives: stars, points: 5}
"""
SECOND = (
    PROGRAMME.replace("at_most_days: 15", "at_most_days: 9")
    .replace("rolling_days: 90", "rolling_days: 45")
    .replace("{key: gold, from: 800", "{key: gold, from: 600")
    .replace("points: 20, at_most: {times: 3, per: day}", "points: 25, at_most: {points: 100, per: month}")
)
THIRD = SECOND.replace("window: {rolling_days: 45}", "window: {calendar: year}").replace(
    "{for_days: 60, grace_days: 15, then: level_earned}", "{for_days: 30, then: one_step}"
)
CAPS = {"tea": ("points", 300), "stars": ("times", 2), "review": ("points", 100)}
BEGIN = datetime(2024, 11, 1, tzinfo=UTC)


def publish() -> None:
    """The programme, and two versions that take effect as the crowd's days pass."""
    programmes.apply(PROGRAMME)
    for text, day in ((SECOND, 150), (THIRD, 300)):
        at = BEGIN + timedelta(days=day, seconds=1)
        Version.objects.create(key="crowd", text=text, digest=f"{day}", effective_at=at)


@dataclass
class Crowd:
    """``size`` customers, from a seed. ``operations`` runs so many of everything, on so many threads."""

    seed: int
    size: int = 40
    days: int = 450
    begin: datetime = BEGIN
    source: str = "crowd"
    orders: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    done: int = 0
    _numbers: Any = field(default_factory=count)

    def operations(self, number: int, threads: int = 4, progress: Callable[[int], None] | None = None) -> None:
        """Do that many operations; each is a batch of events, a hold, a capture, a sweep…"""
        share = number // threads

        def work(thread: int) -> None:
            random = Random(self.seed * 1_000 + thread)
            try:
                for i in range(share):
                    now = self.begin + timedelta(days=self.days * i / share, seconds=random.randrange(3_600))
                    self._one(random, now)
                    if progress and i % 100 == 99:
                        progress(100)
            finally:
                connections.close_all()

        if threads == 1:
            return work(0)
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(work, thread) for thread in range(threads)]:
                done.result()
        return None

    def _one(self, random: Random, now: datetime) -> None:
        kind = random.choices(
            ["batch", "hold", "close", "adjust", "sweep"], weights=[70, 12, 14, 3, 1]
        )[0]  # fmt: skip
        self.done += kind != "batch"
        if kind == "batch":
            self._batch(random, now)
        elif kind == "sweep":
            sweep(now)
        else:
            member = self._member(random)
            if member is not None:
                {"hold": self._hold, "close": self._close, "adjust": self._adjust}[kind](random, now, member)

    def _member(self, random: Random) -> int | None:
        with connection.cursor() as cursor:
            user = f"user-{random.randrange(self.size)}"
            cursor.execute("SELECT member_id FROM members_outsideid WHERE kind = 'user' AND value = %s", [user])
            row = cursor.fetchone()
        return row[0] if row else None

    def _batch(self, random: Random, now: datetime) -> None:
        batch = [self._event(random, now) for _ in range(random.choice([1, 1, 1, 2, 5, 20]))]
        if self.sent and random.random() < 0.15:
            again = dict(random.choice(self.sent[-300:]))
            if random.random() < 0.2:
                again = {**again, "properties": {**again["properties"], "coupon": "changed"}}
            batch.insert(random.randrange(len(batch) + 1), again)
        if random.random() < 0.2:
            random.shuffle(batch)
        self.done += len(batch)
        for outcome in intake.take(batch, intake.reader(self.source)):
            self.statuses[outcome.status] = self.statuses.get(outcome.status, 0) + 1
        self.sent += batch

    def _event(self, random: Random, now: datetime) -> dict[str, Any]:
        number = next(self._numbers)
        user = random.randrange(self.size)
        late = random.choice([0, 0, 0, 0, 2, 48, 40 * 24])
        event: dict[str, Any] = {
            "message_id": f"m-{number}",
            "user_id": f"user-{user}",
            "timestamp": (now - timedelta(hours=late)).isoformat(),
            "properties": {},
        }
        name = random.choices(
            ["Order Completed", "Order Delivered", "Order Refunded", "Product Reviewed", "Checked In",
             "Product Viewed", "Points Redeemed"],
            weights=[25, 18, 14, 8, 8, 8, 6],
        )[0]  # fmt: skip
        if name == "Order Completed":
            event["properties"] = shoppers.order(random, f"o-{number}", points_at_most=random.choice([0, 300]))
            self.orders.append((user, event["properties"]))
            if random.random() < 0.05:
                # its refund is on the way before it
                self.sent.append(event)
                return {**event, "message_id": f"r-{number}", "event": "Order Refunded",
                        "properties": {"order_id": f"o-{number}"}}  # fmt: skip
        elif name in ("Order Delivered", "Order Refunded") and self.orders:
            user, ordered = random.choice(self.orders[-60:])
            event["user_id"] = f"user-{user}"
            if name == "Order Refunded":
                event["properties"] = shoppers.refund(random, ordered)
                name = random.choice(["Order Refunded", "Order Refunded", "Order Refunded", "Order Cancelled"])
            else:
                event["properties"] = {"order_id": ordered["order_id"]}
        elif name == "Points Redeemed":
            event["properties"] = {"points": random.choice([1, 10, 200, 2_000, 9_000])}
            if self.orders:
                user, ordered = random.choice(self.orders[-60:])
                event["user_id"] = f"user-{user}"
                event["properties"]["order_id"] = ordered["order_id"]
            if random.random() < 0.3:
                event["properties"]["currency"] = "stars"
        elif name == "Product Viewed" and random.random() < 0.5:
            del event["user_id"]
        if random.random() < 0.3 or "user_id" not in event:
            event["anonymous_id"] = f"visitor-{user}"
        return {**event, "event": name if name != "Order Delivered" or self.orders else "Checked In"}

    def _hold(self, random: Random, now: datetime, member: int) -> None:
        currency = random.choice([0, 0, 1])
        balance = Balance.objects.filter(member_id=member, currency=("points", "stars")[currency]).first()
        everything = max(balance.available, 1) if balance else 1
        points = random.choice([1, 50, 400, everything, everything])
        ref = holds.next_hold()
        expires = now + timedelta(hours=random.choice([1, 30, 24 * 20]))
        order_id = random.choice([None, *(ordered["order_id"] for _, ordered in self.orders[-20:])])
        properties = {"points": points, "currency": ("points", "stars")[currency], "hold": ref, "order_id": order_id}
        properties["expires_us"] = microseconds(expires)
        request = HoldRequest(points, currency, ref, microseconds(expires))
        self._ledger(ev.HOLD_PLACED, now, member, properties, request, order_id)

    def _close(self, random: Random, now: datetime, member: int) -> None:
        found = Hold.objects.filter(state=0) if random.random() < 0.8 else Hold.objects.filter(member_id=member)
        rows = found.order_by("-id").values_list("member_id", "id", "currency", "order_id")[:10]
        if not rows:
            return
        member, hold, currency, order_id = random.choice(list(rows))
        number = ("points", "stars").index(currency)
        if random.random() < 0.5:
            points = random.choice([None, None, 1, 30])
            properties = {"hold": hold, "points": points, "currency": currency, "order_id": order_id}
            request = HoldRequest(-1 if points is None else points, number, hold)
            self._ledger(ev.HOLD_CAPTURED, now, member, properties, request, order_id)
        else:
            request = HoldRequest(-1, number, hold)
            self._ledger(ev.HOLD_RELEASED, now, member, {"hold": hold, "currency": currency}, request, None)

    def _adjust(self, random: Random, now: datetime, member: int) -> None:
        points = random.choice([-40, 15, 300])
        properties = {"points": points, "currency": "points", "reason": "by hand"}
        self._ledger(ev.POINTS_ADJUSTED, now, member, properties, HoldRequest(points, 0), None)

    def _ledger(
        self, name: str, now: datetime, member: int, properties: dict[str, Any], request: HoldRequest, order: str | None
    ) -> None:
        """What ``flow.holds`` does, at an imagined time."""
        message_id = f"l-{next(self._numbers)}"
        event = ev.Event(name, self.source, message_id, now, properties, order_id=order)
        outcome = ingest([Incoming(event, Who(), digest(message_id.encode()), hold=request, member_id=member)])[0]
        key = f"{name} {outcome.status}"
        self.statuses[key] = self.statuses.get(key, 0) + 1

    def come_to_today(self, random: Random) -> None:
        """A few real holds at the real time, through the real door."""
        for _ in range(20):
            member = self._member(random)
            if member is None:
                continue
            try:
                placed = holds.place(member, random.choice([1, 20]))
                if random.random() < 0.7:
                    random.choice([holds.capture, holds.release])(placed["hold"])
            except Problem as problem:
                if problem.kind not in ("insufficient-points", "hold-closed"):
                    raise

    def owe_and_repay(self) -> None:
        """Somebody spends what an order gave, returns the order, and pays what they owe with their next points."""
        now = datetime.now(UTC)
        products = [{"product_id": "p", "price": "100.00", "quantity": 10}]
        story: list[tuple[str, timedelta, dict[str, Any]]] = [
            ("Order Completed", timedelta(days=30), {"order_id": "owed", "products": products}),
            ("Points Redeemed", timedelta(hours=3), {"points": 900}),
            ("Order Refunded", timedelta(hours=2), {"order_id": "owed"}),
            ("Product Reviewed", timedelta(hours=1), {}),
        ]
        for name, ago, properties in story:
            event = {"event": name, "user_id": "debtor", "message_id": f"debtor-{name}", "properties": properties}
            outcome = intake.take([{**event, "timestamp": (now - ago).isoformat()}], intake.reader(self.source))[0]
            assert outcome.status == "accepted", (name, outcome.problem)
