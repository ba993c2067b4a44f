"""Each formula against what it stands for, summed up or simulated another way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from regulars.science.lifetime import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from regulars.science.lifetime.fitter import Fitter

BETA_GEO = {"r": 0.7, "alpha": 5.0, "a": 1.4, "b": 2.6}
PARETO = {"r": 0.7, "alpha": 5.0, "s": 0.8, "beta": 9.0}
MODELS = [
    BetaGeoFitter().with_params(**BETA_GEO),
    ModifiedBetaGeoFitter().with_params(**BETA_GEO),
    ParetoNBDFitter().with_params(**PARETO),
    ParetoNBDFitter().with_params(**{**PARETO, "beta": 2.0}),
]
NAMES = ["BG", "MBG", "Pareto", "Pareto, alpha above beta"]
HISTORIES = [(0, 0.0, 10.0), (1, 3.0, 10.0), (4, 9.5, 10.0), (12, 6.0, 30.0)]


def _chances(
    model: Fitter, history: tuple[int, float, float], rate: np.ndarray, leave: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How likely a history is for a customer whose rate and chance (or rate) of leaving are known, being still there
    and having left."""
    x, t_x, age = history
    bought = rate**x
    if isinstance(model, ParetoNBDFitter):
        both = rate + leave
        there = bought * np.exp(-both * age)
        return there, bought * leave / both * (np.exp(-both * t_x) - np.exp(-both * age))
    chances = x + isinstance(model, ModifiedBetaGeoFitter)
    there = bought * (1 - leave) ** chances * np.exp(-rate * age)
    gone = bought * leave * (1 - leave) ** (chances - 1) * np.exp(-rate * t_x) if chances else 0.0 * rate
    return there, gone


def _over_customers(model: Fitter, of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    """A function of rate and leaving, averaged over all customers there could be: by their quantiles."""
    p = model.params_
    nodes, weights = np.polynomial.legendre.leggauss(800)
    quantiles, share = (nodes + 1) / 2, weights / 2
    rate = stats.gamma.ppf(quantiles, p.r, scale=1 / p.alpha)
    leaving = stats.gamma(p.s, scale=1 / p.beta) if isinstance(model, ParetoNBDFitter) else stats.beta(p.a, p.b)
    return float(share @ of(rate[:, None], leaving.ppf(quantiles)[None, :]) @ share)


@pytest.mark.parametrize("history", HISTORIES[1:3], ids=str)
@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_alive_and_expected_are_averages_over_customers(model: Fitter, history: tuple[int, float, float]) -> None:
    ahead = 6.0

    def comes(rate: np.ndarray, leave: np.ndarray) -> np.ndarray:
        """What a customer who is there buys in the time ahead."""
        out = leave if isinstance(model, ParetoNBDFitter) else rate * leave
        return -np.expm1(-out * ahead) / out * rate

    there = _over_customers(model, lambda rate, leave: _chances(model, history, rate, leave)[0])
    gone = _over_customers(model, lambda rate, leave: _chances(model, history, rate, leave)[1])
    bought = _over_customers(model, lambda rate, leave: _chances(model, history, rate, leave)[0] * comes(rate, leave))
    alive = model.conditional_probability_alive(*history)  # type: ignore[attr-defined]
    assert alive == pytest.approx(there / (there + gone), rel=1e-3)
    assert model.predict(ahead, *history) == pytest.approx(bought / (there + gone), rel=1e-3)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_chances_of_so_many_purchases_sum_to_one_and_to_what_is_expected(model: BetaGeoFitter) -> None:
    n = np.arange(3000)
    chances = model.probability_of_n_purchases_up_to_time(20.0, n)
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert (chances * n).sum() == pytest.approx(model.expected_number_of_purchases_up_to_time(20.0), rel=1e-6)


@pytest.mark.parametrize("kind", [BetaGeoFitter, ModifiedBetaGeoFitter])
@pytest.mark.parametrize("a", [1 - 1e-9, 1.0, 1 + 1e-9])
def test_the_holes_of_the_closed_forms_are_filled(kind: type[BetaGeoFitter], a: float) -> None:
    at, beside = (kind().with_params(r=0.5, alpha=4.0, a=one, b=2.0) for one in (a, 1.001))
    history = (3, 10.0, 20.0)
    assert at.predict(10, *history) == pytest.approx(beside.predict(10, *history), rel=2e-3)
    assert at.expected_number_of_purchases_up_to_time(10) == pytest.approx(
        beside.expected_number_of_purchases_up_to_time(10), rel=2e-3
    )


# To forty digits, by mpmath 1.4.1: C / (a - 1) * (1 - (now / (now + t))^n * hyp2f1(n, b, C, t / (now + t))).
def test_customers_who_bought_often() -> None:
    model = BetaGeoFitter().with_params(r=0.4, alpha=0.6, a=24.0, b=0.07)
    alive = model.conditional_probability_alive(186, 1.4, 1.4)
    assert model.predict(0.18, 186, 1.4, 1.4) / alive == pytest.approx(7.548395145851240579, rel=1e-10)


@given(
    x=st.integers(0, 200),
    share=st.floats(0, 1),
    age=st.floats(0.1, 2000),
    values=st.tuples(*[st.floats(0.05, 30)] * 4),
)
@settings(max_examples=150, deadline=None)
def test_laws_of_any_customer(x: int, share: float, age: float, values: tuple[float, float, float, float]) -> None:
    history = (x, age * share if x else 0.0, age)
    names = ("r", "alpha", "a", "b")
    models: list[BetaGeoFitter | ParetoNBDFitter] = [
        BetaGeoFitter().with_params(**dict(zip(names, values, strict=True))),
        ModifiedBetaGeoFitter().with_params(**dict(zip(names, values, strict=True))),
        ParetoNBDFitter().with_params(**dict(zip(("r", "alpha", "s", "beta"), values, strict=True))),
    ]
    for model in models:
        alive = model.conditional_probability_alive(*history)
        assert 0 <= alive <= 1
        soon, later = model.predict(10, *history), model.predict(20, *history)
        assert 0 <= soon <= later * (1 + 1e-6) + 1e-9
        # Nobody buys faster than one who is there for certain and never leaves.
        never_leaves = (values[0] + x) / (values[1] + age) * 10
        assert soon <= never_leaves * alive * (1 + 1e-6) + 1e-9
        assert model.predict(0, *history) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(5.0, 9.0), (9.0, 5.0), (5.0, 5.0), (300.0, 0.2), (0.2, 300.0)])
@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_pareto_odds_are_the_integral(alpha: float, beta: float, history: tuple[int, float, float]) -> None:
    x, t_x, age = history
    r, s = 0.6, 0.9
    model = ParetoNBDFitter().with_params(r=r, alpha=alpha, s=s, beta=beta)

    def left_at(y: float) -> float:
        return ((alpha + age) / (alpha + y)) ** (r + x) * s * (beta + age) ** s / (beta + y) ** (s + 1)

    odds = quad(left_at, t_x, age, epsabs=0, epsrel=1e-11, limit=400)[0]
    assert model.conditional_probability_alive(*history) == pytest.approx(1 / (1 + odds), rel=1e-8)
