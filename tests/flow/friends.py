"""A shop whose members bring friends: what tests of referrals say it in."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from regulars.events.models import Event
from regulars.flow import intake
from regulars.flow.batch import Outcome
from regulars.flow.referrals import counting, follow, returning
from regulars.members import reads as members
from regulars.points.models import Balance
from regulars.referrals import writes
from regulars.referrals.models import Referral

NOON = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""Noon of yesterday in Shanghai."""

PROGRAMME = """
programme: corner
name: {en: Corner Club}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {name: {en: points}}
earn:
  - {key: purchase, when: Order Completed, rate: {points: 1, per: 1.00}}
referral:
  counts: {when: Order Completed, where: {total: {at_least: 50}}, within_days: 30}
  gives: {referrer: {points: 300}, friend: {points: 40, badge: newcomer}}
  at_most: {times: 2, per: month}
  refuses: [self, same_device, same_address, same_payment]
"""


class Shop:
    """Sends events, each an hour after the one before unless it says how many days ago, and lets the reader follow."""

    def __init__(self) -> None:
        self.sent = 0
        self.read = 0
        self.codes: dict[str, str] = {}

    def send(self, who: str, name: str, ago: float | None = None, kind: str = "track", **more: Any) -> Outcome:
        """One event of a member."""
        self.sent += 1
        at = NOON - timedelta(days=20) + timedelta(hours=self.sent) if ago is None else NOON - timedelta(days=ago)
        event = {"message_id": f"m-{self.sent}", "user_id": who, "type": kind, "timestamp": at.isoformat(), **more}
        if who.startswith("visitor"):
            event["anonymous_id"] = event.pop("user_id")
        if kind == "track":
            event["event"] = name
        # a door takes what is personal out of what it was given
        [outcome] = intake.take([deepcopy(event)], intake.reader("shop"))
        assert outcome.status == "accepted", outcome.problem
        return outcome

    def member(self, who: str) -> int:
        """The member's id, who joins 100 days ago if nobody knows them yet."""
        found = members.by_shop_id(who)
        if found is None:
            self.send(who, "Checked In", ago=100)
            found = members.by_shop_id(who)
        assert found is not None
        return found.merged_into_id or found.pk

    def code(self, who: str) -> str:
        """Their code."""
        return writes.invite_of(self.member(who), NOON).code

    def accepts(self, friend: str, referrer: str, ago: float | None = None, **context: Any) -> Outcome:
        """The friend opens the referrer's link."""
        more = {"context": context} if context else {}
        return self.send(friend, "Invitation Accepted", ago, properties={"code": self.code(referrer)}, **more)

    def orders(self, who: str, order_id: str, price: str = "60.00", ago: float | None = None, **said: Any) -> Outcome:
        """They buy something; ``said`` is what the order says besides, ``context`` its context."""
        context = said.pop("context", {})
        line = {"product_id": "p", "price": price, "quantity": 1}
        properties = {"order_id": order_id, "currency": "CNY", "products": [line], "total": price, **said}
        return self.send(who, "Order Completed", ago, properties=properties, context=context)

    def refunds(self, who: str, order_id: str, amount: str | None = None) -> Outcome:
        """All of the order goes back, or so much of it."""
        said = {"order_id": order_id, **({"total": amount} if amount else {})}
        return self.send(who, "Order Refunded" if amount else "Order Cancelled", properties=said)

    def follow(self) -> None:
        """The reader comes by, and what is due is given and taken."""
        new = list(Event.objects.filter(pk__gt=self.read).order_by("pk"))
        if new:
            self.read = new[-1].pk
            with transaction.atomic():
                follow.follow(new)
        counting.count_due()
        returning.take_back_due()

    def state(self, friend: str) -> str:
        """The state of the friend's newest referral and its reason: ``refused self``; empty when they have none."""
        found = members.by_shop_id(friend)
        ids = [] if found is None else [found.merged_into_id or found.pk]
        row = Referral.objects.filter(friend_id__in=ids).order_by("-pk").first()
        return "" if row is None else f"{row.state} {row.reason}".strip()

    def has(self, who: str) -> int:
        """Their available points."""
        balance = Balance.objects.filter(member_id=self.member(who), currency="points").first()
        return balance.available if balance else 0


def party() -> Shop:
    """Ann who has invited four friends: bob counts, cat is held, dan is refused, eve has not ordered yet; and fay who
    has invited nobody."""
    shop = Shop()
    shop.member("fay")
    shop.orders("ann", "ann-1", "20.00", context={"device": {"id": "d1"}})
    shop.send("bob", "", kind="identify", traits={"name": "Bob Miller"})
    for friend in ("bob", "cat"):
        shop.accepts(friend, "ann", ip="203.0.113.7")
        shop.orders(friend, f"{friend}-1")
        shop.follow()
    shop.accepts("dan", "ann")
    shop.orders("dan", "dan-1", context={"device": {"id": "d1"}})
    shop.accepts("eve", "ann", ago=1)
    shop.follow()
    return shop


PARTY = PROGRAMME.replace("times: 2", "times: 20") + "  holds: {friends_per_network: 1}\n"
