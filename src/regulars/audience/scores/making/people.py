"""Everything a run says of each member, as one table in the order of ``audience.scores.writes.COLUMNS``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from regulars.audience.scores import bands, stage
from regulars.audience.scores.making.choice import Chosen, Spending
from regulars.audience.scores.making.leaving import Leaving
from regulars.audience.scores.making.orders import Past
from regulars.audience.scores.plan import Action
from regulars.science import worth
from regulars.science.lifetime import eligible

HORIZON_DAYS = 365
ALIVE_MIN = 1e-6
"""Below it, what she would bring if she were still there is not worked out."""


@dataclass(frozen=True, slots=True)
class Valued:
    """A row a customer: ``per_order_minor, value_minor, low_minor, high_minor`` for a year; the sum of all, with its
    ends where they are known."""

    rows: pl.DataFrame
    total: dict[str, int | None]


def valued(chosen: Chosen, spend: Spending, customers: pl.DataFrame, past: Past) -> Valued:
    """What each brings in a year: orders to come times what one brings; by her own mean where Gamma-Gamma may not."""
    x, t_x, age = (customers[name].to_numpy() for name in ("frequency", "recency", "T"))
    if spend.model is not None:
        money = np.maximum(customers["monetary_value"].to_numpy(), 0.0)
        # Who came back but never paid says nothing of spending: everybody's mean, as of those who never came back.
        known = np.where(money > 0, x, 0.0)
        found = worth.worth(chosen.model, spend.model, x, t_x, age, np.where(known > 0, money, 0.0), HORIZON_DAYS)
        table = found.customers.with_columns(
            pl.Series("per_order_minor", _whole(spend.model.conditional_expected_average_profit(known, money)))
        )
        if (known != x).any():
            table = table.with_columns(
                value_minor=(pl.col("orders") * pl.col("per_order_minor")).round(0).cast(pl.Int64)
            )
        total: dict[str, int | None] = {
            "value_minor": int(table["value_minor"].sum()),
            "low_minor": found.total_low_minor,
            "high_minor": found.total_high_minor,
        }
        return Valued(table, total)
    each = own_mean(past)
    value = np.asarray(chosen.model.predict(HORIZON_DAYS, x, t_x, age)) * each
    nothing = pl.lit(None, pl.Int64)
    table = pl.DataFrame({"per_order_minor": _whole(each), "value_minor": _whole(value)})
    table = table.with_columns(low_minor=nothing, high_minor=nothing)
    return Valued(table, {"value_minor": int(table["value_minor"].sum()), "low_minor": None, "high_minor": None})


def own_mean(past: Past) -> np.ndarray:
    """The mean of a day with an order, the first one too; by member."""
    days = past.orders.group_by("member", "day").agg(pl.col("net_minor").sum())
    return days.group_by("member").agg(pl.col("net_minor").mean()).sort("member")["net_minor"].to_numpy()


def stages(past: Past) -> pl.DataFrame:
    """``member, stage`` at the end of the last whole day, sorted by member; as ``audience.scores.stage`` says."""
    last = past.as_of - timedelta(days=1)
    ago = (pl.lit(last) - pl.col("day")).dt.total_days() // stage.MONTH_DAYS
    found = past.orders.group_by("member").agg(
        least=ago.min(),
        most=ago.max(),
        before=ago.filter(ago.is_between(1, stage.QUIET_MONTHS)).n_unique(),
    )
    named = (
        pl.when(pl.col("least") > stage.QUIET_MONTHS)
        .then(pl.lit("lost"))
        .when(pl.col("least") > 0)
        .then(pl.lit("at_risk"))
        .when(pl.col("most") == 0)
        .then(pl.lit("new"))
        .when(pl.col("before") == 0)
        .then(pl.lit("back"))
        .when(pl.col("before") >= stage.LOYAL_MONTHS)
        .then(pl.lit("loyal"))
        .otherwise(pl.lit("growing"))
    )
    return found.select("member", stage=named).sort("member")


def table(
    run: int,
    past: Past,
    customers: pl.DataFrame,
    chosen: Chosen,
    value: Valued,
    gone: Leaving,
    actions: list[Action],
    margin_percent: int,
) -> tuple[pl.DataFrame, tuple[int, int]]:
    """The rows of a run, sorted by member, and the bounds (minor units) between its bands of value."""
    assert customers["member"].equals(gone.member.rename("member"))
    x, t_x, age = (customers[name].to_numpy() for name in ("frequency", "recency", "T"))
    may = eligible.customers(x, t_x, age, customers["monetary_value"].to_numpy())
    alive = np.asarray(chosen.model.conditional_probability_alive(x, t_x, age))
    minor = value.rows["value_minor"]
    bounds = (int(minor.quantile(1 / 3, "lower") or 0), int(minor.quantile(2 / 3, "lower") or 0))
    leaving = gone.chances
    if_stays = np.divide(minor.to_numpy(), alive, out=np.zeros(len(alive)), where=alive > ALIVE_MIN)
    weighed = [
        worth.Action(one.key, one.cost_minor, one.low_percent / 100, one.high_percent / 100, one.acts_on)  # type: ignore[arg-type]
        for one in actions
    ]
    action = worth.next_best_action(weighed, minor.to_numpy(), leaving[90], if_stays, margin_percent / 100)
    expected = {
        f"orders_{days}": np.asarray(chosen.model.predict(days, x, t_x, age)) for days in (30, 90, HORIZON_DAYS)
    }
    rows = pl.DataFrame(
        {
            "run_id": np.full(customers.height, run),
            "member_id": customers["member"],
            "orders_why": may["orders_why"],
            "spend_why": may["spend_why"],
            "frequency": x.astype(np.int64),
            "recency_days": t_x.astype(np.int64),
            "age_days": age.astype(np.int64),
            "mean_minor": _whole(own_mean(past)),
            "alive": alive,
            **expected,
            "per_order_minor": value.rows["per_order_minor"],
            "value_365_minor": minor,
            "value_low_minor": value.rows["low_minor"],
            "value_high_minor": value.rows["high_minor"],
            **{f"leaving_{days}": chance for days, chance in leaving.items()},
            "risk": np.digitize(leaving[90], [bands.RISK_MIDDLE, bands.RISK_HIGH]),
            "worth": np.digitize(minor.to_numpy(), bounds),
            "stage": stages(past)["stage"],
            "next_action": action["action"],
            "next_worth_minor": action["net_minor"],
            "next_low_minor": action["net_low_minor"],
            "next_high_minor": action["net_high_minor"],
            "next_cost_minor": action["cost_minor"],
            "pushes": _arrays(gone.pushes),
            "features": _arrays(gone.features),
        }
    )
    return rows, bounds


def why_not(rows: pl.DataFrame) -> dict[str, Any]:
    """Of how many members a model may not speak, by why; ``members`` are all."""
    return {
        "members": rows.height,
        **{name: dict(rows[f"{name}_why"].value_counts(sort=True).rows()) for name in ("orders", "spend")},
    }


def _whole(values: Any) -> np.ndarray:
    return np.rint(np.nan_to_num(np.asarray(values, dtype=np.float64))).astype(np.int64)


def _arrays(values: np.ndarray) -> pl.Series:
    """Rows of numbers as PostgreSQL writes arrays."""
    if not values.shape[1]:
        return pl.Series(["{}"] * len(values), dtype=pl.String)
    parts = pl.DataFrame({str(place): values[:, place].round(5) for place in range(values.shape[1])})
    joined = pl.concat_str([pl.col(name).cast(pl.String) for name in parts.columns], separator=",")
    return parts.select(pl.concat_str([pl.lit("{"), joined, pl.lit("}")]))["literal"]
