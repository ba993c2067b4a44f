"""Hold-out validation: what the papers print, sums by hand, and people made up by the model's own story."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from regulars.science.lifetime import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter, tracking, validation
from regulars.science.lifetime.fitter import Fitter
from tests.science.lifetime.cdnow import CALIBRATED_UNTIL, OBSERVED_UNTIL, customers, transactions

HISTORY = ("frequency_cal", "recency_cal", "T_cal")
KINDS = [BetaGeoFitter, ParetoNBDFitter]


def _fitted(kind: type[Fitter]) -> Fitter:
    return kind().fit(*(customers()[name] for name in HISTORY))  # type: ignore[attr-defined, no-any-return]


def _held() -> validation.Held:
    return validation.held(*(customers()[name] for name in HISTORY), 39, customers()["frequency_holdout"])


def _tracked(model: Fitter, until: str = OBSERVED_UNTIL) -> pl.DataFrame:
    return tracking(model, transactions(), "customer", "day", CALIBRATED_UNTIL, until)


# Fader, Hardie and Lee (2005), section 4, of figure 1: the goodness of fit over 0, 1, … 7+ repeat purchases.
@pytest.mark.parametrize(
    ("kind", "printed", "p"), [(BetaGeoFitter, "4.82", "0.19"), (ParetoNBDFitter, "11.99", "0.01")]
)
def test_the_histogram_is_the_papers(kind: type[Fitter], printed: str, p: str) -> None:
    model = _fitted(kind)
    table = validation.by_frequency(model, customers()["frequency_cal"], customers()["T_cal"])
    value, degrees, chance = validation.goodness_of_fit(model, table)
    assert (f"{value:.2f}", degrees, f"{chance:.2f}") == (printed, 3, p)
    assert table["actual"].sum() == 2357 == pytest.approx(table["expected"].sum())


# The same paper: by week 78 the BG/NBD underforecasts cumulative repeat purchases by 4 %, the Pareto/NBD by 2 %.
@pytest.mark.parametrize(("kind", "percent"), [(BetaGeoFitter, -4), (ParetoNBDFitter, -2)])
def test_tracking_ends_where_the_papers_does(kind: type[Fitter], percent: int) -> None:
    week, last = _tracked(_fitted(kind)).height, _tracked(_fitted(kind)).row(-1, named=True)
    assert week == 78
    assert round(100 * (last["expected_cumulative"] / last["actual_cumulative"] - 1)) == percent


def test_tracking_counts_every_repeat_purchase_once() -> None:
    table = _tracked(_fitted(BetaGeoFitter))
    both = customers().select("frequency_cal", "frequency_holdout").sum().row(0)
    known = table.filter(~pl.col("held_out"))
    assert known["actual"].sum() == both[0] and table["actual"].sum() == sum(both)
    assert known.height == 39 and known["ends"][-1] == date(1997, 9, 30) and table["complete"].all()


def test_tracking_expects_what_a_sum_over_customers_does() -> None:
    model = _fitted(BetaGeoFitter)
    table, ages = _tracked(model), customers()["T_cal"].to_numpy()
    for week in (20, 39, 78):
        age = np.maximum(ages - 39 + week, 0)
        expected = np.asarray(model.expected_number_of_purchases_up_to_time(age[age > 0])).sum()
        assert table["expected_cumulative"][week - 1] == pytest.approx(expected)


def test_an_unfinished_week_says_so() -> None:
    table = _tracked(_fitted(BetaGeoFitter), "1998-06-26")
    assert table["complete"].to_list() == [True] * 77 + [False]
    assert table["ends"][-1] == date(1998, 6, 26)


@pytest.mark.parametrize("kind", KINDS)
def test_conditional_expectations_are_means_over_groups(kind: type[Fitter]) -> None:
    table = validation.by_calibration_frequency(_fitted(kind), _held(), draws=60)
    group = customers().with_columns(expected=np.asarray(_fitted(kind).predict(39, *(customers()[n] for n in HISTORY))))
    means = group.group_by(pl.col("frequency_cal").clip(0, 7)).agg(
        pl.col("frequency_holdout", "expected").mean(), pl.len()
    )
    means = means.sort("frequency_cal")
    assert table["actual"].to_list() == pytest.approx(means["frequency_holdout"].to_list())
    assert table["expected"].to_list() == pytest.approx(means["expected"].to_list())
    assert table["customers"].to_list() == means["len"].to_list()
    assert (table["low"] <= table["actual"]).all() and (table["actual"] <= table["high"]).all()
    # The paper's own point: the past rate misleads, and the model does not.
    apart = (table["expected"] - table["actual"]).abs() < (table["own_rate"] - table["actual"]).abs()
    assert apart.all()


# Fader and Hardie (2013), section 5, as in test_papers.
def test_errors_are_smaller_than_without_a_model() -> None:
    table = validation.errors(_fitted(BetaGeoFitter), _held(), draws=100)
    model, own, mean = table.rows(named=True)
    assert f"{model['correlation']:.3f}" == "0.626"
    assert model["mae"] < own["mae_low"] and model["mae"] < mean["mae_low"]
    assert abs(model["bias_percent"]) < 20 < min(own["bias_percent"], mean["bias_percent"])
    assert mean["correlation"] is None
    assert all(row[f"{n}_low"] <= row[n] <= row[f"{n}_high"] for row in (model, own) for n in ("mae", "rmse"))


def test_errors_by_hand() -> None:
    """Two customers of age 10 who came back 2 and 0 times; in 5 more they bought 0 and 3 times."""
    seen = validation.held([2, 0], [4, 0], [10, 10], 5, [0, 3])
    own, mean = validation.errors(_fitted(BetaGeoFitter), seen, draws=2).rows(named=True)[1:]
    assert (own["mae"], own["bias_percent"]) == pytest.approx(((1 + 3) / 2, 100 * (1 - 3) / 3))
    assert (mean["mae"], mean["rmse"]) == pytest.approx(((0.5 + 2.5) / 2, np.sqrt((0.25 + 6.25) / 2)))


def test_the_interval_of_a_mean_is_the_usual_one() -> None:
    came = customers()["frequency_holdout"].to_numpy()
    low, high = validation._interval([came], lambda one: float(one.mean()), 2000)
    assert (high - low) / 2 == pytest.approx(1.96 * came.std() / np.sqrt(len(came)), rel=0.1)


def _made_up(kind: str, count: int, long: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency, T and purchases in ``long`` after, one customer at a time, as each model tells it."""
    chance = np.random.default_rng(5)
    rows = []
    for _ in range(count):
        age, rate = chance.uniform(5, 40), chance.gamma(0.8, 1 / 5)
        leaves = chance.beta(0.8, 2.5)
        gone = chance.exponential(1 / chance.gamma(0.7, 1 / 10)) if kind == "pareto" else np.inf
        at, before, last, after = 0.0, 0, 0.0, 0
        if kind == "modified" and chance.random() < leaves:
            gone = 0.0
        while (at := at + chance.exponential(1 / rate)) <= min(age + long, gone):
            before, last, after = (before + 1, at, after) if at <= age else (before, last, after + 1)
            if kind != "pareto" and chance.random() < leaves:
                break
        rows.append((before, last, age, after))
    made = np.array(rows)
    return made[:, 0], made[:, 1], made[:, 2], made[:, 3]


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("plain", BetaGeoFitter().with_params(r=0.8, alpha=5, a=0.8, b=2.5)),
        ("modified", ModifiedBetaGeoFitter().with_params(r=0.8, alpha=5, a=0.8, b=2.5)),
        ("pareto", ParetoNBDFitter().with_params(r=0.8, alpha=5, s=0.7, beta=10)),
    ],
)
def test_chances_of_a_purchase_are_how_often_there_is_one(kind: str, model: Fitter) -> None:
    x, t_x, age, came = _made_up(kind, 12_000, 12.0)
    seen = validation.held(x, t_x, age, 12.0, came)
    for table, said in (
        (validation.returning(model, seen), "predicted"),
        (validation.by_alive(model, seen), "expected"),
    ):
        error = np.sqrt(table["happened"] * (1 - table["happened"]) / table["people"])
        assert (np.abs(table[said] - table["happened"]) < 4 * error + 1e-3).all(), table
        assert table["people"].sum() == 12_000
    lift = validation.lift_of(model, seen)
    assert lift["amount"].sum() == pytest.approx(came.sum())
    assert lift["expected"].sum() == pytest.approx(came.sum(), rel=0.05)


@pytest.mark.parametrize("kind", [BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter])
def test_a_purchase_is_as_likely_as_expected_ones_for_a_moment(kind: type[Fitter]) -> None:
    """Within a time so short that there can hardly be two, chance and expectation are the same."""
    model, who = _fitted(kind), [customers()[name] for name in HISTORY]
    at_once = np.asarray(model.conditional_probability_of_a_purchase(1e-5, *who))
    assert at_once == pytest.approx(np.asarray(model.predict(1e-5, *who)), rel=1e-3)
    later = [np.asarray(model.conditional_probability_of_a_purchase(t, *who)) for t in (0.0, 1.0, 10.0, 1e5)]
    assert (later[0] == 0).all() and all((b >= a).all() for a, b in pairwise(later))
    alive = np.asarray(model.conditional_probability_alive(*who))
    assert (later[-1] <= alive + 1e-12).all()


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (([], [], [], 1, []), "no customers"),
        (([1], [1], [2], 1, [1, 2]), "2 rows"),
        (([1], [1], [2], 0, [1]), "longer than nothing"),
        (([1], [1], [2], 1, [-1]), "below zero"),
        (([1], [3], [2], 1, [1]), "recency is above T"),
    ],
)
def test_bad_input(columns: tuple[list[float], list[float], list[float], float, list[float]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        validation.held(*columns)


@pytest.mark.parametrize(
    ("split", "end", "why"),
    [("1996-01-01", "1998-01-01", "in the calibration period"), ("1998-01-01", "1997-06-01", "must end before")],
)
def test_times_the_wrong_way_round(split: str, end: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        tracking(_fitted(BetaGeoFitter), transactions(), "customer", "day", split, end)
