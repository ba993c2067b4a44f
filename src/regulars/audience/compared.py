"""Two segments on every measure that says something of a group. Loaded only by the process that answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import ibis
import polars as pl

from regulars.audience.compared_measures import Asked, asked_of
from regulars.audience.segments.models import Membership, Segment
from regulars.inquiries import CannotAnswer
from regulars.inquiries.sight import Sight

SEGMENTS_MAX = 2
DAY = timedelta(days=1)


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
    rows = [row for asked in asked_of(sight, cut, keys) for row in _rows(sight, asked, keys)]
    return {
        "until": sight.until.isoformat(),
        "members": [sizes.get(key, 0) for key in keys],
        "both": len(frame) - frame["member"].n_unique(),
        "rows": rows,
    }


def _rows(sight: Sight, asked: Asked, keys: list[str]) -> Iterator[dict[str, Any]]:
    table = asked.table()
    frame = sight.frame(table.filter(table.segment.isin(keys)))
    if asked.last:
        frame = frame.filter(pl.col(asked.last) == _last_of(asked.last, sight.until))
    if asked.latest:
        frame = frame.filter(pl.col("complete"))
        frame = frame.filter(pl.col(asked.latest) == pl.col(asked.latest).max().over("segment", asked.each))
    for group in _groups(frame, asked):
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


def _last_of(unit: str, until: date) -> date:
    """The last whole period by its first day: months, but for what is told of each day."""
    return until if unit == "day" else ((until + DAY).replace(day=1) - DAY).replace(day=1)


def _groups(frame: pl.DataFrame, asked: Asked) -> list[Any]:
    """The values that are rows of their own, in order; with ``most``, so many of those with the largest figures."""
    if not asked.each:
        return [None]
    figures = frame.drop_nulls(asked.each).group_by(asked.each).agg(pl.col(asked.shown[0][0]).max())
    if asked.most:
        ranked = figures.sort([asked.shown[0][0], asked.each], descending=[True, False], nulls_last=True)
        return ranked[asked.each].head(asked.most).to_list()
    return sorted(figures[asked.each].to_list())


def _plain(value: Any) -> float | int | None:
    return None if value is None or value != value else value


HANDLERS = {"audience.compare": compare}
