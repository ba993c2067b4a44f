"""The regression against a general search on the plain likelihood, and calibration against sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit, logit

from regulars.science.churn import calibrate, logistic
from regulars.science.lifetime import ConvergenceError


def _people(count: int = 400, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(count, 3))
    return x, (chance.random(count) < expit(-0.7 + x @ np.array([0.9, -0.4, 0.0]))).astype(float)


def _plain(at: np.ndarray, x: np.ndarray, y: np.ndarray, ridge: float) -> float:
    p = expit(at[0] + x @ at[1:])
    return float(-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) + ridge / 2 * np.sum(at[1:] ** 2))


@pytest.mark.parametrize("ridge", [0.0, 1.0, 50.0])
def test_the_same_place_as_a_general_search(ridge: float) -> None:
    x, y = _people()
    found = logistic.fit(x, y, ridge)
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 9000, "maxfev": 9000}
    other = minimize(_plain, np.zeros(4), (x, y, ridge), method="Nelder-Mead", options=options)
    assert np.append(found.intercept, found.coefficients) == pytest.approx(other.x, abs=1e-5)
    assert -_plain(other.x, x, y, 0) == pytest.approx(found.log_likelihood, abs=1e-4)


def test_slopes_and_curvature_are_those_of_the_value() -> None:
    x, y = _people(60)
    design = np.column_stack([np.ones(60), x])
    at = np.array([0.3, -0.2, 0.5, 0.1])
    _, gradient, hessian = logistic.penalised(at, design, y, 2.0)
    assert gradient == pytest.approx(-approx_fprime(at, _plain, 1e-7, x, y, 2.0), abs=1e-4)
    slopes = [logistic.penalised(at + 1e-6 * one, design, y, 2.0)[1] for one in np.eye(4)]
    assert hessian == pytest.approx((np.array(slopes) - gradient) / 1e-6, abs=1e-3)


def test_standard_errors_are_the_spread_of_fits_to_new_people() -> None:
    fits = [logistic.fit(*_people(400, seed), 0.0) for seed in range(200)]
    spread = np.std([np.append(one.intercept, one.coefficients) for one in fits], axis=0)
    assert np.mean([one.standard_errors for one in fits], axis=0) == pytest.approx(spread, rel=0.15)


def test_a_person_told_four_times_is_one_person() -> None:
    x, y = _people()
    once = logistic.fit(x, y, 0.0, np.arange(400))
    fourfold = logistic.fit(np.repeat(x, 4, axis=0), np.repeat(y, 4), 0.0, np.repeat(np.arange(400), 4))
    assert fourfold.standard_errors == pytest.approx(once.standard_errors)
    assert once.standard_errors == pytest.approx(logistic.fit(x, y, 0.0).standard_errors, rel=0.1)


@pytest.mark.parametrize(
    ("x", "y", "ridge", "error", "why"),
    [
        (np.ones((3, 1)), [1, 1, 1], 1.0, ConvergenceError, "one outcome"),
        (np.zeros((0, 1)), [], 1.0, ConvergenceError, "one outcome"),
        (np.arange(6.0)[:, None], [0, 0, 0, 1, 1, 1], 0.0, ConvergenceError, "without an error|come to rest"),
        (np.repeat(_people()[0][:, :1], 2, axis=1), _people()[1], 0.0, ConvergenceError, "say the same"),
        (np.array([[np.nan], [1.0]]), [0, 1], 1.0, ValueError, "missing or infinite"),
        (np.ones((2, 1)), [0, 2], 1.0, ValueError, "0 or 1"),
        (np.ones((2, 1)), [0, 1, 1], 1.0, ValueError, "as many rows"),
        (np.ones((2, 1)), [0, 1], -1.0, ValueError, "below zero"),
    ],
)
def test_bad_input(x: np.ndarray, y: list[int], ridge: float, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        logistic.fit(x, np.array(y, dtype=float), ridge)


def test_platt_finds_how_a_score_was_bent() -> None:
    chance = np.random.default_rng(3)
    score = chance.normal(size=20_000)
    found = calibrate.platt(score, (chance.random(20_000) < expit(0.5 * score - 1)).astype(float))
    assert found.slope == pytest.approx(0.5, abs=0.05)
    assert found.shift == pytest.approx(-1, abs=0.05)
    with pytest.raises(ConvergenceError, match="lower chance"):
        calibrate.platt(np.array([0.0, 1, 2, 3, 4, 5]), np.array([1.0, 1, 0, 1, 0, 0]))


def test_isotonic_by_hand() -> None:
    """Scores 1 to 6 with outcomes 0 1 0 1 1 1: the second and third stand the wrong way round and are pooled."""
    found = calibrate.isotonic(np.array([1.0, 2, 3, 4, 5, 6]), np.array([0.0, 1, 0, 1, 1, 1]))
    chance = expit(found.log_odds(np.array([1.0, 2, 3, 4, 6, 99, -99])))
    assert chance == pytest.approx([0.5 / 2, 1.5 / 3, 1.5 / 3, 3.5 / 4, 3.5 / 4, 3.5 / 4, 0.5 / 2])
    assert expit(found.log_odds(np.array([3.5]))) == pytest.approx((1.5 / 3 + 3.5 / 4) / 2)
    assert logit(0.25) == pytest.approx(found.log_odds(np.array([1.0]))[0])


def test_isotonic_never_falls() -> None:
    chance = np.random.default_rng(8)
    for count in (2, 3, 10, 200):
        score = chance.integers(0, 20, count).astype(float)
        happened = np.append([0.0, 1.0], chance.integers(0, 2, count - 2))
        rising = calibrate.isotonic(score, happened).log_odds(np.linspace(-1, 21, 500))
        assert (np.diff(rising) >= -1e-9).all() and np.isfinite(rising).all()
