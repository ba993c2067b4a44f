"""A hundred buyers at once, on a real PostgreSQL: the last ten go to exactly ten, and nothing is left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection

from regulars.checkouts import writes as checkouts
from regulars.checkouts.models import Checkout, Claim, GiftCard, GiftCardEntry
from regulars.coupons.models import Coupon
from regulars.flow import holds
from regulars.flow.checkout import settle
from regulars.flow.checkout.reserve import reserve
from regulars.flow.problems import Problem
from regulars.members.reads import by_shop_id
from regulars.offers import writes as offers
from regulars.offers.models import Use
from regulars.points.reads import balances
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

OFFERS = """
currency: USD
time_zone: UTC
offers:
  - {key: flash, kind: price, goods: {product_id: [oolong]}, price: 40.00, stock: 10}
  - {key: poor, kind: amount, goods: {product_id: [cup]}, off: 3.00, budget: {amount: 30.00}}
  - {key: two-each, kind: percent, goods: {product_id: [tin]}, off_percent: 50, at_most: {times: 2, per: member}}
coupons:
  - {key: five, kind: amount, off: 5.00}
  - {key: ten-in-all, kind: amount, off: 7.00, stock: 10, codes: {public: HURRY}}
"""
CROWD, THREADS = 100, 20
Answer = TypeVar("Answer")


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    """A programme and offers."""
    programmes.apply(PROGRAMME)
    offers.apply(OFFERS)


def all_at_once(work: Callable[[int], Answer], count: int = CROWD) -> list[Answer]:
    """Do ``work`` for every number, many at a time, beginning together."""
    start = Barrier(THREADS)

    def one(numbers: range) -> list[Answer]:
        try:
            start.wait()
            return [work(number) for number in numbers]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(one, [range(first, count, THREADS) for first in range(THREADS)])
        return [answer for part in parts for answer in part]


def buy(number: int, product: str, member: str = "", **more: Any) -> Checkout:
    """One buyer's checkout of one unit at 60.00."""
    line = {"line_id": "1", "product_id": product, "price": "60.00", "quantity": 1}
    cart = {"member": member or f"m-{number}", "lines": [line], **more}
    return reserve(cart, f"buy-{number}", "tests", b"x" * 16, datetime.now(UTC))


def totals(made: list[Checkout]) -> Counter[int]:
    """How many pay what, minor units."""
    return Counter(checkout.total_minor for checkout in made)


def test_the_last_ten_of_a_flash_sale() -> None:
    made = all_at_once(lambda number: buy(number, "oolong"))
    assert totals(made) == {4000: 10, 6000: 90}
    assert Use.objects.get(offer="flash").units == 10
    ended = all_at_once(lambda number: settle.cancel(made[number].pk, "tests/cancel", datetime.now(UTC)))
    assert {checkout.state for checkout in ended} == {Checkout.CANCELLED}
    assert Use.objects.get(offer="flash").units == 0


def test_the_last_ten_coupons() -> None:
    made = all_at_once(lambda number: buy(number, "teapot", codes=["HURRY"]))
    assert totals(made) == {5300: 10, 6000: 90}
    assert Claim.objects.filter(offer="ten-in-all").count() == 10


def test_a_budget_is_never_overdrawn() -> None:
    made = all_at_once(lambda number: buy(number, "cup"))
    assert totals(made) == {5700: 10, 6000: 90}
    assert Use.objects.get(offer="poor").amount_minor == 3000


def test_a_limit_of_one_member_from_many_windows() -> None:
    made = all_at_once(lambda number: buy(number, "tin", member="ann"), 40)
    assert totals(made) == {3000: 2, 6000: 38}


def test_one_code_is_used_by_one_of_them() -> None:
    Coupon.objects.create(key="five", code="ONLYONE", given_at=datetime.now(UTC))
    made = all_at_once(lambda number: buy(number, "teapot", codes=["only-one"]), 40)
    assert totals(made) == {5500: 1, 6000: 39}
    [winner] = [checkout for checkout in made if checkout.total_minor == 5500]
    assert Coupon.objects.get().checkout_id == winner.pk


def test_one_gift_card_pays_what_it_holds() -> None:
    card = checkouts.issue_card("CARD", "USD", 15_000, datetime.now(UTC))
    made = all_at_once(lambda number: buy(number, "teapot", gift_cards=[{"code": "CARD"}]), 40)
    assert sum(checkout.total_minor - checkout.to_pay_minor for checkout in made) == 15_000
    card.refresh_from_db()
    assert card.balance_minor == 0
    assert sum(GiftCardEntry.objects.values_list("amount_minor", flat=True)) == 0


def test_the_same_points_from_many_windows() -> None:
    buy(-1, "teapot", member="ann")
    member = by_shop_id("ann")
    assert member is not None
    holds.adjust(member.pk, 1000, "points", "welcome")
    made = all_at_once(lambda number: buy(number, "teapot", member="ann", points={"use": 300}), 40)
    assert sum(checkout.points for checkout in made) == 1000
    assert balances(member.pk)["points"].held == 1000
    all_at_once(lambda number: settle.cancel(made[number].pk, "tests/cancel", datetime.now(UTC)), 40)
    assert (balances(member.pk)["points"].held, balances(member.pk)["points"].available) == (0, 1000)


def test_committed_by_one_of_many() -> None:
    made = buy(0, "oolong")

    def commit(number: int) -> str:
        try:
            return settle.commit(made.pk, f"tests/{number}", datetime.now(UTC), f"order-{number}").settled_by
        except Problem as refused:
            return refused.kind

    answers = Counter(all_at_once(commit, 40))
    made.refresh_from_db()
    assert answers == {"checkout-committed": 39, made.settled_by: 1}
    assert GiftCard.objects.count() == 0
