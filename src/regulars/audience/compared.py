"""Two segments on every measure that says something of a group. Loaded only by the process that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import polars as pl
from ibis.expr import types as ir

from regulars.audience.segments.models import Membership, Segment
from regulars.inquiries import CannotAnswer
from regulars.inquiries.sight import Sight
from regulars.science import measures as m
from regulars.science import rfm

BY = ("segment",)
SHARE, NUMBER, MONEY, DAYS, SECONDS, POINTS = "share", "number", "money", "days", "seconds", "points"
SEGMENTS_MAX = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure's table cut by segment, and which of its columns are shown, each with its unit.

    ``last``: only the rows of the last whole period count. ``each``: a column whose values are rows of their own.
    """

    measure: str
    table: Callable[[], ir.Table]
    shown: tuple[tuple[str, str], ...]
    last: str = ""
    each: str = ""


def compare(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """The measures of two segments beside each other. params: ``keys`` (two), and ``refreshed``, by which the question
    is another one after a refresh.

    Gives ``until``, ``members`` of both and ``both`` (in both), and ``rows``: ``measure``, ``value`` (the column),
    ``group`` (within it, or None), ``unit``, ``figures`` (one a segment, None where there is nothing to say).
    """
    keys = params.get("keys") or []
    if len(keys) != SEGMENTS_MAX or len(set(keys)) != SEGMENTS_MAX:
        raise CannotAnswer("two different segments are compared")
    known = set(Segment.objects.filter(key__in=keys).values_list("key", flat=True))
    if known != set(keys):
        raise CannotAnswer(f"there is no segment {', '.join(sorted(set(keys) - known))}")
    belong = Membership.objects.filter(segment__in=keys).order_by().values_list("member_id", "segment")
    frame = pl.DataFrame(list(belong), schema={"member": pl.Int64, "segment": pl.String}, orient="row")
    sizes = dict(frame.group_by("segment").len().iter_rows())
    cut = ibis.memtable(frame)
    rows = [row for asked in _asked(sight, cut) for row in _rows(sight, asked, keys)]
    return {
        "until": sight.until.isoformat(),
        "members": [sizes.get(key, 0) for key in keys],
        "both": len(frame) - frame["member"].n_unique(),
        "rows": rows,
    }


def _asked(sight: Sight, cut: ir.Table) -> list[Asked]:
    """Every measure that is compared, in the order in which it is shown."""
    how: dict[str, Any] = {"cut": cut, "by": BY}
    return [*_buying(sight, cut, how), *_coming(sight, how), *_thinking(sight, how)]


def _buying(sight: Sight, cut: ir.Table, how: dict[str, Any]) -> list[Asked]:
    orders, until = sight.lake.orders, sight.until
    year = rfm.history(orders, until)
    since = (until.replace(day=1) - timedelta(days=330)).replace(day=1)
    return [
        Asked("rfm", lambda: _means(year, cut), (("orders", NUMBER), ("spent_minor", MONEY), ("recency_days", DAYS))),
        Asked("repurchase_rate", lambda: m.repurchase_rate(orders, until, **how), (("rate", SHARE),)),
        Asked(
            "time_to_second_order",
            lambda: m.time_to_second_order(orders, until, 180, quantiles=[0.5], **how),
            (("days", DAYS),),
        ),
        Asked("inter_purchase_time", lambda: m.inter_purchase_time(orders, until, **how), (("median_days", DAYS),)),
        Asked("retention", lambda: _retention(orders, until, since, how), (("rate", SHARE),), each="n"),
        Asked(
            "purchase_frequency",
            lambda: m.purchase_frequency(orders, "month", until, **how),
            (("frequency", NUMBER),),
            last="period",
        ),
        Asked(
            "average_order",
            lambda: m.average_order(orders, "month", until, **how),
            (("average_minor", MONEY),),
            last="period",
        ),
        Asked(
            "returning_share",
            lambda: m.returning_share(orders, "month", until, **how),
            (("order_share", SHARE), ("revenue_share", SHARE)),
            last="period",
        ),
        Asked(
            "life_cycle", lambda: m.life_cycle(orders, until, **how), (("share", SHARE),), last="month", each="state"
        ),
    ]


def _coming(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    visits, until = sight.lake.visits, sight.until
    return [
        Asked(
            "active_members",
            lambda: m.active_members(visits, until, **how),
            (("mau", NUMBER), ("dau_mau", SHARE)),
            last="day",
        ),
        Asked(
            "visits_per_member",
            lambda: m.visits_per_member(visits, "month", until, **how),
            (("visits_per_member", NUMBER),),
            last="period",
        ),
        Asked("depth", lambda: m.depth(visits, "month", until, **how), (("events_per_visit", NUMBER),), last="period"),
        Asked(
            "dwell_time",
            lambda: m.dwell_time(visits, "month", until, **how),
            (("seconds_per_visit", SECONDS),),
            last="period",
        ),
        Asked(
            "breadth", lambda: m.breadth(visits, "month", until, **how), (("names_per_member", NUMBER),), last="period"
        ),
    ]


def _thinking(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    lake, until = sight.lake, sight.until
    orders, visits = lake.orders, lake.visits
    answers = m.answers(visits, lake.events)
    return [
        Asked(
            "loyalty_layers",
            lambda: m.loyalty_layers(m.loyalty_index(lake.standing, orders, visits, answers, until), **how),
            (("index", NUMBER), ("think", NUMBER), ("do", NUMBER), ("feel", NUMBER)),
        ),
        Asked("csat", lambda: m.csat(answers, "month", until, **how), (("csat", SHARE),), last="period"),
        Asked("nps", lambda: m.nps(answers, "month", until, **how), (("nps", NUMBER),), last="period"),
        Asked("ces", lambda: m.ces(answers, "month", until, **how), (("ces", SHARE),), last="period"),
        Asked(
            "active_rate",
            lambda: m.active_rate(lake.standing, lake.ledger, "month", until, **how),
            (("rate", SHARE),),
            last="period",
        ),
        Asked(
            "redemption_rate",
            lambda: m.redemption_rate(lake.ledger, "month", until, **how),
            (("rate_so_far", SHARE),),
            last="period",
            each="currency",
        ),
        Asked(
            "points_owed",
            lambda: m.points_owed(lake.ledger, "month", until, **how),
            (("owed", POINTS),),
            last="period",
            each="currency",
        ),
    ]


def _means(known: ir.Table, cut: ir.Table) -> ir.Table:
    """What a member of each segment ordered and spent in a year, and how long the last order is ago, on average."""
    rows = known.inner_join(cut, "member")
    return rows.group_by("segment").agg(
        orders=rows.orders.mean(), spent_minor=rows.spent_minor.mean(), recency_days=rows.recency_days.mean()
    )


def _retention(orders: ir.Table, until: Any, since: Any, how: dict[str, Any]) -> ir.Table:
    """Of all cohorts of the last year together: the share that bought in the n-th month, of those it is over for."""
    rows = m.retention(orders, "month", until, since=since, **how)
    rows = rows.filter(rows.complete & rows.n.isin([1, 3, 6]))
    sums = rows.group_by(["segment", "n"]).agg(size=rows["size"].sum(), kept=rows.kept.sum())
    return sums.select("segment", "n", rate=sums.kept.cast("float64") / sums["size"].cast("float64").nullif(0.0))


def _rows(sight: Sight, asked: Asked, keys: list[str]) -> Iterator[dict[str, Any]]:
    table = asked.table()
    frame = sight.frame(table.filter(table.segment.isin(keys)))
    if asked.last:
        whole = frame.filter(pl.col("complete")) if "complete" in frame.columns else frame
        frame = whole.filter(pl.col(asked.last) == pl.col(asked.last).max())
    groups = sorted(frame[asked.each].drop_nulls().unique().to_list()) if asked.each else [None]
    for group in groups:
        part = frame if group is None else frame.filter(pl.col(asked.each) == group)
        found = {row["segment"]: row for row in part.iter_rows(named=True)}
        for column, unit in asked.shown:
            figures = [_plain(found[key][column]) if key in found else None for key in keys]
            if any(figure is not None for figure in figures):
                yield {
                    "measure": asked.measure,
                    "value": column,
                    "group": group,
                    "unit": unit,
                    "figures": figures,
                }


def _plain(value: Any) -> float | int | None:
    return None if value is None or value != value else value


HANDLERS = {"audience.compare": compare}
