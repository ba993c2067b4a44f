"""Conditions of deeds that are no orders: counted in one pass over visits; and the latest answer to a question."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from regulars.rules.segments.model import EVER, Did, Said
from regulars.science.measures.satisfaction import ANSWERED, SCALES
from regulars.science.segments import asked
from regulars.science.segments.rows import Asking, holds, said

REVIEWED = "Product Reviewed"


def of_visits(asking: Asking, leaves: Mapping[str, Did]) -> ir.Table:
    """By member, whether each condition of something done holds, under its name."""
    visits = asking.lake.visits
    names = {leaf.event for leaf in leaves.values()}
    asking_more = [leaf for leaf in leaves.values() if leaf.where.tests]
    tests = [test for leaf in asking_more for test in leaf.where.tests]
    rows = visits.filter(asking.within(EVER, visits.day))
    if tests:  # fewer rows to look up in the log; else the flags below sift, and names are compared only once
        rows = rows.filter(rows.name.isin(sorted(names)))
    rows = asking.with_said(rows, tests, {leaf.event for leaf in asking_more})
    flags = {
        name: (rows.name == leaf.event)
        & asking.within(leaf.window, rows.day)
        & asking.event_tests(leaf.where.tests, rows)
        for name, leaf in leaves.items()
    }
    rows = rows.select("member", **flags)
    rows = rows.filter(asked.some([rows[name] for name in leaves]))
    counts = rows.group_by("member").aggregate(**{name: rows.count(where=rows[name]) for name in leaves})
    return counts.select("member", **{name: holds(leaf.bounds, counts[name]) for name, leaf in leaves.items()})


def latest_said(asking: Asking, name: str, leaf: Said) -> ir.Table:
    """By member, whether the latest answer in the window lies in the bounds, under the name."""
    lake = asking.lake
    event = REVIEWED if leaf.what == "rating" else ANSWERED
    visits = lake.visits.filter((lake.visits.name == event) & asking.within(leaf.window, lake.visits.day))
    events = lake.events.filter(lake.events.name == event).select("seq", "properties")
    rows = visits.select("seq", "member", "at").inner_join(events, "seq")
    # read with patterns, as the measures do: Ibis's JSON needs functions in Python on Spark
    key = "rating" if leaf.what == "rating" else "score"
    told = rows.properties.re_extract(rf'"{key}"\s*:\s*"?(-?\d+(?:\.\d+)?)"?\s*[,}}]', 1)
    rows = rows.mutate(score=asked.number(told.nullif("")))
    if leaf.what != "rating":
        kind = rows.properties.re_extract(r'"kind"\s*:\s*"([A-Za-z]+)"', 1).lower()
        lowest, highest = SCALES[leaf.what]
        rows = rows.filter(
            (kind == leaf.what) & rows.score.between(lowest, highest) & (rows.score == rows.score.floor())
        )
    rows = rows.filter(rows.score.notnull())
    latest = ibis.window(group_by="member", order_by=[rows.at.desc(), rows.seq.desc()])
    rows = rows.mutate(turn=ibis.row_number().over(latest))
    rows = rows.filter(rows.turn == 0)
    bounds = [asked.compared(op, rows.score, bound) for op, bound in said(leaf.bounds).items()]
    return rows.select("member", **{name: asked.every(bounds)})


__all__ = ["REVIEWED", "holds", "latest_said", "of_visits"]
