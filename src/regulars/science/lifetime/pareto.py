"""Pareto/NBD: buying is a Poisson process that ends at an exponential moment nobody sees.

Rates of buying are Gamma(r, rate alpha) over customers, rates of leaving Gamma(s, rate beta). Schmittlein, Morrison
and Colombo (1987), Counting your customers: who are they and what will they do next?, Management Science 33(1), 1-24;
in the form of Fader and Hardie (2005), A note on deriving the Pareto/NBD model and related expressions.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import expit, gammaln

from regulars.science.lifetime.arrays import ahead, beside, counts, histories, like, merged, times, weights_of
from regulars.science.lifetime.differences import TOLERANCE, with_differences
from regulars.science.lifetime.fitter import Fitter, Seen
from regulars.science.lifetime.fitting import PART, Fit, maximise
from regulars.science.lifetime.hopeless import refuse_hopeless
from regulars.science.lifetime.options import Search, index_of, search_of, start_of
from regulars.science.lifetime.pareto_loops import log_odds_gone

OPTIONS = "weights, iterative_fitting, initial_params, verbose, tol, index, fit_method, maxiter"
_NODES = 200
"""Gauss-Legendre nodes for the time somebody may have left at."""


class ParetoNBDFitter(Fitter):
    """Pareto/NBD. ``fit``, then ``params_``, ``log_likelihood_``, ``summary`` and the questions below.

    penalizer_coef: times the squares of the parameters (alpha and beta in units of the longest age), taken off the
    log-likelihood of all rows (of one weight in the mean), as in ``lifetimes``: with many customers it hardly counts.
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    model: ClassVar[str] = "Pareto/NBD"

    def fit(
        self,
        frequency: Any,
        recency: Any,
        T: Any,
        weights: Any = None,
        iterative_fitting: int = 1,
        initial_params: Any = None,
        verbose: bool = False,
        tol: float | None = None,
        index: Any = None,
        fit_method: str | None = None,
        maxiter: int | None = None,
        **unknown: Any,
    ) -> Self:
        """Find the parameters under which these customers are most likely; as ``BetaGeoFitter.fit``, with the options
        in the order that ``lifetimes`` has them in."""
        search = search_of(type(self).__name__, verbose, maxiter, unknown, OPTIONS)
        x, t_x, age = histories(frequency, recency, T)
        weight = weights_of(weights, len(x))
        index = index_of(index, len(x))
        refuse_hopeless(x, age, weight)
        unit = float(np.average(age, weights=weight))
        scale = np.array([1.0, unit, 1.0, unit])
        start = np.array([0.6, 0.4, 0.6, 0.4])
        if initial_params is not None:
            start = start_of(initial_params, self.names, scale)
        longest = np.array([1.0, age.max(), 1.0, age.max()])
        penalty = self.penalizer_coef / len(x) * (scale / longest) ** 2
        data = (x, t_x / unit, age / unit, weight)
        if len(x) > 2 * PART:
            fit = self._maximise_in_two(data, start, penalty, search)
        else:
            fit = self._maximise(data, start, penalty, search)
        likelihood = fit.log_likelihood - float(np.sum(weight * x)) * np.log(unit)
        seen = Seen({"frequency": x, "recency": t_x, "T": age, "weights": weight}, index)
        covariance = fit.covariance * np.outer(scale, scale)
        self._keep(fit.parameters * scale, likelihood, covariance, float(weight.sum()), seen)
        return self

    def _maximise_in_two(
        self, data: tuple[np.ndarray, ...], start: np.ndarray, penalty: np.ndarray, search: Search
    ) -> Fit:
        """On a part of the customers, then on all with the curvature of the part, which saves most of the work."""
        step = len(data[0]) // PART
        part = self._maximise(merged(*(one[::step] for one in data)), start, penalty, search)
        curves = -np.linalg.inv(part.covariance) * (data[3].sum() / data[3][::step].sum())
        return self._maximise(merged(*data), part.parameters, penalty, search, curves)

    def _maximise(
        self,
        data: tuple[np.ndarray, ...],
        start: np.ndarray,
        penalty: np.ndarray,
        search: Search,
        curves: np.ndarray | None = None,
    ) -> Fit:
        x, t_x, age, weight = data
        many = np.bincount(x.astype(np.int64), weight)
        bought = np.flatnonzero(many).astype(float)
        many = many[many > 0]

        def likelihood(at: np.ndarray) -> float:
            r, alpha, s, beta = at
            of_counts = np.sum(many * (gammaln(r + bought) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)))
            here = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
            here += np.logaddexp(0.0, log_odds_gone(x, t_x, age, r, alpha, s, beta))
            return float(of_counts + np.sum(weight * here))

        objective = with_differences(likelihood, curves)
        taken = penalty if penalty.any() else None
        return maximise(objective, start, float(weight.sum()), self.names, taken, TOLERANCE, search)

    def conditional_expected_number_of_purchases_up_to_time(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How many purchases each customer will make within ``t`` from now (equation 41 of the note)."""
        x, t_x, age, time = ahead(t, frequency, recency, T)
        r, alpha, s, beta = self._values
        rate = (r + x) * (beta + age) / (alpha + age)
        found = rate * _years_left(s, (beta + age) / (beta + age + time)) * self._alive(x, t_x, age)
        return like(found, frequency, recency, T, t)

    def conditional_probability_alive(self, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer has not left for good (equation 36)."""
        return like(self._alive(*histories(frequency, recency, T)), frequency, recency, T)

    def _alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        return np.asarray(expit(-log_odds_gone(x, t_x, age, *self._values)))

    def conditional_probability_of_a_purchase(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer buys at least once within ``t`` from now.

        Who is still there is silent for t either by staying without buying, or by leaving before she buys: the odds
        between the two are those of having left, for a last purchase at T and an age of T + t.
        """
        x, t_x, age, time = ahead(t, frequency, recency, T)
        r, alpha, s, beta = self._values
        stays = -(r + x) * np.log1p(time / (alpha + age)) - s * np.log1p(time / (beta + age))
        silent = np.exp(stays + np.logaddexp(0.0, log_odds_gone(x, age, age + time, r, alpha, s, beta)))
        return like(self._alive(x, t_x, age) * (1 - silent), frequency, recency, T, t)

    def expected_number_of_purchases_up_to_time(self, t: Any) -> Any:
        """How many purchases somebody of whom nothing is known makes after the first, within ``t`` of it (equation
        27)."""
        time = times(t)
        r, alpha, s, beta = self._values
        return like(r * beta / alpha * _years_left(s, beta / (beta + time)), t)

    def probability_of_n_purchases_up_to_time(self, t: Any, n: Any) -> Any:
        """How likely it is to make exactly ``n`` purchases after the first, within ``t`` of it.

        Either she is still there (a negative binomial), or she left at some moment before, over which it is summed
        (Fader and Hardie 2006, Deriving an expression for P(X(t) = x) under the Pareto/NBD model; here by
        Gauss-Legendre quadrature instead of the closed form).
        """
        time, count = beside({"t": times(t), "n": counts(n)})
        r, alpha, s, beta = self._values
        where, share = np.polynomial.legendre.leggauss(_NODES)
        # Most leave early where beta is small: the nodes lie evenly in the logarithm of beta + y.
        wide = np.log1p(time / beta)[:, None]
        y = beta * np.expm1(wide * (where + 1) / 2)
        each = count[:, None]
        leaving = s * (beta / (beta + y)) ** s * wide / 2 * share
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.sum(leaving * np.exp(_log_nbd(each, y, r, alpha)), axis=1)
            stays = np.exp(_log_nbd(count, time, r, alpha)) * (beta / (beta + time)) ** s
        return like(left + stays, t, n)


def _log_nbd(n: np.ndarray, t: np.ndarray, r: float, alpha: float) -> np.ndarray:
    """The log of a negative binomial's chance of n purchases in t."""
    times = np.where(n > 0, n * np.log(t / (alpha + t)), 0.0)
    return np.asarray(gammaln(r + n) - gammaln(r) - gammaln(n + 1) + r * np.log(alpha / (alpha + t)) + times)


def _years_left(s: float, share: np.ndarray) -> np.ndarray:
    """(1 - share^(s-1)) / (s-1), which is -log(share) where s is 1."""
    if abs(s - 1) < 1e-9:
        return -np.log(share)
    return np.asarray(-np.expm1((s - 1) * np.log(share)) / (s - 1))
