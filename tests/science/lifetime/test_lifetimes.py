"""Against the package whose names these are, where it is right."""

from __future__ import annotations

import warnings
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import regulars.science.lifetime as ours
from tests.science.lifetime.cdnow import customers, transactions

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lifetimes as theirs
    from lifetimes.utils import calibration_and_holdout_data, summary_data_from_transaction_data

HISTORY = ("frequency_cal", "recency_cal", "T_cal")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return customers().to_pandas().set_index("customer")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "digits"),
    [("BetaGeoFitter", 4), ("ModifiedBetaGeoFitter", 4), ("ParetoNBDFitter", 3)],
)
def test_the_same_answers(table: pd.DataFrame, name: str, digits: int) -> None:
    history = [table[column] for column in HISTORY]
    mine: Any = getattr(ours, name)().fit(*history)
    old = getattr(theirs, name)().fit(*history)
    # Ours is at least as likely: its search goes to the end. Theirs is in times of their own scale, mostly a mean.
    times = 1 if name == "ParetoNBDFitter" else len(table)
    theirs_is = -old._negative_log_likelihood_ * times + history[0].sum() * np.log(old._scale)
    assert mine.log_likelihood_ >= theirs_is - 1e-6
    assert mine.log_likelihood_ == pytest.approx(theirs_is, abs=0.01)
    close = 10.0**-digits * 50
    found = mine.predict(39, *history)
    assert isinstance(found, pd.Series)
    assert found.index.equals(table.index)
    np.testing.assert_allclose(found, old.predict(39, *history), rtol=close, atol=close)
    np.testing.assert_allclose(
        mine.conditional_probability_alive(*history), old.conditional_probability_alive(*history), rtol=close
    )
    np.testing.assert_allclose(
        mine.expected_number_of_purchases_up_to_time(30), old.expected_number_of_purchases_up_to_time(30), rtol=close
    )


@pytest.mark.filterwarnings("ignore")
def test_the_same_value(table: pd.DataFrame) -> None:
    bought = table[table["frequency_cal"] > 0]
    history = [bought[column] for column in HISTORY]
    spent = bought["monetary_value_cal"]
    mine, old = ours.GammaGammaFitter().fit(history[0], spent), theirs.GammaGammaFitter().fit(history[0], spent)
    of_mine, of_old = ours.BetaGeoFitter().fit(*history), theirs.BetaGeoFitter(penalizer_coef=0.0).fit(*history)
    np.testing.assert_allclose(
        mine.conditional_expected_average_profit(history[0], spent),
        old.conditional_expected_average_profit(history[0], spent),
        rtol=1e-3,
    )
    worth = mine.customer_lifetime_value(of_mine, *history, spent, time=6, discount_rate=0.01, freq="W")
    other = old.customer_lifetime_value(of_old, *history, spent, time=6, discount_rate=0.01, freq="W")
    np.testing.assert_allclose(worth, other, rtol=2e-3)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(("freq", "multiplier"), [("D", 1), ("D", 7), ("W", 1)])
def test_the_same_table(freq: str, multiplier: int, first: bool) -> None:
    rows = transactions().to_pandas()
    arguments: dict[str, Any] = {
        "customer_id_col": "customer",
        "datetime_col": "day",
        "monetary_value_col": "spent",
        "observation_period_end": "1997-09-30",
        "freq": freq,
        "freq_multiplier": multiplier,
        "include_first_transaction": first,
    }
    mine = ours.summary_data_from_transaction_data(rows, **arguments)
    pd.testing.assert_frame_equal(mine, summary_data_from_transaction_data(rows, **arguments), check_index_type=False)


@pytest.mark.filterwarnings("ignore")
def test_the_same_weeks_after(table: pd.DataFrame) -> None:
    old = calibration_and_holdout_data(
        transactions().to_pandas(),
        "customer",
        "day",
        "1997-09-30",
        "1998-06-30",
        freq_multiplier=7,
        monetary_value_col="spent",
    ).drop(columns="monetary_value_holdout")  # theirs is the mean of a purchase, not of a day, as it is before
    pd.testing.assert_frame_equal(table[old.columns], old, check_index_type=False)


@pytest.mark.parametrize("kind", ["polars", "lazy", "pandas", "arrow"])
def test_tables_come_out_as_they_went_in(kind: str) -> None:
    rows = transactions()
    table: Any = {
        "polars": rows,
        "lazy": rows.lazy(),
        "pandas": rows.to_pandas(),
        "arrow": rows.to_arrow(),
    }[kind]
    found = ours.summary_data_from_transaction_data(table, "customer", "day", "spent")
    assert isinstance(found, {"pandas": pd.DataFrame, "arrow": pa.Table}.get(kind, pl.DataFrame))
    same = ours.summary_data_from_transaction_data(rows, "customer", "day", "spent")
    as_polars = pl.from_pandas(found.reset_index()) if kind == "pandas" else pl.DataFrame(found)
    assert as_polars.equals(same)
    column: Any = found["frequency"]
    model = ours.BetaGeoFitter().fit(found["frequency"], found["recency"], found["T"])
    assert isinstance(model.predict(30, found["frequency"], found["recency"], found["T"]), type(column))


def test_months() -> None:
    rows = pl.DataFrame(
        {"who": ["a"] * 4 + ["b"], "at": ["2026-01-31", "2026-02-01", "2026-02-20", "2026-05-02", "2026-03-03"]}
    )
    found = ours.summary_data_from_transaction_data(rows, "who", "at", observation_period_end="2026-06-15", freq="M")
    assert found.rows() == [("a", 2.0, 4.0, 5.0), ("b", 0.0, 0.0, 3.0)]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ({"who": [], "at": []}, "no transactions"),
        ({"who": ["a"], "when": ["2026-01-01"]}, "no column 'at'; it has 'who', 'when'"),
        ({"who": ["a"], "at": ["first of May"]}, "first of May.*give datetime_format"),
        ({"who": ["a", None], "at": ["2026-01-01", "2026-01-02"]}, "'who' has missing values"),
    ],
    ids=["empty", "column", "times", "missing"],
)
def test_tables_that_cannot_be_read(rows: dict[str, list[str]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ours.summary_data_from_transaction_data(pl.DataFrame(rows), "who", "at")


@pytest.mark.parametrize("freq", ["D", "W", "M", "h"])
def test_whole_numbers_and_names_give_the_same_table(freq: str) -> None:
    """Customers that are whole numbers are counted by sorting, others by grouping."""
    rows = transactions().with_columns(pl.col("customer").cast(pl.Int64) - 500)
    named = rows.with_columns(pl.format("{}", pl.col("customer") + 200_000).alias("customer"))
    numbers, names = (
        ours.summary_data_from_transaction_data(
            table, "customer", "day", freq=freq, observation_period_end="1998-01-15"
        )
        for table in (rows, named)
    )
    assert names.with_columns(pl.col("customer").cast(pl.Int64) - 200_000).equals(numbers)


def test_numbers_far_apart_are_grouped() -> None:
    rows = {"customer": [-(2**62), 2**62, 2**62], "day": [date(1969, 12, 30), date(1970, 1, 3), date(1970, 1, 9)]}
    found = ours.summary_data_from_transaction_data(pl.DataFrame(rows), "customer", "day")
    assert found.rows() == [(-(2**62), 0, 0, 10), (2**62, 1, 6, 6)]
