"""Slopes and curvatures of a function whose own are too long to write: by differences of its values.

Central differences in the logarithm of each parameter; their errors (of the order of the step squared, and of rounding
divided by it) are far below what a standard error or the end of a search needs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regulars.science.lifetime.fitting import Objective

STEP = 1e-4
TOLERANCE = 1e-7
"""No search by differences comes closer to a slope of nothing, a customer, than that."""


def with_differences(function: Callable[[np.ndarray], float], curves: np.ndarray | None = None) -> Objective:
    """The function with its gradient and Hessian by the parameters, which are above zero.

    curves: the Hessian to begin with instead of this function's own, which costs three times as much as all else; one
    that is nearly right still leads to the same place. It is set right by each new slope, with the update of Broyden,
    Fletcher, Goldfarb and Shanno (Nocedal and Wright 2006, Numerical Optimization, 6.1).
    """
    near = None if curves is None else _Curves(curves)

    def objective(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        count = len(at)
        logs = np.log(at)
        middle = function(at)

        def moved(*moves: tuple[int, float]) -> float:
            there = logs.copy()
            for place, by in moves:
                there[place] += by
            return function(np.exp(there))

        up = [moved((i, STEP)) for i in range(count)]
        down = [moved((i, -STEP)) for i in range(count)]
        slopes = np.array([(u - d) / (2 * STEP) for u, d in zip(up, down, strict=True)])
        if near is not None:
            return middle, slopes / at, near.after(at, slopes / at)
        curved = np.empty((count, count))
        wide = 20 * STEP
        far_up = [moved((i, wide)) for i in range(count)]
        far_down = [moved((i, -wide)) for i in range(count)]
        for i in range(count):
            curved[i, i] = (far_up[i] - 2 * middle + far_down[i]) / wide**2
            for j in range(i):
                both = moved((i, wide), (j, wide)) + moved((i, -wide), (j, -wide))
                one = far_up[i] + far_down[i] + far_up[j] + far_down[j]
                curved[i, j] = curved[j, i] = (both - one + 2 * middle) / (2 * wide**2)
        gradient = slopes / at
        hessian = (curved - np.diag(slopes)) / np.outer(at, at)
        return middle, gradient, hessian

    return objective


class _Curves:
    """A Hessian that is nearly right, and comes nearer with each slope that is seen."""

    def __init__(self, begin: np.ndarray) -> None:
        self.hessian = begin
        self.last: tuple[np.ndarray, np.ndarray] | None = None

    def after(self, at: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """The Hessian that also explains this slope."""
        if self.last is not None:
            moved = at - self.last[0]
            change, foreseen = gradient - self.last[1], self.hessian @ moved
            along, bent = float(change @ moved), float(foreseen @ moved)
            # Only where the slope fell, as it does towards a top; else the Hessian would stop being one of a top.
            if along < 0 and bent < 0:
                self.hessian = self.hessian + np.outer(change, change) / along - np.outer(foreseen, foreseen) / bent
        self.last = at, gradient
        return self.hessian
