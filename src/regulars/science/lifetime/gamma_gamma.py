"""Gamma-Gamma: what a customer spends on a purchase varies around her own mean, and means vary over customers.

Fader and Hardie (2013), The Gamma-Gamma model of monetary value (technical note 025); first in Colombo and Jiang
(1999), A stochastic RFM model, Journal of Interactive Marketing 13(3), 2-12. It supposes that how much somebody
spends says nothing of how often she buys: look at their correlation before believing it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import gammaln, polygamma, psi

from regulars.science.lifetime.arrays import beside, column, histories, like, number, weights_of
from regulars.science.lifetime.fitter import Fitter, Seen
from regulars.science.lifetime.fitting import ConvergenceError, Fit, Objective, maximise
from regulars.science.lifetime.options import Search, index_of, search_of, start_of

OPTIONS = "weights, initial_params, verbose, tol, index, q_constraint, maxiter, iterative_fitting, fit_method"
PERIODS_A_MONTH = {"H": 30 * 24, "h": 30 * 24, "D": 30, "W": 4.345, "M": 1}
"""How many of a unit of time a month has, as ``lifetimes`` counts them."""


class GammaGammaFitter(Fitter):
    """Gamma-Gamma. ``fit``, then ``params_`` (p, q, v; the note calls v gamma) and the questions below.

    penalizer_coef: times the squares of the parameters (v in the unit of money), taken off the average log-likelihood,
    as in ``lifetimes``.
    """

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    model: ClassVar[str] = "Gamma-Gamma"

    def fit(
        self,
        frequency: Any,
        monetary_value: Any,
        weights: Any = None,
        initial_params: Any = None,
        verbose: bool = False,
        tol: float | None = None,
        index: Any = None,
        q_constraint: bool = False,
        *,
        maxiter: int | None = None,
        iterative_fitting: int = 1,
        fit_method: str | None = None,
        **unknown: Any,
    ) -> Self:
        """Find the parameters under which what these customers spent is most likely (equation 1a of the note).

        frequency: the purchases that ``monetary_value``, the mean of what was spent on one, is of; both above zero.
        q_constraint: q is at least 1, below which spending has no mean. The other options are those of
        ``BetaGeoFitter.fit``. Raises ``ValueError`` and ``ConvergenceError``.
        """
        search = search_of(type(self).__name__, verbose, maxiter, unknown, OPTIONS)
        x, mean = _purchases(frequency, monetary_value)
        weight = weights_of(weights, len(x))
        index = index_of(index, len(x))
        if len(x) < 2 or weight.sum() <= 0:
            raise ConvergenceError("There are too few customers with repeat purchases to learn from.")
        if np.ptp(mean) == 0:
            raise ConvergenceError("Every customer spends the same on a purchase: there is nothing to tell apart.")
        unit = float(np.average(mean, weights=weight))
        start = np.array([6.0, 4.0, 0.5])
        if initial_params is not None:
            start = start_of(initial_params, self.names, np.array([1.0, 1.0, unit]))
        z = mean / unit
        counts, place = np.unique(x, return_inverse=True)
        of_count = np.bincount(place, weight)
        logs = np.log(z)
        sum_logs = np.bincount(place, weight * logs)

        def objective(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            return _likelihood(at, x, z, weight, counts, of_count, sum_logs)

        scale = np.array([1.0, 1.0, unit])
        penalty = self.penalizer_coef * scale**2 if self.penalizer_coef else None
        if q_constraint:
            fit = _with_a_mean(objective, start, float(weight.sum()), self.names, penalty, search)
        else:
            fit = maximise(objective, start, float(weight.sum()), self.names, penalty, search=search)
        likelihood = fit.log_likelihood - float(weight.sum()) * np.log(unit)
        given = frequency, monetary_value
        seen = Seen({"monetary_value": mean, "frequency": x, "weights": weight}, index, given)
        covariance = fit.covariance * np.outer(scale, scale)
        self._keep(fit.parameters * scale, likelihood, covariance, float(weight.sum()), seen)
        return self

    def conditional_expected_average_profit(self, frequency: Any = None, monetary_value: Any = None) -> Any:
        """What each customer spends on a purchase in the mean: between what she has spent and what all spend, the
        closer to the former the more she has bought (equation 5). A column that is not given is the fitted one."""
        p, q, v = self._values
        if frequency is None:
            frequency = self._known().given[0]
        if monetary_value is None:
            monetary_value = self._known().given[1]
        x, mean = _spending(frequency, monetary_value)
        bottom = p * x + q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(bottom > 0, p * (v + mean * x) / bottom, np.nan)
        return like(found, frequency, monetary_value)

    def expected_average_profit(self) -> float:
        """What a customer of whom nothing is known spends on a purchase in the mean. Raises ``ValueError`` where q is
        at most 1."""
        p, q, v = self._values
        if q <= 1:
            raise ValueError("with q at most 1 spending has no mean")
        return p * v / (q - 1)

    def customer_lifetime_value(
        self,
        transaction_prediction_model: Fitter,
        frequency: Any,
        recency: Any,
        T: Any,
        monetary_value: Any,
        time: float = 12,
        discount_rate: float = 0.01,
        freq: str = "D",
    ) -> Any:
        """What each customer's purchases of the next ``time`` months are worth today.

        discount_rate: a month's. freq: the unit of recency and T. Each month's purchases are counted at its end.
        """
        if freq not in PERIODS_A_MONTH:
            raise ValueError(f"freq must be one of {', '.join(PERIODS_A_MONTH)}, not {freq!r}")
        if not (np.isfinite(number(time, "time")) and time >= 0 and time == int(time)):
            raise ValueError(f"time must be a whole number of months, not {time!r}")
        if not (np.isfinite(number(discount_rate, "discount_rate")) and discount_rate > -1):
            raise ValueError(f"discount_rate must be above -1, not {discount_rate!r}: it is a month's, as 0.01")
        if not hasattr(transaction_prediction_model, "predict"):
            kind = type(transaction_prediction_model).__name__
            raise TypeError(f"transaction_prediction_model must be a fitted model, as BetaGeoFitter, not {kind}")
        x, t_x, age = histories(frequency, recency, T)
        of_money, mean = _spending(frequency, monetary_value)
        x, t_x, age, _, mean = beside(
            {"frequency": x, "recency": t_x, "T": age, "frequency of money": of_money, "monetary_value": mean}
        )
        each = np.asarray(self.conditional_expected_average_profit(x, mean))
        month = PERIODS_A_MONTH[freq]
        worth = np.zeros(len(each))
        before: Any = 0.0
        for nth in range(1, int(time) + 1):
            after = np.asarray(transaction_prediction_model.predict(month * nth, x, t_x, age))
            worth += each * (after - before) / (1 + discount_rate) ** nth
            before = after
        return like(worth, frequency, recency, T, monetary_value)


def _spending(frequency: Any, monetary_value: Any) -> tuple[np.ndarray, ...]:
    """Checked as what is asked of, which may be of customers who never came back and spent nothing then."""
    x, mean = column(frequency, "frequency"), column(monetary_value, "monetary_value")
    for values, name in ((x, "frequency"), (mean, "monetary_value")):
        if (values < 0).any():
            raise ValueError(f"{name} is below zero (row {int((values < 0).argmax())})")
    return beside({"frequency": x, "monetary_value": mean})


def _with_a_mean(
    objective: Objective,
    start: np.ndarray,
    weight: float,
    names: tuple[str, ...],
    penalty: np.ndarray | None,
    search: Search,
) -> Fit:
    """The most likely parameters with q at least 1: the best of all, or the best on that edge."""
    try:
        free = maximise(objective, start, weight, names, penalty, search=search)
    except ConvergenceError as error:
        if error.last is None or not error.last[1] < 1:
            raise
    else:
        if free.parameters[1] >= 1:
            return free
    left = [0, 2]

    def on_the_edge(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        value, gradient, hessian = objective(np.array([at[0], 1.0, at[1]]))
        return value, gradient[left], hessian[np.ix_(left, left)]

    fixed = None if penalty is None else penalty[left]
    edge = maximise(on_the_edge, start[left], weight, ("p", "v"), fixed, search=search)
    covariance = np.zeros((3, 3))
    covariance[np.ix_(left, left)] = edge.covariance
    return Fit(np.array([edge.parameters[0], 1.0, edge.parameters[1]]), edge.log_likelihood, covariance, edge.steps)


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
