"""One run from the lake to the table: read, choose, judge, say, write; every refusal in words, the last run kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from django.utils import timezone

from regulars.audience.scores import plan, writes
from regulars.audience.scores.making import judged, people
from regulars.audience.scores.making.choice import choose, spending, summary
from regulars.audience.scores.making.leaving import leaving
from regulars.audience.scores.making.orders import CannotScore, Past, read
from regulars.audience.scores.models import ScoreRun
from regulars.members.models import Member
from regulars.science.lake.manifest import LakeDamaged
from regulars.science.lake.opened import Lake
from regulars.science.lake.opened import open as open_lake
from regulars.science.lifetime import eligible

AT_ONCE = 100_000
"""Rows of a transaction: readers of the log wait for open ones."""
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A run that ended, the rows it wrote (None where it came to nothing) and how many facts followed."""

    run: ScoreRun
    rows: pl.DataFrame | None
    facts: int


def refresh(url: str, progress: Progress | None = None, now: datetime | None = None) -> Made:
    """Make all scores anew from the lake under ``url``. Must not be called in a transaction.

    progress: told what is being done and how far the whole is, in percent. Raises ``writes.Busy`` while another run is
    under way. Whatever speaks against the scores is in the run, which then has failed; the one in force stays.
    """
    now = now or timezone.now()
    with writes.alone():
        run = writes.begin()

        def step(name: str, percent: int) -> None:
            writes.step(run, name, percent)
            if progress is not None:
                progress(name, percent)

        try:
            rows = _make(run, url, step, now)
        except CannotScore as error:
            writes.fail(run, error.said)
            return Made(run, None, 0)
        except FileNotFoundError:
            writes.fail(run, {"key": "no_lake"})
            return Made(run, None, 0)
        except LakeDamaged as error:
            writes.fail(run, {"key": "lake_damaged", "said": str(error)})
            return Made(run, None, 0)
        except BaseException as error:
            writes.fail(run, {"key": "broke", "said": f"{type(error).__name__}: {error}"[:300]})
            raise
        step("facts", 97)
        return Made(run, rows, writes.finish())


def _make(run: ScoreRun, url: str, step: Progress, now: datetime) -> pl.DataFrame:
    step("read", 1)
    lake = open_lake(url)
    run.lake = _state(lake)
    joined = Member.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id")
    past = read(lake, dict(joined.iterator(chunk_size=50_000)))
    run.as_of, run.window = past.as_of, _window(past)
    run.save()
    step("choose", 10)
    customers = summary(past)
    chosen = choose(past, customers)
    step("spend", 30)
    spend = spending(customers)
    value = people.valued(chosen, spend, customers, past)
    step("judge", 40)
    validation = {"orders": judged.orders(chosen, past.as_of)}
    step("leaving", 50)
    x, t_x, age = (customers[name].to_numpy() for name in ("frequency", "recency", "T"))

    def otherwise(days: int) -> np.ndarray:
        return 1 - np.clip(np.asarray(chosen.model.conditional_probability_of_a_purchase(days, x, t_x, age)), 0, 1)

    gone = leaving(past, otherwise, lambda days: step("leaving", 50 + days // 3))
    step("write", 82)
    mean_minor = int(past.orders.group_by("member", "day").agg(pl.col("net_minor").sum())["net_minor"].mean() or 0)  # type: ignore[arg-type]
    actions, margin, said = plan.in_force(mean_minor)
    rows, bounds = people.table(run.pk, past, customers, chosen, value, gone, actions, margin)
    _copy(rows, step)
    related = eligible.correlation(customers["frequency"], customers["monetary_value"])
    fitted = {
        "orders": {
            "model": chosen.model.model,
            "candidates": [{k: judged.number(v) for k, v in one.items()} for one in chosen.candidates],
            "parameters": judged.parameters(chosen.model),
            "log_likelihood": judged.number(chosen.model.log_likelihood_),
            "customers": int(chosen.model.customers_),
        },
        "spend": {
            "model": "Gamma-Gamma" if spend.model is not None else "",
            "why": spend.why,
            "parameters": judged.parameters(spend.model) if spend.model is not None else [],
            "correlation": None if related is None else {k: judged.number(v) for k, v in asdict(related).items()},
        },
        "leaving": gone.about,
        "actions": [asdict(one) for one in actions],
        "margin_percent": margin,
        "actions_said": said,
        "mean_order_minor": mean_minor,
        "bounds_minor": list(bounds),
        "total": value.total,
        "orders_365": judged.number(float(rows["orders_365"].sum())),
    }
    counts = people.why_not(rows)
    writes.put_in_force(run, now, fitted=fitted, validation=validation, counts=counts, members=rows.height, said={})
    return rows


def _copy(rows: pl.DataFrame, step: Progress) -> None:
    rows = rows.select(writes.COLUMNS)
    for begin in range(0, rows.height, AT_ONCE):
        writes.copy(rows.slice(begin, AT_ONCE).write_csv(include_header=False, quote_style="necessary").encode())
        step("write", 84 + 12 * min(begin + AT_ONCE, rows.height) // rows.height)


def _state(lake: Lake) -> dict[str, Any]:
    place = lake.manifest.position
    return {
        "generation": lake.manifest.generation,
        "event": place.event,
        "transfer": place.transfer,
        "synced_at": lake.manifest.synced_at.isoformat(),
        "time_zone": lake.manifest.time_zone,
    }


def _window(past: Past) -> dict[str, Any]:
    days = past.orders["day"]
    return {
        "first_day": judged.number(days.min()),
        "last_day": judged.number(days.max()),
        "orders": past.orders.height,
        "customers": past.orders["member"].n_unique(),
        "visits": past.visits.height,
    }
