"""What a customer is worth, and what to do about it: against the definition, random draws, and sums by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.science.lifetime import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from regulars.science.lifetime.fitter import Fitter
from regulars.science.worth import Action, Worth, next_best_action, worth
from tests.science.lifetime.cdnow import customers

WEEK_RATE = 1.15 ** (1 / 52) - 1


@cache
def models(kind: type[Fitter] = BetaGeoFitter) -> tuple[Fitter, GammaGammaFitter]:
    table = customers()
    back = table.filter(pl.col("frequency_cal") > 0)
    orders = kind().fit(table["frequency_cal"], table["recency_cal"], table["T_cal"])  # type: ignore[attr-defined]
    return orders, GammaGammaFitter().fit(back["frequency_cal"], back["monetary_value_cal"] * 100)


def _columns() -> tuple[np.ndarray, ...]:
    table = customers()
    names = ("frequency_cal", "recency_cal", "T_cal")
    return (*(table[name].to_numpy() for name in names), table["monetary_value_cal"].to_numpy() * 100)


def _worth(horizon: float = 39, rate: float = 0.0, kind: type[Fitter] = BetaGeoFitter) -> Worth:
    return worth(*models(kind), *_columns(), horizon, rate)


def test_worth_is_orders_times_spend() -> None:
    orders, spend = models()
    x, t_x, age, money = _columns()
    found = _worth().customers
    count = np.asarray(orders.predict(39, x, t_x, age))
    each = np.asarray(spend.conditional_expected_average_profit(x, money))
    assert found["orders"].to_list() == pytest.approx(count.tolist())
    assert found["value_minor"].to_list() == [round(value) for value in (count * each).tolist()]
    assert _worth().total_minor == round(float((count * each).sum()))


def test_discounting_is_the_integral_over_a_falling_rate() -> None:
    """Against 4,000 tiny steps: the middle of each of the twelve periods is near enough."""
    orders, spend = models()
    x, t_x, age, money = (one[:40] for one in _columns())
    ends = np.linspace(0, 39, 4001)
    come = np.array([np.asarray(orders.predict(end, x, t_x, age)) for end in ends[1:]])
    steps = np.diff(come, axis=0, prepend=0.0)
    fine = (steps * ((1 + WEEK_RATE) ** -ends[1:])[:, None]).sum(axis=0)
    fine *= np.asarray(spend.conditional_expected_average_profit(x, money))
    found = worth(orders, spend, x, t_x, age, money, 39, WEEK_RATE)
    assert found.customers["value_minor"].to_numpy() == pytest.approx(fine, rel=5e-4, abs=1)
    assert found.total_minor < worth(orders, spend, x, t_x, age, money, 39).total_minor


@pytest.mark.parametrize("kind", [BetaGeoFitter, ParetoNBDFitter])
def test_the_interval_is_that_of_drawn_parameters(kind: type[Fitter]) -> None:
    """The delta method against worth under 300 draws of all parameters, from normals in their logarithms."""
    orders, spend = models(kind)
    x, t_x, age, money = (one[::40] for one in _columns())
    found = worth(orders, spend, x, t_x, age, money, 39)
    chance = np.random.default_rng(7)
    drawn = []
    for _ in range(300):
        made = []
        for model in (orders, spend):
            at = np.array(list(model.params_.values()))
            logs = chance.multivariate_normal(np.log(at), model.variance_matrix_ / np.outer(at, at))
            made.append(type(model)().with_params(**dict(zip(model.names, np.exp(logs), strict=True))))
        count = np.asarray(made[0].predict(39, x, t_x, age))
        drawn.append(count * np.asarray(made[1].conditional_expected_average_profit(x, money)))  # type: ignore[attr-defined]
    spread = np.std(np.log(drawn), axis=0)
    table = found.customers.filter(pl.col("low_minor") > 100)
    mine = (np.log(table["high_minor"]) - np.log(table["low_minor"])) / (2 * 1.96)
    assert mine.to_numpy() == pytest.approx(spread[(found.customers["low_minor"] > 100).to_numpy()], rel=0.25)
    whole = np.std(np.log(np.sum(drawn, axis=1)))
    assert np.log(found.total_high_minor / found.total_low_minor) / (2 * 1.96) == pytest.approx(whole, rel=0.2)


def test_worth_grows_with_the_horizon_and_has_its_interval_around_it() -> None:
    before = np.zeros(2357)
    for horizon in (1, 13, 52, 520):
        table = _worth(horizon).customers
        assert (table["value_minor"].to_numpy() >= before).all()
        assert (table["low_minor"] <= table["value_minor"]).all() and (
            table["value_minor"] <= table["high_minor"]
        ).all()
        before = table["value_minor"].to_numpy()


def test_the_total_is_less_sure_than_if_customers_were_independent() -> None:
    found = _worth()
    alone = ((found.customers["high_minor"] - found.customers["low_minor"]) ** 2).sum() ** 0.5
    assert found.total_high_minor - found.total_low_minor > 3 * alone


def test_models_that_do_not_know_how_sure_they_are_say_nothing_of_it() -> None:
    known = BetaGeoFitter().with_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    found = worth(known, models()[1], [2], [30], [38], [2000], 39)
    assert found.customers["low_minor"].to_list() == [None] and found.total_high_minor is None
    assert found.total_minor > 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"monetary_value_minor": [-1]}, "below zero"),
        ({"monetary_value_minor": [1, 2]}, "2 rows"),
        ({"monetary_value_minor": [float("nan")]}, "missing"),
        ({"horizon": 0}, "above zero"),
        ({"horizon": float("inf")}, "above zero"),
        ({"discount_rate": -1}, "above -1"),
        ({"recency": [99]}, "above T"),
        ({"orders": BetaGeoFitter()}, "not been fitted"),
        ({"spend": GammaGammaFitter().with_params(p=6, q=0.9, v=15)}, "no mean"),
    ],
)
def test_bad_input(changed: dict[str, object], why: str) -> None:
    orders, spend = models()
    told = {"frequency": [2], "recency": [30], "T": [38], "monetary_value_minor": [2000], "horizon": 39}
    given = {"orders": orders, "spend": spend} | told
    with pytest.raises(ValueError, match=why):
        worth(**(given | changed))  # type: ignore[arg-type]


MAIL, GIFT = Action("mail", 5, 0.0, 0.02), Action("gift", 500, 0.2, 0.4, "leaving")


def test_the_best_action_by_hand() -> None:
    """Margin a half. Mail moves 1 % (0 to 2 %) of her value; a gift keeps 30 % (20 to 40 %) of who would leave."""
    found = next_best_action([MAIL, GIFT], [10_000, 10_000, 100], [0.0, 0.9, 0.5], [10_000, 20_000, 100], margin=0.5)
    assert found["action"].to_list() == ["mail", "gift", "nothing"]
    assert found["net_minor"].to_list() == [50 - 5, 2700 - 500, 0]
    assert found["net_low_minor"].to_list() == [-5, 1800 - 500, 0]
    assert found["net_high_minor"].to_list() == [100 - 5, 3600 - 500, 0]
    assert found["breakeven"].to_list() == [pytest.approx(5 / 5000), pytest.approx(500 / 9000), None]
    assert found["sure"].to_list() == [False, True, False]
    assert found["assumed"].to_list() == [True, True, False]


ACTIONS = st.lists(
    st.tuples(st.integers(0, 2000), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["value", "leaving"])), max_size=4
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.lists(st.tuples(st.integers(0, 50_000), st.floats(0, 1)), min_size=1, max_size=8))
def test_no_other_action_would_be_better(
    drawn: list[tuple[int, float, float, str]], who: list[tuple[int, float]]
) -> None:
    actions = [Action(f"a{n}", c, min(a, b), max(a, b), on) for n, (c, a, b, on) in enumerate(drawn)]  # type: ignore[arg-type]
    value, leaving = [v for v, _ in who], [p for _, p in who]
    found = next_best_action(actions, value, leaving, value)
    for row, v, p in zip(found.rows(named=True), value, leaving, strict=True):
        stakes = [v if a.acts_on == "value" else v * p for a in actions]
        uplifts = [(a.uplift_low + a.uplift_high) / 2 for a in actions]
        nets = [s * u - a.cost_minor for s, u, a in zip(stakes, uplifts, actions, strict=True)]
        assert row["net_minor"] == pytest.approx(max([0, *nets]), abs=0.51)
        assert row["net_low_minor"] <= row["net_minor"] <= row["net_high_minor"]
        assert (row["action"] == "nothing") == (max([0, *nets]) <= 0)


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (lambda: Action("a", -1, 0, 1), "cost_minor"),
        (lambda: Action("a", 1, 0.5, 0.4), "uplift_low"),
        (lambda: Action("a", 1, -0.1, 0.4), "uplift_low"),
        (lambda: Action("a", 1, 0, float("inf")), "uplift_low"),
        (lambda: Action("a", 1, 0, 1.5, "leaving"), "no more than all"),
        (lambda: next_best_action([MAIL, MAIL], [1]), "keys of their own"),
        (lambda: next_best_action([Action("nothing", 0, 0, 0)], [1]), "keys of their own"),
        (lambda: next_best_action([MAIL], [1], margin=0), "margin"),
        (lambda: next_best_action([GIFT], [1]), "wants leaving"),
        (lambda: next_best_action([GIFT], [1], [0.5, 0.5], [1]), "one length"),
        (lambda: next_best_action([GIFT], [1], [1.5], [1]), "between 0 and 1"),
    ],
)
def test_bad_actions(work: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        work()  # type: ignore[operator]
