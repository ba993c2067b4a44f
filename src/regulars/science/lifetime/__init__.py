"""Who will buy again, how often, and what each customer is worth: probability models of repeat buying.

A customer is three numbers: how many times she came back (``frequency``), how old she was when she last did
(``recency``), and how old she is now (``T``), in one unit of time. The names are those of the Python package
``lifetimes``, which is no longer maintained; ``docs/lifetime.md`` says what is the same and what is not::

    from regulars.science.lifetime import BetaGeoFitter

    model = BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
    model.params_, model.log_likelihood_
    model.predict(30, table["frequency"], table["recency"], table["T"])

Needs neither Django nor a database. Tables of pandas, Polars, Arrow and DuckDB go in; out comes
the same kind, for DuckDB an Arrow table.
"""

from regulars.science.lifetime.beta_geometric import BetaGeoFitter, ModifiedBetaGeoFitter
from regulars.science.lifetime.fitting import ConvergenceError
from regulars.science.lifetime.gamma_gamma import GammaGammaFitter
from regulars.science.lifetime.parameters import Parameters
from regulars.science.lifetime.pareto import ParetoNBDFitter
from regulars.science.lifetime.tracking import tracking
from regulars.science.lifetime.transactions import (
    calibration_and_holdout_data,
    summary_data_from_transaction_data,
)

__all__ = [
    "BetaGeoFitter",
    "ConvergenceError",
    "GammaGammaFitter",
    "ModifiedBetaGeoFitter",
    "Parameters",
    "ParetoNBDFitter",
    "calibration_and_holdout_data",
    "summary_data_from_transaction_data",
    "tracking",
]
