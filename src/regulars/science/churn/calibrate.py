"""Making a score mean what it says, on people and times that the score was not fitted to.

- Platt (1999), Probabilistic outputs for support vector machines: log-odds = slope · score's log-odds + shift. Two
  numbers, so a few hundred people are enough; a person's explanation keeps adding up.
- Isotonic (Zadrozny and Elkan 2002): any rising step function; wants some thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from regulars.science.churn import logistic
from regulars.science.lifetime.fitting import ConvergenceError

PLATT_RIDGE = 1e-6
"""Just enough that a score without any error still has a slope."""


@dataclass(frozen=True, slots=True)
class Platt:
    """Log-odds are stretched by ``slope`` and moved by ``shift``."""

    slope: float
    shift: float

    def log_odds(self, score: np.ndarray) -> np.ndarray:
        """What the score's log-odds really are."""
        return np.asarray(self.slope * score + self.shift)


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Steps: from ``begins`` (log-odds of the score) on the chance is ``chance``."""

    begins: np.ndarray
    chance: np.ndarray

    def log_odds(self, score: np.ndarray) -> np.ndarray:
        """What the score's log-odds really are; between two steps the line between them."""
        return np.asarray(logit(np.interp(score, self.begins, self.chance)))


Calibration = Platt | Isotonic


def platt(score: np.ndarray, happened: np.ndarray) -> Platt:
    """By maximum likelihood on log-odds ``score``. Raises ``ConvergenceError``, also where a higher score means a lower
    chance: such a score says nothing that could be set right."""
    found = logistic.fit(np.asarray(score)[:, None], happened, PLATT_RIDGE)
    slope = float(found.coefficients[0])
    if slope <= 0:
        raise ConvergenceError("On the later cut a higher score meant a lower chance: the score says nothing.")
    return Platt(slope, found.intercept)


def isotonic(score: np.ndarray, happened: np.ndarray) -> Isotonic:
    """By pooling neighbours that stand the wrong way round. A step of n people of whom k had it happen is given
    (k + 1/2) / (n + 1), so that nobody is certain. Raises ``ConvergenceError`` for one outcome only."""
    score, happened = np.asarray(score, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if not len(score) or happened.min() == happened.max():
        raise ConvergenceError("Only one outcome was seen: there is nothing to calibrate by.")
    at, place, people = np.unique(score, return_inverse=True, return_counts=True)
    rising = isotonic_regression(np.bincount(place, happened) / people, weights=people)
    blocks = rising.blocks
    count = np.add.reduceat(people, blocks[:-1])
    came = rising.x[blocks[:-1]] * count
    chance = np.maximum.accumulate((came + 0.5) / (count + 1))
    begins = np.stack([at[blocks[:-1]], at[blocks[1:] - 1]], axis=1).ravel()
    keep = np.append(True, np.diff(begins) > 0)
    return Isotonic(begins[keep], np.repeat(chance, 2)[keep])


def chance(log_odds: np.ndarray) -> np.ndarray:
    """Log-odds as chances."""
    return np.asarray(expit(log_odds))
