# ruff: noqa: E501 (one kind of offer a line)
"""Small shops and carts at random, as the offer language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from regulars.rules.offers import Offers, read
from regulars.rules.pricing import Cart, read_cart

CATEGORIES = ("tea", "cup", "mask")
PRODUCTS = {"oolong": "tea", "jasmine": "tea", "mug": "cup", "pot": "cup", "clay": "mask"}
AT_US = 1_760_000_000_000_000

goods = st.one_of(
    st.none(),
    st.sampled_from(CATEGORIES).map(lambda name: {"category": [name]}),
    st.sampled_from(sorted(PRODUCTS)).map(lambda name: {"product_id": [name]}),
)
named = st.sampled_from(CATEGORIES).map(lambda name: {"category": [name]})
percents = st.sampled_from([5, 10, 20, 25, Decimal("33.3"), 50, 75, 100])
amounts = st.sampled_from(["0.50", "1", "3.33", "5", "8", "12"]).map(Decimal)
thresholds = st.sampled_from(["5", "10", "15", "20", "25", "30", "40"]).map(Decimal)
picks = st.sampled_from(["cheapest", "dearest"])
wheres = st.one_of(
    st.none(),
    st.none(),
    thresholds.map(lambda much: {"net": {"at_least": much}}),
    st.integers(2, 5).map(lambda many: {"quantity": {"at_least": many}}),
)


def filled(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value is not None}


units = st.one_of(st.none(), st.none(), st.integers(1, 3), st.integers(1, 2).map(lambda k: {"line": k}))
caps = st.one_of(st.none(), st.none(), amounts)
kinds = {
    "percent": st.fixed_dictionaries({"off_percent": percents, "goods": goods, "units_at_most": units, "off_at_most": caps}),
    "picked": st.fixed_dictionaries({"off_percent": percents, "goods": goods, "units_at_most": st.integers(1, 2), "pick": picks}),
    "amount": st.fixed_dictionaries({"off": amounts, "goods": goods, "units_at_most": units, "off_at_most": caps}),
    "line": st.fixed_dictionaries({"off": amounts, "goods": goods, "each": st.just("line")}),
    "once": st.fixed_dictionaries({"off": amounts, "goods": goods, "each": st.just("order")}),
    "price": st.fixed_dictionaries({"price": amounts, "goods": goods, "units_at_most": units}),
    "nth": st.fixed_dictionaries({"nth": st.integers(2, 3), "off_percent": percents, "goods": goods, "pick": picks, "repeat": st.booleans()}),
    "buy_get": st.fixed_dictionaries({
        "buy": st.fixed_dictionaries({"goods": named, "quantity": st.integers(1, 2)}),
        "get": st.fixed_dictionaries({"goods": named, "off_percent": percents, "pick": picks}),
        "repeat": st.booleans(),
    }),
    "bundle": st.fixed_dictionaries({
        "goods": st.lists(st.fixed_dictionaries({"category": st.sampled_from(CATEGORIES).map(lambda c: [c]), "quantity": st.integers(1, 2)}), min_size=1, max_size=2),
        "price": amounts,
    }),
}  # fmt: skip
KIND = {"picked": "percent", "line": "amount", "once": "amount"}


@st.composite
def item_offer(draw: st.DrawFn, key: str) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(kinds)))
    offer = {"key": key, "kind": KIND.get(name, name), "group": "item", **draw(kinds[name])}
    if name not in ("buy_get", "bundle"):
        offer["where"] = draw(wheres)
    return filled(offer)


@st.composite
def order_offer(draw: st.DrawFn, key: str) -> dict[str, Any]:
    first = draw(thresholds)
    deal = draw(st.sampled_from(["steps", "every", "percent", "amount"]))
    offer: dict[str, Any] = {"key": key, "group": "order", "kind": "spend", "goods": draw(goods)}
    if deal == "steps":
        steps = [{"from": first, "off": min(first, draw(amounts))}]
        steps.append({"from": first + 10, "off_percent": draw(percents)})
        offer["steps"] = steps
    elif deal == "every":
        offer |= {"every": first, "off": min(first, draw(amounts)), "off_at_most": draw(caps)}
    elif deal == "percent":
        offer |= {"kind": "percent", "off_percent": draw(percents), "off_at_most": draw(caps), "where": draw(wheres)}
    else:
        offer |= {"kind": "amount", "each": "order", "off": draw(amounts), "where": draw(wheres)}
    return filled(offer)


@st.composite
def coupon(draw: st.DrawFn, key: str) -> dict[str, Any]:
    offer: dict[str, Any] = {"key": key, "goods": draw(goods), "where": draw(wheres)}
    offer |= {"exclusive": draw(st.sampled_from([None, None, True]))}
    if draw(st.booleans()):
        offer |= {"kind": "percent", "off_percent": draw(percents), "off_at_most": draw(caps)}
    else:
        offer |= {"kind": "amount", "off": draw(amounts)}
    return filled(offer)


@st.composite
def shops(draw: st.DrawFn, most_items: int = 4) -> dict[str, Any]:
    """A whole offers file, as plain settings."""
    items = [draw(item_offer(f"item-{i}")) for i in range(draw(st.integers(0, most_items)))]
    orders = [draw(order_offer(f"order-{i}")) for i in range(draw(st.integers(0, 2)))]
    free = draw(st.one_of(st.none(), thresholds))
    delivery = (
        [{"key": "free", "kind": "delivery", "off_percent": 100, "where": {"net": {"at_least": free}}}] if free else []
    )
    coupons = [draw(coupon(f"coupon-{i}")) for i in range(draw(st.integers(0, 3)))]
    return {
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "policy": {"groups": {"coupon": {"rule": "stack", "at_most": draw(st.integers(1, 3))}}},
        "offers": [*items, *orders, *delivery],
        "coupons": coupons,
    }


@st.composite
def carts(draw: st.DrawFn, most_lines: int = 3, most_units: int = 3) -> dict[str, Any]:
    """A cart, as JSON would hold it; it brings every coupon there may be."""
    lines = []
    for i in range(draw(st.integers(1, most_lines))):
        product = draw(st.sampled_from(sorted(PRODUCTS)))
        price = draw(st.sampled_from(["0.01", "0.33", "1.99", "3.00", "5.00", "7.77", "9.99", "10.00", "12.50"]))
        lines.append({
            "line_id": str(i), "product_id": product, "category": PRODUCTS[product], "price": price,
            "quantity": draw(st.integers(1, most_units)),
        })  # fmt: skip
    return {"lines": lines, "delivery": draw(st.sampled_from(["0", "3.00", "6.00"])), "currency": "CNY"}


def ready(shop: dict[str, Any], cart: dict[str, Any]) -> tuple[Offers, Cart]:
    """Both typed; the cart brings all coupons of the shop."""
    offers, problems = read(shop)
    assert offers is not None, problems
    brought = {**cart, "coupons": [coupon["key"] for coupon in shop["coupons"]]}
    typed, wrong = read_cart(brought, "CNY", AT_US)
    assert typed is not None, wrong
    return offers, typed
