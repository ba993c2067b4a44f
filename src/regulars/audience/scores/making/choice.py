"""Which model of repeat buying is in force, and why.

Candidates are fitted to all but the last months and judged by those months. The simplest wins, unless another is at
least ``BETTER`` closer to what each customer then bought: less would be chance, and a reason to change every week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from regulars.audience.scores.making.orders import CannotScore, Past
from regulars.science.lifetime import (
    BetaGeoFitter,
    ConvergenceError,
    GammaGammaFitter,
    ModifiedBetaGeoFitter,
    ParetoNBDFitter,
    calibration_and_holdout_data,
    eligible,
    summary_data_from_transaction_data,
    validation,
)

CANDIDATES: tuple[type[BetaGeoFitter | ParetoNBDFitter], ...] = (BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter)
"""From the simplest on."""
BETTER = 0.01
HELD_OUT_DAYS = 90
HELD_OUT_MIN_DAYS = 14
JUDGED_MOST = 50_000
"""Customers that candidates are judged on, drawn by a fixed seed where there are more."""
SEED = 20_260_101
LOOSE = 5
"""A parameter whose standard error is so many times its value is not known."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model fitted to everything; ``judged``: the same model fitted to the time before ``split``, with what came
    after, for a share of customers; None where the past is too short for that. ``candidates``: what was found of each,
    plain data."""

    model: Any
    judged: Any
    seen: validation.Held | None
    split: date | None
    sample: pl.DataFrame | None
    candidates: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Spending:
    """Gamma-Gamma, or None and why not (a key with numbers)."""

    model: GammaGammaFitter | None
    why: dict[str, Any]


def summary(past: Past) -> pl.DataFrame:
    """A row a customer: ``member, frequency, recency, T, monetary_value``, in days, sorted by member."""
    last = past.as_of - timedelta(days=1)
    table: pl.DataFrame = summary_data_from_transaction_data(
        past.orders, "member", "day", "net_minor", observation_period_end=last
    )
    return table


def choose(past: Past, customers: pl.DataFrame) -> Chosen:
    """The model in force. Raises CannotScore where there are too few customers, or none converges."""
    for against in eligible.objections("orders", customers["frequency"]):
        raise CannotScore(against.why, count=int(against.value), limit=int(against.limit))
    found: list[dict[str, Any]] = []
    held = _held_out(past)
    fitted: list[tuple[float, Any, Any]] = []
    for kind in CANDIDATES:
        row: dict[str, Any] = {"model": kind.model, "state": "worse"}
        found.append(row)
        try:
            if held is not None:
                judged = _determined(kind().fit(held.seen.x, held.seen.t_x, held.seen.age))
                row |= _errors(judged, held.seen)
                fitted.append((row["mae"], kind, judged))
            else:
                sample = _some(customers)
                tried = _determined(kind().fit(sample["frequency"], sample["recency"], sample["T"]))
                row["log_likelihood"] = tried.log_likelihood_
                fitted.append((-tried.log_likelihood_, kind, None))
        except ConvergenceError as error:
            row |= {"state": "failed", "said": str(error)}
    for _score, kind, judged in _in_order(fitted, BETTER if held else 0.0):
        row = next(one for one in found if one["model"] == kind.model)
        try:
            model = _determined(kind().fit(customers["frequency"], customers["recency"], customers["T"]))
        except ConvergenceError as error:
            row |= {"state": "failed", "said": str(error)}
            continue
        row["state"] = "chosen"
        if held is None:
            return Chosen(model, None, None, None, None, found)
        return Chosen(model, judged, held.seen, held.split, held.orders, found)
    raise CannotScore("none_converges", candidates=[{k: one.get(k, "") for k in ("model", "said")} for one in found])


def spending(customers: pl.DataFrame) -> Spending:
    """What a purchase of each brings: by Gamma-Gamma, where that may be spoken of."""
    back = customers.filter((pl.col("frequency") > 0) & (pl.col("monetary_value") > 0))
    for against in eligible.objections("spend", customers["frequency"], customers["monetary_value"]):
        return Spending(None, {"key": against.why, "value": round(against.value, 3), "limit": against.limit})
    try:
        model = GammaGammaFitter().fit(back["frequency"], back["monetary_value"])
        model.expected_average_profit()
    except ValueError as error:  # a ConvergenceError too
        return Spending(None, {"key": "spend_failed", "said": str(error)})
    return Spending(model, {})


@dataclass(frozen=True, slots=True)
class _HeldOut:
    seen: validation.Held
    split: date
    orders: pl.DataFrame


def _held_out(past: Past) -> _HeldOut | None:
    first = past.orders["day"].min()
    assert isinstance(first, date)
    days = min(HELD_OUT_DAYS, (past.as_of - first).days // 3)
    if days < HELD_OUT_MIN_DAYS:
        return None
    last = past.as_of - timedelta(days=1)
    split = last - timedelta(days=days)
    orders = past.orders.select("member", "day")
    known = orders.filter(pl.col("day") <= split)["member"].unique().sort()
    if len(known) < eligible.CUSTOMERS_MIN:
        return None
    if len(known) > JUDGED_MOST:
        known = known.sample(JUDGED_MOST, seed=SEED)
        orders = orders.filter(pl.col("member").is_in(known.implode()))
    table = calibration_and_holdout_data(orders, "member", "day", split, observation_period_end=last)
    seen = validation.held(
        table["frequency_cal"], table["recency_cal"], table["T_cal"], days, table["frequency_holdout"]
    )
    return _HeldOut(seen, split, orders)


def _some(customers: pl.DataFrame) -> pl.DataFrame:
    return customers if customers.height <= JUDGED_MOST else customers.sample(JUDGED_MOST, seed=SEED)


def _determined(model: Any) -> Any:
    """The model, if its parameters are more than a ridge that runs to nowhere. Raises ConvergenceError."""
    loose = [one.name for one in model.estimates_ if not one.standard_error <= LOOSE * one.value]
    if loose:
        raise ConvergenceError(
            f"These customers hardly tell where {' and '.join(loose)} lies: the standard error is more than {LOOSE}"
            " times the value."
        )
    return model


def _errors(model: Any, seen: validation.Held) -> dict[str, float]:
    expected = np.asarray(model.predict(seen.duration, seen.x, seen.t_x, seen.age))
    if not np.isfinite(expected).all():
        raise ConvergenceError("It converges to parameters under which nothing can be forecast.")
    apart = expected - seen.came
    total = float(seen.came.sum())
    return {
        "mae": float(np.abs(apart).mean()),
        "rmse": float(np.sqrt((apart**2).mean())),
        "bias_percent": float(100 * apart.sum() / total) if total else 0.0,
        "log_likelihood": model.log_likelihood_,
    }


def _in_order(fitted: list[tuple[float, Any, Any]], better: float) -> list[tuple[float, Any, Any]]:
    """The one to take first: the simplest that none beats by enough; then the others, the best first."""
    if not fitted:
        return []
    best = min(score for score, _, _ in fitted)
    margin = abs(best) * better if better else 2.0
    first = next(one for one in fitted if one[0] <= best + margin)
    return [first, *sorted((one for one in fitted if one is not first), key=lambda one: one[0])]
