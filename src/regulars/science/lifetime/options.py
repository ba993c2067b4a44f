"""What ``fit`` takes beside customers: the options of ``lifetimes``, honoured or ignored, and none by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.science.lifetime.arrays import column, number

STEPS = 200


@dataclass(frozen=True, slots=True)
class Search:
    """How the search is done: whether it tells of itself, and after how many steps it gives up."""

    verbose: bool = False
    steps: int = STEPS


def search_of(model: str, verbose: bool, maxiter: int | None, unknown: Mapping[str, Any], known: str) -> Search:
    """The options that matter. Raises ``TypeError`` for an unknown one, naming ``known``."""
    if unknown:
        raise TypeError(f"{model}.fit has no option {', '.join(map(repr, unknown))}; it has {known}")
    if maxiter is not None and not number(maxiter, "maxiter") >= 1:
        raise ValueError(f"maxiter must be at least 1, not {maxiter!r}")
    return Search(bool(verbose), STEPS if maxiter is None else int(maxiter))


def index_of(index: Any, count: int) -> Any:
    """The index of ``data``, checked."""
    if index is not None and not hasattr(index, "__len__"):
        raise TypeError(f"index must be a column, not {type(index).__name__}")
    if index is not None and len(index) != count:
        raise ValueError(f"index has {len(index)} rows, the customers {count}")
    return index


def start_of(initial_params: Any, names: tuple[str, ...], scale: np.ndarray) -> np.ndarray:
    """Where the search begins, in the search's own units. Raises ``ValueError``."""
    given = [initial_params[name] for name in names] if _has(initial_params, names) else initial_params
    start = column(given, "initial_params")
    if len(start) != len(names):
        raise ValueError(f"initial_params must be {len(names)} numbers ({', '.join(names)}), not {len(start)}")
    if (start <= 0).any():
        raise ValueError("initial_params must be above zero")
    return np.asarray(start / scale)


def _has(given: Any, names: tuple[str, ...]) -> bool:
    return isinstance(given, Mapping) and all(name in given for name in names)
