"""Who leaves: features by hand, honest time, leaks, explanations that add up, bad input."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from regulars.science import churn
from regulars.science.churn import LeavingModel, columns, features
from regulars.science.lifetime import BetaGeoFitter, ConvergenceError
from tests.science.churn.shop import AS_OF, FIRST, orders

CUT = date(2024, 9, 1)


@cache
def fitted(calibration: str = "platt") -> LeavingModel:
    return churn.fit(churn.history(orders(), AS_OF), AS_OF, 60, calibration=calibration)  # type: ignore[arg-type]


def test_features_by_hand() -> None:
    """Ann: 1 January (two orders), 11 January, 31 March. The cut is 10 April."""
    rows = {
        "member": [1, 1, 1, 1, 2],
        "day": [date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 11), date(2024, 3, 31), date(2024, 4, 9)],
        "net_minor": [500, 500, 1000, 4000, 700],
        "list_minor": [500, 500, 1000, 5000, 700],
        "discount_minor": [0, 0, 0, 1000, 0],
        "first_category": ["tea", "cup", "tea", "tea", "tea"],
    }
    visits = pl.DataFrame({"member": [1], "day": [date(2024, 4, 5)]})
    tiers = pl.DataFrame(
        {"member": [1, 1, 1], "day": [date(2024, 1, 1), date(2024, 4, 1), date(2024, 4, 10)], "tier": [0, 1, 2]}
    )
    found = churn.at_cut(churn.history(pl.DataFrame(rows), date(2024, 4, 11), visits, tiers), date(2024, 4, 10))
    ann, bob = found.rows(named=True)
    wanted = {
        "recency": np.log(11), "tenure": np.log(101), "frequency": np.log(3), "frequency_recent": np.log(2 + 1),
        "frequency_short": np.log(2), "gap_mean": np.log(46), "gap_deviation": np.std([10, 80], ddof=1) / 45,
        "overdue": np.log(11 / 46), "spend_mean": np.log(2001), "spend_trend": np.log((5000 + 2001) / (1000 + 2001)),
        "categories": np.log(2), "discount_share": 1000 / 7000, "visit": np.log(6), "tier": 1.0,
    }  # fmt: skip
    assert {name: ann[name] for name in wanted} == pytest.approx(wanted)
    assert [name for name in found.columns if name not in ("customer", "cut", "tier")] == list(features.FEATURES)
    assert [bob[name] for name in ("gap_mean", "overdue", "gap_deviation", "visit", "tier")] == [None] * 5
    assert bob["recency"] == pytest.approx(np.log(2))


def test_alive_is_bg_nbd_on_the_days_before() -> None:
    history = churn.history(orders(), AS_OF)
    found = churn.at_cut(history, CUT)
    from regulars.science.lifetime import summary_data_from_transaction_data

    before = history.orders.filter(pl.col("day") < CUT)
    table = summary_data_from_transaction_data(
        before, "customer", "day", observation_period_end=CUT - timedelta(days=1)
    )
    columns = (table["frequency"], table["recency"], table["T"])
    alive = BetaGeoFitter().fit(*columns).conditional_probability_alive(*columns)
    assert found["customer"].to_list() == table["customer"].to_list()
    assert found["alive"].to_list() == pytest.approx(alive.to_list())


def test_nothing_after_the_cut_is_known_at_it() -> None:
    everything = churn.history(orders(), AS_OF)
    until_then = churn.history(orders().filter(pl.col("day") < CUT), CUT)
    assert_frame_equal(churn.at_cut(everything, CUT), churn.at_cut(until_then, CUT))


@pytest.mark.parametrize("horizon", [30, 60, 90])
def test_no_outcome_is_used_before_it_is_known(horizon: int) -> None:
    days = timedelta(days=horizon)
    made = churn.plan(FIRST, AS_OF, horizon)
    assert made.judged + days == AS_OF
    assert made.calibrated + days <= made.judged
    assert max(made.fitted) + days <= made.calibrated
    assert min(made.fitted) >= FIRST + timedelta(days=30)
    assert list(made.fitted) == sorted(set(made.fitted))


def test_leaving_is_no_order_within_the_horizon() -> None:
    rows = pl.DataFrame({"member": [1, 1, 2, 2], "net_minor": 1, "day": [FIRST, CUT, FIRST, CUT + timedelta(days=30)]})
    stayed = features.stayed_within(churn.history(rows, AS_OF), CUT, 30)
    assert stayed["customer"].to_list() == [1]


def test_it_says_more_than_the_mean_and_means_what_it_says() -> None:
    model = fitted()
    found = model.figures.filter(pl.col("method") == "model")
    value = dict(zip(found["figure"], found["value"], strict=True))
    low = dict(zip(found["figure"], found["low"], strict=True))
    assert low["auc"] > 0.6
    assert value["brier"] < value["brier_base"] and value["log_loss"] < value["log_loss_base"]
    assert value["predicted"] == pytest.approx(value["happened"], abs=0.08)
    assert set(model.figures["method"]) == {"model", "bg_nbd"}
    assert model.lift["lift"][0] > 1 > model.lift["lift"][-1]
    assert model.reliability["people"].sum() == model.lift["people"].sum()


@pytest.mark.parametrize("calibration", ["platt", "isotonic"])
def test_explanations_add_up(calibration: str) -> None:
    model = fitted(calibration)
    known = churn.at_cut(churn.history(orders(), AS_OF), AS_OF)
    chances = model.score(churn.history(orders(), AS_OF), AS_OF)["leaving"].to_list()
    for row in range(0, known.height, 25):
        parts = model.explain(known[row])["contribution"].sum()
        assert parts == pytest.approx(model.log_odds(known[row])[0], abs=1e-9)
        assert 1 / (1 + np.exp(-parts)) == pytest.approx(chances[row])
    with pytest.raises(ValueError, match="one customer"):
        model.explain(known)


def test_coefficients_say_how_sure_they_are() -> None:
    table = fitted().coefficients
    assert (table["low"] < table["coefficient"]).all() and (table["coefficient"] < table["high"]).all()
    assert table["p"].is_between(0, 1).all()


def test_a_fact_that_knows_the_future_is_dropped() -> None:
    """A status written back in time: at each cut it tells who will not come back."""
    history = churn.history(orders(), AS_OF)
    made = churn.plan(history.first_day, AS_OF, 60)
    facts = []
    for cut in (*made.fitted, made.calibrated, made.judged):
        known, stayed = churn.at_cut(history, cut), features.stayed_within(history, cut, 60)["customer"]
        gone = ~pl.col("customer").is_in(stayed.to_list())
        status = known.select(member="customer", day=pl.lit(cut - timedelta(days=1)), status=gone)
        facts.append(status)
    told = churn.history(orders(), AS_OF, facts=pl.concat(facts))
    model = churn.fit(told, AS_OF, 60)
    assert [(one.feature, one.why) for one in model.dropped if one.why == "leaks"] == [("status", "leaks")]
    assert "status" not in model.coefficients["name"]


def test_columns_that_say_nothing_are_dropped() -> None:
    chance = np.random.default_rng(2)
    good = chance.normal(size=200)
    never = pl.Series([None] * 200, dtype=pl.Float64)
    rows = pl.DataFrame({"good": good, "same": 3 * good + 1, "flat": 1.0, "never": never})
    kept, dropped = columns.choose(rows, rows.columns, chance.integers(0, 2, 200).astype(float))
    assert [column.name for column in kept] == ["good"]
    assert {one.feature: one.why for one in dropped} == {"same": "same_as", "flat": "constant", "never": "unknown"}


def _one(**more: object) -> pl.DataFrame:
    return pl.DataFrame({"member": [1, 2], "day": [FIRST, CUT], "net_minor": [1, 2]} | more)


@pytest.mark.parametrize(
    ("table", "error", "why"),
    [
        (_one()[:0], ConvergenceError, "0 orders"),
        (_one()[:1], ConvergenceError, "1 orders"),
        (_one(day=[FIRST, FIRST]), ConvergenceError, "all|All orders are of one day"),
        (_one(day=[FIRST, AS_OF]), ValueError, "clock went back"),
        (_one(currency=["USD", "EUR"]), ValueError, "several currencies .EUR, USD"),
        (_one(net_minor=[1, None]), ValueError, "missing values"),
        (_one(net_minor=[1.0, float("inf")]), ValueError, "no numbers"),
        (_one(day=["yesterday", "today"]), ValueError, "must be days"),
        (_one().drop("day"), ValueError, "no column 'day'"),
    ],
)
def test_bad_input(table: pl.DataFrame, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        churn.history(table, AS_OF)


@pytest.mark.parametrize(
    ("as_of", "horizon", "error", "why"),
    [
        (FIRST, 30, ValueError, "before the first order"),
        (FIRST + timedelta(days=100), 30, ConvergenceError, "120 days of orders; there are 100"),
        (AS_OF, 0, ValueError, "above zero"),
    ],
)
def test_too_little_time(as_of: date, horizon: int, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        churn.plan(FIRST, as_of, horizon)


def test_too_few_customers() -> None:
    with pytest.raises(ConvergenceError, match="it takes 20"):
        churn.fit(churn.history(orders(30), AS_OF), AS_OF, 60)
