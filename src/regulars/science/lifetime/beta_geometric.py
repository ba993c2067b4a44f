"""BG/NBD and MBG/NBD: buying is a Poisson process, and after each purchase a customer may leave for good.

Rates of buying are Gamma(r, rate alpha) over customers, chances of leaving Beta(a, b).

- BG/NBD: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284. Nobody
  leaves before having come back once.
- MBG/NBD: Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for customer base
  analysis, International Journal of Research in Marketing 24(3), 201-209. The first purchase may be the last, too.

With m = 0 for the first and 1 for the second they are one formula: MBG/NBD counts one chance of leaving more.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import betainc, betaln, expit, gammaln, polygamma, psi

from regulars.science.lifetime.arrays import ahead, beside, counts, histories, like, times, weights_of
from regulars.science.lifetime.fitter import Fitter, Seen
from regulars.science.lifetime.fitting import PART, ConvergenceError, Fit, maximise
from regulars.science.lifetime.hopeless import refuse_hopeless
from regulars.science.lifetime.left_over import left_over
from regulars.science.lifetime.loops import beta_geometric_sums
from regulars.science.lifetime.options import Search, index_of, search_of, start_of

_NAMES = ("r", "alpha", "a", "b")
OPTIONS = "weights, initial_params, verbose, tol, index, maxiter, iterative_fitting, fit_method"
_NEAR = 1e-5
"""The closed forms have holes where a is 1 and where a + b + x + m is 1, across which they are smooth."""


class BetaGeoFitter(Fitter):
    """BG/NBD. ``fit``, then ``params_``, ``log_likelihood_``, ``summary`` and the questions below.

    penalizer_coef: times the squares of the parameters (alpha in units of the longest age), taken off the average
    log-likelihood, as in ``lifetimes``.
    """

    names: ClassVar[tuple[str, ...]] = _NAMES
    model: ClassVar[str] = "BG/NBD"
    _extra: ClassVar[int] = 0

    def fit(
        self,
        frequency: Any,
        recency: Any,
        T: Any,
        weights: Any = None,
        initial_params: Any = None,
        verbose: bool = False,
        tol: float | None = None,
        index: Any = None,
        *,
        maxiter: int | None = None,
        iterative_fitting: int = 1,
        fit_method: str | None = None,
        **unknown: Any,
    ) -> Self:
        """Find the parameters under which these customers are most likely.

        frequency: purchases after the first; recency: the customer's age at the last of them; T: her age now; ages in
        one unit of time. weights: how many customers each row stands for. Raises ``ValueError`` for what cannot be a
        history and ``ConvergenceError`` where no parameters are best. initial_params: where to begin, in the order of
        ``names`` and as ``params_`` has them (not their logarithms).

        verbose: print how the search ended. maxiter: give up after so many steps. index: of the rows of ``data``.
        tol, iterative_fitting and fit_method are those of ``lifetimes`` and change nothing: the search needs no luck
        and always goes to the end.
        """
        search = search_of(type(self).__name__, verbose, maxiter, unknown, OPTIONS)
        x, t_x, age = histories(frequency, recency, T)
        weight = weights_of(weights, len(x))
        index = index_of(index, len(x))
        refuse_hopeless(x, age, weight)
        # In units of the mean age, so that the search has the same shape for days and for years.
        unit = float(np.average(age, weights=weight))
        data = (x, t_x / unit, age / unit, weight)
        scale = np.array([1.0, unit, 1.0, 1.0])
        start = np.array([0.5, 0.5, 0.8, 2.5]) if initial_params is None else start_of(initial_params, _NAMES, scale)
        # As lifetimes takes it: of times in units of the longest age.
        penalty = self.penalizer_coef * (scale / np.array([1.0, age.max(), 1.0, 1.0])) ** 2
        if len(x) > 2 * PART:
            step = len(x) // PART
            part = tuple(one[::step] for one in data)
            with suppress(ConvergenceError):
                start = self._maximise(part, start, penalty, search).parameters
        fit = self._maximise(data, start, penalty, search)
        # The likelihood is a density of times for everybody who came back: its unit comes back in, once a purchase.
        likelihood = fit.log_likelihood - float(np.sum(weight * x)) * np.log(unit)
        seen = Seen({"frequency": x, "recency": t_x, "T": age, "weights": weight}, index)
        covariance = fit.covariance * np.outer(scale, scale)
        self._keep(fit.parameters * scale, likelihood, covariance, float(weight.sum()), seen)
        return self

    def _maximise(self, data: tuple[np.ndarray, ...], start: np.ndarray, penalty: np.ndarray, search: Search) -> Fit:
        x, t_x, age, weight = data
        many = np.bincount(x.astype(np.int64), weight)
        bought = np.flatnonzero(many).astype(float)
        many = many[many > 0]

        def objective(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            value, gradient, hessian = beta_geometric_sums(x, t_x, age, weight, at, self._extra)
            more = _of_counts(bought, many, at, self._extra)
            return value + more[0], gradient + more[1], hessian + more[2]

        return maximise(
            objective, start, float(weight.sum()), self.names, penalty if penalty.any() else None, search=search
        )

    def conditional_expected_number_of_purchases_up_to_time(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How many purchases each customer will make within ``t`` from now, whatever is known of her (equation 10 of
        the paper; for MBG/NBD with one chance of leaving more)."""
        x, t_x, age, time = ahead(t, frequency, recency, T)
        r, alpha, a, b = self._values
        m = self._extra
        n = r + x
        now = alpha + age
        a, of_x = _off_the_holes(a, b + x + m)
        top = a + of_x - 1
        left = left_over(n, of_x, top, now, time)
        found = top / (a - 1) * (1 - left) * self._alive(x, t_x, age)
        return like(np.maximum(found, 0.0), frequency, recency, T, t)

    def conditional_probability_alive(self, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer has not left for good. Under BG/NBD nobody who never came back can
        have."""
        return like(self._alive(*histories(frequency, recency, T)), frequency, recency, T)

    def _alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        r, alpha, a, b = self._values
        drops = b + x + self._extra - 1
        may = x + self._extra > 0
        odds = (r + x) * np.log((alpha + age) / (alpha + t_x)) + np.log(a) - np.log(np.where(may, drops, 1.0))
        return np.where(may, expit(-odds), 1.0)

    def conditional_probability_of_a_purchase(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer buys at least once within ``t`` from now.

        Who is still there buys at a rate that is Gamma(r + x, alpha + T): she is silent for t with chance
        ((alpha + T) / (alpha + T + t))^(r + x); who has left buys no more.
        """
        x, t_x, age, time = ahead(t, frequency, recency, T)
        r, alpha, _, _ = self._values
        found = -self._alive(x, t_x, age) * np.expm1(-(r + x) * np.log1p(time / (alpha + age)))
        return like(found, frequency, recency, T, t)

    def expected_number_of_purchases_up_to_time(self, t: Any) -> Any:
        """How many purchases somebody of whom nothing is known makes after the first, within ``t`` of it (equation
        9)."""
        time = times(t)
        r, alpha, a, b = self._values
        a, of_x = _off_the_holes(a, np.array(b + self._extra))
        top = a + of_x - 1
        left = left_over(np.array(r), of_x, top, np.array(alpha), time)
        # Of all who came, a / (a + b) leave at once under MBG/NBD: b / (a - 1) is (a + b) / (a - 1) of the others.
        share = b / (self._values[2] + b) if self._extra else 1.0
        return like(top / (a - 1) * (1 - left) * share, t)

    def probability_of_n_purchases_up_to_time(self, t: Any, n: Any) -> Any:
        """How likely it is to make exactly ``n`` purchases after the first, within ``t`` of it (equation 8)."""
        time, count = beside({"t": times(t), "n": counts(n)})
        r, alpha, a, b = self._values
        m = self._extra
        share = time / (alpha + time)
        with np.errstate(divide="ignore", invalid="ignore"):
            stays = betaln(a, b + count + m) - betaln(a, b) + gammaln(r + count) - gammaln(r) - gammaln(count + 1)
            stays = np.exp(stays + r * np.log(alpha / (alpha + time)) + np.where(count > 0, count * np.log(share), 0.0))
            leaves = np.exp(betaln(a + 1, b + count + m - 1) - betaln(a, b)) * betainc(count, r, share)
        leaves = np.where(count > 0, leaves, np.exp(betaln(a + 1, b) - betaln(a, b)) if m else 0.0)
        return like(stays + leaves, t, n)


class ModifiedBetaGeoFitter(BetaGeoFitter):
    """MBG/NBD: as ``BetaGeoFitter``, and the first purchase may already be the last."""

    model: ClassVar[str] = "MBG/NBD"
    _extra: ClassVar[int] = 1


def _of_counts(x: np.ndarray, counts: np.ndarray, at: np.ndarray, extra: int) -> tuple[float, np.ndarray, np.ndarray]:
    """The part of the log-likelihood that hangs on how often customers bought alone, with its slopes and curvatures."""
    r, alpha, a, b = at
    stays = b + x + extra
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, stays) - betaln(a, b)
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha),
        r / alpha,
        psi(a + b) - psi(a + stays),
        psi(stays) - psi(a + stays) - psi(b) + psi(a + b),
    )
    both = polygamma(1, a + b) - polygamma(1, a + stays)
    curves = np.zeros((4, 4))
    total = counts.sum()
    curves[0, 0] = np.sum(counts * (polygamma(1, r + x) - polygamma(1, r)))
    curves[0, 1] = curves[1, 0] = total / alpha
    curves[1, 1] = -total * r / alpha**2
    curves[2, 2] = curves[2, 3] = curves[3, 2] = np.sum(counts * both)
    curves[3, 3] = np.sum(counts * (both + polygamma(1, stays) - polygamma(1, b)))
    return float(np.sum(counts * value)), np.array([np.sum(counts * slope) for slope in slopes]), curves


def _off_the_holes(a: float, of_x: np.ndarray) -> tuple[float, np.ndarray]:
    if abs(a - 1) < _NEAR:
        a = 1 + _NEAR
    hole = np.abs(a + of_x - 1) < _NEAR
    return a, np.where(hole, 1 + _NEAR - a, of_x)
