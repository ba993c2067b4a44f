"""A shop on the programme that comes with the product, and one of its customers, at moments of the shop's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b, sha256
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regulars.checkouts.models import Checkout
from regulars.coupons.models import Coupon
from regulars.events.models import Event
from regulars.flow import calendar, intake
from regulars.flow.batch import Incoming
from regulars.flow.checkout.reserve import reserve
from regulars.flow.checkout.settle import commit
from regulars.flow.ingest import ingest
from regulars.flow.referrals import counting, follow
from regulars.flow.sweep import sweep
from regulars.members import reads as members
from regulars.offers import models as offers
from regulars.points.models import Balance
from regulars.programmes import writes as programmes
from regulars.referrals import writes as referrals
from regulars.tiers.models import Standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
PROGRAMME = Path(__file__).resolve().parents[2] / "programmes" / "live-commerce.yaml"
OFFERS = """
currency: CNY
time_zone: Asia/Shanghai
policy: {earn_on: {points_paid: false, gift_card_paid: true, coupon_paid: false}}
offers: []
coupons:
  - {key: welcome-20, name: {en: 20 off, zh-Hans: 立减 20 元, zh-Hant: 立減 20 元}, kind: amount, off: 20.00,
     where: {net: {at_least: 100}}, valid_days: 30}
  - {key: birthday-30, name: {en: 30 off, zh-Hans: 立减 30 元, zh-Hant: 立減 30 元}, kind: amount, off: 30.00,
     valid_days: 30}
  - {key: mooncake-50, name: {en: Half price, zh-Hans: 五折, zh-Hant: 五折}, kind: percent, off_percent: 50,
     off_at_most: 50.00, goods: {category: [mooncake]}}
"""
SOURCE = "shop"
_message = count(1)


def publish() -> None:
    """Put the programme and three coupons in force, as if they had always been."""
    programmes.apply(programme_text())
    # nobody can publish for the past; this shop did when it opened
    digest = sha256(OFFERS.encode()).hexdigest()
    offers.Version.objects.create(text=OFFERS, digest=digest, effective_at=at("2023-01-01 00:00"))


def programme_text() -> str:
    """The programme as it is written."""
    return PROGRAMME.read_text(encoding="utf-8")


def at(text: str) -> datetime:
    """``2023-03-21 23:59`` by the clock on the shop's wall; with an offset, by another clock."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def time_is(text: str) -> None:
    """What falls due by that moment happens, as the worker does it each minute."""
    now = at(text)
    calendar.come_round(now)
    sweep(now)


def referrals_are_followed(text: str) -> None:
    """The reader of the log comes by, and friends who have qualified count."""
    follow.follow(list(Event.objects.order_by("id")))
    counting.count_due(at(text))


@dataclass
class Customer:
    """Somebody who shops; each verb happens at a moment, in the order it is told."""

    shop_id: str
    prices: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def member_id(self) -> int:
        """The member behind the shop's id."""
        found = members.by_shop_id(self.shop_id)
        assert found is not None
        return found.pk

    def says(self, when: str, **traits: Any) -> None:
        """What the customer tells about themselves."""
        self._take(when, {"type": "identify", "traits": traits})

    def does(self, when: str, name: str, /, **properties: Any) -> int:
        """Any event; its number in the log."""
        return self._take(when, {"event": name, "properties": properties})

    def orders(self, when: str, order_id: str, /, more: dict[str, Any] | None = None, **prices: str) -> int:
        """An order of products by their prices, of the category that their names begin with: ``tea_longjing``."""
        self.prices[order_id] = prices
        lines = [
            {"product_id": name, "name": name, "category": name.partition("_")[0], "price": price, "quantity": 1}
            for name, price in prices.items()
        ]
        said = {"order_id": order_id, "currency": "CNY", "products": lines, **(more or {})}
        return self.does(when, "Order Completed", **said)

    def receives(self, when: str, order_id: str) -> int:
        """The parcel arrives."""
        return self.does(when, "Order Delivered", order_id=order_id)

    def returns(self, when: str, order_id: str, *products: str) -> int:
        """An order goes back: these products of it, or all."""
        lines = [{"product_id": name, "quantity": 1} for name in products]
        return self.does(when, "Order Refunded", order_id=order_id, **({"products": lines} if lines else {}))

    def accepts(self, when: str, referrer: Customer) -> int:
        """Opens a friend's link."""
        code = referrals.invite_of(referrer.member_id, at(when)).code
        return self.does(when, "Invitation Accepted", code=code)

    def checks_out(self, when: str, order_id: str, points: int, coupon: str, **prices: str) -> Checkout:
        """A cart that is priced, reserved and committed at one moment, and the order that comes of it."""
        now = at(when)
        lines = [
            {"line_id": name, "product_id": name, "category": name.partition("_")[0], "price": price, "quantity": 1}
            for name, price in prices.items()
        ]
        cart = {"member": self.shop_id, "lines": lines, "points": {"use": points}, "coupons": [coupon]}
        message = f"m-{next(_message)}"
        made = reserve(cart, message, SOURCE, blake2b(message.encode(), digest_size=16).digest(), now)
        made = commit(made.pk, f"{message}-commit", now, order_id)
        order = {**made.cart["order"], "order_id": order_id, "checkout_id": str(made.pk)}
        self.does(when, "Order Completed", **order)
        return made

    def has(self) -> tuple[int, int, int]:
        """Points to use, points on their way, and points owed to the shop."""
        found = Balance.objects.get(member_id=self.member_id, currency="points")
        assert found.held == 0
        return found.available, found.pending, found.debt

    def growth(self) -> int:
        """Growth, which cannot be spent."""
        return Balance.objects.get(member_id=self.member_id, currency="growth").available

    def tier(self) -> str:
        """The key of the level; empty for none."""
        found = Standing.objects.filter(member_id=self.member_id).first()
        return found.level if found else ""

    def spent(self) -> Decimal:
        """What counts toward the tier, in yuan."""
        return Decimal(Standing.objects.get(member_id=self.member_id).spent_minor) / 100

    def coupons(self) -> list[str]:
        """Keys of the coupons that were ever given, in their order."""
        return list(Coupon.objects.filter(member_id=self.member_id).order_by("id").values_list("key", flat=True))

    def events(self, name: str) -> list[int]:
        """The numbers of the customer's events of that name."""
        return list(
            Event.objects.filter(member_id=self.member_id, name=name).order_by("id").values_list("id", flat=True)
        )

    def _take(self, when: str, said: dict[str, Any]) -> int:
        now = at(when)
        event = {"message_id": f"m-{next(_message)}", "user_id": self.shop_id, "timestamp": now.isoformat(), **said}
        incoming = intake.reader(SOURCE, now).read(event)
        assert isinstance(incoming, Incoming), incoming
        [outcome] = ingest([incoming], now)
        assert outcome.status == "accepted", outcome.problem
        assert outcome.event_id is not None
        return outcome.event_id
