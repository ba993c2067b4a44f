"""Members taken through random lives by the very code that answers requests, without a database; and the same lives
as a history that the replay reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec

from regulars.events.append import encode, order_json
from regulars.flow.desk import Desk
from regulars.insight import lake
from regulars.insight.spread import Spread
from regulars.points.state import Loaded
from regulars.programmes.reads import Timeline, microseconds, moment
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import HoldRequest, State
from regulars.rules.money import Unfit
from regulars.rules.orders import order_of
from regulars.rules.programme import Programme
from regulars.rules.refunds import refund_of
from regulars.rules.tables import Registry, build
from regulars.science.history import EVENTS, LINES, Frames, Part
from tests.science import shoppers

FIRST = microseconds(datetime(2025, 1, 10, tzinfo=UTC))
HOUR = 3_600_000_000


def timeline(programmes: list[Programme], starts: list[int]) -> Timeline:
    """Versions 1, 2, … that take effect at ``starts`` (the first counts from the beginning)."""
    registry = Registry.of(programmes)
    tables = [build(programme, number, registry) for number, programme in enumerate(programmes, 1)]
    return Timeline((-y.NEVER, *starts), tuple(tables))


@dataclass(slots=True)
class Ordered:
    """An order a member made."""

    event_id: int
    properties: dict[str, Any]
    order: ev.Order
    day: int
    version: int
    refunds: list[ev.Order] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """One event as it was decided: for the log, and to decide it again."""

    member: int
    at: int
    event: ev.Event
    event_id: int
    hold: HoldRequest | None
    version: int
    order_version: int | None
    answer: int


class Lives:
    """Several members' random lives under a timeline."""

    def __init__(self, line: Timeline, seed: int, members: int = 6, events: int = 60) -> None:
        self.random = Random(seed)
        self.line = line
        self.desk = Desk(None, line)
        self.steps: list[Step] = []
        self.next_id = 1
        self.next_hold = 1
        self.orders: dict[int, list[Ordered]] = {}
        for member in range(1, members + 1):
            self.join(member)
            self._live(member, self.random.randint(2, events))

    def join(self, member: int) -> None:
        """Somebody who has done nothing yet."""
        self.desk.members[member] = Loaded(member)
        self.desk.records[member] = []

    def state(self, member: int) -> State:
        """A member's end state."""
        return self.desk.members[member].state

    def _live(self, member: int, events: int) -> None:
        random = self.random
        now = FIRST + random.randrange(100 * 24) * HOUR
        orders: list[Ordered] = []
        holds: list[int] = []
        for _ in range(events):
            now += random.choice([0, 1, HOUR, 9 * HOUR, 26 * HOUR, 26 * HOUR, 24 * 9 * HOUR, 24 * 45 * HOUR])
            if random.random() < 0.02:
                now += 24 * 400 * HOUR
            occurred = now - random.choice([0, 0, 0, 0, HOUR, 24 * 3 * HOUR, 24 * 40 * HOUR])
            kind = random.choices(
                ["order", "delivered", "refund", "review", "check-in", "view", "hold", "capture", "release", "spend",
                 "adjust", "donate", "undo", "birthday", "occasion"],
                [9, 6, 6, 2, 2, 1, 4, 2, 3, 3, 1, 1, 2, 1, 1],
            )[0]  # fmt: skip
            if kind == "order":
                self._order(member, now, occurred, orders)
            elif kind == "delivered" and orders:
                name = random.choice(["Order Delivered", "Order Delivered", "Order Received"])
                one = random.choice(orders[-4:])
                self._event(member, now, occurred, name, order_id=one.order.order_id)
            elif kind == "refund" and orders:
                self._refund(member, now, occurred, random.choice(orders[-5:]))
            elif kind == "review":
                properties = {"photos": random.randrange(3)}
                self._event(member, now, occurred, "Product Reviewed", properties)
            elif kind in ("check-in", "view"):
                self._event(member, now, occurred, {"check-in": "Checked In", "view": "Product Viewed"}[kind])
            elif kind == "birthday":
                self._event(member, now, occurred, ev.BIRTHDAY_CAME)
            elif kind == "occasion":
                self._event(member, now, occurred, ev.OCCASION_CAME, {"occasion": random.choice(["moon", "other"])})
            elif kind in ("hold", "spend", "donate"):
                name = {"hold": ev.HOLD_PLACED, "spend": ev.POINTS_REDEEMED, "donate": ev.POINTS_DONATED}[kind]
                self._spend(member, now, holds, orders, name)
            elif kind == "undo" and holds:
                self._ledger(member, now, ev.HOLD_RETURNED, HoldRequest(-1, 0, random.choice(holds)), {})
            elif kind in ("capture", "release") and holds:
                self._close(member, now, holds, orders, kind == "capture")
            elif kind == "adjust":
                points = random.choice([-50, -3, 10, 400])
                self._ledger(member, now, ev.POINTS_ADJUSTED, HoldRequest(points, self._currency()), {})

    def _order(self, member: int, now: int, occurred: int, orders: list[Ordered]) -> None:
        properties = shoppers.order(self.random, f"{member}-{len(orders)}", points_at_most=self.random.choice([0, 500]))
        order = order_of(properties, 2)
        event = ev.Event(ev.ORDER_COMPLETED, "shop", "", moment(occurred), {}, order=order, order_id=order.order_id)
        step = self._decide(member, now, event)
        day = min(self.desk._deciders[0].local_day(occurred), self.desk._deciders[0].local_day(step.at))
        orders.append(Ordered(step.event_id, properties, order, day, step.version))

    def _refund(self, member: int, now: int, occurred: int, one: Ordered) -> None:
        name = "Order Cancelled" if self.random.random() < 0.1 else "Order Refunded"
        try:
            refund = refund_of(one.order, one.refunds, shoppers.refund(self.random, one.properties), 2, name)
        except Unfit:
            return
        refund.about, refund.about_day = one.event_id, one.day
        one.refunds.append(refund)
        event = ev.Event(name, "shop", "", moment(occurred), {}, order=refund, order_id=refund.order_id)
        self._decide(member, now, event, order_version=one.version)

    def _event(
        self, member: int, now: int, occurred: int, name: str, properties: Any = None, order_id: str | None = None
    ) -> None:
        self._decide(member, now, ev.Event(name, "shop", "", moment(occurred), properties or {}, order_id=order_id))

    def _currency(self) -> int:
        return self.line.tables[0].registry.currencies.index(self.random.choice(["points", "points", "stars"]))

    def _spend(self, member: int, now: int, holds: list[int], orders: list[Ordered], name: str) -> None:
        at_once = name != ev.HOLD_PLACED
        currency = self._currency()
        state = self.state(member)
        have = state.balances[currency * y.BW + y.AVAILABLE] if state.balances else 0
        points = max(self.random.choice([have, have // 2, have // 3, 5, have + 1]), 1)
        expires = now if at_once else now + self.random.choice([HOUR, 50 * HOUR, 24 * 30 * HOUR])
        request = HoldRequest(points, currency, self.next_hold, expires)
        self.next_hold += 1
        about = [None, *(one.order.order_id for one in orders[-2:])]
        order_id = None if name == ev.POINTS_DONATED else self.random.choice(about)
        answer = self._ledger(member, now, name, request, {"expires_us": expires}, order_id).answer
        if answer == y.OK and name != ev.POINTS_DONATED:
            holds.append(request.ref)

    def _close(self, member: int, now: int, holds: list[int], orders: list[Ordered], capture: bool) -> None:
        ref = self.random.choice(holds)
        points = self.random.choice([-1, -1, 1, 5]) if capture else -1
        name = ev.HOLD_CAPTURED if capture else ev.HOLD_RELEASED
        order_id = self.random.choice([None, *(one.order.order_id for one in orders[-2:])]) if capture else None
        self._ledger(member, now, name, HoldRequest(points, 0, ref), {}, order_id)

    def _ledger(
        self, member: int, now: int, name: str, request: HoldRequest, more: dict[str, Any], order_id: str | None = None
    ) -> Step:
        registry = self.line.tables[0].registry
        properties: dict[str, Any] = {"currency": registry.currencies[request.currency], **more}
        if request.points != -1 or name == ev.POINTS_ADJUSTED:
            properties["points"] = request.points
        if request.ref >= 0:
            properties["hold"] = request.ref
        event = ev.Event(name, "shop", "", moment(now), properties, order_id=order_id)
        return self._decide(member, now, event, request)

    def _decide(
        self, member: int, now: int, event: ev.Event, hold: HoldRequest | None = None, order_version: int | None = None
    ) -> Step:
        at = max(min(microseconds(event.occurred_at), now), self.desk.clock(member))
        event_id = self.next_id
        self.next_id += 1
        joined = self.state(member).scalars[y.JOINED] != -y.NEVER
        if joined and event.name not in self.line.names:
            # nothing is decided: it is only logged, when it happened
            answer, at = y.OK, min(microseconds(event.occurred_at), now)
            version = self.line.tables[self.line.at(at)].version
        else:
            answer, version, _ = self.desk.decide(member, event, event_id, at, hold, order_version)
        step = Step(member, at, event, event_id, hold, version, order_version, answer)
        self.steps.append(step)
        return step

    def again(self, random: Random) -> Desk:
        """The same lives on a new desk, with time let pass at random moments between the events."""
        desk = Desk(None, self.line)
        for member in self.desk.members:
            desk.members[member] = Loaded(member)
            desk.records[member] = []
        for step in self.steps:
            if step.event.name not in self.line.names:
                if desk.members[step.member].state.scalars[y.JOINED] == -y.NEVER:
                    desk.decide(step.member, step.event, step.event_id, step.at)
                continue
            clock = desk.clock(step.member)
            if clock > -y.NEVER:
                for _ in range(random.choice([0, 0, 1, 3])):
                    clock = random.choice([clock, step.at, random.randint(clock, step.at)])
                    desk.advance(step.member, clock)
            desk.decide(step.member, step.event, step.event_id, step.at, step.hold, step.order_version)
        return desk

    def frames(self) -> Frames:
        """The log of these lives, as the lake spreads it into columns."""
        rows = [
            (
                step.event_id,
                step.member,
                step.event.name,
                microseconds(step.event.occurred_at),
                step.at,
                step.version,
                "shop",
                "CNY",
                step.event.order_id,
                msgspec.json.encode(step.event.properties).decode(),
                "{}",
                None if step.event.order is None else encode(order_json(step.event.order)).decode(),
            )
            for step in self.steps
            if step.answer == y.OK
        ]
        part = Spread(EVENTS, LINES).part(rows)
        return Frames([lake.sort(Part(lake.with_about_versions(part.events), part.lines))])
