"""A shop's programme and a member's ledger rows, made by hand, for tests of what is read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from regulars.events.append import order_json
from regulars.events.models import Event
from regulars.members.models import Member, OutsideId
from regulars.points.models import Account, Balance, Hold, HoldLot, Lot, Transfer
from regulars.programmes import writes as programmes
from regulars.programmes.models import Version
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import day_number
from regulars.tiers.models import Activity, Standing

PROGRAMME = """
programme: corner
name: {en: Corner Club, zh-Hans: 街角会, zh-Hant: 街角會}
currency: USD
time_zone: Asia/Shanghai
points:
  points:
    name: {en: points, zh-Hans: 积分, zh-Hant: 點數}
    pending: {until: Order Delivered, at_most_days: 15}
    expires: {after_months: 12, at_end_of: month}
    worth: {points: 100, amount: 1.00}
  growth:
    name: {en: growth, zh-Hans: 成长值, zh-Hant: 成長值}
    spendable: false
tiers:
  measure: spending
  window: {rolling_days: 365}
  keep: {for_days: 365, grace_days: 30, then: level_earned}
  levels:
    - {key: member, from: 500, name: {en: Member, zh-Hans: 普通会员, zh-Hant: 普通會員}, benefits: [points_rebate]}
    - key: gold
      from: 2000
      name: {en: Gold, zh-Hans: 黄金会员, zh-Hant: 黃金會員}
      earns_times: 1.2
      benefits: [points_rebate, early_preorder]
    - key: platinum
      from: 5000
      name: {en: Platinum, zh-Hans: 白金会员, zh-Hant: 白金會員}
      earns_times: 1.5
      benefits: [points_rebate, early_preorder, free_delivery]
earn:
  - key: purchase
    when: Order Completed
    rate: {points: 1, per: 1.00}
    of: net
    times: tier
  - key: tea-month
    name: {en: Tea month, zh-Hans: 茶月, zh-Hant: 茶月}
    when: Order Completed
    where: {line.category: [tea, coffee]}
    rate: {points: 1, per: 1.00}
    at_most: {points: 500, per: month}
  - key: coffee
    when: Order Completed
    where: {line.category: [coffee]}
    rate: {points: 3, per: 2.00}
  - key: growth
    when: Order Completed
    gives: growth
    rate: {points: 1, per: 1.00}
    of: net
  - key: review
    when: Product Reviewed
    points: 20
    at_most: {times: 3, per: day}
"""

_events, _lots, _holds = count(1), count(1), count(1)


def at(text: str) -> datetime:
    """``2026-11-03 09:12`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refund_of(order_id: str, *names: str, whole: bool = False) -> ev.Order:
    """A refund of the products with those names."""
    lines = [ev.Line(product_id=name, name=name) for name in names]
    return ev.Order(order_id=order_id, lines=lines, about=1, whole=whole)


def publish(text: str = PROGRAMME) -> Version:
    """Apply the programme."""
    return programmes.apply(text)


@dataclass
class Person:
    """A member whose rows are written one by one. Balances follow the transfers."""

    version: Version
    shop_id: str = "m-1"
    joined: str = "2025-06-01 00:00"
    source: str = "shop"
    member: Member = field(init=False)

    def __post_init__(self) -> None:
        self.member = Member.objects.create(first_seen_at=at(self.joined), identified_at=at(self.joined))
        OutsideId.objects.create(member=self.member, kind=OutsideId.USER, value=self.shop_id)
        Account.objects.create(
            member=self.member,
            clock_at=at(self.joined),
            joined_day=day_number(at(self.joined).date()),
            version=self.version,
        )

    def event(
        self, name: str, when: str, order_id: str | None = None, amounts: ev.Order | None = None, properties: Any = None
    ) -> Event:
        """A row of the log."""
        number = next(_events)
        return Event.objects.create(
            id=number,
            source=self.source,
            message_id=f"e-{number}",
            name=name,
            member=self.member,
            occurred_at=at(when),
            effective_at=at(when),
            version=self.version,
            body_hash=bytes(16),
            order_id=order_id,
            properties=properties or {},
            amounts=None if amounts is None else order_json(amounts),
        )

    def lot(
        self,
        event: Event,
        points: int,
        *,
        remaining: int | None = None,
        currency: str = "points",
        matures: str | None = None,
        expires: str | None = None,
    ) -> Lot:
        """A lot; pending when ``matures`` is given."""
        return Lot.objects.create(
            id=next(_lots),
            member=self.member,
            currency=currency,
            event=event,
            order_id=event.order_id,
            earned=points,
            remaining=points if remaining is None else remaining,
            state=y.LOT_PENDING if matures else y.LOT_AVAILABLE,
            matures_at=at(matures) if matures else None,
            expires_at=at(expires) if expires else None,
        )

    def hold(self, event: Event, points: int, lots: Sequence[Lot], *, state: int, expires: str) -> Hold:
        """A hold on those lots."""
        hold = Hold.objects.create(
            id=next(_holds),
            member=self.member,
            currency=lots[0].currency,
            event=event,
            order_id=event.order_id,
            state=state,
            points=points,
            expires_at=at(expires),
        )
        for lot in lots:
            HoldLot.objects.create(hold=hold, lot=lot, points=points)
        return hold

    def move(
        self,
        kind: int,
        debit: int,
        credit: int,
        amount: int,
        event: Event,
        *,
        when: str | None = None,
        lot: Lot | None = None,
        hold: Hold | None = None,
        rule: str | None = None,
        base: int | None = None,
        times: tuple[int, int] = (1, 1),
        currency: str = "points",
    ) -> Transfer:
        """One transfer, and the balance after it."""
        balance, _made = Balance.objects.get_or_create(member=self.member, currency=currency)
        for account, sign in ((debit, -1), (credit, 1)):
            name = {y.ACC_PENDING: "pending", y.ACC_AVAILABLE: "available", y.ACC_HELD: "held", y.ACC_DEBT: "debt"}.get(
                account
            )
            if name:
                setattr(balance, name, getattr(balance, name) + (-sign if name == "debt" else sign) * amount)
        balance.save()
        return Transfer.objects.create(
            member=self.member,
            currency=currency,
            kind=kind,
            debit=debit,
            credit=credit,
            amount=amount,
            event=event,
            rule=rule,
            base=base,
            times_num=times[0],
            times_den=times[1],
            version=self.version,
            lot=lot,
            hold=hold,
            effective_at=at(when) if when else event.effective_at,
        )

    def stands(self, level: str, since: str, review: str | None = None, *, in_grace: bool = False) -> None:
        """The member's tier."""
        Standing.objects.create(
            member=self.member,
            level=level,
            since=at(since),
            review_at=at(review) if review else None,
            in_grace=in_grace,
        )

    def did(self, day: str, spent_minor: int, orders: int = 1) -> None:
        """What counted toward tiers on a local day."""
        number = day_number(datetime.fromisoformat(day).date())
        Activity.objects.create(member=self.member, day=number, spent_minor=spent_minor, orders=orders)
