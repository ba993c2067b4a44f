"""A shop told in a few words: what a customer does, and what they then have. No database, no clock.

Each verb takes the moment first, as local time of the programme (``2026-03-01 12:00``); an hour that is not given is
noon. Amounts are in minor units: an order of 3520 is 35.20.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import Decider, HoldRequest, State
from regulars.rules.programme import (
    Cap,
    Condition,
    Currency,
    EarnRule,
    Expiry,
    Gift,
    Goal,
    Level,
    Programme,
    StepOf,
    Test,
    Tiers,
)
from regulars.rules.refunds import refund_of
from regulars.rules.tables import Registry, Tables, build

NAME = {"en": "name"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PURCHASE = EarnRule("purchase", "Order Completed", "points", rate=Fraction(1, 100))
GROWTH = Currency("growth", NAME, spendable=False)
KINDS = {
    y.EARN: "earn", y.MATURE: "mature", y.EXPIRE: "expire", y.HOLD: "hold", y.CAPTURE: "capture", y.RELEASE: "release",
    y.LAPSE: "lapse", y.CLAW_BACK: "claw back", y.GIVE_BACK: "give back", y.REPAY: "repay", y.ADJUST: "adjust",
}  # fmt: skip


def points(**settings: Any) -> Currency:
    """The currency ``points``."""
    return Currency(settings.pop("key", "points"), NAME, **settings)


def expires(**settings: Any) -> Currency:
    """Points that lapse."""
    return points(expires=Expiry(**settings))


def rule(key: str = "purchase", when: str = "Order Completed", gives: str = "points", **settings: Any) -> EarnRule:
    """An earning rule; by default 1 point for every 1.00."""
    if "points" not in settings:
        settings.setdefault("rate", Fraction(1, 100))
    if isinstance(settings.get("at_most"), tuple):
        settings["at_most"] = Cap(*settings["at_most"])
    settings["where"] = Condition(tuple(Test(*test) for test in settings.get("where", ())))
    settings["member"] = Condition(tuple(Test(*test) for test in settings.get("member", ())))
    return EarnRule(key, when, gives, **settings)


def gifts(**given: Any) -> tuple[Gift, ...]:
    """``points=10, coupon="tea"``: currencies of points, coupons and badges."""
    kinds = {"coupon", "badge"}
    return tuple(Gift(k, v) if k in kinds else Gift("points", k, v) for k, v in given.items())  # type: ignore[arg-type]


def task(when: str = "", key: str = "task", goal: Goal | None = None, **settings: Any) -> EarnRule:
    """A task; by default 10 points for it, and those of one event or of steps once ever."""
    given = settings.pop("gives", {} if goal is not None and goal.kind == "streak" else {"points": 10})
    if goal is None or goal.kind == "steps":
        settings.setdefault("at_most", ("times", 1, "ever"))
    return replace(rule(key, when, points=0, **settings), gifts=gifts(**given), goal=goal)


def steps(*names: str, **settings: Any) -> Goal:
    """Each of those events once."""
    return Goal("steps", steps=tuple(StepOf(name) for name in names), **settings)


def streak(*points: int, **settings: Any) -> Goal:
    """Points of each day in turn."""
    return Goal("streak", points=points, **{"per": "day"} | settings)


def ladder(*thresholds: int, times: Sequence[str] = (), keys: Sequence[str] = (), **settings: Any) -> Tiers:
    """Levels silver, gold, diamond from those thresholds."""
    named = keys or ("silver", "gold", "diamond")[: len(thresholds)]
    rates = [Fraction(one) for one in times] or [Fraction(1)] * len(thresholds)
    levels = tuple(Level(key, NAME, n, rate) for key, n, rate in zip(named, thresholds, rates, strict=True))
    settings = {"measure": "spending", "window": "rolling", "window_days": 365} | settings
    return Tiers(levels=levels, **settings)


def programme(*what: Currency | EarnRule | Tiers, zone: str = "UTC") -> Programme:
    """A programme of those currencies, rules and tiers; points and the purchase rule when none is given."""
    currencies = tuple(one for one in what if isinstance(one, Currency)) or (points(),)
    rules = tuple(one for one in what if isinstance(one, EarnRule) and not is_task(one))
    tasks = tuple(one for one in what if isinstance(one, EarnRule) and is_task(one))
    rules = rules or (() if tasks else (PURCHASE,))
    tiers = next((one for one in what if isinstance(one, Tiers)), None)
    return Programme("shop", NAME, "USD", 2, zone, currencies, tiers, rules, tasks=tasks)


def is_task(rule: EarnRule) -> bool:
    """Whether the rule gives several things, or asks for more than an event."""
    return bool(rule.gifts) or rule.goal is not None


@dataclass
class Customer:
    """One member under one programme (or several, one after the other: ``changes``)."""

    programme: Programme
    state: State = field(default_factory=State)
    moves: list[tuple[str, str, int]] = field(default_factory=list)
    spent_on: list[int] = field(default_factory=list)
    capped: list[tuple[str, int]] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    given: list[tuple[str, str, int]] = field(default_factory=list)
    answer: int = y.OK
    later: tuple[Programme, ...] = ()

    def __post_init__(self) -> None:
        registry = Registry.of([self.programme, *self.later])
        self.versions = [build(one, n, registry) for n, one in enumerate([self.programme, *self.later], 1)]
        self.tables: Tables = self.versions[0]
        self.decider = Decider(self.tables)
        self.orders: dict[str, tuple[int, int, ev.Order, Tables, list[ev.Order]]] = {}
        self.number = 0

    # what they do

    def orders_for(
        self, when: str, amount: int | Sequence[Any], order_id: str = "A", at: str = "", **more: Any
    ) -> Customer:
        """An order: one amount, or lines ``(category, amount)``, ``(category, amount, quantity)``.

        ``when`` it happened; ``at`` when it arrived, if later. points_minor: the part paid with points.
        """
        lines = []
        for number, one in enumerate([("", amount)] if isinstance(amount, int) else amount):
            category, net, quantity = (*one, 1)[:3]
            lines.append(
                ev.Line(product_id=f"p{number}", quantity=quantity, list_minor=more.get("list", net), net_minor=net,
                        category=category, number=number)
            )  # fmt: skip
        paid = more.get("points_minor", 0)
        lines[0].net_minor -= paid
        lines[0].points_minor = paid
        lines[0].tax_minor = more.get("tax", 0)
        shipping = more.get("shipping", 0)
        total = sum(line.net_minor + line.tax_minor for line in lines) + paid + shipping
        order = ev.Order(order_id, lines, total_minor=total, points_minor=paid, shipping_minor=shipping)
        return self._completes(when, order_id, order, at)

    def sends(self, when: str, order: ev.Order) -> Customer:
        """An order as it was read from what the shop sent."""
        return self._completes(when, order.order_id, order)

    def _completes(self, when: str, order_id: str, order: ev.Order, at: str = "") -> Customer:
        self.does(when, "Order Completed", order_id, order, at=at)
        day = min(self.decider.local_day(self.us(when)), self.decider.local_day(self.us(at or when)))
        self.orders[order_id] = (self.number, day, order, self.tables, [])
        return self

    def refunds(self, when: str, order_id: str = "A", name: str = "Order Refunded", **properties: Any) -> Customer:
        """All that is left of the order, or ``amount``, or ``products`` as a shop says it."""
        about, day, order, tables, already = self.orders[order_id]
        refund = refund_of(order, already, properties, 2, name)
        refund.about, refund.about_day = about, day
        already.append(refund)
        return self.does(when, name, order_id, refund, order_tables=tables)

    def receives(self, when: str, order_id: str = "A", name: str = "Order Delivered") -> Customer:
        """The parcel arrives."""
        return self.does(when, name, order_id)

    def holds(self, when: str, amount: int, ref: int = 1, until: str = "", order_id: str | None = None) -> Customer:
        """Points are set aside, until a moment if given."""
        request = HoldRequest(amount, self.currency, ref, self.us(until) if until else y.NEVER)
        return self.does(when, ev.HOLD_PLACED, order_id, hold=request)

    def captures(self, when: str, ref: int = 1, amount: int = -1, order_id: str | None = None) -> Customer:
        """A hold is spent."""
        return self.does(when, ev.HOLD_CAPTURED, order_id, hold=HoldRequest(amount, 0, ref))

    def releases(self, when: str, ref: int = 1) -> Customer:
        """A hold is let go."""
        return self.does(when, ev.HOLD_RELEASED, hold=HoldRequest(-1, 0, ref))

    def spends(self, when: str, amount: int, order_id: str | None = None, ref: int = 99) -> Customer:
        """Points pay at once."""
        return self.does(when, ev.POINTS_REDEEMED, order_id, hold=HoldRequest(amount, self.currency, ref))

    def donates(self, when: str, amount: int, ref: int = 98) -> Customer:
        """Points are given away for good."""
        return self.does(when, ev.POINTS_DONATED, hold=HoldRequest(amount, self.currency, ref))

    def undoes(self, when: str, ref: int = 99) -> Customer:
        """What was spent comes back: a gift that is not sent."""
        return self.does(when, ev.HOLD_RETURNED, hold=HoldRequest(-1, 0, ref))

    def is_given(self, when: str, amount: int) -> Customer:
        """Points by hand; a negative number takes."""
        return self.does(when, ev.POINTS_ADJUSTED, hold=HoldRequest(amount, self.currency))

    def does(
        self,
        when: str,
        name: str,
        order_id: str | None = None,
        order: ev.Order | None = None,
        at: str = "",
        **more: Any,
    ) -> Customer:
        """Any event."""
        self.number += 1
        happened = self.us(when)
        arrived = max(self.us(at or when), self.state.scalars[y.CLOCK])
        day = min(self.decider.local_day(happened), self.decider.local_day(arrived))
        event = ev.Event(name, "shop", "", EPOCH + timedelta(microseconds=happened), more.get("properties", {}))
        event.order, event.order_id = order, order_id
        self.answer, records = self.decider.decide(
            self.state, event, self.number, arrived, day, more.get("hold"), more.get("order_tables")
        )
        self._note(records)
        return self

    def waits(self, until: str) -> Customer:
        """Time passes."""
        self._note(self.decider.advance(self.state, self.us(until)))
        return self

    def changes(self, when: str) -> Customer:
        """The next version takes effect."""
        self.waits(when)
        old, self.tables = self.tables, self.versions[self.tables.version]
        self.decider = Decider(self.tables)
        self._note(self.decider.take_over(self.state, old, self.us(when)))
        return self

    def _note(self, records: list[int]) -> None:
        for o in range(0, len(records), y.OW):
            kind = records[o + y.O_KIND]
            currency = self.tables.registry.currencies[records[o + y.O_CURRENCY]] if kind <= y.ADJUST else ""
            if kind in KINDS:
                self.moves.append((KINDS[kind], currency, records[o + y.O_AMOUNT]))
                if kind == y.CAPTURE:
                    self.spent_on.append(records[o + y.O_CREDIT])
            elif kind == y.TIER:
                self.tiers.append(self.tables.levels[records[o + y.O_CREDIT]] or "none")
            elif kind == y.GRANT:
                thing = self.tables.registry.things[records[o + y.O_CREDIT]]
                self.given.append((*thing, records[o + y.O_AMOUNT]))
            elif kind == y.CAPPED:
                self.capped.append((self.tables.registry.rules[records[o + y.O_RULE]], records[o + y.O_AMOUNT]))

    # what they have

    currency: int = 0

    def us(self, when: str) -> int:
        """The moment in microseconds UTC."""
        local = datetime.fromisoformat(when if " " in when else f"{when} 12:00").replace(
            tzinfo=ZoneInfo(self.programme.time_zone)
        )
        return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)

    def _of(self, place: int, currency: str) -> int:
        number = self.tables.registry.currencies.index(currency)
        return self.state.balances[number * y.BW + place] if self.state.balances else 0

    def available(self, currency: str = "points") -> int:
        """Points to spend."""
        return self._of(y.AVAILABLE, currency)

    def pending(self, currency: str = "points") -> int:
        """Points on their way."""
        return self._of(y.PENDING, currency)

    def held(self) -> int:
        """Points set aside."""
        return self._of(y.HELD, "points")

    def debt(self) -> int:
        """Points owed."""
        return self._of(y.DEBT, "points")

    def has(self, currency: str = "points") -> dict[str, int]:
        """All that is not zero."""
        places = {"available": y.AVAILABLE, "pending": y.PENDING, "held": y.HELD, "debt": y.DEBT}
        return {name: amount for name, place in places.items() if (amount := self._of(place, currency))}

    def lots(self) -> list[tuple[int, str]]:
        """Open lots: what is left and the last local moment it is good for."""
        zone = ZoneInfo(self.programme.time_zone)
        found = []
        for i in range(self.state.scalars[y.NL]):
            lot = self.state.lots[i * y.LW : (i + 1) * y.LW]
            if lot[y.L_REMAINING]:
                end = lot[y.L_EXPIRES]
                moment = EPOCH + timedelta(microseconds=end) if end < y.NEVER else None
                found.append((lot[y.L_REMAINING], f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"))
        return found

    @property
    def tier(self) -> str:
        """The level they are on."""
        return self.tables.levels[self.state.scalars[y.LEVEL]] or "none"

    @property
    def counted(self) -> tuple[int, int, int]:
        """Spending, orders and growth in the window."""
        s = self.state.scalars
        return s[y.SPENT], s[y.ORDERS], s[y.GROWN]


def customer(*what: Currency | EarnRule | Tiers, zone: str = "UTC", later: Sequence[Programme] = ()) -> Customer:
    """Somebody new under a programme of those parts."""
    return Customer(programme(*what, zone=zone), later=tuple(later))


__all__ = [name for name in dir() if not name.startswith("_")] + ["replace"]
