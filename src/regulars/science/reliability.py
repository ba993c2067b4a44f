"""How good forecasts of a chance are: do they mean what they say, and do they tell people apart.

Everything takes ``predicted`` (a chance for each person, 0 to 1) and ``happened`` (0 or 1), and gives numbers or a
table that a chart can be drawn from. Intervals are of 95 % and hold for people who are independent of each other: one
row a person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr
from scipy.stats import rankdata

from regulars.science.lifetime.arrays import column

Z_95 = 1.959963984540054
BINS = 10
SURE = 1e-12
"""No forecast is taken to be surer than that: one that is certain and wrong would cost without end."""


def forecasts(predicted: Any, happened: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both as checked columns. Raises ``ValueError`` for what is no chance, no outcome, or nothing at all."""
    chance, outcome = column(predicted, "predicted"), column(happened, "happened")
    if len(chance) != len(outcome):
        raise ValueError(f"predicted and happened must be of one length, not {len(chance)} and {len(outcome)}")
    if not len(chance):
        raise ValueError("there are no forecasts to judge")
    if ((chance < 0) | (chance > 1)).any():
        raise ValueError("predicted must lie between 0 and 1")
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise ValueError("happened must be 0 or 1")
    return chance, outcome


def figures(predicted: Any, happened: Any, bins: int = BINS) -> pl.DataFrame:
    """A row a figure: ``figure``, ``value``, ``low``, ``high`` (95 %).

    ``brier`` (mean squared error), ``log_loss`` (nats), ``auc`` (the chance that one to whom it happened was given more
    than one to whom it did not), ``ece`` (how far bins of the reliability table are off, in the mean; no interval),
    ``predicted`` and ``happened`` (means), and ``brier_base`` and ``log_loss_base``: those of giving everybody the
    mean.
    """
    p, y = forecasts(predicted, happened)
    base = np.full(len(p), y.mean())
    rows: list[tuple[str, float, float | None, float | None]] = [
        ("brier", *_mean((p - y) ** 2)),
        ("brier_base", *_mean((base - y) ** 2)),
        ("log_loss", *_mean(_log_losses(p, y))),
        ("log_loss_base", *_mean(_log_losses(base, y))),
        ("auc", *auc(p, y)),
        ("ece", ece(p, y, bins), None, None),
        ("predicted", *_mean(p)),
        ("happened", *wilson(float(y.sum()), float(len(y)))),
    ]
    return pl.DataFrame(
        rows,
        schema={"figure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64},
        orient="row",
    ).fill_nan(None)


def reliability(predicted: Any, happened: Any, bins: int = BINS) -> pl.DataFrame:
    """Forecasts in about equally full bins against what came: ``bin`` (from 1), ``people``, ``predicted`` and
    ``happened`` (means), ``low`` and ``high`` (Wilson's interval of what happened). Equal forecasts share a bin."""
    p, y = forecasts(predicted, happened)
    place = _bins(p, bins)
    table = (
        pl.DataFrame({"bin": place, "predicted": p, "happened": y})
        .group_by("bin")
        .agg(pl.len().alias("people"), pl.col("predicted").mean(), pl.col("happened").mean())
        .sort("bin")
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("bin"), pl.col("people").cast(pl.Int64))
    )
    ends = [wilson(share * people, people) for share, people in zip(table["happened"], table["people"], strict=True)]
    return table.with_columns(low=pl.Series([e[1] for e in ends]), high=pl.Series([e[2] for e in ends]))


def ece(predicted: Any, happened: Any, bins: int = BINS) -> float:
    """The expected calibration error: how far the mean forecast of a bin is from what happened in it, each bin weighing
    as its people."""
    p, y = forecasts(predicted, happened)
    place = _bins(p, bins)
    return float(np.abs(np.bincount(place, p - y)).sum() / len(p))


def auc(predicted: Any, happened: Any) -> tuple[float, float, float]:
    """The area under the ROC curve with the ends of its interval; not a number where only one outcome was seen.

    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), 837-845; by ranks after Sun and Xu (2014), IEEE Signal
    Processing Letters 21(11), 1389-1393. The interval is made for log(A / (1 - A)), so that it stays within 0 and 1.
    """
    p, y = forecasts(predicted, happened)
    yes, no = p[y == 1], p[y == 0]
    m, n = len(yes), len(no)
    if not m or not n:
        return float("nan"), float("nan"), float("nan")
    ranks = rankdata(np.concatenate([yes, no]))
    above = (ranks[:m] - rankdata(yes)) / n
    below = 1 - (ranks[m:] - rankdata(no)) / m
    area = float(above.mean())
    if m < 2 or n < 2 or not 0 < area < 1:
        return area, float("nan"), float("nan")
    error = np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n) / (area * (1 - area))
    logit = np.log(area / (1 - area))
    low, high = (1 / (1 + np.exp(-(logit + way * Z_95 * error))) for way in (-1, 1))
    return area, float(low), float(high)


def lift(score: Any, amount: Any, groups: int = 10) -> pl.DataFrame:
    """Who was put first, against what came of them: people in order of falling ``score``, in equally large groups.

    ``group`` (1: the highest), ``people``, ``amount`` (how much came of them), ``mean``, ``lift`` (their mean over
    everybody's), ``share`` (of all there was, in this group) and ``share_so_far``. People of one score are in no order:
    each counts as the mean of them. Lift and shares are null where nothing came of anybody.
    """
    s, a = column(score, "score"), column(amount, "amount")
    if len(s) != len(a):
        raise ValueError(f"score and amount must be of one length, not {len(s)} and {len(a)}")
    if len(s) < groups or groups < 1:
        raise ValueError(f"{len(s)} people cannot be put into {groups} groups")
    _, same = np.unique(s, return_inverse=True)
    even = (np.bincount(same, a) / np.bincount(same))[same]
    order = np.argsort(-s, kind="stable")
    group = np.arange(len(s)) * groups // len(s)
    people, came = np.bincount(group), np.bincount(group, even[order])
    total = a.sum()
    table = pl.DataFrame({"group": np.arange(1, groups + 1), "people": people, "amount": came, "mean": came / people})
    if total == 0:
        empty = pl.lit(None, pl.Float64)
        return table.with_columns(empty.alias("lift"), empty.alias("share"), empty.alias("share_so_far"))
    share = came / total
    return table.with_columns(
        pl.Series("lift", came / people / a.mean()),
        pl.Series("share", share),
        pl.Series("share_so_far", np.cumsum(share)),
    )


def wilson(count: float, of: float) -> tuple[float, float, float]:
    """A share with the ends of Wilson's interval."""
    share = count / of
    middle = (share + Z_95**2 / (2 * of)) / (1 + Z_95**2 / of)
    wide = Z_95 / (1 + Z_95**2 / of) * np.sqrt(share * (1 - share) / of + Z_95**2 / (4 * of**2))
    return share, max(0.0, float(middle - wide)), min(1.0, float(middle + wide))


def two_sided(z: float) -> float:
    """How likely a standard normal is to be at least as far from 0."""
    return float(2 * ndtr(-abs(z)))


def _log_losses(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    p = np.clip(p, SURE, 1 - SURE)
    return -np.where(y == 1, np.log(p), np.log1p(-p))


def _mean(values: np.ndarray) -> tuple[float, float, float]:
    middle = float(values.mean())
    if len(values) < 2:
        return middle, float("nan"), float("nan")
    wide = Z_95 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return middle, middle - wide, middle + wide


def _bins(p: np.ndarray, bins: int) -> np.ndarray:
    if bins < 1:
        raise ValueError("there must be at least one bin")
    edges = np.unique(np.quantile(p, np.arange(1, bins) / bins, method="higher"))
    _, place = np.unique(np.searchsorted(edges, p, side="right"), return_inverse=True)
    return np.asarray(place, dtype=np.int64)
