"""What users of ``lifetimes`` call: its options, its tables, its penalty; and what is refused, in a sentence."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import regulars.science.lifetime as ours
from regulars.science.lifetime import frames
from regulars.science.lifetime.fitting import ConvergenceError
from tests.science.lifetime.cdnow import customers

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lifetimes as theirs

ORDERS = ["BetaGeoFitter", "ModifiedBetaGeoFitter", "ParetoNBDFitter"]
ALL = [*ORDERS, "GammaGammaFitter"]
NAN, INF = float("nan"), float("inf")
BG = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
BETA_GEO: Any = ours.BetaGeoFitter
KNOWN = ours.BetaGeoFitter().with_params(**BG)
SPEND: Any = ours.GammaGammaFitter().with_params(p=6.25, q=3.74, v=15.44)


def _columns(name: str) -> list[pd.Series]:
    table = customers().to_pandas().set_index("customer")
    if name == "GammaGammaFitter":
        table = table[table["frequency_cal"] > 0]
        return [table["frequency_cal"], table["monetary_value_cal"]]
    return [table[column] for column in ("frequency_cal", "recency_cal", "T_cal")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("coefficient", [0.1, 0.001])
def test_the_same_penalty(name: str, coefficient: float) -> None:
    columns = _columns(name)
    np.random.seed(1)
    old = getattr(theirs, name)(coefficient).fit(*columns)
    mine = getattr(ours, name)(coefficient).fit(*columns)
    np.testing.assert_allclose(list(mine.params_.values()), list(old.params_), rtol=5e-4)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ALL)
def test_the_same_tables(name: str) -> None:
    columns = _columns(name)
    index = columns[0].index
    mine = getattr(ours, name)().fit(*columns, index=index)
    old = getattr(theirs, name)().fit(*columns, index=index)
    summary = mine.summary
    assert list(summary.index) == list(old.params_.index)
    assert list(summary.columns) == ["coef", "se(coef)", "lower 95% bound", "upper 95% bound"]
    np.testing.assert_allclose(summary["coef"], old.params_, rtol=2e-2)
    pd.testing.assert_frame_equal(mine.confidence_intervals_, summary[["lower 95% bound", "upper 95% bound"]])
    pd.testing.assert_frame_equal(mine.data, old.data, check_dtype=False)
    if name != "ParetoNBDFitter":  # theirs has no standard errors
        pd.testing.assert_series_equal(summary["se(coef)"], old.summary["se(coef)"], rtol=1e-2)
    assert (summary["lower 95% bound"] < summary["coef"]).all()
    assert (summary["coef"] < summary["upper 95% bound"]).all()


def test_tables_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda _: None)
    found = KNOWN.summary
    assert isinstance(found, pl.DataFrame)
    assert dict(found.select("parameter", "coef").rows()) == BG


@pytest.mark.parametrize("name", ALL)
def test_options_of_lifetimes(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    columns = _columns(name)
    plain = getattr(ours, name)().fit(*columns)
    assert not capfd.readouterr().out
    options = {"tol": 1e-3, "maxiter": 1000, "iterative_fitting": 3, "fit_method": "Nelder-Mead"}
    other = getattr(ours, name)().fit(*columns, verbose=True, **options)
    assert other.params_ == plain.params_
    assert "steps, " in capfd.readouterr().out
    with pytest.raises(ConvergenceError, match="within 1 steps: give a larger maxiter"):
        getattr(ours, name)().fit(*columns, maxiter=1)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("options", "error", "why"),
    [
        ({"maxiters": 3}, TypeError, "{name}.fit has no option 'maxiters'; it has weights, .*maxiter"),
        ({"maxiter": 0}, ValueError, "maxiter must be at least 1, not 0"),
        ({"initial_params": [1.0]}, ValueError, r"initial_params must be \d numbers \(\w, .*\), not 1"),
        ({"initial_params": [1.0, -1, 1, 1]}, ValueError, "initial_params must be (above zero|3 numbers)"),
        ({"index": [1]}, ValueError, "index has 1 rows, the customers"),
        ({"weights": [1]}, ValueError, "weights has 1 rows, the customers"),
    ],
)
def test_options_that_are_refused(name: str, options: dict[str, Any], error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why.format(name=name)):
        getattr(ours, name)().fit(*_columns(name), **options)


def test_the_order_of_the_paretos_options() -> None:
    start = [0.6, 10.0, 0.6, 10.0]
    fit: Any = ours.ParetoNBDFitter().fit
    model = fit(*_columns("ParetoNBDFitter"), None, 1, start, False, 1e-4, None, "Powell", 500)
    assert model.params_.r == pytest.approx(0.553, abs=1e-3)


@pytest.mark.filterwarnings("ignore")
def test_spending_of_the_fitted_customers() -> None:
    frequency, money = _columns("GammaGammaFitter")
    mine, old = ours.GammaGammaFitter().fit(frequency, money), theirs.GammaGammaFitter().fit(frequency, money)
    for arguments in ((), (frequency,), (frequency, money)):
        found = mine.conditional_expected_average_profit(*arguments)
        # Theirs adds up rows of one index, and forgets the one that was given.
        theirs_is = old.conditional_expected_average_profit(*(one.to_numpy() for one in arguments))
        np.testing.assert_allclose(found, theirs_is, rtol=1e-3)
        assert found.index.equals(frequency.index)
    assert isinstance(
        ours.GammaGammaFitter().fit(pl.Series(frequency), pl.Series(money)).conditional_expected_average_profit(),
        pl.Series,
    )
    with pytest.raises(ValueError, match="does not hold the customers"):
        SPEND.conditional_expected_average_profit()
    with pytest.raises(ValueError, match="one length: frequency has 3, monetary_value has 946"):
        mine.conditional_expected_average_profit([1, 2, 3])
    assert SPEND.expected_average_profit() == pytest.approx(6.25 * 15.44 / 2.74)


def _few_that_spend_alike(heavy: float) -> tuple[np.ndarray, np.ndarray]:
    """Gamma-Gamma with a q below 1: some spend enormously."""
    chance = np.random.default_rng(4)
    x = chance.integers(1, 6, 800)
    rate = chance.gamma(heavy, 1 / 5, 800)
    return x, chance.gamma(4 * x) / (x * rate)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("heavy", [0.7, 3.0])
def test_q_is_held_above_one(heavy: float) -> None:
    x, money = _few_that_spend_alike(heavy)
    free, held = ours.GammaGammaFitter().fit(x, money), ours.GammaGammaFitter().fit(x, money, q_constraint=True)
    assert (free.params_.q < 1) == (heavy < 1)
    assert held.params_.q == max(1, free.params_.q)
    old = theirs.GammaGammaFitter().fit(x, money, q_constraint=True)
    np.testing.assert_allclose(list(held.params_.values()), list(old.params_), rtol=1e-2)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "asked", ["params_", "summary", "log_likelihood_", "variance_matrix_", "data", "confidence_intervals_"]
)
def test_before_it_is_fitted(name: str, asked: str) -> None:
    model = getattr(ours, name)()
    with pytest.raises(ValueError, match=f"this {name} has not been fitted: call fit first"):
        getattr(model, asked)
    assert not hasattr(model, asked)


def test_saving_takes_the_options_of_lifetimes(tmp_path: Path) -> None:
    path = tmp_path / "model"
    KNOWN.save_model(path, save_data=False, save_generate_data_method=False, values_to_save=[])
    assert ours.BetaGeoFitter().load_model(path).params_ == KNOWN.params_
    assert pickle.loads(pickle.dumps(KNOWN)).params_ == KNOWN.params_


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "content",
    ["theirs", b"", b"not JSON", b"[1]", b'{"a": 1}', b'{"model": "BG/NBD"}', b'{"model": "BG/NBD", "params": {}}'],
)
def test_other_files(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "model.pkl"
    if isinstance(content, str):
        theirs.BetaGeoFitter().fit(*_columns("BetaGeoFitter")).save_model(path)
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model.pkl' is no file that save_model of regulars wrote"):
        ours.BetaGeoFitter().load_model(path)


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"r": 1, "alpha": 1, "a": 1}, "b is missing: BG/NBD has the parameters r, alpha, a, b"),
        (BG | {"s": 1}, "s is unknown"),
        (BG | {"r": NAN}, "params has 1 values that are missing"),
        (BG | {"r": "one"}, "params must be numbers"),
        (BG | {"r": 0}, "above zero"),
    ],
)
def test_parameters_that_are_none(params: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ours.BetaGeoFitter().with_params(**params)


PARETO = ours.ParetoNBDFitter().with_params(r=0.55, alpha=10.6, s=0.6, beta=11.7)


@pytest.mark.parametrize("model", [KNOWN, PARETO], ids=repr)
@pytest.mark.parametrize(
    ("asked", "arguments", "why"),
    [
        ("predict", (-1, 1, 2, 3), "t is below zero"),
        ("predict", (NAN, 1, 2, 3), "t has 1 values that are missing"),
        ("predict", ([1, 2], [1, 1, 1], [2, 2, 2], [3, 3, 3]), "of one length: .*t has 2"),
        ("conditional_probability_of_a_purchase", (-1, 1, 2, 3), "t is below zero"),
        ("conditional_probability_of_a_purchase", ([1, 2], [1] * 3, [2] * 3, [3] * 3), "of one length"),
        ("expected_number_of_purchases_up_to_time", ([1, -1],), r"t is below zero.*row 1"),
        ("expected_number_of_purchases_up_to_time", (INF,), "t has 1 values that are missing or infinite"),
        ("probability_of_n_purchases_up_to_time", (-1, 1), "t is below zero"),
        ("probability_of_n_purchases_up_to_time", (1, 1.5), "n is not a whole number"),
        ("probability_of_n_purchases_up_to_time", (1, -1), "n is not a whole number"),
        ("probability_of_n_purchases_up_to_time", ([1, 2], [1, 2, 3]), "of one length: t has 2, n has 3"),
    ],
)
def test_questions_that_are_refused(model: Any, asked: str, arguments: tuple[Any, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        getattr(model, asked)(*arguments)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"discount_rate": -1}, "discount_rate must be above -1"),
        ({"discount_rate": NAN}, "discount_rate must be above -1"),
        ({"time": 2.5}, "time must be a whole number of months, not 2.5"),
        ({"time": -1}, "time must be a whole number"),
        ({"freq": "Q"}, "freq must be one of .*not 'Q'"),
        ({"monetary_value": [-1.0, 2.0]}, "monetary_value is below zero"),
        ({"monetary_value": [1.0, 2.0, 3.0]}, "of one length"),
    ],
)
def test_worth_that_is_refused(change: dict[str, Any], why: str) -> None:
    arguments: dict[str, Any] = {"frequency": [1, 2], "recency": [2, 2], "T": [3, 3], "monetary_value": [4.0, 5.0]}
    with pytest.raises(ValueError, match=why):
        SPEND.customer_lifetime_value(KNOWN, **(arguments | change))
    whole, written = (SPEND.customer_lifetime_value(KNOWN, **arguments, time=time) for time in (12, 12.0))
    np.testing.assert_array_equal(whole, written)
    with pytest.raises(ValueError, match="monetary_value is below zero"):
        SPEND.conditional_expected_average_profit([1], [-1.0])


@pytest.mark.parametrize("coefficient", [-0.1, NAN, INF])
def test_a_penalty_that_is_none(coefficient: float) -> None:
    with pytest.raises(ValueError, match="penalizer_coef must be a number that is not below zero"):
        ours.BetaGeoFitter(coefficient)


def _nobody_leaves() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(2)
    age = chance.uniform(30, 60, 400)
    x = chance.poisson(chance.gamma(2, 0.1, 400) * age).astype(float)
    return x, np.where(x > 0, age, 0), age


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("coefficient", [0.0, 0.01])
def test_nobody_leaves(name: str, coefficient: float) -> None:
    with pytest.raises(ConvergenceError, match="Nobody among these customers seems to leave") as caught:
        getattr(ours, name)(coefficient).fit(*_nobody_leaves())
    assert "penalizer" not in str(caught.value)


def test_directions_without_an_end() -> None:
    money = 10 + np.random.default_rng(2).normal(0, 0.001, 50)
    with pytest.raises(ConvergenceError, match=r"where p and q lie: .*, or a small penalizer_coef\.$"):
        ours.GammaGammaFitter().fit(np.ones(50), money)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (lambda: BETA_GEO("a"), "penalizer_coef must be a number, not str"),
        (lambda: BETA_GEO().fit([1], [1], [2], maxiter="x"), "maxiter must be a number, not str"),
        (lambda: BETA_GEO().fit([1], [1], [2], index=3), "index must be a column, not int"),
        (lambda: SPEND.customer_lifetime_value(KNOWN, 1, 2, 3, 4, time="a"), "time must be a number, not str"),
        (lambda: SPEND.customer_lifetime_value(None, 1, 2, 3, 4), "must be a fitted model, as BetaGeoFitter, not None"),
    ],
)
def test_wrong_types(asked: Any, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        asked()
