"""What a customer is worth over any horizon, and which action is worth its cost: in money, with how sure that is.

Worth is orders to come (``BetaGeoFitter`` and its like) times what one brings (``GammaGammaFitter``), each period's
discounted from its middle. The interval (95 %) is that of the expectation: how far the models' parameters may be off,
given so many customers (delta method, on the scale of logarithms). What one single customer will do varies far more.

An action's uplift is not known by any of this. It is an assumption of whoever gives it, until a hold-out group that did
not get the action proves it; so an answer carries the whole range, and the uplift at which the action pays for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from regulars.science.lifetime import GammaGammaFitter
from regulars.science.lifetime.arrays import column, histories
from regulars.science.lifetime.fitter import Fitter
from regulars.science.reliability import Z_95

STEP = 1e-4
"""Of the logarithm of a parameter, for the slopes of the delta method."""
PERIODS = 12
"""A horizon is cut into so many periods for discounting."""
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Worth:
    """``customers``: a row each, in order: ``orders`` (expected), ``per_order_minor``, ``value_minor`` and its
    ``low_minor`` and ``high_minor``; ``total_minor`` of all, with its own ends: what is wrong with a
    parameter is wrong for all customers at once, and does not average out."""

    customers: pl.DataFrame
    total_minor: int
    total_low_minor: int | None
    total_high_minor: int | None


def worth(
    orders: Fitter,
    spend: GammaGammaFitter,
    frequency: Any,
    recency: Any,
    T: Any,
    monetary_value_minor: Any,
    horizon: float,
    discount_rate: float = 0.0,
    periods: int = PERIODS,
) -> Worth:
    """What customers' purchases within ``horizon`` from now are worth today.

    horizon: in the unit of recency and T. monetary_value_minor: the mean of a purchase, minor units; 0 for who never
    came back. discount_rate: of one unit of time, as 0.1 a year is 1.1 ** (1 / 365) - 1 a day. Where the models' own
    uncertainty is not known (``with_params``), the ends are null. Raises ``ValueError``.
    """
    x, t_x, age = histories(frequency, recency, T)
    money = column(monetary_value_minor, "monetary_value_minor")
    if len(money) != len(x):
        raise ValueError(f"monetary_value_minor has {len(money)} rows, the customers {len(x)}")
    if (money < 0).any():
        raise ValueError("monetary_value_minor is below zero: see eligible.customers for whom spend may be spoken of")
    if not horizon > 0 or not np.isfinite(horizon):
        raise ValueError("horizon must be above zero")
    if discount_rate <= -1 or periods < 1:
        raise ValueError("discount_rate must be above -1, and periods at least 1")
    spend.expected_average_profit()  # refuses a model in which spending has no mean
    ends = horizon * np.arange(1, periods + 1) / periods
    weights = (1 + discount_rate) ** -(ends - horizon / periods / 2)

    def discounted(model: Fitter) -> np.ndarray:
        total, before = np.zeros(len(x)), np.zeros(len(x))
        for end, weight in zip(ends, weights, strict=True) if discount_rate else [(horizon, 1.0)]:
            after = np.asarray(model.predict(end, x, t_x, age))
            total += weight * (after - before)
            before = after
        return total

    def each(model: GammaGammaFitter) -> np.ndarray:
        return np.asarray(model.conditional_expected_average_profit(x, money))

    count, mean = discounted(orders), each(spend)
    value = count * mean
    of_orders, of_spend = _slopes(orders, discounted), _slopes(spend, each)
    # Slopes of every customer's value by the logarithm of every parameter.
    slopes = np.concatenate([of_orders * mean, of_spend * count])
    covariance = _together(_of_logs(orders), _of_logs(spend))
    error = np.sqrt(np.einsum("ik,ij,jk->k", slopes, covariance, slopes))
    low, high = _ends(value, error)
    all_slopes = slopes.sum(axis=1)
    total = float(value.sum())
    total_low, total_high = _ends(np.array([total]), np.array([np.sqrt(all_slopes @ covariance @ all_slopes)]))
    table = pl.DataFrame(
        {
            "orders": np.asarray(orders.predict(horizon, x, t_x, age)),
            "per_order_minor": _minor(mean),
            "value_minor": _minor(value),
            "low_minor": _minor(low),
            "high_minor": _minor(high),
        }
    )
    total_ends = [_minor(one)[0] for one in (total_low, total_high)]
    return Worth(table, round(total), *total_ends)


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do for a customer.

    cost_minor: of doing it to one customer. uplift_low, uplift_high: what the operator assumes it does. ``acts_on``:
    ``value`` – it raises what she brings by such a share; ``leaving`` – it keeps such a share of those who would leave.
    """

    key: str
    cost_minor: int
    uplift_low: float
    uplift_high: float
    acts_on: Literal["value", "leaving"] = "value"

    def __post_init__(self) -> None:
        if self.cost_minor < 0:
            raise ValueError(f"{self.key}: cost_minor is below zero")
        if not 0 <= self.uplift_low <= self.uplift_high < float("inf"):
            raise ValueError(f"{self.key}: uplift_low must be at least 0 and at most uplift_high")
        if self.acts_on == "leaving" and self.uplift_high > 1:
            raise ValueError(f"{self.key}: no more than all of those who would leave can be kept")


def next_best_action(
    actions: Sequence[Action],
    value_minor: Any,
    leaving: Any = None,
    value_if_stays_minor: Any = None,
    margin: float = 1.0,
) -> pl.DataFrame:
    """For each customer the action with the highest expected net value, or ``nothing`` where none is above zero.

    value_minor: what she is expected to bring over the horizon as things are. leaving: how likely she is to leave
    (0 to 1), and value_if_stays_minor: what she would bring if she does not; both only for actions on leaving. margin:
    the share of what she brings that is left to the shop; an action's cost is weighed against that.

    ``action``, ``net_minor`` (at the middle of the assumed uplift), ``net_low_minor`` and ``net_high_minor`` (at its
    ends), ``cost_minor``, ``breakeven`` (the uplift at which the action pays for itself; null where none does or
    nothing is done), ``sure`` (above zero over the whole range) and ``assumed``: true wherever the answer rests on an
    uplift, which no model here has measured. Of equals the first is taken.
    """
    keys = [action.key for action in actions]
    if len(set(keys)) != len(keys) or NOTHING in keys:
        raise ValueError("actions must have keys of their own, and not 'nothing'")
    if not 0 < margin <= 1:
        raise ValueError("margin must be above 0 and at most 1")
    value = column(value_minor, "value_minor")
    stakes = {"value": value * margin}
    if any(action.acts_on == "leaving" for action in actions):
        if leaving is None or value_if_stays_minor is None:
            raise ValueError("an action on leaving wants leaving and value_if_stays_minor")
        chance, stays = column(leaving, "leaving"), column(value_if_stays_minor, "value_if_stays_minor")
        if not len(chance) == len(stays) == len(value):
            raise ValueError("value_minor, leaving and value_if_stays_minor must be of one length")
        if ((chance < 0) | (chance > 1)).any():
            raise ValueError("leaving must lie between 0 and 1")
        stakes["leaving"] = chance * stays * margin
    rows = np.zeros((3, len(actions) + 1, len(value)))
    for place, action in enumerate(actions, 1):
        uplifts = (action.uplift_low + action.uplift_high) / 2, action.uplift_low, action.uplift_high
        for end, uplift in enumerate(uplifts):
            rows[end, place] = stakes[action.acts_on] * uplift - action.cost_minor
    best = rows[0].argmax(axis=0)
    who = np.arange(len(value))
    costs = np.array([0, *(action.cost_minor for action in actions)], dtype=np.int64)
    stake = np.array([np.zeros(len(value)), *(stakes[action.acts_on] for action in actions)])[best, who]
    breakeven = np.divide(costs[best], stake, out=np.full(len(value), np.nan), where=(stake > 0) & (best > 0))
    return pl.DataFrame(
        {
            "action": np.array([NOTHING, *keys])[best],
            "net_minor": _minor(rows[0][best, who]),
            "net_low_minor": _minor(rows[1][best, who]),
            "net_high_minor": _minor(rows[2][best, who]),
            "cost_minor": costs[best],
            "breakeven": pl.Series(breakeven).fill_nan(None),
            "sure": (best > 0) & (rows[1][best, who] > 0),
            "assumed": best > 0,
        }
    )


def _slopes(model: Any, answer: Any) -> np.ndarray:
    """A row a parameter: how each customer's answer changes with its logarithm."""
    found = []
    for name, at in model.params_.items():
        up, down = (
            answer(type(model)().with_params(**{**model.params_, name: at * np.exp(way)})) for way in (STEP, -STEP)
        )
        found.append((up - down) / (2 * STEP))
    return np.array(found)


def _of_logs(model: Fitter) -> np.ndarray:
    at = np.array(list(model.params_.values()))
    return model.variance_matrix_ / np.outer(at, at)


def _together(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of both models' parameters: they are fitted to different things, and taken for independent."""
    size = len(one)
    both = np.zeros((size + len(other),) * 2)
    both[:size, :size], both[size:, size:] = one, other
    return both


def _ends(value: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric in the logarithm: worth is not below zero."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wide = np.where(value > 0, np.exp(Z_95 * error / value), np.where(np.isnan(error), np.nan, 1.0))
    return value / wide, value * wide


def _minor(values: np.ndarray) -> list[int | None]:
    """Whole minor units, half to even; not a number is unknown."""
    return [None if np.isnan(value) else round(value) for value in np.atleast_1d(values).tolist()]
