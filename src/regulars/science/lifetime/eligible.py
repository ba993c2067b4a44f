"""Of which customers a model may speak, and whether it may speak of this shop at all: keys, worded by the room above.

A model that was fitted to many is asked of one: of somebody who came yesterday it only says what it says of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from regulars.science.lifetime.arrays import column
from regulars.science.reliability import Z_95

FINE = ""
TOO_YOUNG = "too_young"
NEVER_CAME_BACK = "never_came_back"
BAD_HISTORY = "bad_history"
MONEY_MISSING = "money_missing"
MONEY_NEGATIVE = "money_negative"
MONEY_ZERO = "money_zero"
FEW_CUSTOMERS = "few_customers"
FEW_CAME_BACK = "few_came_back"
SPEND_FOLLOWS_FREQUENCY = "spend_follows_frequency"

YOUNG_DAYS = 30.0
CUSTOMERS_MIN = 100
CAME_BACK_MIN = 50
CORRELATION_MAX = 0.2
"""Gamma-Gamma takes spend and frequency for unrelated. CDNOW's, on which the model was published, is 0.11; well
above that those who buy often are misjudged."""


def customers(
    frequency: Any, recency: Any, T: Any, monetary_value: Any = None, youngest: float = YOUNG_DAYS
) -> pl.DataFrame:
    """A row a customer: ``orders`` and ``orders_why`` (may BG/NBD or Pareto/NBD speak of her), ``spend`` and
    ``spend_why`` (may Gamma-Gamma speak of her own spend rather than everybody's; null without ``monetary_value``).

    A ``why`` is a key, empty where nothing is against it: ``bad_history`` (missing, or impossible), ``too_young`` (T
    below ``youngest``, in its unit), ``never_came_back``, ``money_missing``, ``money_negative``, ``money_zero``. Unlike
    the models this refuses no row: it says what is wrong with it.
    """
    x, t_x, age = (_loose(values, name) for values, name in ((frequency, "frequency"), (recency, "recency"), (T, "T")))
    if not len(x) == len(t_x) == len(age):
        raise ValueError(f"frequency, recency and T must be of one length, not {len(x)}, {len(t_x)} and {len(age)}")
    with np.errstate(invalid="ignore"):
        sound = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age) & (x >= 0) & (t_x >= 0) & (t_x <= age)
        sound &= (x == np.floor(x)) & ((x > 0) | (t_x == 0))
        orders = np.select([~sound, age < youngest], [BAD_HISTORY, TOO_YOUNG], FINE)
        table = pl.DataFrame({"orders": orders == FINE, "orders_why": orders})
        if monetary_value is None:
            return table.with_columns(spend=pl.lit(None, pl.Boolean), spend_why=pl.lit(None, pl.String))
        money = _loose(monetary_value, "monetary_value")
        if len(money) != len(x):
            raise ValueError(f"monetary_value has {len(money)} rows, the customers {len(x)}")
        against = [~sound, x == 0, ~np.isfinite(money), money < 0, money == 0]
    keys = [BAD_HISTORY, NEVER_CAME_BACK, MONEY_MISSING, MONEY_NEGATIVE, MONEY_ZERO]
    spend = np.select(against, keys, FINE)
    return table.with_columns(pl.Series("spend", spend == FINE), pl.Series("spend_why", spend))


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a model should not be fitted to these customers: a key, the number it is about, and the limit."""

    why: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Correlation:
    """Of frequency and mean spend of those who came back; with Fisher's 95 % interval."""

    value: float
    low: float
    high: float
    customers: int


def correlation(frequency: Any, monetary_value: Any) -> Correlation | None:
    """As Gamma-Gamma wants it near zero; None where fewer than four came back and paid, or all did the same."""
    x, money = column(frequency, "frequency"), column(monetary_value, "monetary_value")
    of = (x > 0) & (money > 0)
    x, money = x[of], money[of]
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(money) == 0:
        return None
    value = float(np.corrcoef(x, money)[0, 1])
    middle, wide = np.arctanh(np.clip(value, -1 + 1e-15, 1 - 1e-15)), Z_95 / np.sqrt(len(x) - 3)
    return Correlation(value, float(np.tanh(middle - wide)), float(np.tanh(middle + wide)), len(x))


def objections(model: Literal["orders", "spend"], frequency: Any, monetary_value: Any = None) -> tuple[Objection, ...]:
    """What speaks against fitting a model of orders, or of spend, to these customers; empty where nothing does."""
    x = column(frequency, "frequency")
    back = int((x > 0).sum())
    found = []
    if len(x) < CUSTOMERS_MIN:
        found.append(Objection(FEW_CUSTOMERS, len(x), CUSTOMERS_MIN))
    if back < CAME_BACK_MIN:
        found.append(Objection(FEW_CAME_BACK, back, CAME_BACK_MIN))
    if model == "spend":
        if monetary_value is None:
            raise ValueError("a model of spend wants monetary_value")
        related = correlation(x, monetary_value)
        # Objected to only where chance alone does not explain it.
        if related is not None and abs(related.value) > CORRELATION_MAX and related.low * related.high > 0:
            found.append(Objection(SPEND_FOLLOWS_FREQUENCY, related.value, CORRELATION_MAX))
    return tuple(found)


def _loose(values: Any, name: str) -> np.ndarray:
    """A column that may have holes."""
    series = pl.Series(name, values) if isinstance(values, list) else values
    try:
        return np.atleast_1d(np.asarray(series, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers") from error
