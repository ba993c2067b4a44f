"""Maximum likelihood: where the likelihood is highest, how sharply it falls from there, and when there is no such
place.

All parameters are above zero, so the search goes over their logarithms. With many customers it first climbs on a part
of them, which is cheap, and then finishes on all: the result does not depend on that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

FARTHEST = 14.0
"""Logarithms beyond this are on their way to nowhere: the data do not say where such a parameter lies."""
PART = 20_000
"""So many customers place the parameters well enough to begin with."""

Objective = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]
"""Of the parameters: the log-likelihood, its gradient and its Hessian."""


class ConvergenceError(ValueError):
    """No best parameters were found; the message says why, and ``last`` where the search stood."""

    def __init__(self, why: str, last: np.ndarray | None = None) -> None:
        super().__init__(why)
        self.last = last


@dataclass(frozen=True, slots=True)
class Fit:
    """The best parameters, their log-likelihood, and the covariance that its curvature there implies."""

    parameters: np.ndarray
    log_likelihood: float
    covariance: np.ndarray
    steps: int


def maximise(
    objective: Objective,
    start: np.ndarray,
    weight: float,
    names: tuple[str, ...],
    penalizer: float = 0.0,
    tolerance: float = 1e-9,
) -> Fit:
    """The parameters that make the data most likely.

    weight: how many customers the likelihood is of; the search looks at the average. penalizer: times the squares of
    the parameters, taken off the average, as ``lifetimes`` has it. Raises ``ConvergenceError``.
    """

    def average(logs: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        at = np.exp(np.clip(logs, -FARTHEST * 2, FARTHEST * 2))
        value, gradient, hessian = objective(at)
        value, gradient, hessian = value / weight, gradient / weight, hessian / weight
        if penalizer:
            value = value - penalizer * float(np.sum(at**2))
            gradient = gradient - 2 * penalizer * at
            hessian = hessian - 2 * penalizer * np.eye(len(at))
        in_logs = gradient * at
        return -value, -in_logs, -(hessian * np.outer(at, at) + np.diag(in_logs))

    kept: dict[bytes, tuple[float, np.ndarray, np.ndarray]] = {}

    def known(logs: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        key = logs.tobytes()
        if key not in kept:
            kept.clear()
            kept[key] = average(logs)
        return kept[key]

    found = minimize(
        lambda logs: known(logs)[0],
        np.log(start),
        jac=lambda logs: known(logs)[1],
        hess=lambda logs: known(logs)[2],
        method="trust-exact",
        options={"gtol": tolerance, "maxiter": 200, "initial_trust_radius": 1.0, "max_trust_radius": 4.0},
    )
    logs = found.x
    value, gradient, hessian = known(logs)
    _refuse_edges(logs, gradient, hessian, names)
    best = np.exp(logs)
    covariance = np.linalg.inv(hessian) / weight * np.outer(best, best)
    likelihood = -value * weight + (penalizer * float(np.sum(best**2)) * weight if penalizer else 0.0)
    return Fit(best, likelihood, covariance, int(found.nit))


def _refuse_edges(logs: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, names: tuple[str, ...]) -> None:
    best = np.exp(logs)
    far = [name for name, log in zip(names, logs, strict=True) if not np.isfinite(log) or abs(log) > FARTHEST]
    if far:
        raise ConvergenceError(
            f"These customers do not tell where {' and '.join(far)} lies: the likelihood rises without end in that "
            "direction. Give the model more customers or a longer time, or a small penalizer_coef.",
            best,
        )
    if not np.isfinite(gradient).all() or np.abs(gradient).max() > 1e-4:
        raise ConvergenceError("The search for the most likely parameters did not come to rest.", best)
    if np.linalg.eigvalsh(hessian).min() <= 0:
        raise ConvergenceError(
            "The likelihood is flat in some direction: different parameters explain these customers equally well.", best
        )
