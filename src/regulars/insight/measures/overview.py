"""The numbers of the last whole month against the month before, and why they changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import polars as pl

from regulars.inquiries.sight import Sight
from regulars.insight.measures.beginning import first_day
from regulars.science import changes, measures
from regulars.science.measures.health import OWED
from regulars.science.measures.loyalty import loyalty_index, loyalty_layers
from regulars.science.measures.periods import last_whole

MONTHS = 13
_BUYING = ("new", "growing", "loyal", "back")
Series = dict[date, Any]


def overview(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """``month`` and ``before`` (first days), ``numbers`` (value, before, series by month), ``changes`` (parts of a
    change, which sum to it). ``params``: ``currency``, the points that are owed; ``missing`` where there is no whole
    month with orders."""
    last = _month(last_whole(sight.until, "month"))
    lake, end = sight.lake, _end(last)
    if not lake.manifest.tables.get("orders"):
        return {"missing": "orders"}
    series = _series(sight, end, str(params.get("currency") or ""))
    if last not in series["revenue"]:
        return {"missing": "month"}
    before = _month(last_whole(sight.until, "month") - 1)
    began = first_day(sight) or last
    months = [_month(last_whole(sight.until, "month") - back) for back in range(MONTHS - 1, -1, -1)]
    shown = [month for month in months if month >= min(began, before)]  # a month known in part looks like a bad one
    numbers = {
        key: {
            "value": found.get(last),
            "before": found.get(before),
            "series": [[month.isoformat(), found[month]] for month in shown if found.get(month) is not None],
        }
        for key, found in series.items()
    }
    return {
        "missing": "",
        "month": last.isoformat(),
        "before": before.isoformat(),
        "numbers": numbers,
        "changes": _changes(sight, last, before, end, str(params.get("currency") or "")),
    }


def _series(sight: Sight, end: date, currency: str) -> dict[str, Series]:
    """Each number by month."""
    lake = sight.lake
    bought = sight.frame(measures.average_order(lake.orders, "month", end))
    often = sight.frame(measures.purchase_frequency(lake.orders, "month", end))
    again = sight.frame(measures.returning_share(lake.orders, "month", end))
    kept = sight.frame(measures.retention(lake.orders, "month", end))
    came = sight.frame(measures.breadth(measures.with_orders(lake.visits, lake.orders), "month", end))
    life = sight.frame(measures.life_cycle(lake.orders, end))
    found: dict[str, Series] = {
        "revenue": _by(bought, "period", "revenue_minor"),
        "active": _by(came, "period", "members"),
        "new": _by(kept.filter(pl.col("n") == 0), "cohort", "size"),
        "retention": {
            _after(cohort): rate for cohort, rate in _by(kept.filter(pl.col("n") == 1), "cohort", "rate").items()
        },
        "returning": _by(again, "period", "revenue_share"),
        "average_order": {month: round(mean) for month, mean in _by(bought, "period", "average_minor").items()},
        "frequency": _by(often, "period", "frequency"),
        "at_risk": _by(life.filter(pl.col("state") == "at_risk"), "month", "members"),
    }
    for key in ("new", "at_risk"):
        # a month in which nobody was has no row
        found[key] = {month: found[key].get(month, 0) for month in found["revenue"]}
    said = measures.answers(lake.visits, lake.events)
    scores = _by(sight.frame(measures.nps(said, "month", end)), "period", "nps")
    if end.replace(day=1) in scores:
        found["nps"] = scores
    else:
        ends = (end, end.replace(day=1) - timedelta(days=1))
        found["loyalty_index"] = {day.replace(day=1): _mean_index(sight, said, day) for day in ends}
    owed = sight.frame(measures.points_owed(lake.ledger, "month", end).filter(lambda t: t.currency == currency))
    if not owed.is_empty():
        found["points_owed"] = _carried(_by(owed, "period", "owed"), end)
    return found


def _mean_index(sight: Sight, said: ibis.Table, day: date) -> float | None:
    lake = sight.lake
    members = lake.standing.filter(lake.standing.joined <= ibis.date(day))
    layers = loyalty_layers(loyalty_index(members, lake.orders, lake.visits, said, day))
    mean: float | None = sight.frame(layers)["index"].item()
    return mean


def _changes(sight: Sight, last: date, before: date, end: date, currency: str) -> dict[str, Any]:
    """Why revenue, buyers, the average order and the points owed are not what they were a month before."""
    lake = sight.lake
    often = sight.frame(measures.purchase_frequency(lake.orders, "month", end))
    again = sight.frame(measures.returning_share(lake.orders, "month", end))
    sides, means = [], []
    for month in (before, last):
        one, two = often.filter(pl.col("period") == month), again.filter(pl.col("period") == month)
        row = two.row(0, named=True) if len(two) else None
        sides.append(
            (one["buyers"].item(), one["orders"].item(), row["revenue_minor"]) if row is not None else (0, 0, 0)
        )
        means.append(_halves(row))
    found: dict[str, Any] = {
        "revenue": _told(sides[0][2], sides[1][2], changes.of_revenue(sides[0], sides[1])),
        "buyers": _told(sides[0][0], sides[1][0], _buyers(sight, last, end)),
    }
    if sides[0][1] and sides[1][1]:
        mean = [round(side[2] / side[1]) for side in sides]
        parts = changes.of_mean(means[0], means[1])
        rounded = changes.whole(list(parts.values()), mean[1] - mean[0]) if parts else []
        found["average_order"] = _told(mean[0], mean[1], dict(zip(parts, rounded, strict=True)))
    owed = _owed(sight, last, end, currency)
    if owed is not None:
        found["points_owed"] = owed
    return found


def _halves(row: dict[str, Any] | None) -> dict[str, tuple[int, int]]:
    """A month's orders and revenue: first orders, and those of members who had ordered before."""
    if row is None:
        return {}
    first = (row["orders"] - row["returning_orders"], row["revenue_minor"] - row["returning_minor"])
    both = {"first": first, "returning": (row["returning_orders"], row["returning_minor"])}
    return {name: side for name, side in both.items() if side[0]}


def _buyers(sight: Sight, last: date, end: date) -> dict[str, int]:
    flows = measures.life_cycle_flows(sight.lake.orders, end)
    rows = sight.frame(flows.filter(flows.month == ibis.date(last)))
    buys, bought = pl.col("after").is_in(_BUYING), pl.col("before").is_in(_BUYING)
    return {
        "new": _sum(rows.filter(pl.col("before").is_null() & buys), "members"),
        "back": _sum(rows.filter(pl.col("before").is_not_null() & ~bought & buys), "members"),
        "silent": -_sum(rows.filter(bought & ~buys), "members"),
    }


def _owed(sight: Sight, last: date, end: date, currency: str) -> dict[str, Any] | None:
    """By what the points owed rose and fell."""
    ledger = sight.lake.ledger
    rows = ledger.filter((ledger.currency == currency) & (ledger.day <= ibis.date(end)))
    change = rows.credit.isin(OWED).ifelse(rows.points, 0) - rows.debit.isin(OWED).ifelse(rows.points, 0)
    rows = rows.select(kind=rows.kind, now=rows.day >= ibis.date(last), change=change)
    sums = sight.frame(rows.group_by("kind", "now").agg(change=rows.change.sum().cast("int64")))
    if sums.is_empty():
        return None
    opening = _sum(sums.filter(~pl.col("now")), "change")
    parts = {
        kind: change
        for kind, change in sums.filter(pl.col("now")).sort("kind").select("kind", "change").rows()
        if change
    }
    return _told(opening, opening + sum(parts.values()), parts)


def _told(before: int, after: int, parts: dict[str, int]) -> dict[str, Any]:
    if sum(parts.values()) != after - before:
        raise AssertionError(f"the parts of a change do not sum to it: {before} {after} {parts}")
    return {"before": before, "after": after, "parts": parts}


def _sum(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].sum() or 0)


def _by(frame: pl.DataFrame, day: str, value: str) -> Series:
    return dict(frame.select(day, value).rows())


def _carried(found: Series, end: date) -> Series:
    """A balance by month also for months in which nothing moved: that of the month before."""
    month, carried, last = min(found), {}, None
    while month <= end:
        last = found.get(month, last)
        carried[month] = last
        month = _after(month)
    return carried


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _end(month: date) -> date:
    """The last day of a month."""
    return _after(month) - timedelta(days=1)
