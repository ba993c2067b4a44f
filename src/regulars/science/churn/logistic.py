"""Logistic regression with a ridge, by Newton's method: exact slopes, exact curvature, and standard errors.

scikit-learn would do the fit, but gives no standard errors, no clustered ones, and brings a second numeric stack for
what are thirty lines here; statsmodels brings pandas and formulae.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from regulars.science.lifetime.fitting import ConvergenceError

FARTHEST = 30.0
"""A coefficient beyond this, times its column's spread, is on its way to nowhere: the column tells the outcomes apart
without an error."""
STEPS_MAX = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds = intercept + x · coefficients. ``covariance`` is of (intercept, coefficients); ``log_likelihood``
    without the ridge."""

    intercept: float
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    steps: int

    def log_odds(self, x: np.ndarray) -> np.ndarray:
        """Of each row."""
        return np.asarray(self.intercept + x @ self.coefficients)

    @property
    def standard_errors(self) -> np.ndarray:
        """Of (intercept, coefficients)."""
        return np.sqrt(np.diag(self.covariance))


def penalised(
    at: np.ndarray, design: np.ndarray, happened: np.ndarray, ridge: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """The log-likelihood less ridge/2 times the sum of squared coefficients, its gradient and its Hessian.

    design: the columns with a first one of ones, whose coefficient is not held back.
    """
    held = np.full(len(at), ridge)
    held[0] = 0.0
    log_odds = design @ at
    chance = expit(log_odds)
    value = float(np.sum(happened * log_odds - np.logaddexp(0.0, log_odds)) - 0.5 * np.sum(held * at**2))
    gradient = design.T @ (happened - chance) - held * at
    hessian = -(design.T * (chance * (1 - chance))) @ design - np.diag(held)
    return value, gradient, hessian


def fit(x: np.ndarray, happened: np.ndarray, ridge: float = 1.0, clusters: np.ndarray | None = None) -> Logistic:
    """The coefficients under which what happened is most likely, held back by the ridge.

    x: a row a person and time, a column a feature, best of mean 0 and spread 1. clusters: whose row it is, when one
    person has several; the standard errors are then the sandwich of Liang and Zeger (1986), which does not take the
    rows of one person for independent; without them they come from the curvature. Raises ``ValueError`` for what cannot
    be data and ``ConvergenceError`` where nothing is best.
    """
    x, happened = np.asarray(x, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if x.ndim != 2 or happened.shape != (len(x),):
        raise ValueError("x must be a table with as many rows as happened")
    if not np.isfinite(x).all():
        raise ValueError("x has values that are missing or infinite")
    if not np.isin(happened, (0.0, 1.0)).all():
        raise ValueError("happened must be 0 or 1")
    if ridge < 0:
        raise ValueError("ridge must not be below zero")
    if not len(x) or happened.min() == happened.max():
        raise ConvergenceError("Only one outcome was seen: there is nothing to tell apart.")
    design = np.column_stack([np.ones(len(x)), x])
    at = np.zeros(design.shape[1])
    at[0] = np.log(happened.mean() / (1 - happened.mean()))
    value, gradient, hessian = penalised(at, design, happened, ridge)
    steps = 0
    while np.abs(gradient).max() > TOLERANCE * len(x):
        steps += 1
        if steps > STEPS_MAX:
            raise ConvergenceError("The search for the coefficients did not come to rest.", at)
        at, value, gradient, hessian = _step(at, value, gradient, hessian, design, happened, ridge)
        if np.abs(at[1:] * x.std(axis=0)).max(initial=0.0) > FARTHEST:
            raise ConvergenceError("Some column tells the outcomes apart without an error; give a ridge.", at)
    inverse = _inverse(-hessian, at)
    likelihood = value + 0.5 * ridge * float(np.sum(at[1:] ** 2))
    covariance = inverse if clusters is None else _sandwich(inverse, design, happened, at, clusters)
    return Logistic(float(at[0]), at[1:], covariance, likelihood, steps)


def _step(
    at: np.ndarray,
    value: float,
    gradient: np.ndarray,
    hessian: np.ndarray,
    design: np.ndarray,
    happened: np.ndarray,
    ridge: float,
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """One step of Newton's, halved until it does not lead down."""
    try:
        way = np.linalg.solve(-hessian, gradient)
    except np.linalg.LinAlgError:
        raise _flat(at) from None
    for halved in range(40):
        there = at + way * 0.5**halved
        found = penalised(there, design, happened, ridge)
        if found[0] >= value - 1e-12 * abs(value):
            return there, *found
    raise ConvergenceError("The search for the coefficients did not come to rest.", at)


def _inverse(curvature: np.ndarray, at: np.ndarray) -> np.ndarray:
    if np.linalg.cond(curvature) > 1e13:
        raise _flat(at)
    return np.linalg.inv(curvature)


def _flat(at: np.ndarray) -> ConvergenceError:
    return ConvergenceError("Some columns say the same: different coefficients explain the outcomes equally well.", at)


def _sandwich(
    inverse: np.ndarray, design: np.ndarray, happened: np.ndarray, at: np.ndarray, clusters: np.ndarray
) -> np.ndarray:
    _, whose = np.unique(clusters, return_inverse=True)
    count = int(whose.max()) + 1
    scores = design * (happened - expit(design @ at))[:, None]
    sums = np.zeros((count, scores.shape[1]))
    np.add.at(sums, whose, scores)
    return np.asarray(inverse @ (sums.T @ sums) @ inverse * (count / max(count - 1, 1)))
