"""Shoppers at random, but the same for the same seed: what they order, send back, and how programmes differ."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from regulars.rules.programme import (
    Cap,
    Condition,
    Currency,
    EarnRule,
    Expiry,
    Gift,
    Goal,
    Level,
    Occasion,
    Programme,
    StepOf,
    Test,
    Tiers,
)

CATEGORIES = ("tea", "coffee", "cups", "books")
_NAME = {"en": "name"}


def order(random: Random, order_id: str, points_at_most: int = 0) -> dict[str, Any]:
    """The properties of an ``Order Completed``; ``points_at_most`` (minor units) may have paid for part of it."""
    products = [
        {
            "product_id": f"p{random.randrange(30)}",
            "category": random.choice(CATEGORIES),
            "price": Decimal(random.choice([0, 33, 50, 99, 100, 1999, 4250, 12000, 88800])) / 100,
            "quantity": random.choice([1, 1, 1, 2, 3, 7]),
        }
        for _ in range(random.choice([1, 1, 2, 3, 4]))
    ]
    found: dict[str, Any] = {"order_id": order_id, "products": products}
    goods = sum((one["price"] * one["quantity"] for one in products), Decimal(0))
    if random.random() < 0.3:
        found["discount"] = (goods * random.randrange(60) / 100).quantize(Decimal("0.01"))
    if random.random() < 0.4:
        found["shipping"] = Decimal(random.choice([0, 500, 799])) / 100
    net = goods - found.get("discount", Decimal(0))
    if net and random.random() < 0.3:
        found["tax"] = (net * 7 / 100).quantize(Decimal("0.01"))
    if points_at_most and net and random.random() < 0.5:
        found["points_amount"] = min(net, Decimal(points_at_most) / 100)
    if random.random() < 0.4:
        for one in products:
            if random.random() < 0.8:
                one["earns"] = (one["price"] * one["quantity"] * random.randrange(101) / 100).quantize(Decimal("0.01"))
    if random.random() < 0.2:
        found["shipping_earns"] = Decimal(random.choice([0, 300, 799])) / 100
    return found


def refund(random: Random, ordered: dict[str, Any]) -> dict[str, Any]:
    """The properties of a refund of that order: all of it, some of a line, or some money. It may ask for too much."""
    found: dict[str, Any] = {"order_id": ordered["order_id"]}
    kind = random.randrange(4)
    if kind == 1:
        number = random.randrange(len(ordered["products"]))
        line: dict[str, Any] = {"number": number}
        if random.random() < 0.7:
            line["quantity"] = random.randint(1, ordered["products"][number]["quantity"])
        found["products"] = [line]
    elif kind == 2:
        goods = sum((one["price"] * one["quantity"] for one in ordered["products"]), Decimal(0))
        found["amount"] = max((goods * random.randint(1, 60) / 100).quantize(Decimal("0.01")), Decimal("0.01"))
    elif kind == 3:
        found["products"] = [{"number": n, "quantity": 1} for n in range(len(ordered["products"]))]
    return found


def programme(random: Random, time_zone: str, keys: int = 6) -> Programme:
    """Any programme with those rule keys at most; several of one time zone can follow each other as versions."""
    points = Currency(
        "points",
        _NAME,
        **random.choice(
            [
                {},
                {"pending_days": random.choice([1, 7, 15])},
                {"pending_until": "Order Delivered"},
                {"pending_until": "Order Delivered", "pending_days": 10},
                {"pending_until": "Order Received", "pending_days": 30},
            ]
        ),
        expires=_expiry(random),
        beyond_balance=random.choice(["debt", "debt", "zero"]),
        grace_days=random.choice([0, 3, 30]),
        earns_on_points_paid=random.random() < 0.3,
    )
    stars = Currency("stars", _NAME, expires=_expiry(random), pending_days=random.choice([0, 0, 3]), grace_days=5)
    growth = Currency("growth", _NAME, spendable=False)
    tiers = _tiers(random) if random.random() < 0.9 else None
    levels = [level.key for level in tiers.levels] if tiers else []
    rules = [_rule(random, f"rule-{i}", levels) for i in range(keys) if random.random() < 0.8]
    if (tiers and tiers.measure == "growth") or random.random() < 0.5:
        rules.append(EarnRule("growth", "Order Completed", "growth", rate=Fraction(1, 100)))
    tasks = tuple(_task(random, f"task-{i}", levels) for i in range(4) if random.random() < 0.6)
    return Programme(
        "random",
        _NAME,
        "CNY",
        2,
        time_zone,
        (points, growth, stars),
        tiers,
        tuple(rules),
        tasks=tasks,
        calendar=_calendar(random, levels),
    )


def plain() -> Programme:
    """Five points for every order and nothing else."""
    rule = EarnRule("purchase", "Order Completed", "points", points=5)
    return Programme("plain", _NAME, "CNY", 2, "UTC", (Currency("points", _NAME),), None, (rule,))


def _expiry(random: Random) -> Expiry | None:
    sliding = random.random() < 0.3
    return random.choice(
        [
            None,
            Expiry(after_days=random.choice([1, 5, 30, 90]), sliding=sliding),
            Expiry(after_months=random.choice([1, 3, 12]), sliding=sliding),
            Expiry(after_months=random.choice([1, 2]), at_end_of=random.choice(["month", "quarter", "year"])),
            Expiry(after_days=20, at_end_of="month", sliding=sliding),
        ]
    )


def _tiers(random: Random) -> Tiers:
    measure = random.choice(["spending", "orders", "growth"])
    thresholds = {"spending": (5_000, 50_000, 200_000), "orders": (1, 4, 9), "growth": (20, 300, 1_500)}[measure]
    levels = tuple(
        Level(key, _NAME, threshold, times, gifts=_of_level(random))
        for key, threshold, times in zip(
            ("silver", "gold", "diamond"), thresholds, (Fraction(1), Fraction(6, 5), Fraction(3, 2)), strict=True
        )
        if key != "gold" or random.random() < 0.8
    )
    return Tiers(
        measure,  # type: ignore[arg-type]
        random.choice(["ever", "rolling", "rolling", "calendar", "anniversary"]),  # type: ignore[arg-type]
        levels,
        window_days=random.choice([7, 30, 90, 365]),
        keep_days=random.choice([0, 10, 60, 365]),
        grace_days=random.choice([0, 0, 7, 30]),
        then=random.choice(["level_earned", "one_step"]),  # type: ignore[arg-type]
        currency="growth" if measure == "growth" else "",
    )


def _rule(random: Random, key: str, levels: list[str]) -> EarnRule:
    gives = random.choice(["points", "points", "points", "stars", "growth"])
    worth: dict[str, Any] = {"points": random.choice([1, 5, 20])}
    when = random.choice(["Order Completed", "Order Completed", "Product Reviewed", "Checked In"])
    if when == "Order Completed" and random.random() < 0.8:
        worth = {
            "rate": Fraction(random.choice([1, 1, 3, 7]), random.choice([100, 100, 33, 250])),
            "of": random.choice(["net", "net", "gross", "list", "paid"]),
            "rounding": random.choice(["floor", "floor", "nearest", "up"]),
        }
    tests: list[Test] = []
    if when == "Order Completed" and random.random() < 0.5:
        if worth.get("of") != "paid" and random.random() < 0.6:
            tests.append(Test("line.category", "any_of", tuple(random.sample(CATEGORIES, 2))))
        else:
            tests.append(Test("total", "at_least", random.choice([1, 50, 100])))
    if when == "Product Reviewed" and random.random() < 0.5:
        tests.append(Test("photos", "at_least", 1))
    member: list[Test] = []
    if levels and random.random() < 0.25:
        member.append(Test("member.tier", random.choice(["any_of", "none_of"]), (random.choice(levels), "none")))
    if random.random() < 0.2:
        member.append(Test("member.joined_days", random.choice(["at_least", "below"]), random.choice([3, 60])))
    cap = None
    if random.random() < 0.5:
        kind = random.choice(["points", "times"])
        per = random.choice(["day", "week", "month", "year", "ever"])
        cap = Cap(kind, random.choice([2, 5] if kind == "times" else [7, 100, 1_000]), per)  # type: ignore[arg-type]
    return EarnRule(
        key,
        when,
        gives,
        times_tier=random.random() < 0.4,
        where=Condition(tuple(tests)),
        member=Condition(tuple(member)),
        at_most=cap,
        **worth,
    )


def _of_level(random: Random) -> tuple[Gift, ...]:
    possible = [Gift("points", "points", 40), Gift("points", "growth", 200), Gift("coupon", "level")]
    return tuple(random.sample(possible, random.randint(0, 2)))


def _calendar(random: Random, levels: list[str]) -> tuple[Occasion, ...]:
    first = 20_090
    found = [
        Occasion("birthday", "birthday", gifts=(Gift("points", "points", 100), Gift("badge", "cake")),
                 earns_times=random.choice([None, Fraction(2)])),
        Occasion("eighth", "day_of_month", day_of_month=random.choice([8, 31]), earns_times=Fraction(3, 2)),
        Occasion("sale", dates=tuple(sorted(random.sample(range(first, first + 900), 60))), earns_times=Fraction(5, 4)),
        Occasion("moon", dates=(first + 50,), gifts=(Gift("points", "stars", 8), Gift("coupon", "moon"))),
    ]  # fmt: skip
    if levels:
        whom = Condition((Test("member.tier", "any_of", (random.choice(levels), "none")),))
        found = [replace(one, member=random.choice([Condition(), whom])) for one in found]
    return tuple(one for one in found if random.random() < 0.6)


EVENTS = ("Order Completed", "Product Reviewed", "Checked In")


def _task(random: Random, key: str, levels: list[str]) -> EarnRule:
    when = random.choice(EVENTS)
    per = random.choice(["day", "week", "month", "ever"])
    sum_of = random.choice(["net", "gross", "list", "total"] if when == "Order Completed" else ["photos"])
    is_money = when == "Order Completed"
    goal = random.choice(
        [
            None,
            Goal("count", random.choice([1, 2, 5]), per=per, every=random.random() < 0.5),  # type: ignore[arg-type]
            Goal("sum", random.choice([1_500, 30_000]), sum_of, is_money, per, random.random() < 0.5),  # type: ignore[arg-type]
            Goal("streak", per=random.choice(["day", "week", "month"]), points=(1, 0, 5)[: random.randint(1, 3)],
                 then=random.choice(["repeat", "last", "stop"])),  # type: ignore[arg-type]
            Goal("steps", steps=tuple(_step(random) for _ in range(random.randint(2, 4))),
                 within_days=random.choice([0, 0, 10, 60]), in_order=random.random() < 0.4),
        ]
    )  # fmt: skip
    tests: list[Test] = []
    if goal is not None and goal.kind == "steps":
        when = ""
    elif when == "Order Completed" and random.random() < 0.4:
        if sum_of != "total" and random.random() < 0.6:
            tests.append(Test("line.category", "any_of", tuple(random.sample(CATEGORIES, 2))))
        else:
            tests.append(Test("total", "at_least", random.choice([1, 50])))
    elif when == "Product Reviewed" and random.random() < 0.4:
        tests.append(Test("photos", "at_least", 1))
    cap = None
    if random.random() < 0.5:
        cap = Cap("times", random.choice([1, 3]), random.choice(["day", "week", "month", "ever"]))  # type: ignore[arg-type]
    member: list[Test] = []
    if levels and random.random() < 0.2:
        member.append(Test("member.tier", "none_of", (random.choice(levels),)))
    possible = [Gift("points", "points", 10), Gift("points", "growth", 3), Gift("points", "stars", 7)]
    possible += [Gift("coupon", "tea"), Gift("badge", "regular")]
    gifts = tuple(random.sample(possible, random.randint(1, 3)))
    gives = next((gift.key for gift in gifts if gift.kind == "points"), "points")
    where, of_member = Condition(tuple(tests)), Condition(tuple(member))
    return EarnRule(key, when, gives, where=where, member=of_member, at_most=cap, gifts=gifts, goal=goal)


def _step(random: Random) -> StepOf:
    when = random.choice(EVENTS)
    tests = (Test("photos", "at_least", 1),) if when == "Product Reviewed" and random.random() < 0.5 else ()
    return StepOf(when, Condition(tests))
