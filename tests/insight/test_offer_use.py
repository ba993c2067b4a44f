"""How an offer was used, from checkouts that became orders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from regulars.checkouts.models import Checkout
from regulars.insight.offer_use import Compared, DayUse, by_day, compared

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 8, 4, tzinfo=UTC)  # in Shanghai
TODAY = date(2026, 12, 8)


def checkout(total: int, at: datetime, state: str = "committed", **answer: Any) -> None:
    """A checkout with what its price was made of."""
    Checkout.objects.create(
        id=uuid4(),
        member_id=1,
        state=state,
        source="shop",
        message_id=str(uuid4()),
        body_hash=b"0" * 16,
        cart={},
        answer={"discounts": [], "gifts": [], **answer},
        currency="CNY",
        total_minor=total,
        to_pay_minor=total,
        created_at=at,
        expires_at=at + timedelta(minutes=15),
        settled_at=at if state != "reserved" else None,
    )


def off(amount: str, units: int = 1, offer: str = "tea") -> dict[str, Any]:
    """What an offer took off, as an answer says it."""
    return {"offer": offer, "amount": amount, "why": "percent", "units": units}


def test_only_what_became_an_order_counts_and_on_its_local_day() -> None:
    assert compared("tea", TODAY, "Asia/Shanghai") == Compared()
    checkout(10_000, NOON, discounts=[off("12.50", 2), off("3.00", offer="pot")])
    checkout(8_000, NOON, discounts=[off("7.50")])
    # One in the morning of the 8th in Shanghai is still the 7th in UTC; two hours earlier it is the 7th there too.
    checkout(5_000, NOON - timedelta(hours=11), discounts=[off("1.00")])
    checkout(5_000, NOON - timedelta(hours=13), discounts=[off("1.00")])
    checkout(9_999, NOON, state="cancelled", discounts=[off("99.00")])
    checkout(9_999, NOON, state="reserved", discounts=[off("99.00")])
    checkout(4_000, NOON, discounts=[off("3.00", offer="pot")])
    checkout(6_000, NOON - timedelta(days=40), discounts=[off("99.00")])
    days = by_day("tea", TODAY, "Asia/Shanghai", 2)
    assert len(days) == 30
    assert days[-1] == DayUse(TODAY, 3, 2_100, 4)
    assert days[-2] == DayUse(TODAY - timedelta(days=1), 1, 100, 1)
    assert sum(day.orders for day in days[:-2]) == 0
    found = compared("tea", TODAY, "Asia/Shanghai")
    assert found == Compared(4, 28_000, 1, 4_000)
    assert (found.average_minor, found.others_average_minor) == (7_000, 4_000)


def test_gifts_are_uses_too_and_money_may_have_no_decimals() -> None:
    checkout(10_000, NOON, gifts=[{"offer": "caddy", "product_id": "caddy-1", "quantity": 2}])
    assert by_day("caddy", TODAY, "Asia/Shanghai", 2)[-1] == DayUse(TODAY, 1, 0, 2)
    assert compared("caddy", TODAY, "Asia/Shanghai").orders == 1
    checkout(10_000, NOON, discounts=[off("300", offer="yen")])
    assert by_day("yen", TODAY, "Asia/Shanghai", 0)[-1].off_minor == 300
