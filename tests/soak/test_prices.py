"""Laws of pricing over very many carts: ``SOAK_CARTS=1000000 pytest tests/soak/test_prices.py``; a few hundred without.

Every cart is priced by itself, without offers, and with one offer more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from regulars.rules.pricing import Breakdown, Cart, PointsWorth, Pricer
from tests.soak.shops import cart_of, item, shop_of, typed

CARTS = int(os.environ.get("SOAK_CARTS", "0")) or 300
CARTS_A_SHOP = 20
POINTS = PointsWorth(Fraction(1), at_most_percent=50)


def test_prices_keep_their_laws(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(int(os.environ.get("SOAK_SEED", "5")))
    began, done, proved = time.perf_counter(), 0, 0
    while done < CARTS:
        shop = shop_of(random)
        plain, more = Pricer(typed(shop)), Pricer(typed(_with_one_more(random, shop)))
        for _ in range(min(CARTS_A_SHOP, CARTS - done)):
            cart = cart_of(random, shop)
            found, then = plain.price(cart, points=POINTS), more.price(cart, points=POINTS)
            for one in (found, then):
                _adds_up(one, cart, shop)
            # Of searches cut short either may have come further.
            if then.proved_best:
                proved += 1
                after = then.goods_minor + then.delivery_minor
                assert after <= found.goods_minor + found.delivery_minor, (shop, cart)
            done += 1
    if CARTS > 1_000:
        with capsys.disabled():
            seconds = time.perf_counter() - began
            print(
                f"\n{done} carts in {seconds:.0f} s ({done / seconds:.0f} a second), {100 * proved / done:.1f} % proved"
            )


def _with_one_more(random: Random, shop: Mapping[str, Any]) -> dict[str, Any]:
    return {**shop, "offers": [*shop["offers"], item(random, "one-more")]}


def _adds_up(found: Breakdown, cart: Cart, shop: Mapping[str, Any]) -> None:
    """Sums are exact, nothing is below zero, and nothing is dearer than without offers."""
    said = (shop, cart, found)
    lists = sum(line.list_minor for line in cart.lines) + cart.delivery_minor
    tax = found.tax_minor if shop["policy"]["tax"] == "added" else 0
    assert found.goods_minor == sum(line.net_minor for line in found.lines), said
    assert found.total_minor == found.goods_minor + found.delivery_minor + tax, said
    assert found.goods_minor + found.delivery_minor == lists - sum(one.amount_minor for one in found.discounts), said
    assert found.to_pay_minor == found.total_minor - sum(one.amount_minor for one in found.tenders) >= 0, said
    assert found.goods_minor + found.delivery_minor <= lists, said
    assert found.delivery_minor >= 0 and found.tax_minor >= 0, said
    for line in found.lines:
        assert 0 <= line.net_minor == line.list_minor - sum(off.amount_minor for off in line.discounts), said
        assert line.tax_minor >= 0 and 0 <= line.earning_minor <= line.list_minor, said
        assert all(off.amount_minor > 0 for off in line.discounts), said
