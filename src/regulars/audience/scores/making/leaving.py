"""Who will not order within 30, 60 and 90 days: learned from a share of the customers, said of all, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from regulars.audience.scores.making.judged import number, rows
from regulars.audience.scores.making.orders import Past
from regulars.science import churn
from regulars.science.churn import calibrate
from regulars.science.churn.columns import design
from regulars.science.churn.model import HORIZONS, LOOK_BACK_DAYS, LeavingModel
from regulars.science.lifetime import ConvergenceError

LEARNED_MOST = 60_000
"""Customers that it is learned from, drawn by a fixed seed where there are more: beyond that nothing gets better."""
SEED = 20_260_101
EXPLAINED = 90


@dataclass(frozen=True, slots=True)
class Leaving:
    """``chances``: a column a horizon, in the order of ``member``; ``features`` and ``pushes`` (log-odds) of the model
    that is explained, a row a member; ``about``: plain data, by horizon."""

    member: pl.Series
    chances: dict[int, np.ndarray]
    pushes: np.ndarray
    features: np.ndarray
    about: dict[str, Any]


def leaving(past: Past, otherwise: Callable[[int], np.ndarray], step: Callable[[int], None]) -> Leaving:
    """All of it for everybody who ordered, sorted by member.

    otherwise: what the model of repeat buying says of them, a chance each of no order within a horizon (days); it
    stands in where leaving cannot be learned. step: told each horizon when it is done.
    """
    history = churn.history(past.orders, past.as_of, visits=past.visits if past.visits.height else None)
    known = churn.at_cut(history, past.as_of)
    learned = _share(history)
    chances: dict[int, np.ndarray] = {}
    about: dict[str, Any] = {}
    explained: LeavingModel | None = None
    shortest: np.ndarray | None = None
    for horizon in HORIZONS:
        try:
            model = churn.fit(learned, past.as_of, horizon)
        except ConvergenceError as error:
            chance = otherwise(horizon)
            said = {"source": "orders", "said": str(error), "why": _why(learned, past, horizon)}
        else:
            chance, said = model.chance(known), {"source": "churn", **_about(model)}
            if horizon == EXPLAINED:
                explained = model
        said["before_ordering"] = number(float(chance.mean()))
        # Who orders within 30 days orders within 60: models of different days may say otherwise of a few.
        chance = chance if shortest is None else np.minimum(chance, shortest)
        chances[horizon] = shortest = chance
        about[str(horizon)] = said
        step(horizon)
    pushes, features = _reasons(explained, known)
    about["learned_from"] = learned.orders["customer"].n_unique()
    return Leaving(known["customer"], chances, pushes, features, about)


def _why(history: churn.History, past: Past, horizon: int) -> dict[str, Any]:
    """Why leaving cannot be learned, as a key with numbers."""
    days, needed = (past.as_of - history.first_day).days, LOOK_BACK_DAYS + 3 * horizon
    if days < needed:
        return {"key": "short_past", "needed": needed, "days": days}
    return {"key": "not_learned"}


def _share(history: churn.History) -> churn.History:
    who = history.orders["customer"].unique().sort()
    if len(who) <= LEARNED_MOST:
        return history
    keep = who.sample(LEARNED_MOST, seed=SEED).implode()
    visits = None if history.visits is None else history.visits.filter(pl.col("customer").is_in(keep))
    return churn.History(history.orders.filter(pl.col("customer").is_in(keep)), visits)


def _reasons(model: LeavingModel | None, known: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What each column adds to the log-odds of each person, and the value behind it."""
    if model is None:
        return np.zeros((known.height, 0)), np.zeros((known.height, 0))
    slope = model.calibration.slope if isinstance(model.calibration, calibrate.Platt) else 1.0
    pushes = design(known, model.columns) * model.regression.coefficients * slope
    values = [known[column.feature].cast(pl.Float64).fill_null(float("nan")).to_numpy() for column in model.columns]
    return pushes, np.array(values).T


def _about(model: LeavingModel) -> dict[str, Any]:
    when = model.plan
    return {
        "fitted": [day.isoformat() for day in when.fitted],
        "calibrated": when.calibrated.isoformat(),
        "judged": when.judged.isoformat(),
        "rows": model.rows,
        "columns": [column.name for column in model.columns],
        "coefficients": rows(model.coefficients),
        "intercept": number(float(model.regression.intercept)),
        "calibration": {"slope": number(model.calibration.slope), "shift": number(model.calibration.shift)}
        if isinstance(model.calibration, calibrate.Platt)
        else {},
        "dropped": [{"feature": one.feature, "why": one.why, "other": one.other} for one in model.dropped],
        "figures": rows(model.figures),
        "reliability": rows(model.reliability),
        "lift": rows(model.lift),
    }
