"""A measure's answer as plain data: what the answering process keeps and pages draw.

``columns`` and ``rows`` are the measure's own; ``params`` says what was asked with everything that was left open
filled in (``from``, ``to``), so that an address made of them means the same tomorrow; ``missing`` names what the shop
would have to send first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import polars as pl

from regulars.audience.segments.memberships import memberships_of
from regulars.inquiries import CannotAnswer
from regulars.inquiries.sight import Sight
from regulars.insight.measures.beginning import first_day
from regulars.insight.measures.catalogue import CHOICES_MOST, SPECS, Spec
from regulars.science.measures import DIMENSIONS, BadQuestion, ask, question
from regulars.science.measures.questions import GROUP, dimension

ROWS_MOST = 20_000
_BACK_DAYS = {"day": 60, "week": 7 * 26, "month": 730}
_SHOWN_ACTIVE_DAYS = 120


def answer(name: str) -> Callable[[Sight, dict[str, Any]], dict[str, Any]]:
    """The handler of one measure."""

    def handle(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
        spec = SPECS[name]
        full = filled(spec, params, sight.until)
        missing = _missing(spec, sight)
        began = first_day(sight)
        found: dict[str, Any] = {
            "measure": name, "params": full, "columns": [], "rows": [], "more": False,
            "began": began and began.isoformat(),
        }  # fmt: skip
        if missing:
            return {**found, "missing": missing}
        if full.get("from", "") > full["to"]:
            return {**found, "missing": "days"}
        if name == "funnel" and not full.get("steps"):
            return {**found, "missing": "steps"}
        memberships = memberships_of(full)
        try:
            asked = question(sight.lake, name, full, until=sight.until, memberships=memberships)
            frame = sight.frame(ask(asked))
        except BadQuestion as problem:
            raise CannotAnswer(str(problem)) from None
        frame = in_order(frame)
        rows = plain(frame.head(ROWS_MOST))
        if name == "dwell_time" and not rows:
            missing = "seconds"
        if name == "feel" and not rows:
            missing = "acts"
        return {
            **found, "columns": frame.columns, "rows": rows, "more": len(frame) > ROWS_MOST, "missing": missing,
        }  # fmt: skip

    return handle


def choices(sight: Sight, params: dict[str, Any]) -> dict[str, list[str]]:
    """The values of each dimension with most members, and the names of events: what forms offer."""
    found: dict[str, list[str]] = {}
    for name in DIMENSIONS:
        if name == "segment":
            continue
        rows = dimension(sight.lake, name)
        rows = rows.filter(rows[GROUP].notnull())
        counts = rows.group_by(GROUP).agg(members=rows.count()).order_by([ibis.desc("members"), GROUP])
        found[name] = sight.frame(counts.limit(CHOICES_MOST))[GROUP].to_list()
    visits = sight.lake.visits
    names = visits.group_by("name").agg(events=visits.count()).order_by([ibis.desc("events"), "name"])
    found["event"] = sight.frame(names.limit(CHOICES_MOST))["name"].to_list()
    return found


def filled(spec: Spec, params: Mapping[str, Any], until: date) -> dict[str, Any]:
    """The parameters with unit, first and last day said. Raises CannotAnswer for days that are none."""
    full = dict(params)
    try:
        last = min(date.fromisoformat(full["to"]), until) if full.get("to") else until
    except ValueError:
        raise CannotAnswer(f"to: a day as 2026-01-31, not {full['to']!r}") from None
    full["to"] = last.isoformat()
    if "unit" in spec.own:
        full.setdefault("unit", "month")
    dated = "unit" in spec.own or spec.columns[0].key in ("month", "day")
    if "from" in spec.own and dated and not full.get("from"):
        back = _BACK_DAYS.get(full.get("unit", "month"), _BACK_DAYS["month"])
        if spec.columns[0].key == "day":
            back = _SHOWN_ACTIVE_DAYS
        full["from"] = (last - timedelta(days=back)).isoformat()
    if "unit" in spec.own and full.get("from"):
        full["from"] = _first_of(full["from"], full["unit"])
    return full


def _first_of(day: str, unit: str) -> str:
    """The first day of the period in which that day lies: no period is told by a part of it."""
    try:
        given = date.fromisoformat(day)
    except ValueError:
        return day  # told by who reads the question
    if unit == "week":
        return (given - timedelta(days=given.weekday())).isoformat()
    return (given.replace(day=1) if unit == "month" else given).isoformat()


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order that a table shows: by group, time and step; paths and pairs by their weight."""
    if "place" in frame.columns:
        keys = [name for name in (GROUP, "place") if name in frame.columns]
        return frame.sort(keys, nulls_last=True)
    if "lift" in frame.columns:
        return frame.sort(["lift", "orders", "first", "second"], descending=[True, True, False, False])
    order = ("currency", GROUP, "cohort", "period", "month", "day", "from_n", "n", "step", "band", "before", "after")
    keys = [name for name in (*order, "share", "state", "channel") if name in frame.columns]
    return frame.sort(keys, nulls_last=True) if keys else frame


def plain(frame: pl.DataFrame) -> list[list[Any]]:
    """Rows as JSON has them: days as texts, no number that is none."""
    return [[_plain(value) for value in row] for row in frame.rows()]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _missing(spec: Spec, sight: Sight) -> str:
    """Which table has nothing in it that this measure cannot do without; empty when all is there."""
    if spec.needs == "answers":
        return "" if sight.kept("any answers", lambda: _any_answers(sight)) else "answers"
    if spec.needs == "steps":
        return "" if any(sight.lake.manifest.tables.get(name) for name in ("visits", "orders")) else "visits"
    return "" if sight.lake.manifest.tables.get(spec.needs) else spec.needs


def _any_answers(sight: Sight) -> bool:
    visits = sight.lake.visits
    return not sight.frame(visits.filter(visits.name == "Survey Answered").select("member").limit(1)).is_empty()
