"""From features to the columns of a regression: which are kept, how they are scaled, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from regulars.science.reliability import auc

LEAK_AUC = 0.98
"""A single number that orders people that well knows what is to come."""
SAME = 0.999
"""Columns correlated like that say the same."""
UNKNOWN = "_unknown"

Why = Literal["unknown", "constant", "leaks", "same_as"]


@dataclass(frozen=True, slots=True)
class Column:
    """A feature as a column: (value - mean) / spread, the unknown at the mean; or, where ``flags``, whether it is
    unknown."""

    feature: str
    mean: float
    spread: float
    flags: bool = False

    @property
    def name(self) -> str:
        """The feature's key, with ``_unknown`` for the flag."""
        return self.feature + UNKNOWN if self.flags else self.feature


@dataclass(frozen=True, slots=True)
class Dropped:
    """A feature that is not used: never known, the same for all, a leak (``detail``: its AUC alone), or the same as
    another (``detail``: the correlation; ``other``: with which)."""

    feature: str
    why: Why
    detail: float | None = None
    other: str = ""


def choose(rows: pl.DataFrame, features: Sequence[str], left: np.ndarray) -> tuple[list[Column], list[Dropped]]:
    """The columns to fit with, learned from the rows of the fit alone."""
    kept: list[Column] = []
    values: list[np.ndarray] = []
    dropped: list[Dropped] = []

    def take(column: Column, raw: np.ndarray) -> None:
        scaled = (raw - column.mean) / column.spread
        for other, there in zip(kept, values, strict=True):
            alike = abs(float(np.mean(scaled * there)))
            if alike > SAME:
                dropped.append(Dropped(column.name, "same_as", alike, other.name))
                return
        kept.append(column)
        values.append(scaled)

    for feature in features:
        read = rows[feature].cast(pl.Float64).to_numpy()
        known = np.isfinite(read)
        if not known.any():
            dropped.append(Dropped(feature, "unknown"))
            continue
        mean = float(read[known].mean())
        filled = np.where(known, read, mean)
        spread = float(filled.std())
        alone = auc(_ranked(filled), left)[0]
        if max(alone, 1 - alone) > LEAK_AUC:
            dropped.append(Dropped(feature, "leaks", max(alone, 1 - alone)))
            continue
        if spread <= 1e-12 * max(1.0, abs(mean)):
            dropped.append(Dropped(feature, "constant"))
        else:
            take(Column(feature, mean, spread), filled)
        if not known.all():
            share = float((~known).mean())
            take(Column(feature, share, float(np.sqrt(share * (1 - share))), flags=True), (~known).astype(float))
    return kept, dropped


def design(rows: pl.DataFrame, columns: Sequence[Column]) -> np.ndarray:
    """The rows as the regression's table."""
    made = np.empty((rows.height, len(columns)))
    for place, column in enumerate(columns):
        read = rows[column.feature].cast(pl.Float64).to_numpy()
        known = np.isfinite(read)
        raw = (~known).astype(float) if column.flags else np.where(known, read, column.mean)
        made[:, place] = (raw - column.mean) / column.spread
    return made


def _ranked(values: np.ndarray) -> np.ndarray:
    """Into 0 to 1, in the same order."""
    low, wide = values.min(), np.ptp(values)
    return np.zeros(len(values)) if wide == 0 else (values - low) / wide
