"""What a priced cart takes of each offer: never more than there was, and exactly what the offer's limits count."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.rules.offers import read
from regulars.rules.pricing import Left, Pricer, read_cart
from regulars.rules.pricing.taken import Taken, taken
from tests.rules.pricing.random_shop import AT_US, carts, ready, shops
from tests.rules.pricing.test_search import LAWS


@LAWS
@given(shops(), carts(most_lines=4, most_units=4), st.data())
def test_no_more_is_taken_than_is_left(shop: dict[str, Any], cart: dict[str, Any], data: Any) -> None:
    kinds = st.sampled_from(["quantity", "times", "amount"])
    limits: dict[str, tuple[str, int]] = {}
    for offer in [*shop["offers"], *shop["coupons"]]:
        if data.draw(st.booleans()):
            kind, most = data.draw(kinds), data.draw(st.integers(1, 6))
            offer["at_most"] = {kind: most, "per": "member"}
            limits[offer["key"]] = (kind, most * 100 if kind == "amount" else most)
    offers, typed = ready(shop, cart)
    stock = {one.key: data.draw(st.integers(0, 4)) for one in offers.offers}
    budget = {one.key: data.draw(st.integers(0, 900)) for one in offers.offers}
    left = {key: Left(stock=stock[key], budget_minor=budget[key]) for key in stock}
    found = Pricer(offers).price(typed, left)
    every = {one.key: one for one in [*offers.offers, *(coupon.offer for coupon in offers.coupons)]}
    for took in taken(found, every):
        if took.offer in stock:
            assert took.stock <= stock[took.offer], took
            assert took.amount_minor <= budget[took.offer], took
        kind, most = limits.get(took.offer, ("times", 10**9))
        assert {"quantity": took.units, "times": took.times, "amount": took.amount_minor}[kind] <= most, took


HEAD = {"currency": "CNY", "time_zone": "UTC"}
MUGS = {"lines": [{"line_id": "1", "product_id": "mug", "category": "cup", "price": "10.00", "quantity": 7}]}
CUP = {"goods": {"category": ["cup"]}}


@pytest.mark.parametrize(
    ("offer", "stock", "units", "times", "amount"),
    [
        ({"kind": "price", "price": 8, **CUP}, 7, 7, 1, 1400),
        ({"kind": "price", "price": 8, "at_most": {"quantity": 2, "per": "member"}, **CUP}, 2, 2, 1, 400),
        ({"kind": "percent", "off_percent": 50, "units_at_most": 3, "pick": "cheapest", **CUP}, 3, 3, 1, 1500),
        ({"kind": "amount", "off": 1, "each": "unit", **CUP}, 7, 7, 1, 700),
        ({"kind": "amount", "off": 1, "each": "line", **CUP}, 1, 1, 1, 100),
        ({"kind": "amount", "off": 5, "each": "order", **CUP}, 1, 1, 1, 500),
        ({"kind": "spend", "group": "order", "every": 20, "off": 1, **CUP}, 1, 1, 1, 300),
        ({"kind": "nth", "nth": 2, "off_percent": 50, **CUP}, 3, 3, 3, 1500),
        ({"kind": "buy_get", "buy": {**CUP, "quantity": 2}, "get": {**CUP, "quantity": 1}}, 2, 2, 2, 2000),
        (
            {"kind": "buy_get", "buy": {**CUP, "quantity": 3}, "get": {**CUP, "quantity": 1}, "units": "added"},
            *(2, 2, 2, 0),
        ),
        ({"kind": "bundle", "goods": [{"category": ["cup"], "quantity": 3}], "price": 20}, 2, 6, 2, 2000),
        ({"kind": "gift", "gift": {"product_id": "caddy", "quantity": 2}}, 2, 2, 1, 0),
        ({"kind": "delivery", "off_percent": 100}, 1, 1, 1, 600),
    ],
)
def test_what_each_kind_takes(offer: dict[str, Any], stock: int, units: int, times: int, amount: int) -> None:
    offers, problems = read({**HEAD, "offers": [{"key": "one", **offer}]})
    assert offers is not None, problems
    cart, wrong = read_cart({**MUGS, "delivery": "6.00"}, "CNY", AT_US)
    assert cart is not None, wrong
    found = Pricer(offers).price(cart)
    assert taken(found, {"one": offers.offers[0]}) == [Taken("one", stock, units, times, amount)]


def test_what_did_not_apply_takes_nothing() -> None:
    offers, _ = read(
        {**HEAD, "offers": [{"key": "tea", "kind": "percent", "off_percent": 5, "goods": {"category": ["tea"]}}]}
    )
    cart, _ = read_cart(MUGS, "CNY", AT_US)
    assert offers is not None and cart is not None
    assert taken(Pricer(offers).price(cart), {"tea": offers.offers[0]}) == []
