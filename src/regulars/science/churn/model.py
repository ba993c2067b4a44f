"""Who will not come back within the next 30, 60 or 90 days, learned from days past and judged on later ones.

Leaving, for a shop without contracts, is: no order within the horizon. The only honest test of that is time, so each
step uses later days than the one before, and no outcome that was not yet known (h is the horizon)::

    fit at several cuts  ... each with its outcome |  set right at a later cut  |  judged at the last cut | as_of
                                  up to as_of - 2h |    as_of - 2h to as_of - h |  as_of - h to as_of     |

What was judged is what is used: the model is not fitted again on the days that judged it. scikit-learn is not used:
``churn.logistic`` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from regulars.science import reliability
from regulars.science.churn import calibrate, features, logistic
from regulars.science.churn.columns import Column, Dropped, choose, design
from regulars.science.churn.history import History
from regulars.science.lifetime import BetaGeoFitter, ConvergenceError

HORIZONS = (30, 60, 90)
CUTS = 6
STEP_DAYS = 30
LOOK_BACK_DAYS = 30
"""The first cut has so many days before it, at least."""
LEAVERS_MIN = 20
"""Of those who left, and of those who stayed, at least: at each of the three steps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which days teach what: fitted at ``fitted``, set right at ``calibrated``, judged at ``judged``."""

    fitted: tuple[date, ...]
    calibrated: date
    judged: date
    horizon_days: int


@dataclass(frozen=True, slots=True)
class LeavingModel:
    """A fitted model with what is known of how good it is.

    ``figures`` has a row a ``method`` and figure (``model``, and ``bg_nbd``: what that says of the same people),
    ``reliability`` and ``lift`` are of the judged cut alone; ``dropped``: features not used, and why.
    """

    plan: Plan
    columns: tuple[Column, ...]
    dropped: tuple[Dropped, ...]
    regression: logistic.Logistic
    calibration: calibrate.Calibration
    active_days: int | None
    rows: int
    figures: pl.DataFrame
    reliability: pl.DataFrame
    lift: pl.DataFrame

    def log_odds(self, known: pl.DataFrame) -> np.ndarray:
        """Of leaving, for the rows of ``features.at_cut``."""
        return self.calibration.log_odds(self.regression.log_odds(design(known, self.columns)))

    def chance(self, known: pl.DataFrame) -> np.ndarray:
        """How likely each is to leave."""
        return calibrate.chance(self.log_odds(known))

    def score(self, history: History, cut: date) -> pl.DataFrame:
        """Everybody known on the morning of ``cut``: ``customer``, ``leaving`` (0 to 1)."""
        known = features.at_cut(history, cut, self.active_days)
        return known.select("customer").with_columns(leaving=pl.Series(self.chance(known)))

    def explain(self, known: pl.DataFrame) -> pl.DataFrame:
        """One customer's row of ``features.at_cut`` as contributions which add up to her log-odds: ``name``,
        ``value`` (the feature's; null where unknown), ``contribution``, the largest first.

        ``base`` is what holds for somebody average in everything; ``calibration``, where it is isotonic, what setting
        the score right added. Raises ``ValueError`` for more rows than one.
        """
        if known.height != 1:
            raise ValueError(f"one customer is explained at a time, not {known.height}")
        parts = design(known, self.columns)[0] * self.regression.coefficients
        base = self.regression.intercept
        rest: list[tuple[str, float | None, float]] = []
        if isinstance(self.calibration, calibrate.Platt):
            parts = parts * self.calibration.slope
            base = base * self.calibration.slope + self.calibration.shift
        else:
            rest = [("calibration", None, float(self.log_odds(known)[0] - (base + parts.sum())))]
        found = [
            (column.name, None if column.flags else known[column.feature][0], float(part))
            for column, part in zip(self.columns, parts, strict=True)
        ]
        found.sort(key=lambda row: -abs(row[2]))
        schema = {"name": pl.String, "value": pl.Float64, "contribution": pl.Float64}
        return pl.DataFrame([("base", None, base), *found, *rest], schema=schema, orient="row")

    @property
    def coefficients(self) -> pl.DataFrame:
        """A row a column: ``name``, ``coefficient`` (log-odds for one spread more, before calibration), its
        ``standard_error`` (rows of one customer are not taken for independent), ``low``, ``high`` (95 %), ``p``, and
        ``mean`` and ``spread`` of the feature."""
        value, error = self.regression.coefficients, self.regression.standard_errors[1:]
        return pl.DataFrame(
            {
                "name": [column.name for column in self.columns],
                "coefficient": value,
                "standard_error": error,
                "low": value - reliability.Z_95 * error,
                "high": value + reliability.Z_95 * error,
                "p": [reliability.two_sided(v / e) for v, e in zip(value, error, strict=True)],
                "mean": [column.mean for column in self.columns],
                "spread": [column.spread for column in self.columns],
            }
        )


def plan(first_day: date, as_of: date, horizon_days: int, cuts: int = CUTS, step_days: int = STEP_DAYS) -> Plan:
    """The cuts that the time from ``first_day`` to ``as_of`` allows; fewer than ``cuts`` where it is short.

    Raises ``ConvergenceError`` and says how many days it takes.
    """
    if horizon_days < 1 or cuts < 1 or step_days < 1:
        raise ValueError("horizon_days, cuts and step_days must be above zero")
    if as_of <= first_day:
        raise ValueError(
            f"as_of ({as_of}) lies before the first order ({first_day}): a clock went back, or it is wrong"
        )
    judged = as_of - timedelta(days=horizon_days)
    calibrated = judged - timedelta(days=horizon_days)
    last = calibrated - timedelta(days=horizon_days)
    earliest = first_day + timedelta(days=LOOK_BACK_DAYS)
    fitted = [last - timedelta(days=step_days * back) for back in range(cuts)]
    fitted = sorted(cut for cut in fitted if cut >= earliest)
    if not fitted:
        raise ConvergenceError(
            f"Leaving within {horizon_days} days can be learned, set right and judged from "
            f"{LOOK_BACK_DAYS + 3 * horizon_days} days of orders; there are {(as_of - first_day).days}."
        )
    return Plan(tuple(fitted), calibrated, judged, horizon_days)


def fit(
    history: History,
    as_of: date,
    horizon_days: int,
    cuts: int = CUTS,
    step_days: int = STEP_DAYS,
    ridge: float = 1.0,
    calibration: Literal["platt", "isotonic"] = "platt",
    active_days: int | None = None,
    leave_out: Sequence[str] = (),
) -> LeavingModel:
    """Learn who leaves within ``horizon_days``, from what was known before ``as_of``.

    active_days: speak only of who bought in so many days before a cut. leave_out: features not to use. Raises
    ``ConvergenceError`` where there is too little time, or too few who left or stayed, and says which.
    """
    when = plan(history.first_day, as_of, horizon_days, cuts, step_days)
    at = {
        cut: _labelled(history, cut, horizon_days, active_days) for cut in (*when.fitted, when.calibrated, when.judged)
    }
    learned = pl.concat([at[cut] for cut in when.fitted])
    for name, rows in (("fit", learned), ("calibration", at[when.calibrated]), ("judgement", at[when.judged])):
        _enough(rows["left"].to_numpy(), name)
    left = learned["left"].to_numpy().astype(float)
    names = [n for n in learned.columns if n not in features.NOT_FACTS and n not in leave_out]
    # A feature unknown to everybody at one cut would tell that cut from the others, not people from each other.
    nowhere = [n for n in names if any(rows[n].is_null().all() for rows in at.values())]
    kept, dropped = choose(learned, [n for n in names if n not in nowhere], left)
    dropped += [Dropped(n, "unknown") for n in nowhere]
    if not kept:
        raise ConvergenceError("No feature is left that could tell anybody apart.")
    regression = logistic.fit(design(learned, kept), left, ridge, learned["customer"].to_numpy())
    score = regression.log_odds(design(at[when.calibrated], kept))
    outcome = at[when.calibrated]["left"].to_numpy().astype(float)
    right = calibrate.platt(score, outcome) if calibration == "platt" else calibrate.isotonic(score, outcome)
    later = at[when.judged]
    came = later["left"].to_numpy().astype(float)
    chance = calibrate.chance(right.log_odds(regression.log_odds(design(later, kept))))
    judged = reliability.figures(chance, came).with_columns(method=pl.lit("model"))
    baseline = _by_counting(history, later, when)
    if baseline is not None:
        judged = pl.concat([judged, reliability.figures(baseline, came).with_columns(method=pl.lit("bg_nbd"))])
    return LeavingModel(
        when,
        tuple(kept),
        tuple(dropped),
        regression,
        right,
        active_days,
        learned.height,
        judged,
        reliability.reliability(chance, came),
        reliability.lift(chance, came, min(10, len(came))),
    )


def _labelled(history: History, cut: date, horizon_days: int, active_days: int | None) -> pl.DataFrame:
    stayed = features.stayed_within(history, cut, horizon_days).with_columns(left=pl.lit(0, pl.Int8))
    known = features.at_cut(history, cut, active_days)
    return known.join(stayed, on="customer", how="left", maintain_order="left").with_columns(
        pl.col("left").fill_null(1)
    )


def _enough(left: np.ndarray, name: str) -> None:
    gone = int(left.sum())
    for count, what in ((gone, "left"), (len(left) - gone, "stayed")):
        if count < LEAVERS_MIN:
            raise ConvergenceError(
                f"For the {name}, {count} customers {what}; it takes {LEAVERS_MIN} to tell what they have in common."
            )


def _by_counting(history: History, later: pl.DataFrame, when: Plan) -> np.ndarray | None:
    """What BG/NBD, fitted to the same days, says of the same people: the chance of no purchase within the horizon."""
    days = (
        history.orders.filter(pl.col("day") < when.judged)
        .group_by("customer")
        .agg(first=pl.col("day").min(), last=pl.col("day").max(), count=pl.col("day").n_unique())
    )
    everybody = features.counts(days, when.judged)
    same = features.counts(later.select("customer").join(days, on="customer", maintain_order="left"), when.judged)
    try:
        model = BetaGeoFitter().fit(*everybody)
    except ConvergenceError:
        return None
    return 1 - np.asarray(model.conditional_probability_of_a_purchase(when.horizon_days, *same))
