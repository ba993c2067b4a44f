"""Of whom a model may speak: a table of customers with what is wrong with each."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.science.lifetime import eligible
from tests.science.lifetime.cdnow import customers

NAN = float("nan")


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "money", "orders", "spend"),
    [
        (2, 50, 90, 12.0, "", ""),
        (2, 20, 29, 12.0, "too_young", ""),
        (0, 0, 90, 0.0, "", "never_came_back"),
        (0, 0, 3, NAN, "too_young", "never_came_back"),
        (1, 50, 90, NAN, "", "money_missing"),
        (1, 50, 90, float("inf"), "", "money_missing"),
        (1, 50, 90, -3.0, "", "money_negative"),
        (1, 50, 90, 0.0, "", "money_zero"),
        (NAN, 50, 90, 5.0, "bad_history", "bad_history"),
        (1.5, 50, 90, 5.0, "bad_history", "bad_history"),
        (-1, 0, 90, 5.0, "bad_history", "bad_history"),
        (1, 91, 90, 5.0, "bad_history", "bad_history"),
        (0, 10, 90, 5.0, "bad_history", "bad_history"),
    ],
)
def test_why_not(frequency: float, recency: float, age: float, money: float, orders: str, spend: str) -> None:
    found = eligible.customers([frequency], [recency], [age], [money]).row(0, named=True)
    assert (found["orders_why"], found["spend_why"]) == (orders, spend)
    assert (found["orders"], found["spend"]) == (orders == "", spend == "")


def test_without_money_nothing_is_said_of_it() -> None:
    assert eligible.customers([1], [1], [90]).row(0) == (True, "", None, None)
    assert eligible.customers([], [], []).height == 0


# Fader, Hardie and Lee (2005), RFM and CLV: spend and frequency of CDNOW's sample are nearly unrelated.
def test_cdnow_may_be_modelled() -> None:
    x, money = customers()["frequency_cal"], customers()["monetary_value_cal"]
    found = eligible.correlation(x, money)
    assert found is not None and found.customers == 946 and found.low < found.value < found.high
    assert f"{found.value:.2f}" == "0.11"
    assert eligible.objections("orders", x) == eligible.objections("spend", x, money) == ()


def test_fishers_interval_holds_what_it_should() -> None:
    chance = np.random.default_rng(1)
    inside = 0
    for _ in range(300):
        a = chance.normal(size=80)
        b = 0.5 * a + np.sqrt(0.75) * chance.normal(size=80)
        found = eligible.correlation(a - a.min() + 1, b - b.min() + 1)
        assert found is not None
        inside += found.low <= 0.5 <= found.high
    assert 0.91 <= inside / 300 <= 0.985


def test_objections() -> None:
    x = np.arange(1, 201) % 20 + 1.0
    found = eligible.objections("spend", x, x * 3.0 + np.arange(200) % 3)
    assert [one.why for one in found] == ["spend_follows_frequency"] and found[0].value > 0.9
    few = eligible.objections("orders", [0, 0, 1])
    assert [(one.why, one.value) for one in few] == [("few_customers", 3), ("few_came_back", 1)]
    assert eligible.correlation([1, 1, 1, 1], [1, 2, 3, 4]) is None
    with pytest.raises(ValueError, match="wants monetary_value"):
        eligible.objections("spend", x)
