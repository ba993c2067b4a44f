"""What a fitted model says: its parameters by name, how sure it is of each, and how both are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054
"""The standard normal's 97.5th percentile."""


class Parameters(Mapping[str, float]):
    """Parameters by name, in the model's order: ``params["alpha"]``, ``params.alpha`` or ``list(params.values())``."""

    def __init__(self, names: tuple[str, ...], values: np.ndarray) -> None:
        self._by_name = {name: float(value) for name, value in zip(names, values, strict=True)}

    def __getitem__(self, name: str) -> float:
        return self._by_name[name]

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["_by_name"][name]
        except KeyError:
            raise AttributeError(f"this model has no parameter {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return ", ".join(f"{name}: {value:.4g}" for name, value in self._by_name.items())


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter: its value, its standard error, and the ends of its 95 % interval.

    The interval is symmetric on the scale of logarithms, as parameters are above zero: value · exp(± 1.96 · se /
    value).
    """

    name: str
    value: float
    standard_error: float
    low: float
    high: float


def estimates(parameters: Parameters, standard_errors: np.ndarray) -> tuple[Estimate, ...]:
    """The table of a fitted model."""
    made = []
    for (name, value), error in zip(parameters.items(), standard_errors, strict=True):
        with np.errstate(over="ignore"):
            wide = float(np.exp(Z_95 * error / value))
        made.append(Estimate(name, value, float(error), value / wide, value * wide))
    return tuple(made)
