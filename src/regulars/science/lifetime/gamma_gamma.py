"""Gamma-Gamma: what a customer spends on a purchase varies around her own mean, and means vary over customers.

Fader and Hardie (2013), The Gamma-Gamma model of monetary value (technical note 025); first in Colombo and Jiang
(1999), A stochastic RFM model, Journal of Interactive Marketing 13(3), 2-12. It supposes that how much somebody
spends says nothing of how often she buys: look at their correlation before believing it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import gammaln, polygamma, psi

from regulars.science.lifetime.arrays import column, like, weights_of
from regulars.science.lifetime.fitter import Fitter
from regulars.science.lifetime.fitting import ConvergenceError, maximise

PERIODS_A_MONTH = {"H": 30 * 24, "h": 30 * 24, "D": 30, "W": 4.345, "M": 1}
"""How many of a unit of time a month has, as ``lifetimes`` counts them."""


class GammaGammaFitter(Fitter):
    """Gamma-Gamma. ``fit``, then ``params_`` (p, q, v; the note calls v gamma) and the questions below."""

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    model: ClassVar[str] = "Gamma-Gamma"

    def fit(self, frequency: Any, monetary_value: Any, weights: Any = None, initial_params: Any = None) -> Self:
        """Find the parameters under which what these customers spent is most likely (equation 1a of the note).

        frequency: the purchases that ``monetary_value``, the mean of what was spent on one, is of; both above zero.
        Raises ``ValueError`` and ``ConvergenceError``.
        """
        x, mean = _purchases(frequency, monetary_value)
        weight = weights_of(weights, len(x))
        if len(x) < 2 or weight.sum() <= 0:
            raise ConvergenceError("There are too few customers with repeat purchases to learn from.")
        if np.ptp(mean) == 0:
            raise ConvergenceError("Every customer spends the same on a purchase: there is nothing to tell apart.")
        unit = float(np.average(mean, weights=weight))
        start = np.array([6.0, 4.0, 0.5])
        if initial_params is not None:
            start = column(initial_params, "initial_params") / np.array([1.0, 1.0, unit])
        z = mean / unit
        counts, place = np.unique(x, return_inverse=True)
        of_count = np.bincount(place, weight)
        logs = np.log(z)
        sum_logs = np.bincount(place, weight * logs)

        def objective(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            return _likelihood(at, x, z, weight, counts, of_count, sum_logs)

        fit = maximise(objective, start, float(weight.sum()), self.names, self.penalizer_coef)
        scale = np.array([1.0, 1.0, unit])
        likelihood = fit.log_likelihood - float(weight.sum()) * np.log(unit)
        self._keep(fit.parameters * scale, likelihood, fit.covariance * np.outer(scale, scale), float(weight.sum()))
        return self

    def conditional_expected_average_profit(self, frequency: Any = None, monetary_value: Any = None) -> Any:
        """What each customer spends on a purchase in the mean: between what she has spent and what all spend, the
        closer to the former the more she has bought (equation 5). Without arguments what a new customer spends."""
        p, q, v = self._values
        if frequency is None or monetary_value is None:
            if q <= 1:
                raise ValueError("with q at most 1 spending has no mean")
            return p * v / (q - 1)
        x, mean = np.broadcast_arrays(column(frequency, "frequency"), column(monetary_value, "monetary_value"))
        bottom = p * x + q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(bottom > 0, p * (v + mean * x) / bottom, np.nan)
        return like(found, frequency, monetary_value)

    def customer_lifetime_value(
        self,
        transaction_prediction_model: Fitter,
        frequency: Any,
        recency: Any,
        T: Any,
        monetary_value: Any,
        time: int = 12,
        discount_rate: float = 0.01,
        freq: str = "D",
    ) -> Any:
        """What each customer's purchases of the next ``time`` months are worth today.

        discount_rate: a month's. freq: the unit of recency and T. Each month's purchases are counted at its end.
        """
        if freq not in PERIODS_A_MONTH:
            raise ValueError(f"freq must be one of {', '.join(PERIODS_A_MONTH)}")
        each = np.asarray(self.conditional_expected_average_profit(frequency, monetary_value), dtype=np.float64)
        month = PERIODS_A_MONTH[freq]
        worth = np.zeros(len(np.atleast_1d(each)))
        before: Any = 0.0
        for number in range(1, time + 1):
            after = np.asarray(transaction_prediction_model.predict(month * number, frequency, recency, T))
            worth += each * (after - before) / (1 + discount_rate) ** number
            before = after
        return like(worth, frequency, recency, T, monetary_value)


def _purchases(frequency: Any, monetary_value: Any) -> tuple[np.ndarray, np.ndarray]:
    x, mean = column(frequency, "frequency"), column(monetary_value, "monetary_value")
    if len(x) != len(mean):
        raise ValueError(f"frequency and monetary_value must be of one length, not {len(x)} and {len(mean)}")
    for values, name in ((x, "frequency"), (mean, "monetary_value")):
        bad = values <= 0
        if bad.any():
            raise ValueError(
                f"{name} must be above zero (row {int(bad.argmax())}, {int(bad.sum())} rows in all): "
                "only customers who came back and paid say how much is spent"
            )
    return x, mean


def _likelihood(
    at: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    weight: np.ndarray,
    counts: np.ndarray,
    of_count: np.ndarray,
    sum_logs: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray]:
    p, q, v = at
    px = p * counts
    spent = v + x * z
    log_spent, inverse = np.log(spent), 1 / spent
    wx = weight * x
    sums = (np.sum(wx * log_spent), np.sum(weight * log_spent), np.sum(wx * inverse), np.sum(weight * inverse))
    total = of_count.sum()
    value = np.sum(of_count * (gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) + px * np.log(counts)))
    value += np.sum((px - 1) * sum_logs) - p * sums[0] - q * sums[1]
    by_p = np.sum(of_count * counts * (psi(px + q) - psi(px) + np.log(counts))) + np.sum(counts * sum_logs) - sums[0]
    by_q = np.sum(of_count * (psi(px + q) - psi(q) + np.log(v))) - sums[1]
    by_v = total * q / v - p * sums[2] - q * sums[3]
    curve = polygamma(1, px + q)
    squares = (np.sum(wx * inverse**2), np.sum(weight * inverse**2))
    hessian = np.empty((3, 3))
    hessian[0, 0] = np.sum(of_count * counts**2 * (curve - polygamma(1, px)))
    hessian[0, 1] = hessian[1, 0] = np.sum(of_count * counts * curve)
    hessian[1, 1] = np.sum(of_count * (curve - polygamma(1, q)))
    hessian[0, 2] = hessian[2, 0] = -sums[2]
    hessian[1, 2] = hessian[2, 1] = total / v - sums[3]
    hessian[2, 2] = -total * q / v**2 + p * squares[0] + q * squares[1]
    return float(value), np.array([by_p, by_q, by_v]), hessian
