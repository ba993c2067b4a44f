"""Laws of pricing, over small shops and carts at random."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.rules.pricing import Breakdown, Pricer
from tests.rules.pricing.brute import least
from tests.rules.pricing.random_shop import carts, item_offer, ready, shops

LAWS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
ENOUGH = 2_000_000


def price(shop: dict[str, Any], cart: dict[str, Any]) -> Breakdown:
    offers, typed = ready(shop, cart)
    return Pricer(offers).price(typed, nodes=ENOUGH)


@LAWS
@given(shops(), carts())
def test_the_search_finds_what_trying_everything_finds(shop: dict[str, Any], cart: dict[str, Any]) -> None:
    offers, typed = ready(shop, cart)
    found = Pricer(offers).price(typed, nodes=ENOUGH)
    assert found.proved_best
    assert found.total_minor == least(offers, typed)


@LAWS
@given(shops(), carts(most_lines=6, most_units=4))
def test_sums_are_exact_and_nothing_goes_below_zero(shop: dict[str, Any], cart: dict[str, Any]) -> None:
    found = price(shop, cart)
    assert found.total_minor == found.goods_minor + found.delivery_minor >= 0
    assert found.goods_minor == sum(line.net_minor for line in found.lines)
    for line in found.lines:
        assert 0 <= line.net_minor == line.list_minor - sum(off.amount_minor for off in line.discounts)
        assert all(off.amount_minor > 0 for off in line.discounts)
    before = sum(line.list_minor for line in found.lines) + round(float(cart["delivery"]) * 100)
    assert found.total_minor == before - sum(one.amount_minor for one in found.discounts)


@LAWS
@given(shops(), carts(most_lines=5), st.randoms())
def test_the_order_of_lines_changes_no_sum(shop: dict[str, Any], cart: dict[str, Any], random: Any) -> None:
    first = price(shop, cart)
    random.shuffle(cart["lines"])
    second = price(shop, cart)
    assert second.total_minor == first.total_minor
    assert {line.line_id: line for line in second.lines} == {line.line_id: line for line in first.lines}


@LAWS
@given(shops(), carts(), item_offer("one-more"))
def test_one_offer_more_never_makes_it_dearer(shop: dict[str, Any], cart: dict[str, Any], more: dict[str, Any]) -> None:
    before = price(shop, cart)
    after = price({**shop, "offers": [*shop["offers"], more]}, cart)
    assert after.total_minor <= before.total_minor


@LAWS
@given(shops(), carts(most_lines=6, most_units=4), st.integers(0, 30))
def test_a_search_cut_short_says_so_and_still_adds_up(shop: dict[str, Any], cart: dict[str, Any], nodes: int) -> None:
    offers, typed = ready(shop, cart)
    short, full = Pricer(offers).price(typed, nodes=nodes), Pricer(offers).price(typed, nodes=ENOUGH)
    assert short.total_minor >= full.total_minor
    assert short.total_minor == full.total_minor or not short.proved_best
