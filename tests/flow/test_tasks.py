"""Tasks as a shop's events go in: what is given and said, and the proof that the log says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.utils import translation

from regulars.coupons.models import Coupon
from regulars.events.models import Event
from regulars.flow import history, intake
from regulars.flow.gifts import unknown_coupons
from regulars.insight.verify import verify
from regulars.members import reads as members
from regulars.points.models import Balance, Counter
from regulars.programmes import reads as programme_reads
from regulars.programmes import writes as programmes
from regulars.tiers.models import Badge
from tests.coupons.conftest import publish

pytestmark = pytest.mark.django_db

PROGRAMME = """
programme: corner
name: {en: Corner Club}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {name: {en: points}, pending: {days: 7}}
earn:
  - {key: purchase, when: Order Completed, rate: {points: 1, per: 1.00}}
tasks:
  - {key: check-in, when: Checked In, streak: {points: [5, 5, 10], per: day}, gives: {badge: three-days}}
  - {key: watch, when: Live Room Watched, sum: {of: seconds, reaches: 300, per: day}, gives: {points: 10}}
  - {key: two-orders, when: Order Completed, count: {reaches: 2, every: true}, gives: {points: 40, coupon: ten-off}}
  - {key: settle-in, steps: [Profile Completed, Product Reviewed], within_days: 30, gives: {points: 200, coupon: lost}}
"""
OFFERS = """
currency: CNY
time_zone: Asia/Shanghai
offers: []
coupons:
  - {key: ten-off, name: {en: Ten off}, kind: amount, off: 10.00, valid_days: 7, where: {net: {at_least: 50}}}
"""
NOW = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture(autouse=True)
def _programme() -> None:
    programmes.apply(PROGRAMME)


class Shopper:
    """Somebody who does things; days are counted back from now."""

    def __init__(self, shop_id: str = "ann") -> None:
        self.shop_id = shop_id
        self.number = 0

    def does(self, name: str, ago: float, /, **properties: Any) -> dict[str, Any]:
        """One event; its decision."""
        self.number += 1
        event = {
            "event": name,
            "message_id": f"{self.shop_id}-{self.number}",
            "user_id": self.shop_id,
            "timestamp": (NOW - timedelta(days=ago)).isoformat(),
            "properties": properties,
        }
        [outcome] = intake.take([event], intake.reader("shop"))
        assert outcome.status == "accepted", outcome.problem
        found = msgspec.json.decode(outcome.decision or b"{}")
        assert isinstance(found, dict)
        return found

    def orders(self, ago: float, order_id: str, price: str = "50.00") -> dict[str, Any]:
        """An order of one thing."""
        line = {"product_id": "p", "price": price, "quantity": 1}
        return self.does("Order Completed", ago, order_id=order_id, currency="CNY", products=[line])

    @property
    def id(self) -> int:
        """The member."""
        found = members.by_shop_id(self.shop_id)
        assert found is not None
        return found.pk

    def has(self) -> tuple[int, int]:
        """Points available and pending."""
        found = Balance.objects.filter(member_id=self.id).first()
        return (found.available, found.pending) if found else (0, 0)

    def facts(self, name: str) -> list[dict[str, Any]]:
        """What the facts of that name say of them."""
        found = Event.objects.filter(name=name, member_id=self.id, fact=True).order_by("id")
        return [event.properties for event in found]


def proven() -> bool:
    """Whether the log derives to what the tables hold."""
    proof = verify()
    assert [(d.what, d.derived, d.stored) for d in proof.found] == []
    return proof.drift == 0


def test_a_streak_goes_on_from_request_to_request() -> None:
    ann = Shopper()
    for ago in (5, 4, 3, 1):
        ann.does("Checked In", ago)
    assert ann.has() == (5 + 5 + 10 + 5, 0)
    assert [badge.key for badge in Badge.objects.filter(member_id=ann.id)] == ["three-days"]
    assert [fact["badge"] for fact in ann.facts("Badge Won")] == ["three-days"]
    assert proven()


def test_a_badge_is_won_once() -> None:
    ann = Shopper()
    for ago in range(12, 6, -1):
        ann.does("Checked In", ago)
    assert len(ann.facts("Badge Won")) == 1
    assert proven()


def test_seconds_add_up_within_a_day() -> None:
    ann = Shopper()
    ann.does("Live Room Watched", 1, seconds=200)
    assert ann.does("Live Room Watched", 1, seconds=Decimal("99.9"))["transfers"] == []
    assert ann.does("Live Room Watched", 1, seconds=Decimal("0.1"))["transfers"][0]["rule"] == "watch"
    assert ann.does("Live Room Watched", 0, seconds=299)["transfers"] == []
    assert proven()


def test_a_coupon_that_is_earned_is_given_with_its_fact() -> None:
    publish(OFFERS)
    ann = Shopper()
    ann.orders(3, "A")
    decision = ann.orders(2, "B")
    assert decision["gifts"] == [{"kind": "coupon", "key": "ten-off", "times": 1, "rule": "two-orders"}]
    [coupon] = Coupon.objects.filter(member_id=ann.id)
    [fact] = ann.facts("Coupon Issued")
    assert (coupon.key, fact["coupon_id"], fact["how"], fact["rule"]) == ("ten-off", coupon.pk, "earned", "two-orders")
    assert fact["event_id"] == decision["event_id"]
    assert ann.has() == (0, 50 + 50 + 40)
    assert proven()


def test_a_coupon_nobody_knows_stops_nothing_and_is_said() -> None:
    ann = Shopper()
    ann.does("Profile Completed", 2)
    ann.does("Product Reviewed", 1)
    assert ann.has() == (200, 0)
    [fact] = ann.facts("Coupon Missing")
    assert (fact["coupon"], fact["reason"], fact["rule"]) == ("lost", "unknown", "settle-in")
    assert not Coupon.objects.exists()


def test_coupons_that_the_offers_do_not_have_are_named_before() -> None:
    _, programme = programme_reads.current()
    assert unknown_coupons(programme) == ["lost", "ten-off"]
    publish(OFFERS)
    assert unknown_coupons(programme) == ["lost"]


def test_an_order_that_goes_back_takes_its_task_along() -> None:
    ann = Shopper()
    ann.orders(5, "A")
    ann.orders(4, "B")
    ann.does("Order Refunded", 3, order_id="B")
    assert ann.has() == (0, 50)
    assert Counter.objects.get(rule="two-orders").points == 1
    ann.orders(2, "C")
    assert ann.has() == (0, 50 + 50 + 40)
    assert proven()


def test_an_order_that_earns_nothing_counts_and_can_go_back() -> None:
    ann = Shopper()
    ann.orders(5, "A", "0.10")
    ann.does("Order Refunded", 4, order_id="A")
    ann.orders(3, "B", "0.10")
    assert ann.has() == (0, 0)
    ann.orders(2, "C", "0.10")
    assert ann.has() == (0, 40)
    assert proven()


def test_a_whole_batch_is_a_request_after_the_other() -> None:
    ann, bob = Shopper("ann"), Shopper("bob")
    events = [
        {"event": "Checked In", "message_id": f"{who}-{ago}", "user_id": who,
         "timestamp": (NOW - timedelta(days=ago)).isoformat()}
        for ago in (4, 3, 2, 1) for who in ("ann", "bob")
    ]  # fmt: skip
    outcomes = intake.take(events, intake.reader("shop"))
    assert [outcome.status for outcome in outcomes] == ["accepted"] * 8
    assert ann.has() == bob.has() == (25, 0)
    assert len(bob.facts("Badge Won")) == 1
    assert proven()


HISTORY = [
    ("en", "Check-in", "Day 2 in a row", "Settle in", "All 2 steps taken"),
    ("zh-hans", "签到", "连续第 2 天", "完善资料、评价", "2 个步骤全部完成"),
    ("zh-hant", "簽到", "連續第 2 天", "完善資料、評價", "2 個步驟全部完成"),
]


@pytest.mark.parametrize(("language", "title", "why", "steps", "steps_why"), HISTORY)
def test_the_history_says_why(language: str, title: str, why: str, steps: str, steps_why: str) -> None:
    ann = Shopper()
    ann.does("Checked In", 5)
    ann.does("Checked In", 4)
    ann.does("Profile Completed", 3)
    ann.does("Product Reviewed", 2)
    with translation.override(language):
        taken, second, _first = history.entries(ann.id, now=NOW)
    assert (second.title, second.why, second.points) == (title, why, 5)
    assert (taken.parts[0].why, taken.parts[0].arithmetic, taken.points) == (steps, steps_why, 200)


def test_the_live_commerce_tasks_of_the_project_run() -> None:
    text = (Path(__file__).resolve().parents[2] / "programmes" / "live-commerce.yaml").read_text(encoding="utf-8")
    programme = programmes.check(text).programme
    assert programme is not None
    assert [task.key for task in programme.tasks] == ["check-in", "watch-live", "settle-in", "diamond-tasting"]
