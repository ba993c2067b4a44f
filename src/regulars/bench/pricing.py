"""``pricing``: carts of a live-commerce shop under hundreds of live offers, with coupons, points and a gift card.

The shop is made here, with a fixed seed: every kind of offer, most on a category or a few products, some on everything,
so that each line of a cart has several offers competing for it. Carts differ; nothing is kept from one to the next, and
each counts with the best of three times, as a shared machine disturbs the others. Times are the processor's: pricing
waits for nothing, so whatever the clock on the wall says more belongs to somebody else.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.rules.offers import read
from regulars.rules.pricing import Cart, PointsWorth, Pricer, read_cart

_AT_US = 1_765_200_000_000_000
_ITEM_KINDS = ("percent", "amount", "price", "nth", "buy_get", "bundle", "picked", "capped")


def run(say: Say, carts: int = 200) -> list[Figure]:
    """Price many carts of two sizes; the baseline is the standard library reading the same cart's JSON."""
    found = []
    for lines, offers, limit_ms, count in ((20, 200, 3.0, carts), (100, 1_000, 50.0, carts // 5)):
        say(f"pricing {count:,} carts of {lines} lines under {offers:,} offers")
        found += _size(lines, offers, limit_ms, count)
    return found


def _size(lines: int, offers: int, limit_ms: float, count: int) -> list[Figure]:
    rng = random.Random(7)  # noqa: S311 (a shop made up, not a secret)
    shop = shop_of(rng, offers)
    typed, problems = read(shop)
    assert typed is not None, problems
    pricer = Pricer(typed)
    points = PointsWorth(Fraction(1), at_most_percent=50)
    keys = [coupon["key"] for coupon in shop["coupons"]]
    spent, reading, proved, offers_applied = [], [], 0, 0
    for _ in range(count):
        data = cart_of(rng, lines, offers, keys)
        text = json.dumps(data)
        began = time.process_time()
        json.loads(text)
        reading.append(time.process_time() - began)
        cart = _typed(data)
        taken = []
        for _ in range(3):
            began = time.process_time()
            answer = pricer.price(cart, points=points)
            taken.append(time.process_time() - began)
        spent.append(min(taken))
        proved += answer.proved_best
        offers_applied += len(answer.discounts)
    baseline = statistics.median(reading) * 1e3
    name = f"{lines} lines, {offers:,} offers, 10 coupons, points"
    return [
        plain(f"{name} (median)", statistics.median(spent) * 1e3, "ms", baseline),
        at_most("the same, 99th percentile", statistics.quantiles(spent, n=100)[98] * 1e3, "ms", limit_ms, baseline),
        plain("offers applied a cart", offers_applied / count, "offers"),
        plain("carts proved cheapest", 100 * proved / count, "%"),
    ]


def _typed(data: dict[str, Any]) -> Cart:
    cart, problems = read_cart(data, "CNY", _AT_US)
    assert cart is not None, problems
    return cart


def shop_of(rng: random.Random, offers: int) -> dict[str, Any]:
    """An offers file of so many offers, all live: nine in ten on goods, the others on the order and on delivery."""
    products, categories = offers * 5, max(10, offers // 5)
    made = [_item(rng, i, products, categories) for i in range(offers * 9 // 10)]
    for i in range(len(made), offers - 3):
        made.append(_order(rng, i, categories))
    made += [
        {"key": "gift", "kind": "gift", "where": {"net": {"at_least": 199}}, "gift": {"product_id": "caddy"}},
        {"key": "free", "kind": "delivery", "off_percent": 100, "where": {"net": {"at_least": 99}}},
        {"key": "half", "kind": "delivery", "off_percent": 50, "for": {"member.tier": ["gold"]}},
    ]
    policy = {"groups": {"coupon": {"rule": "stack", "at_most": 2}, "order": {"rule": "stack"}}}
    return {
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "policy": policy,
        "offers": made,
        "coupons": [_coupon(rng, i, categories) for i in range(10)],
    }


def _item(rng: random.Random, i: int, products: int, categories: int) -> dict[str, Any]:
    category = [f"c-{rng.randrange(categories)}"]
    some = {"product_id": [f"p-{rng.randrange(products)}" for _ in range(rng.randint(1, 20))]}
    goods: dict[str, Any] = some if rng.random() < 0.4 else {"category": category}
    kind = _ITEM_KINDS[i % len(_ITEM_KINDS)]
    offer: dict[str, Any] = {"key": f"item-{i}", "kind": kind, "goods": goods}
    percent = rng.choice([5, 10, 12, 15, 20, 25, 30])
    if kind == "percent":
        offer["off_percent"] = percent
    elif kind == "capped":
        offer |= {"kind": "percent", "off_percent": percent, "off_at_most": rng.choice([20, 30, 50])}
    elif kind == "picked":
        offer |= {"kind": "percent", "off_percent": 50, "pick": "cheapest", "units_at_most": 1}
    elif kind == "amount":
        offer |= {"off": rng.choice([2, 3, 5]), "units_at_most": rng.choice([2, 3, 5])}
    elif kind == "price":
        offer |= {"goods": some, "price": Decimal(rng.randrange(990, 9990)) / 100, "stock": 100}
        offer["at_most"] = {"quantity": 2, "per": "member"}
    elif kind == "nth":
        offer |= {"nth": 2, "off_percent": 50}
    elif kind == "buy_get":
        del offer["goods"]
        offer |= {"buy": {"goods": {"category": category}, "quantity": 3}, "get": {"goods": {"category": category}}}
    else:
        other = f"c-{rng.randrange(categories)}"
        offer |= {
            "goods": [{"category": category}, {"category": [other]}],
            "price": Decimal(rng.randrange(5000, 20000)) / 100,
        }
    if rng.random() < 0.2:
        offer["where"] = rng.choice([{"quantity": {"at_least": 3}}, {"channel": "live"}, {"net": {"at_least": 300}}])
    if rng.random() < 0.2:
        offer["for"] = {"member.tier": rng.choice([["gold", "platinum"], ["platinum"], ["member", "gold"]])}
    return offer


def _order(rng: random.Random, i: int, categories: int) -> dict[str, Any]:
    """Steps and every-so-much, on the goods of some categories; one in five on everything."""
    offer: dict[str, Any] = {"key": f"order-{i}", "kind": "spend"}
    if i % 5:
        offer["goods"] = {"category": [f"c-{rng.randrange(categories)}" for _ in range(3)]}
    if i % 2:
        offer["steps"] = [{"from": 300, "off": 20}, {"from": 800, "off": 60}, {"from": 2000, "off_percent": 10}]
    else:
        offer |= {"every": 500, "off": 20, "off_at_most": 60}
    return offer


def _coupon(rng: random.Random, i: int, categories: int) -> dict[str, Any]:
    coupon: dict[str, Any] = {"key": f"coupon-{i}"}
    if i % 3 == 0:
        coupon |= {"kind": "amount", "off": 10 + i, "where": {"net": {"at_least": 100 + 50 * i}}}
    elif i % 3 == 1:
        coupon |= {"kind": "percent", "off_percent": 10, "off_at_most": 30}
        coupon["goods"] = {"category": [f"c-{rng.randrange(categories)}" for _ in range(4)]}
    else:
        coupon |= {"kind": "amount", "off": 15, "goods": {"category": [f"c-{rng.randrange(categories)}"]}}
    if i == 9:
        coupon["exclusive"] = True
    return coupon


def cart_of(rng: random.Random, lines: int, offers: int, coupons: list[str]) -> dict[str, Any]:
    """A cart of so many lines, as JSON would hold it, for a shop of so many offers."""
    products, categories = offers * 5, max(10, offers // 5)
    chosen = rng.sample(range(products), lines)
    return {
        "member": "m-1",
        "tier": rng.choice(["", "member", "gold", "platinum"]),
        "channel": rng.choice(["app", "live"]),
        "currency": "CNY",
        "lines": [
            {
                "line_id": str(i),
                "product_id": f"p-{product}",
                "category": f"c-{product % categories}",
                "price": f"{10 + product * 37 % 190}.{product * 7 % 10}0",
                "quantity": rng.choice([1, 1, 1, 2, 2, 3, 4]),
            }
            for i, product in enumerate(chosen)
        ],
        "delivery": "12.00",
        "coupons": coupons,
        "points": {"available": 5000, "use": 2000},
        "gift_cards": [{"code": "GC-1", "available": "50.00"}],
    }
