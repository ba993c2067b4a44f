"""Pricing by trying everything: what the search must find, said the slow and plain way.

It knows the default policy (cents line by line, tax included, discounts on the discounted price), ``best_of`` for the
group item, a stack for order, coupons by choice, ``best_of`` for delivery. Written from the rules in words, not from
the engine: units are counted line by line, every choice is tried, nothing is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from regulars.rules.conditions import line_predicate
from regulars.rules.money import spread
from regulars.rules.offers import Offer, Offers
from regulars.rules.offers.model import Amount, Bundle, BuyGet, Nth, Percent, Price, Spend
from regulars.rules.pricing.cart import Cart, Line

Offs = dict[str, list[tuple[int, int, int]]]  # by offer: (line, units, minor off)


def least(offers: Offers, cart: Cart) -> int:
    """The least that goods and delivery can come to."""
    lines = sorted(cart.lines, key=lambda line: (line.product_id, line.price_minor, line.line_id))
    nets = [line.list_minor for line in lines]
    item = [offer for offer in offers.offers if offer.group == "item" and met(offer, lines, nets)]
    return min(after_item(offers, cart, lines, way) for way in item_ways(item, lines))


def met(offer: Offer, lines: Sequence[Line], nets: Sequence[int]) -> bool:
    for test in offer.where.of_event:
        value = {"net": sum(nets), "list": sum(line.list_minor for line in lines)}.get(test.name)
        if test.name == "quantity":
            value = 100 * sum(line.quantity for line in lines)
        assert value is not None and test.op == "at_least"
        if value < test.value * 100:
            return False
    return True


def matched(tests: Any, lines: Sequence[Line]) -> list[int]:
    holds = line_predicate(tests, 2)
    return [i for i, line in enumerate(lines) if holds(line)]


def half_up(number: Fraction) -> int:
    return int((number * 2 + 1) // 2)


def worth(deal: Any, price: int, units: int) -> int:
    if isinstance(deal, Percent):
        return half_up(deal.percent * price * units / 100)
    if isinstance(deal, Price):
        return max(0, price - deal.price_minor) * units
    if deal.each == "unit":
        return min(deal.off_minor, price) * units
    return min(deal.off_minor, price * units)


def item_ways(offers: Sequence[Offer], lines: Sequence[Line]) -> Iterator[list[int]]:
    """Every allowed combination of the group item, as the nets it leaves."""
    blocks = [
        o for o in offers if isinstance(o.deal, (Spend, Nth, BuyGet, Bundle)) or is_spread(o) or is_picked(o, lines)
    ]
    others = [o for o in offers if o not in blocks]
    yield from block_ways(blocks, others, lines, [line.quantity for line in lines], {})


def is_spread(offer: Offer) -> bool:
    return isinstance(offer.deal, Amount) and offer.deal.each == "order"


def is_picked(offer: Offer, lines: Sequence[Line]) -> bool:
    """Whether it must pick: only when not all its goods can have it."""
    return offer.pick is not None and isinstance(offer.deal, (Percent, Price, Amount)) and is_limited(offer, lines)


def block_ways(
    blocks: Sequence[Offer], others: Sequence[Offer], lines: Sequence[Line], free: list[int], offs: Offs
) -> Iterator[list[int]]:
    if not blocks:
        yield from line_ways(others, lines, free, offs)
        return
    block, *rest = blocks
    yield from block_ways(rest, others, lines, free, offs)
    times = 1 if is_spread(block) or is_picked(block, lines) or isinstance(block.deal, Spend) else 9
    for repeats in range(1, times + 1):
        claim = claimed(block, lines, free, repeats)
        if claim is None or not any(off for _, _, off in claim):
            continue
        left = list(free)
        for line, units, _ in claim:
            left[line] -= units
        yield from block_ways(rest, others, lines, left, {**offs, block.key: claim})


def row(lines: Sequence[Line], among: Sequence[int], pick: str) -> list[int]:
    return sorted(among, key=lambda i: lines[i].price_minor * (1 if pick == "cheapest" else -1))


def claimed(offer: Offer, lines: Sequence[Line], free: list[int], repeats: int) -> list[tuple[int, int, int]] | None:
    deal = offer.deal
    if isinstance(deal, Nth):
        if not deal.repeat and repeats > 1:
            return None
        among = [i for i in row(lines, matched(offer.goods.tests, lines), deal.pick) for _ in range(free[i])]
        if len(among) < repeats * deal.nth:
            return None
        gets, keeps = among[:repeats], among[repeats : repeats * deal.nth]
        return units_off(lines, gets, keeps, deal.percent)
    if isinstance(deal, BuyGet):
        if not deal.repeat and repeats > 1:
            return None
        buys, got = matched(deal.buy.tests, lines), matched(deal.get.tests, lines)
        best = None
        # The units got are the first in the row that still leave enough to be bought.
        spare = sum(free[i] for i in buys) - repeats * deal.buy_quantity
        gets: list[int] = []
        for i in row(lines, got, deal.pick):
            for _ in range(free[i]):
                if len(gets) < repeats * deal.get_quantity and (i not in buys or spare > 0):
                    gets.append(i)
                    spare -= i in buys
        keeps = [i for i in row(lines, buys, deal.pick) for _ in range(free[i] - gets.count(i))]
        if spare < 0 or len(gets) < repeats * deal.get_quantity or len(keeps) < repeats * deal.buy_quantity:
            return best
        return units_off(lines, gets, keeps[: repeats * deal.buy_quantity], deal.percent)
    if isinstance(deal, Bundle):
        if not deal.repeat and repeats > 1:
            return None
        left, taken = list(free), [0] * len(lines)
        slots = sorted(deal.slots, key=lambda slot: len(matched(slot.goods.tests, lines)))
        for slot in slots:
            need = slot.quantity * repeats
            for i in row(lines, matched(slot.goods.tests, lines), deal.pick):
                k = min(need, left[i])
                left[i], taken[i], need = left[i] - k, taken[i] + k, need - k
            if need:
                return None
        weights = [lines[i].price_minor * taken[i] for i in range(len(lines))]
        off = sum(weights) - repeats * deal.price_minor
        return None if off <= 0 else [(i, taken[i], part) for i, part in enumerate(spread(off, weights)) if taken[i]]
    among = [i for i in matched(offer.goods.tests, lines) if free[i]]
    if is_picked(offer, lines):
        left_units, taken_ = offer.units_at_most or 0, []
        for i in row(lines, among, offer.pick or ""):
            k = min(free[i], left_units)
            left_units -= k
            if k:
                taken_.append((i, k, worth(deal, lines[i].price_minor, k)))
        return capped(offer, taken_)
    weights = [lines[i].price_minor * free[i] for i in among]
    if isinstance(deal, Spend):
        listed = sum(lines[i].list_minor for i in matched(offer.goods.tests, lines))
        off = spend(deal, listed, sum(weights))
    else:
        assert isinstance(deal, Amount)
        off = deal.off_minor
    off = min(off, sum(weights))
    if off <= 0:
        return None
    return capped(offer, [(i, free[i], part) for i, part in zip(among, spread(off, weights), strict=True)])


def units_off(
    lines: Sequence[Line], gets: list[int], keeps: list[int], percent: Fraction
) -> list[tuple[int, int, int]]:
    return [
        (i, gets.count(i) + keeps.count(i), worth(Percent(percent), lines[i].price_minor, gets.count(i)))
        for i in sorted({*gets, *keeps})
    ]


def capped(offer: Offer, claim: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    offs = [off for _, _, off in claim]
    most = offer.off_at_most_minor
    if most is not None and sum(offs) > most:
        offs = spread(most, offs)
    return [(line, units, off) for (line, units, _), off in zip(claim, offs, strict=True)]


def line_ways(others: Sequence[Offer], lines: Sequence[Line], free: list[int], offs: Offs) -> Iterator[list[int]]:
    """What is free of each line: any units to offers that may have only some, the rest to one offer or none."""
    ways = []
    for i in range(len(lines)):
        mine = [offer for offer in others if i in matched(offer.goods.tests, lines)]
        some = [o for o in mine if is_partial(o, lines, i)]
        whole: list[Offer | None] = [None, *(o for o in mine if not is_partial(o, lines, i))]
        here = []
        for counts in product(*(range(min(free[i], line_limit(o)) + 1) for o in some)):
            if sum(counts) <= free[i]:
                for rest in whole:
                    parts = [(o, k) for o, k in zip(some, counts, strict=True) if k]
                    if rest is not None and free[i] > sum(counts):
                        parts.append((rest, free[i] - sum(counts)))
                    if all(worth(o.deal, lines[i].price_minor, k) for o, k in parts):
                        here.append(parts)
        ways.append(here)
    for way in product(*ways):
        by_offer: dict[str, tuple[Offer, list[tuple[int, int, int]]]] = {}
        for i, parts in enumerate(way):
            for offer, k in parts:
                mine_ = by_offer.setdefault(offer.key, (offer, []))[1]
                mine_.append((i, k, worth(offer.deal, lines[i].price_minor, k)))
        if any(
            offer.units_at_most is not None
            and not offer.units_each_line
            and sum(k for _, k, _ in parts) > offer.units_at_most
            for offer, parts in by_offer.values()
        ):
            continue
        nets = [line.list_minor for line in lines]
        for claim in (*offs.values(), *(capped(offer, parts) for offer, parts in by_offer.values())):
            for line, _, off in claim:
                nets[line] -= off
        yield nets


def is_limited(offer: Offer, lines: Sequence[Line]) -> bool:
    """Whether not all its goods can have it."""
    if offer.units_at_most is None:
        return False
    units = [lines[i].quantity for i in matched(offer.goods.tests, lines)]
    return any(k > offer.units_at_most for k in units) if offer.units_each_line else sum(units) > offer.units_at_most


def is_partial(offer: Offer, lines: Sequence[Line], line: int) -> bool:
    """Whether it may have only some units of a line."""
    if offer.units_each_line:
        return lines[line].quantity > line_limit(offer)
    return is_limited(offer, lines)


def line_limit(offer: Offer) -> int:
    return offer.units_at_most or 0


def spend(deal: Spend, counted: int, base: int) -> int:
    if deal.every_minor:
        return counted // deal.every_minor * deal.off_minor
    for step in reversed(deal.steps):
        if counted >= step.from_minor:
            return half_up(step.percent * base / 100) if step.percent else step.off_minor
    return 0


def turn(offer: Offer, lines: Sequence[Line], nets: list[int], start: Sequence[int]) -> list[int]:
    """The nets after a stacked offer's turn; it works on whole lines."""
    among = matched(offer.goods.tests, lines)
    if not among or not met(offer, lines, nets):
        return nets
    deal = offer.deal
    if isinstance(deal, Percent):
        parts = [half_up(deal.percent * nets[i] / 100) for i in among]
    else:
        now = [nets[i] for i in among]
        off = spend(deal, sum(start[i] for i in among), sum(now)) if isinstance(deal, Spend) else deal.off_minor  # type: ignore[union-attr]
        off = min(off, sum(now), offer.off_at_most_minor or off)
        parts = spread(off, now) if off else [0] * len(among)
    if offer.off_at_most_minor is not None and sum(parts) > offer.off_at_most_minor:
        parts = spread(offer.off_at_most_minor, parts)
    after = list(nets)
    for i, off in zip(among, parts, strict=True):
        after[i] -= off
    return after


def after_item(offers: Offers, cart: Cart, lines: Sequence[Line], nets: list[int]) -> int:
    """The least the later groups make of these nets."""
    start = nets
    for offer in offers.offers:
        if offer.group == "order":
            nets = turn(offer, lines, nets, start)
    brought = [coupon for coupon in offers.coupons if coupon.offer.key in cart.coupons]
    most = offers.policy.groups["coupon"].at_most or len(brought)
    totals = []
    for size in range(min(most, len(brought)) + 1):
        for chosen in combinations(brought, size):
            if size > 1 and any(coupon.exclusive for coupon in chosen):
                continue
            after = nets
            for coupon in chosen:
                after = turn(coupon.offer, lines, after, nets)
            totals.append(sum(after) + delivery(offers, cart, lines, after))
    return min(totals)


def delivery(offers: Offers, cart: Cart, lines: Sequence[Line], nets: list[int]) -> int:
    prices = [cart.delivery_minor]
    for offer in offers.offers:
        if offer.group == "delivery" and met(offer, lines, nets):
            deal = offer.deal.deal  # type: ignore[union-attr]
            prices.append(cart.delivery_minor - min(cart.delivery_minor, worth(deal, cart.delivery_minor, 1)))
    return min(prices)
