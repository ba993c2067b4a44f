"""Does a model of repeat buying hold for months it has not seen: tables that a chart can be drawn from.

What is drawn: ``by_frequency`` (does it describe what it was fitted to), ``by_calibration_frequency`` (conditional
expectations), ``returning`` (are its chances chances), ``lift_of`` and ``errors`` (is it better than no model). The
figures of Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284; ``tracking`` has those over time.

Intervals are of 95 %, by drawing customers anew (bootstrap): one customer's purchases hang together, customers do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import chi2

from regulars.science import reliability
from regulars.science.lifetime.arrays import column, histories
from regulars.science.lifetime.fitter import Fitter

MOST = 7
"""Customers with so many purchases or more are put together."""
DRAWS = 400
SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Held:
    """Customers with what came after: frequency, recency and T of the calibration period, how long the hold-out was, in
    the same unit, and how often each bought in it."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    duration: float
    came: np.ndarray


def held(frequency: Any, recency: Any, T: Any, duration: float, frequency_holdout: Any) -> Held:
    """The columns of ``calibration_and_holdout_data``, checked. Raises ``ValueError``."""
    x, t_x, age = histories(frequency, recency, T)
    came = column(frequency_holdout, "frequency_holdout")
    if len(came) != len(x):
        raise ValueError(f"frequency_holdout has {len(came)} rows, the customers {len(x)}")
    if not len(x):
        raise ValueError("there are no customers to judge by")
    if (came < 0).any():
        raise ValueError("frequency_holdout is below zero")
    if not duration > 0:
        raise ValueError("the hold-out must be longer than nothing")
    return Held(x, t_x, age, float(duration), came)


def by_frequency(model: Fitter, frequency: Any, T: Any, most: int = MOST) -> pl.DataFrame:
    """How many customers came back 0, 1, … and ``most`` or more times, and how many the model expects to:
    ``frequency``, ``actual``, ``expected``, ``or_more``."""
    x, age = column(frequency, "frequency"), column(T, "T")
    if len(x) != len(age):
        raise ValueError(f"frequency and T must be of one length, not {len(x)} and {len(age)}")
    ages, people = np.unique(age, return_counts=True)
    expected = [
        float(people @ np.asarray(model.probability_of_n_purchases_up_to_time(ages, np.full(len(ages), float(n)))))
        for n in range(most)
    ]
    actual = np.bincount(np.minimum(x, most).astype(np.int64), minlength=most + 1)
    return pl.DataFrame(
        {
            "frequency": range(most + 1),
            "actual": actual,
            "expected": [*expected, len(x) - sum(expected)],
            "or_more": [n == most for n in range(most + 1)],
        }
    )


def goodness_of_fit(model: Fitter, table: pl.DataFrame) -> tuple[float, int, float]:
    """Pearson's chi-squared of a table of ``by_frequency``, its degrees of freedom and how likely one so large is if
    the model holds."""
    apart = (table["actual"] - table["expected"]) ** 2 / table["expected"]
    degrees = table.height - 1 - len(model.names)
    value = float(apart.sum())
    return value, degrees, float(chi2.sf(value, degrees))


def by_calibration_frequency(model: Fitter, seen: Held, most: int = MOST, draws: int = DRAWS) -> pl.DataFrame:
    """What customers who had come back 0, 1, … times bought in the hold-out: ``frequency``, ``or_more``, ``customers``,
    ``actual`` (a customer, with ``low`` and ``high``), ``expected``, ``own_rate`` (by each one's own past rate). Groups
    of nobody are left out."""
    expected, own = _expected(model, seen), _own_rate(seen)
    group = np.minimum(seen.x, most).astype(np.int64)
    rows = []
    for n in np.unique(group):
        of = group == n
        low, high = _interval([seen.came[of]], lambda came: float(came.mean()), draws)
        means = (float(one[of].mean()) for one in (expected, own))
        rows.append((int(n), bool(n == most), int(of.sum()), float(seen.came[of].mean()), low, high, *means))
    names = ("frequency", "or_more", "customers", "actual", "low", "high", "expected", "own_rate")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def returning(model: Fitter, seen: Held, bins: int = reliability.BINS) -> pl.DataFrame:
    """Are its chances chances: customers by how likely they were to buy in the hold-out, against who did.

    Whether somebody is alive is never seen; that she buys is. ``bin``, ``people``, ``predicted`` (chance of a
    purchase), ``happened`` (who bought), ``low``, ``high`` (Wilson), as ``reliability.reliability``.
    """
    return reliability.reliability(_chance(model, seen), seen.came > 0, bins)


def by_alive(model: Fitter, seen: Held, bins: int = reliability.BINS) -> pl.DataFrame:
    """The same by the probability of being alive: ``bin``, ``people``, ``alive`` (mean), ``expected`` and ``happened``
    (who was to buy, who did), ``low``, ``high``. Who bought was alive, so ``happened`` may not lie above ``alive``."""
    alive = np.asarray(model.conditional_probability_alive(seen.x, seen.t_x, seen.age))
    table = reliability.reliability(alive, seen.came > 0, bins)
    # The same bins again, of the chances: they are the bins of ``alive`` in its order.
    order = np.argsort(alive, kind="stable")
    ends = np.cumsum(table["people"].to_numpy())
    sums = np.add.reduceat(_chance(model, seen)[order], np.append(0, ends[:-1]))
    return table.select(
        "bin",
        "people",
        pl.col("predicted").alias("alive"),
        pl.Series("expected", sums / table["people"].to_numpy()),
        "happened",
        "low",
        "high",
    )


def lift_of(model: Fitter, seen: Held, groups: int = 10) -> pl.DataFrame:
    """The hold-out's purchases by tenths of customers, those of whom most was expected first; as ``reliability.lift``,
    with ``expected`` beside ``amount``."""
    expected = _expected(model, seen)
    table = reliability.lift(expected, seen.came, groups)
    return table.with_columns(reliability.lift(expected, expected, groups)["amount"].alias("expected"))


def errors(model: Fitter, seen: Held, draws: int = DRAWS) -> pl.DataFrame:
    """How far off the model is for a customer, beside who knows less.

    A row a ``method``: ``model``; ``own_rate`` (everybody goes on at her own past rate); ``mean`` (everybody buys at
    the mean rate of all). ``mae`` (purchases a customer), ``rmse``, ``bias_percent`` (of all purchases that came; null
    where none came) and ``correlation`` (null where a method says the same of all), each with ``_low`` and ``_high``.
    """
    rate = seen.x.sum() / seen.age.sum() if seen.age.sum() > 0 else 0.0
    methods = {
        "model": _expected(model, seen),
        "own_rate": _own_rate(seen),
        "mean": np.full(len(seen.x), rate * seen.duration),
    }
    figures = {"mae": _mae, "rmse": _rmse, "bias_percent": _bias, "correlation": _correlation}
    rows = []
    for method, expected in methods.items():
        row: dict[str, Any] = {"method": method}
        for name, figure in figures.items():
            row[name] = figure(expected, seen.came)
            low, high = _interval([expected, seen.came], figure, draws)
            row |= {f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    schema = {"method": pl.String} | {f"{name}{end}": pl.Float64 for name in figures for end in ("", "_low", "_high")}
    return pl.DataFrame(rows, schema=schema).fill_nan(None)


def _expected(model: Fitter, seen: Held) -> np.ndarray:
    return np.asarray(model.predict(seen.duration, seen.x, seen.t_x, seen.age))


def _chance(model: Fitter, seen: Held) -> np.ndarray:
    found = np.asarray(model.conditional_probability_of_a_purchase(seen.duration, seen.x, seen.t_x, seen.age))
    return np.clip(found, 0.0, 1.0)


def _own_rate(seen: Held) -> np.ndarray:
    return np.divide(seen.x * seen.duration, seen.age, out=np.zeros(len(seen.x)), where=seen.age > 0)


def _mae(expected: np.ndarray, came: np.ndarray) -> float:
    return float(np.abs(expected - came).mean())


def _rmse(expected: np.ndarray, came: np.ndarray) -> float:
    return float(np.sqrt(np.mean((expected - came) ** 2)))


def _bias(expected: np.ndarray, came: np.ndarray) -> float:
    total = came.sum()
    return float(100 * (expected.sum() - total) / total) if total else float("nan")


def _correlation(expected: np.ndarray, came: np.ndarray) -> float:
    if np.ptp(expected) <= 1e-12 * np.abs(expected).max(initial=0.0) or np.ptp(came) == 0:
        return float("nan")
    return float(np.corrcoef(expected, came)[0, 1])


def _interval(columns: list[np.ndarray], figure: Any, draws: int) -> tuple[float, float]:
    """The middle 95 % of a figure over customers drawn anew; the same draws for every method of as many customers."""
    chance, count = np.random.default_rng(SEED), len(columns[0])
    found = np.empty(draws)
    for draw in range(draws):
        who = chance.integers(0, count, count)
        found[draw] = figure(*(one[who] for one in columns))
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)
