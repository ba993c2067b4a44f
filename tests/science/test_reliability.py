"""Forecasts of chances, judged: against every pair, against sums by hand, and against themselves moved."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.science import reliability

PEOPLE = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.integers(0, 1)), min_size=2, max_size=60)


def _all_pairs(predicted: list[float], happened: list[int]) -> float:
    yes = [p for p, y in zip(predicted, happened, strict=True) if y]
    no = [p for p, y in zip(predicted, happened, strict=True) if not y]
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a in yes for b in no]
    return sum(wins) / len(wins) if wins else float("nan")


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_auc_is_the_share_of_pairs_in_order(people: list[tuple[float, int]]) -> None:
    p, y = [a for a, _ in people], [b for _, b in people]
    area, low, high = reliability.auc(p, y)
    assert area == pytest.approx(_all_pairs(p, y), nan_ok=True)
    if np.isfinite(low):
        assert low <= area <= high


def test_the_interval_of_auc_holds_what_it_should() -> None:
    """Two normals a unit apart: AUC is Phi(1 / sqrt 2) = 0.7602."""
    chance = np.random.default_rng(4)
    inside = 0
    for _ in range(300):
        y = np.repeat([0, 1], [80, 40])
        _, low, high = reliability.auc(1 / (1 + np.exp(-(chance.normal(size=120) + y))), y)
        inside += low <= 0.76025 <= high
    assert 0.91 <= inside / 300 <= 0.985


FOUR = ([0.1, 0.1, 0.6, 0.9], [0, 1, 0, 1])


def test_figures_by_hand() -> None:
    found = dict(zip(*reliability.figures(*FOUR).select("figure", "value"), strict=True))
    assert found["brier"] == pytest.approx((0.01 + 0.81 + 0.36 + 0.01) / 4)
    assert found["brier_base"] == pytest.approx(0.25)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.1, 0.4, 0.9]).mean())
    assert found["auc"] == pytest.approx(2.5 / 4)
    # Three bins: (0.1, 0.1), (0.6), (0.9); off by 0.4 twice, 0.6 and 0.1.
    assert found["ece"] == pytest.approx((2 * 0.4 + 0.6 + 0.1) / 4)


def test_reliability_by_hand() -> None:
    table = reliability.reliability(*FOUR)
    assert table["people"].to_list() == [2, 1, 1]
    assert table["predicted"].to_list() == pytest.approx([0.1, 0.6, 0.9])
    assert table["happened"].to_list() == [0.5, 0, 1]
    # Wilson's interval of 1 in 2, as any table has it.
    assert table.row(0, named=True)["low"] == pytest.approx(0.0945, abs=5e-5)
    assert table.row(0, named=True)["high"] == pytest.approx(0.9055, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(1, 12))
def test_every_person_is_in_one_bin(people: list[tuple[float, int]], bins: int) -> None:
    p, y = [a for a, _ in people], [b for _, b in people]
    table = reliability.reliability(p, y, bins)
    assert table["people"].sum() == len(people)
    assert (table["people"] * table["happened"]).sum() == pytest.approx(sum(y))
    assert (table["people"] * table["predicted"]).sum() == pytest.approx(sum(p))
    assert table["predicted"].is_sorted() and table.height <= bins
    assert reliability.ece(p, y, bins) <= 1


def test_lift_by_hand() -> None:
    table = reliability.lift([4, 3, 2, 1], [6, 2, 0, 0], 2)
    assert table["amount"].to_list() == [8, 0]
    assert table["lift"].to_list() == [2, 0]
    assert table["share_so_far"].to_list() == [1, 1]


def test_equal_scores_are_in_no_order() -> None:
    table = reliability.lift([1, 1, 1, 1], [4, 0, 0, 0], 4)
    assert table["lift"].to_list() == [1, 1, 1, 1]
    assert reliability.lift([1, 2], [0, 0], 2)["lift"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("predicted", "happened", "why"),
    [
        ([], [], "no forecasts"),
        ([0.5], [0, 1], "one length"),
        ([1.5], [1], "between 0 and 1"),
        ([0.5], [2], "0 or 1"),
        ([float("nan")], [1], "missing or infinite"),
    ],
)
def test_bad_input(predicted: list[float], happened: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        reliability.figures(predicted, happened)


def test_one_outcome_has_no_auc() -> None:
    table = reliability.figures([0.2, 0.3], [0, 0])
    assert table.filter(pl.col("figure") == "auc")["value"].to_list() == [None]
