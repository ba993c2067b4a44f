"""Finding parameters: slopes that are right, sums that add up, and answers when there is nothing to find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regulars.science.lifetime import (
    BetaGeoFitter,
    ConvergenceError,
    GammaGammaFitter,
    ModifiedBetaGeoFitter,
    ParetoNBDFitter,
)
from regulars.science.lifetime import beta_geometric as bg
from regulars.science.lifetime import gamma_gamma as gg
from regulars.science.lifetime.differences import with_differences
from regulars.science.lifetime.loops import beta_geometric_sums

KINDS = [BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter]
AT = np.array([0.4, 0.7, 0.9, 2.2])


def _bought(count: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers of a BG/NBD: frequency, recency and age in days."""
    rng = np.random.default_rng(seed)
    rate, leaves, age = rng.gamma(0.6, 1 / 20, count), rng.beta(1, 2, count), rng.integers(30, 365, count).astype(float)
    x, last, now, there = np.zeros(count), np.zeros(count), np.zeros(count), np.full(count, fill_value=True)
    while there.any():
        now = now + rng.exponential(1 / rate)
        there &= now < age
        x[there] += 1
        last[there] = now[there]
        there &= rng.random(count) > leaves
    return x, last, age


@pytest.mark.parametrize("extra", [0, 1])
def test_slopes_and_curvatures_of_the_beta_geometric_models(extra: int) -> None:
    x, t_x, age = _bought(500)
    t_x, age, weight = t_x / 100, age / 100, np.ones(500)
    counts = np.bincount(x.astype(int)).astype(float)
    bought = np.arange(len(counts), dtype=float)

    def whole(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        timed = beta_geometric_sums(x, t_x, age, weight, at, extra)
        counted = bg._of_counts(bought, counts, at, extra)
        return timed[0] + counted[0], timed[1] + counted[1], timed[2] + counted[2]

    _, slopes, curves = whole(AT)
    _, by_steps, curved = with_differences(lambda at: whole(at)[0])(AT)
    np.testing.assert_allclose(slopes, by_steps, rtol=1e-5)
    np.testing.assert_allclose(curves, curved, rtol=1e-3, atol=1e-2)


def test_slopes_and_curvatures_of_gamma_gamma() -> None:
    x, z = np.array([1.0, 2, 2, 5]), np.array([0.5, 1.2, 0.9, 1.4])
    counts, place = np.unique(x, return_inverse=True)
    sums = (counts, np.bincount(place).astype(float), np.bincount(place, np.log(z)))

    def whole(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        return gg._likelihood(at, x, z, np.ones(4), *sums)

    at = np.array([6.0, 4.0, 0.5])
    _, slopes, curves = whole(at)
    _, by_steps, curved = with_differences(lambda at: whole(at)[0])(at)
    np.testing.assert_allclose(slopes, by_steps, rtol=1e-5)
    np.testing.assert_allclose(curves, curved, rtol=1e-3, atol=1e-3)


def test_what_was_put_in_comes_out() -> None:
    model = BetaGeoFitter().fit(*_bought(60_000))
    truth = {"r": 0.6, "alpha": 20.0, "a": 1.0, "b": 2.0}
    for one in model.estimates_:
        assert abs(one.value - truth[one.name]) < 4 * one.standard_error, one
        assert one.low < one.value < one.high


def test_many_customers_are_fitted_as_few_are() -> None:
    x, t_x, age = _bought(45_000)
    by_part = BetaGeoFitter().fit(x, t_x, age)
    # Rows that stand for two leave too few rows for a search in two turns.
    half = BetaGeoFitter().fit(x[:30_000], t_x[:30_000], age[:30_000], weights=np.full(30_000, 2))
    whole = BetaGeoFitter().fit(np.tile(x[:30_000], 2), np.tile(t_x[:30_000], 2), np.tile(age[:30_000], 2))
    assert by_part.customers_ == 45_000
    np.testing.assert_allclose(list(half.params_.values()), list(whole.params_.values()), rtol=1e-6)
    np.testing.assert_allclose(half.standard_errors_, whole.standard_errors_, rtol=1e-5)
    assert half.log_likelihood_ == pytest.approx(whole.log_likelihood_, rel=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_the_unit_of_time_does_not_matter(kind: type[BetaGeoFitter]) -> None:
    x, t_x, age = _bought(1_500)
    days, weeks = kind().fit(x, t_x, age), kind().fit(x, t_x / 7, age / 7)
    assert days.params_.alpha == pytest.approx(weeks.params_.alpha * 7, rel=1e-3)
    assert days.log_likelihood_ == pytest.approx(weeks.log_likelihood_ - x.sum() * np.log(7), rel=1e-9)
    np.testing.assert_allclose(days.predict(28, x, t_x, age), weeks.predict(4, x, t_x / 7, age / 7), rtol=1e-3)


HOPELESS = {
    "nobody": ([], [], [], "no customers"),
    "nobody came back": ([0, 0, 0], [0, 0, 0], [5, 6, 7], "Nobody has come back"),
    "all on one day": ([0, 0], [0, 0], [0, 0], "last day only"),
    "the same history again and again": ([2] * 9, [4.0] * 9, [4.0] * 9, "leave|lie|flat|rest"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", HOPELESS.values(), ids=HOPELESS)
def test_what_nothing_can_be_learned_from(kind: type[BetaGeoFitter], case: tuple[list[float], ...]) -> None:
    x, t_x, age, why = case
    model = kind()
    with pytest.raises(ConvergenceError, match=str(why)):
        model.fit(x, t_x, age)
    with pytest.raises(ValueError, match="not been fitted"):
        model.predict(1, 1, 1, 1)


BAD = {
    "below zero": ([-1], [0], [5], "frequency is below zero"),
    "half a purchase": ([1.5], [1], [5], "whole number"),
    "after the end": ([1], [6], [5], "recency is above T"),
    "never back, but when": ([0], [2], [5], "never came back"),
    "missing": ([1], [float("nan")], [5], "recency has 1 values that are missing"),
    "words": (["two"], [1], [5], "frequency must be numbers"),
    "lengths": ([1, 2], [1, 2, 3], [5, 5], "of one length, not 2, 3 and 2"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_what_is_no_history(case: tuple[list[float], ...]) -> None:
    x, t_x, age, why = case
    with pytest.raises(ValueError, match=str(why)):
        BetaGeoFitter().fit(x, t_x, age)


def test_bad_spending() -> None:
    with pytest.raises(ValueError, match="monetary_value must be above zero"):
        GammaGammaFitter().fit([1, 2], [0, 3])
    with pytest.raises(ConvergenceError, match="spends the same"):
        GammaGammaFitter().fit([1, 2], [3, 3])
    with pytest.raises(ConvergenceError, match="too few"):
        GammaGammaFitter().fit([1], [3])


@pytest.mark.parametrize("kind", [*KINDS])
def test_a_model_is_kept_and_read_again(kind: type[BetaGeoFitter], tmp_path: Path) -> None:
    x, t_x, age = _bought(1_500)
    model = kind().fit(x, t_x, age)
    model.save_model(tmp_path / "model.json")
    again = kind().load_model(tmp_path / "model.json")
    assert again.estimates_ == model.estimates_
    assert again.log_likelihood_ == model.log_likelihood_
    with pytest.raises(ValueError, match="not 'Gamma-Gamma'"):
        GammaGammaFitter().load_model(tmp_path / "model.json")
