"""What customers go in as, checked, and what answers come out as: the kind of column that was given."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

F64 = np.float64


def column(values: Any, name: str) -> np.ndarray:
    """A list, an array or any library's column as numbers. Raises ``ValueError`` for what is no finite number."""
    try:
        read = np.atleast_1d(np.asarray(_plain(values), dtype=F64))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers") from error
    if read.ndim != 1:
        raise ValueError(f"{name} must be one column, not {read.ndim} dimensions")
    bad = ~np.isfinite(read)
    if bad.any():
        raise ValueError(
            f"{name} has {int(bad.sum())} values that are missing or infinite, the first in row {bad.argmax()}"
        )
    return read


def _plain(values: Any) -> Any:
    series = nw.from_native(values, series_only=True, pass_through=True)
    return series.to_numpy() if isinstance(series, nw.Series) else values


def histories(frequency: Any, recency: Any, T: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency and T of customers, checked against each other. Raises ``ValueError`` with the first bad row.

    Columns of one row stand for all rows of the others.
    """
    x, t_x, age = column(frequency, "frequency"), column(recency, "recency"), column(T, "T")
    try:
        x, t_x, age = np.broadcast_arrays(x, t_x, age)
    except ValueError:
        raise ValueError(
            f"frequency, recency and T must be of one length, not {len(x)}, {len(t_x)} and {len(age)}"
        ) from None
    _refuse(x < 0, "frequency is below zero")
    _refuse(x != np.floor(x), "frequency is not a whole number")
    _refuse(t_x < 0, "recency is below zero")
    _refuse(t_x > age, "recency is above T: the last purchase lies after the end of what was observed")
    _refuse((x == 0) & (t_x != 0), "recency is not zero though frequency is: who never came back has no last return")
    return x, t_x, age


def number(value: Any, name: str) -> float:
    """One number. Raises ``TypeError`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    return float(value)


def times(t: Any) -> np.ndarray:
    """Times from now, checked."""
    read = column(t, "t")
    _refuse(read < 0, "t is below zero: it is a time from now on")
    return read


def counts(n: Any) -> np.ndarray:
    """Numbers of purchases, checked."""
    read = column(n, "n")
    _refuse((read < 0) | (read != np.floor(read)), "n is not a whole number from 0 on")
    return read


def ahead(t: Any, frequency: Any, recency: Any, T: Any) -> tuple[np.ndarray, ...]:
    """Checked histories, and the time from now for each."""
    x, t_x, age = histories(frequency, recency, T)
    return beside({"frequency": x, "recency": t_x, "T": age, "t": times(t)})


def beside(columns: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """The columns at one length; one row stands for all. Raises ``ValueError``."""
    lengths = {len(one) for one in columns.values()}
    if len(lengths - {1}) > 1:
        told = ", ".join(f"{name} has {len(one)}" for name, one in columns.items())
        raise ValueError(f"the columns must be of one length: {told}")
    return tuple(np.broadcast_arrays(*columns.values()))


def weights_of(weights: Any, count: int) -> np.ndarray:
    """How many customers each row stands for: one, unless said otherwise."""
    if weights is None:
        return np.ones(count)
    read = column(weights, "weights")
    if len(read) != count:
        raise ValueError(f"weights has {len(read)} rows, the customers {count}")
    _refuse(read < 0, "weights are below zero")
    return read


def merged(x: np.ndarray, t_x: np.ndarray, age: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same customers with equal histories in one row, which weighs as all of them: most of a shop's customers never
    came back, and differ by their age alone. In the order of the first of each."""
    rows = pl.DataFrame({"x": x, "t_x": t_x, "age": age, "weight": weight})
    rows = rows.group_by("x", "t_x", "age", maintain_order=True).agg(pl.col("weight").sum())
    return tuple(rows[name].to_numpy() for name in rows.columns)


def _refuse(bad: np.ndarray, why: str) -> None:
    if bad.any():
        raise ValueError(f"{why} (row {int(bad.argmax())}, {int(bad.sum())} rows in all)")


def like(answer: np.ndarray, *given: Any) -> Any:
    """An answer as the kind of column that was given: a Series of pandas keeps its index, one of Polars or Arrow is one
    of theirs again; numbers alone give a number; anything else gives an array."""
    for values in given:
        series = nw.from_native(values, series_only=True, pass_through=True)
        if isinstance(series, nw.Series) and len(series) == len(answer):
            if series.implementation.is_pandas_like():
                return type(values)(answer, index=values.index)
            return nw.new_series("", answer, nw.Float64, backend=series.implementation).to_native()
    if all(np.ndim(values) == 0 for values in given):
        return float(answer[0])
    return answer
