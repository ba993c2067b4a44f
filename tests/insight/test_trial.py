"""A draft on baskets: what it touches and costs, as a table; whole members are sampled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regulars.insight.baskets import Week, chosen
from regulars.insight.trial import Basket, Trial, Trying, asks_more, from_state, is_for_tier, state
from regulars.offers.file import check
from regulars.rules.offers import Offers
from regulars.rules.pricing import Cart, Line

DAY_US = 86_400_000_000
MONDAY_US = 20_066 * DAY_US + DAY_US // 2  # 2024-12-09, noon UTC


def offers(settings: str, section: str = "offers") -> Offers:
    """A file with one offer that is always there (a tenth off pots), and the draft."""
    text = (
        "currency: CNY\ntime_zone: UTC\noffers:\n"
        "  - {key: pots, kind: percent, off_percent: 10, goods: {category: [pot]}}\n"
    )
    text += (
        f"  - {{key: draft, {settings}}}\n" if section == "offers" else f"{section}:\n  - {{key: draft, {settings}}}\n"
    )
    checked = check(text)
    assert checked.offers is not None, checked.problems
    return checked.offers


def basket(member: int | None, *lines: tuple[str, int, int], day: int = 0, tier: str = "") -> Basket:
    """What somebody bought: (category, price in minor units, units)."""
    made = tuple(Line(str(n), f"{cat}-{n}", price, units, category=cat) for n, (cat, price, units) in enumerate(lines))
    return Basket(member, Cart(made, "CNY", MONDAY_US + day * DAY_US, tier=tier))


TEA, POT = ("tea", 1000, 2), ("pot", 5000, 1)
THREE = [basket(1, TEA), basket(1, TEA, POT, day=1), basket(2, POT, tier="gold")]

ROWS = [
    # the draft, baskets touched, what it costs, the median
    ("kind: percent, off_percent: 20, goods: {category: [tea]}", 2, 800, 400),
    ("kind: percent, off_percent: 20, goods: {category: [lamp]}", 0, 0, 0),
    # On pots the best one counts: 20 instead of 10 percent is 500 more, not 1000.
    ("kind: percent, off_percent: 20, goods: {category: [pot]}", 2, 1000, 500),
    ("kind: percent, off_percent: 5, goods: {category: [pot]}", 0, 0, 0),
    # Dates, stock and budget are left out; days of the week are not.
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, valid: {from: 2031-01-01}", 2, 800, 400),
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, stock: 0, budget: {amount: 0.01}", 2, 800, 400),
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, where: {at.weekday: monday}", 1, 400, 400),
    # What a member may have of it counts, day by day.
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, at_most: {times: 1, per: member}", 1, 400, 400),
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, at_most: {times: 1, per: day}", 2, 800, 400),
    ("kind: percent, off_percent: 20, goods: {category: [tea]}, at_most: {quantity: 3, per: member}", 2, 600, 200),
    ("kind: percent, off_percent: 20, for: {member.tier: gold}, goods: {category: [pot]}", 1, 500, 500),
]


@pytest.mark.parametrize(("settings", "touched", "cost", "median"), ROWS)
def test_what_it_touches_and_costs(settings: str, touched: int, cost: int, median: int) -> None:
    trial = Trial()
    Trying(offers(settings), "draft").run(trial, THREE)
    assert (trial.baskets, trial.touched, trial.cost_minor, trial.median_off_minor) == (3, touched, cost, median)
    assert trial.sales_minor == 2000 + 2000 + 4500 + 4500
    assert sum(trial.offs) == cost
    assert trial.unproved == 0


def test_gifts_cost_nothing_here_and_are_counted() -> None:
    trial = Trial()
    Trying(offers("kind: gift, gift: {product_id: caddy, quantity: 2}, where: {net: {at_least: 50}}"), "draft").run(
        trial, THREE
    )
    assert (trial.touched, trial.cost_minor, trial.gifts) == (1, 0, 2)


def test_a_coupon_is_tried_as_if_everybody_held_it() -> None:
    trial = Trial()
    Trying(offers("kind: amount, off: 5, codes: {public: TEA}", "coupons"), "draft").run(trial, THREE)
    assert (trial.touched, trial.cost_minor) == (3, 1500)


def test_people_nobody_knows_are_each_their_own() -> None:
    trial = Trial()
    draft = offers("kind: percent, off_percent: 20, goods: {category: [tea]}, at_most: {times: 1, per: member}")
    Trying(draft, "draft").run(trial, [basket(None, TEA), basket(None, TEA)])
    assert trial.touched == 2


def test_a_trial_goes_on_from_where_it_stood() -> None:
    draft = offers("kind: percent, off_percent: 20, goods: {category: [tea]}")
    whole, parts = Trial(), Trial()
    Trying(draft, "draft").run(whole, THREE)
    Trying(draft, "draft").run(parts, THREE[:2])
    parts = from_state(state(parts))
    Trying(draft, "draft").run(parts, THREE[2:])
    assert parts == whole


@pytest.mark.parametrize(
    ("settings", "tiers", "more"),
    [
        ("", {"none", "gold", "member"}, False),
        ("for: {member.tier: gold},", {"gold"}, False),
        ("for: {member.tier: {none_of: [gold]}},", {"none", "member"}, False),
        ("for: {member.segment: tea-lovers},", {"none", "gold", "member"}, True),
    ],
)
def test_who_it_is_for(settings: str, tiers: set[str], more: bool) -> None:
    draft = offers(f"{settings} kind: percent, off_percent: 20").offers[1]
    assert {tier for tier in ("none", "gold", "member") if is_for_tier(draft, tier)} == tiers
    assert asks_more(draft) == more


def test_of_many_orders_those_of_every_nth_member_are_tried() -> None:
    orders = [(member * 10 + n, member) for member in range(20) for n in range(member % 3 + 1)]
    some = chosen(orders, 10)
    assert 0 < len(some) <= 10
    whole = {member: [order for order, who in orders if who == member] for _order, member in some}
    last = some[-1][1]
    assert all([o for o, who in some if who == m] == ids for m, ids in whole.items() if m != last)
    assert chosen(orders, 1000) == orders
    assert chosen([]) == []
    assert len(chosen([(n, None) for n in range(30)], 10)) == 10


def test_a_part_ends_with_a_member() -> None:
    week = Week(tuple((n, n // 4) for n in range(12)), 12)
    assert week.part(0, 2) == [0, 1, 2, 3]
    assert week.part(4, 4) == [4, 5, 6, 7]
    assert week.part(8, 100) == [8, 9, 10, 11]
    nobody = replace(week, orders=tuple((n, None) for n in range(3)))
    assert nobody.part(0, 2) == [0, 1]
