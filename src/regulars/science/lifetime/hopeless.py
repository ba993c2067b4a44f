"""Customers from whom no model of repeat buying can be learned."""

from __future__ import annotations

import numpy as np

from regulars.science.lifetime.fitting import ConvergenceError


def refuse_hopeless(x: np.ndarray, age: np.ndarray, weight: np.ndarray) -> None:
    """Raises ``ConvergenceError`` and says why."""
    if not len(x) or weight.sum() <= 0:
        raise ConvergenceError("There are no customers to learn from.")
    if not (age > 0).any():
        raise ConvergenceError(
            "All customers bought on the last day only: no time has passed that could teach anything."
        )
    if not (x > 0).any():
        raise ConvergenceError("Nobody has come back yet: there is no repeat purchase to learn from.")
