"""Maximum likelihood: where the likelihood is highest, how sharply it falls from there, and when there is no such
place.

All parameters are above zero, so the search goes over their logarithms. With many customers it first climbs on a part
of them, which is cheap, and then finishes on all: the result does not depend on that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from regulars.science.lifetime.options import STEPS, Search

FARTHEST = 14.0
"""Logarithms beyond this are on their way to nowhere: the data do not say where such a parameter lies."""
PART = 20_000
"""So many customers place the parameters well enough to begin with."""

EVERY_STEP = Search()
LEAVING = (("a", "b"), ("s", "beta"))
"""The parameters of leaving: the smaller the first beside the second, the fewer leave."""
FEW_LEAVE = 1e-3
NOBODY_LEAVES = "Nobody among these customers seems to leave"
MORE = "Give the model more customers or a longer time"

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
    penalty: np.ndarray | None = None,
    tolerance: float = 1e-9,
    search: Search = EVERY_STEP,
) -> Fit:
    """The parameters that make the data most likely.

    weight: how many customers the likelihood is of; the search looks at the average. penalty: what the
    square of each parameter takes off the average. Raises ``ConvergenceError``.
    """

    def average(logs: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        at = np.exp(np.clip(logs, -FARTHEST * 2, FARTHEST * 2))
        value, gradient, hessian = objective(at)
        value, gradient, hessian = value / weight, gradient / weight, hessian / weight
        if penalty is not None:
            value = value - float(np.sum(penalty * at**2))
            gradient = gradient - 2 * penalty * at
            hessian = hessian - 2 * np.diag(penalty)
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
        options={
            "gtol": tolerance,
            "maxiter": search.steps,
            "initial_trust_radius": 1.0,
            "max_trust_radius": 4.0,
        },
    )
    logs = found.x
    if search.verbose:
        told = f"{found.nit} steps, {found.nfev} evaluations; minus the mean log-likelihood: {found.fun:.9g}"
        sys.stdout.write(told + "\n")
    value, gradient, hessian = known(logs)
    _refuse_edges(logs, gradient, hessian, names, search, penalty is not None)
    best = np.exp(logs)
    covariance = np.linalg.inv(hessian) / weight * np.outer(best, best)
    likelihood = -value * weight + (0.0 if penalty is None else float(np.sum(penalty * best**2)) * weight)
    return Fit(best, likelihood, covariance, int(found.nit))


def _refuse_edges(
    logs: np.ndarray,
    gradient: np.ndarray,
    hessian: np.ndarray,
    names: tuple[str, ...],
    search: Search,
    penalised: bool,
) -> None:
    best = np.exp(logs)
    far = [name for name, log in zip(names, logs, strict=True) if not np.isfinite(log) or abs(log) > FARTHEST]
    if far:
        raise ConvergenceError(_why_far(dict(zip(names, logs, strict=True)), far, penalised), best)
    if not np.isfinite(gradient).all() or np.abs(gradient).max() > 1e-4:
        within = f" within {search.steps} steps: give a larger maxiter" if search.steps < STEPS else ""
        raise ConvergenceError(f"The search for the most likely parameters did not come to rest{within}.", best)
    if np.linalg.eigvalsh(hessian).min() <= 0:
        small, large = _of_leaving(names)
        if small and best[names.index(small)] < FEW_LEAVE * best[names.index(large)]:
            raise ConvergenceError(f"{NOBODY_LEAVES}: {small} / {large} shrinks to 0. {MORE}, in which some do.", best)
        raise ConvergenceError(
            "The likelihood is flat in some direction: different parameters explain these customers equally well.", best
        )


def _of_leaving(names: tuple[str, ...]) -> tuple[str, str]:
    return next((pair for pair in LEAVING if set(pair) <= set(names)), ("", ""))


def _why_far(logs: dict[str, float], far: list[str], penalised: bool) -> str:
    small, large = _of_leaving(tuple(logs))
    if small in far and logs[small] < 0:
        return f"{NOBODY_LEAVES}: {small} shrinks to 0. {MORE}, in which some do."
    if large in far and logs[large] > 0 and small not in far:
        return f"{NOBODY_LEAVES}: {large} grows without end. {MORE}, in which some do."
    # A penalty on squares holds back what grows; what shrinks it lets go.
    helps = not penalised and any(logs[name] > 0 for name in far)
    verb = "lies" if len(far) == 1 else "lie"
    return (
        f"These customers do not tell where {' and '.join(far)} {verb}: the likelihood rises without end in that "
        f"direction. {MORE}{', or a small penalizer_coef' if helps else ''}."
    )
