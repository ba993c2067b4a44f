"""What the papers print, to the digits they print."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from regulars.science.lifetime import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from regulars.science.lifetime.fitter import Fitter
from tests.science.lifetime.cdnow import customers, transactions

HISTORY = ("frequency_cal", "recency_cal", "T_cal")


def _fitted(kind: type[BetaGeoFitter] | type[ParetoNBDFitter]) -> Fitter:
    return kind().fit(*(customers()[name] for name in HISTORY))


def test_the_sample_is_the_papers() -> None:
    table = customers()
    assert table.height == 2357
    assert (table["frequency_cal"] > 0).sum() == 946
    assert transactions().height == 6919


# Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284, table 2.
@pytest.mark.parametrize(
    ("kind", "printed", "likelihood"),
    [
        (BetaGeoFitter, {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426"}, "-9582.4"),
        (ParetoNBDFitter, {"r": "0.553", "alpha": "10.578", "s": "0.606", "beta": "11.669"}, "-9595.0"),
    ],
)
def test_parameters_and_likelihood(
    kind: type[BetaGeoFitter] | type[ParetoNBDFitter], printed: dict[str, str], likelihood: str
) -> None:
    model = _fitted(kind)
    assert {name: f"{value:.3f}" for name, value in model.params_.items()} == printed
    assert f"{model.log_likelihood_:.1f}" == likelihood


# Fader and Hardie (2013), The Gamma-Gamma model of monetary value, section 4: 946 customers.
def test_what_is_spent() -> None:
    bought = customers().filter(pl.col("frequency_cal") > 0)
    model = GammaGammaFitter().fit(bought["frequency_cal"], bought["monetary_value_cal"])
    assert [f"{value:.2f}" for value in model.params_.values()] == ["6.25", "3.74", "15.44"]


# The same paper, section 5: the correlation of what was expected of each customer with what came in the 39 weeks after.
@pytest.mark.parametrize(("kind", "printed"), [(BetaGeoFitter, "0.626"), (ParetoNBDFitter, "0.630")])
def test_weeks_nobody_had_seen(kind: type[BetaGeoFitter] | type[ParetoNBDFitter], printed: str) -> None:
    table = customers()
    expected = _fitted(kind).predict(39, *(table[name] for name in HISTORY))
    assert f"{np.corrcoef(expected, table['frequency_holdout'])[0, 1]:.3f}" == printed


# Fader, Hardie and Lee (2005), Implementing the BG/NBD model for customer base analysis in Excel: customer 0001.
def test_one_customer() -> None:
    assert f"{_fitted(BetaGeoFitter).predict(39, 2, 30 + 3 / 7, 38 + 6 / 7):.3f}" == "1.226"


def test_the_modified_model_explains_the_same_customers_as_well() -> None:
    assert _fitted(ModifiedBetaGeoFitter).log_likelihood_ == pytest.approx(-9582.1, abs=0.1)
