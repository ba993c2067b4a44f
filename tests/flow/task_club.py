# ruff: noqa: E501 (one case a line)
"""A club with a task of every kind, badges, benefits and a calendar; and somebody who does things in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from regulars.flow import intake
from regulars.flow.errands.read import tasks_of
from regulars.flow.errands.view import TaskView
from regulars.members import reads as members
from regulars.programmes import writes as programmes

CLUB = """
programme: club
name: {en: Tea Club, zh-Hans: 茶友会, zh-Hant: 茶友會}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {name: {en: points, zh-Hans: 积分, zh-Hant: 積分}, worth: {points: 100, amount: 1.00}}
tiers:
  measure: spending
  window: {rolling_days: 365}
  levels:
    - {key: gold, from: 100, name: {en: Gold, zh-Hans: 黄金会员, zh-Hant: 黃金會員}, earns_times: 1.2,
       benefits: [free_delivery, points_rebate], gives: {badge: golden}}
    - {key: diamond, from: 1000, name: {en: Diamond, zh-Hans: 钻石会员, zh-Hant: 鑽石會員}, earns_times: 2,
       benefits: [free_delivery, points_rebate, personal_agent], gives: {points: 500}}
benefits:
  free_delivery:
    name: {en: Free delivery, zh-Hans: 免运费, zh-Hant: 免運費}
    how: {en: Choose it at the checkout., zh-Hans: 结账时选择即可。, zh-Hant: 結帳時選擇即可。}
    at_most: {times: 2, per: month}
  personal_agent: {how: {en: Call 400-100-1000., zh-Hans: 致电 400-100-1000。, zh-Hant: 致電 400-100-1000。}}
earn:
  - {key: purchase, when: Order Completed, rate: {points: 1, per: 1.00}, times: tier}
tasks:
  - {key: check-in, when: Checked In, streak: {points: [5, 5, 10], per: day}, gives: {badge: three-days}}
  - {key: weekly, name: {en: Weekly visit, zh-Hans: 每周到访, zh-Hant: 每週到訪}, when: Checked In, streak: {points: [20, 30], per: week}}
  - {key: watch-live, when: Live Room Watched, sum: {of: seconds, reaches: 300, per: day}, gives: {points: 10}}
  - {key: two-orders, when: Order Completed, count: {reaches: 2, every: true}, gives: {points: 40}}
  - {key: settle-in, steps: [Profile Completed, Order Completed, Product Reviewed], within_days: 30, gives: {points: 200, badge: at-home}}
  - {key: survey, when: Survey Answered, where: {survey: tea}, gives: {points: 50}}
  - {key: diamond-tasting, for: {member.tier: diamond}, when: Survey Answered, where: {survey: tasting}, gives: {points: 300}}
  - {key: newcomers, for: {member.joined_days: {at_most: 7}}, when: Product Shared, gives: {points: 5}}
  - {key: below-gold, for: {member.tier: {none_of: [gold, diamond]}}, when: Product Viewed, gives: {points: 1}}
  - {key: over, when: Product Viewed, gives: {points: 1}, valid: {from: 2020-01-01, until: 2020-02-01}}
calendar:
  - {key: birthday, when: birthday, gives: {points: 100, badge: birthday-child}}
  - {key: member-day, when: {day_of_month: 8}, earns_times: 2}
"""
_message = count(1)


def publish(text: str = CLUB) -> None:
    """Apply the club's programme."""
    programmes.apply(text)


@dataclass
class Doer:
    """Somebody whose doings are counted back from ``now`` in days."""

    shop_id: str = "ann"
    source: str = "shop"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def member_id(self) -> int:
        """The member behind the shop's id."""
        found = members.by_shop_id(self.shop_id)
        assert found is not None
        return found.pk

    def does(self, name: str, ago: float = 0, /, **properties: Any) -> None:
        """One event."""
        event = {
            "event": name,
            "message_id": f"{self.shop_id}-{next(_message)}",
            "user_id": self.shop_id,
            "timestamp": (self.now - timedelta(days=ago)).isoformat(),
            "properties": properties,
        }
        [outcome] = intake.take([event], intake.reader(self.source))
        assert outcome.status == "accepted", outcome.problem

    def orders_for(self, price: str, ago: float = 0) -> None:
        """An order of one product."""
        products = [{"product_id": "tea", "price": price, "quantity": 1}]
        self.does("Order Completed", ago, order_id=f"o-{next(_message)}", products=products)

    def tasks(self) -> dict[str, TaskView]:
        """Their tasks by key."""
        return {task.key: task for task in tasks_of(self.member_id)}
