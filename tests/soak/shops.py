"""Shops and carts at random, quick to make: every kind of offer and every policy that decides between them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from regulars.rules.offers import Offers, read
from regulars.rules.pricing import Cart, read_cart

CATEGORIES = ("tea", "cup", "mask", "oil")
PRODUCTS = {f"p-{i}": CATEGORIES[i % len(CATEGORIES)] for i in range(12)}
AT_US = 1_760_000_000_000_000
_PERCENTS = (5, 10, 15, Decimal("33.3"), 50, 100)
_MANY = (0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8)
"""How many offers a shop has, how many lines a cart: few are quick to price, and most slips show in few."""
_UNIT_KINDS = ("percent", "picked", "amount", "line", "once", "price", "nth", "buy_get", "bundle")


def shop_of(random: Random) -> dict[str, Any]:
    """A whole offers file, as plain settings."""
    offers = [item(random, f"item-{i}") for i in range(random.choice(_MANY))]
    offers += [_order(random, f"order-{i}") for i in range(random.randint(0, 4))]
    if random.random() < 0.5:
        where = {"net": {"at_least": _money(random, 1000, 9000)}}
        offers.append({"key": "free", "kind": "delivery", "off_percent": 100, "where": where})
    if random.random() < 0.3:
        offers.append({"key": "caddy", "kind": "gift", "gift": {"product_id": "caddy"}})
    item_rule: dict[str, Any] = {"rule": "best_of"}
    if random.random() < 0.1:
        item_rule["at_most"] = random.randint(1, 3)
    coupon_rule = {"rule": "stack", "at_most": random.randint(1, 3)}
    return {
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "policy": {
            "tax": random.choice(["included", "included", "added"]),
            "rounding": random.choice(["line", "line", "order"]),
            "base": random.choice(["discounted", "discounted", "original"]),
            "groups": {"item": item_rule, "coupon": coupon_rule},
        },
        "offers": offers,
        "coupons": [_coupon(random, f"coupon-{i}") for i in range(random.randint(0, 4))],
    }


def typed(shop: dict[str, Any]) -> Offers:
    """The shop as pricing wants it."""
    offers, problems = read(shop)
    assert offers is not None, problems
    return offers


def cart_of(random: Random, shop: dict[str, Any]) -> Cart:
    """A cart that brings every coupon there is, points and sometimes a gift card."""
    lines = [
        {
            "line_id": str(i),
            "product_id": product,
            "category": PRODUCTS[product],
            "price": str(_money(random, 1, 6000)),
            "quantity": random.choice([1, 1, 2, 3, 5]),
            "tax_percent": random.choice([0, 6, 13]),
        }
        for i, product in enumerate(random.choices(sorted(PRODUCTS), k=random.choice(_MANY) or 1))
    ]
    data: dict[str, Any] = {
        "lines": lines,
        "delivery": random.choice(["0", "6.00", "12.00"]),
        "currency": "CNY",
        "tier": random.choice(["", "gold"]),
        "coupons": [coupon["key"] for coupon in shop["coupons"]],
        "points": {"available": 3000, "use": random.choice([0, 500, 3000])},
    }
    if random.random() < 0.3:
        data["gift_cards"] = [{"code": "GC-1", "available": "20.00"}]
    cart, problems = read_cart(data, "CNY", AT_US)
    assert cart is not None, problems
    return cart


def item(random: Random, key: str) -> dict[str, Any]:
    """An offer of the group in which the best for the customer is chosen."""
    kind = random.choice(_UNIT_KINDS)
    offer: dict[str, Any] = {"key": key, "kind": kind, "group": "item", "goods": _goods(random)}
    percent = random.choice(_PERCENTS)
    if kind == "percent":
        offer["off_percent"] = percent
        _limits(random, offer)
    elif kind == "picked":
        offer |= {"kind": "percent", "off_percent": percent, "units_at_most": random.randint(1, 2)}
        offer["pick"] = random.choice(["cheapest", "dearest"])
    elif kind == "amount":
        offer["off"] = _money(random, 10, 1500)
        _limits(random, offer)
    elif kind in ("line", "once"):
        each = "line" if kind == "line" else "order"
        offer |= {"kind": "amount", "off": _money(random, 10, 3000), "each": each}
    elif kind == "price":
        offer |= {"price": _money(random, 100, 4000), "stock": random.randint(1, 9)}
    elif kind == "nth":
        offer |= {"nth": random.randint(2, 3), "off_percent": percent, "each": random.choice(["order", "line"])}
    elif kind == "buy_get":
        del offer["goods"]
        offer["buy"] = {"goods": _goods(random), "quantity": random.randint(1, 2)}
        offer["get"] = {"goods": _goods(random), "off_percent": percent}
    else:
        offer |= {"goods": [{**_goods(random), "quantity": 1} for _ in range(2)], "price": _money(random, 500, 6000)}
    if random.random() < 0.2:
        offer["where"] = random.choice(
            [{"quantity": {"at_least": 4}}, {"net": {"at_least": _money(random, 500, 9000)}}]
        )
    if random.random() < 0.1:
        offer["for"] = {"member.tier": ["gold"]}
    return offer


def _limits(random: Random, offer: dict[str, Any]) -> None:
    if random.random() < 0.3:
        offer["units_at_most"] = random.choice([1, 2, {"line": 1}])
    if random.random() < 0.3:
        offer["off_at_most"] = _money(random, 100, 3000)


def _order(random: Random, key: str) -> dict[str, Any]:
    first = _money(random, 1000, 8000)
    offer: dict[str, Any] = {"key": key, "group": "order", "kind": "spend"}
    if random.random() < 0.6:
        offer["goods"] = _goods(random)
    kind = random.choice(["steps", "every", "percent", "once"])
    if kind == "steps":
        offer["steps"] = [{"from": first, "off": first / 10}, {"from": first * 2, "off_percent": 15}]
        offer["of"] = random.choice(["net", "net", "list", "gross"])
    elif kind == "every":
        offer |= {"every": first, "off": first / 10, "off_at_most": first / 5}
    elif kind == "percent":
        offer |= {"kind": "percent", "off_percent": random.choice(_PERCENTS[:4])}
    else:
        offer |= {"kind": "amount", "each": "order", "off": _money(random, 10, 2000)}
    return offer


def _coupon(random: Random, key: str) -> dict[str, Any]:
    coupon: dict[str, Any] = {"key": key}
    if random.random() < 0.5:
        coupon["goods"] = _goods(random)
    if random.random() < 0.5:
        coupon["where"] = {"net": {"at_least": _money(random, 1000, 9000)}}
    if random.random() < 0.2:
        coupon["exclusive"] = True
    if random.random() < 0.5:
        coupon |= {"kind": "percent", "off_percent": 10, "off_at_most": _money(random, 200, 2000)}
    else:
        coupon |= {"kind": "amount", "off": _money(random, 100, 2000)}
    return coupon


def _goods(random: Random) -> dict[str, Any]:
    if random.random() < 0.4:
        return {"product_id": random.sample(sorted(PRODUCTS), random.randint(1, 3))}
    return {"category": random.sample(CATEGORIES, random.randint(1, 2))}


def _money(random: Random, low: int, high: int) -> Decimal:
    """So many minor units, ending in tens for offers' round sums."""
    amount = random.randint(low, high)
    return Decimal(amount - amount % 10 if amount > 100 else amount) / 100
