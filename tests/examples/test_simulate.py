"""The simulator: the same dice for the same year, in time's order, plainly labelled."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from examples.simulate import SOONEST, SOURCE, SPENT_POINTS_MIN, Said, Simulator, Spending, mishaps
from regulars.connect import complete_journey
from regulars.rules.orders import order_of
from regulars.rules.refunds import check_refund, refund_of

BASKETS = 12_000


@pytest.fixture(scope="module")
def orders() -> list[complete_journey.Basket]:
    return list(islice(complete_journey.baskets(0), BASKETS))


def run(orders: list[complete_journey.Basket], batch: int, seed: int = 8451) -> list[Said | Spending]:
    """Play the year as the loader does: batches, then what follows from them."""
    simulator, told = Simulator(seed), []
    for start in range(0, len(orders), batch):
        piece = orders[start : start + batch]
        for basket in piece:
            told += simulator.due(basket.event.occurred_at)
        for basket in piece:
            simulator.after(basket.user_id, basket.event, lambda: 1_234)
    return told + list(simulator.due(orders[-1].event.occurred_at + timedelta(days=400)))


def test_the_same_year_gives_the_same_events(orders: list[complete_journey.Basket]) -> None:
    assert run(orders, 400) == run(orders, 400)
    assert run(orders, 400, seed=1) != run(orders, 400)


def test_how_the_year_is_cut_into_batches_changes_nothing(orders: list[complete_journey.Basket]) -> None:
    names = [{what.message_id: what for what in run(orders, batch)} for batch in (50, 400)]
    kept = [{name: what for name, what in one.items() if isinstance(what, Said)} for one in names]
    spending = {name for one in names for name, what in one.items() if isinstance(what, Spending)}
    for name, what in kept[0].items():
        assert kept[1].get(name, what) == what
    assert spending
    assert len(kept[0].keys() ^ kept[1].keys()) <= len(spending) // 10


def test_nothing_follows_too_soon_and_all_in_order(orders: list[complete_journey.Basket]) -> None:
    moments = {basket.event.message_id: basket.event.occurred_at for basket in orders}
    told = run(orders, 400)
    assert told
    for what in told:
        # a second is lost where moments are cut to whole ones
        assert what.at >= moments["cj-" + what.message_id.rpartition("cj-")[2]] + SOONEST - timedelta(seconds=1)


def test_about_one_order_in_a_hundred_comes_back(orders: list[complete_journey.Basket]) -> None:
    told = run(orders, 400)
    returns = [what for what in told if isinstance(what, Said) and what.body["name"] == "Order Refunded"]
    spendings = [what for what in told if isinstance(what, Spending)]
    assert 0.007 * BASKETS < len(returns) < 0.015 * BASKETS
    assert 0.010 * BASKETS < len(spendings) < 0.020 * BASKETS
    assert all(what.points % 100 == 0 and what.points >= SPENT_POINTS_MIN for what in spendings)
    assert {what.ending for what in spendings} == {"capture", "release", "lapse"}
    assert all(what.at < what.ends_at < what.expires_at for what in spendings)


def test_every_return_fits_its_order(orders: list[complete_journey.Basket]) -> None:
    by_id = {basket.event.order_id: basket.event.order for basket in orders}
    whole = 0
    seen: set[str] = set()
    for what in run(orders, 400):
        if isinstance(what, Said) and what.body["name"] == "Order Refunded":
            properties = what.body["properties"]
            assert properties["order_id"] not in seen
            seen.add(properties["order_id"])
            check_refund(properties, 2)
            refund = refund_of(by_id[properties["order_id"]], [], properties, 2)
            whole += refund.whole
    assert 0 < whole < len(seen)


def test_it_says_that_it_is_simulated() -> None:
    assert "simulated" in SOURCE


def test_mishaps_are_mishaps(orders: list[complete_journey.Basket]) -> None:
    bodies: list[dict[str, Any]] = mishaps(orders[-1].event.occurred_at)
    assert len({body["message_id"] for body in bodies}) == len(bodies) >= 5
    fit = 0
    for body in bodies:
        if body["name"] == "Order Completed" and body["timestamp"] != "yesterday":
            try:
                order_of(body["properties"], 2)
            except ValueError:
                continue
            # only its currency is wrong, which is judged elsewhere
            assert body["properties"].get("currency") == "EUR"
            fit += 1
    assert fit == 1
