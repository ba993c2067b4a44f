"""Every measure by its name, with what a question says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis
from ibis.expr import types as ir

from regulars.science.measures.baskets import category_pairs
from regulars.science.measures.buying import average_order, purchase_frequency, returning_share
from regulars.science.measures.cohort_value import cohort_revenue
from regulars.science.measures.funnels import funnel, paths
from regulars.science.measures.health import active_rate, points_owed, redemption_rate
from regulars.science.measures.lifecycle import life_cycle, life_cycle_flows, tier_flows
from regulars.science.measures.loyalty import do, feel, interactions, loyalty_index, loyalty_layers, think
from regulars.science.measures.questions import BadQuestion, Question
from regulars.science.measures.repurchase import (
    inter_purchase_time,
    repurchase_rate,
    second_order_by_day,
    time_to_second_order,
)
from regulars.science.measures.retention import Kind, bracket_retention, retention
from regulars.science.measures.satisfaction import ces, csat, nps
from regulars.science.measures.stickiness import active_members, breadth, depth, dwell_time, visits_per_member

BRACKETS = ((1, 1), (2, 3), (4, 6))
DAYS = 90
WITHIN_DAYS = 7
LENGTH = 3
STEPS_MOST = 8


def ask(question: Question) -> ir.Table:
    """The measure's table. A cut's groups stand in the column ``group``. Raises BadQuestion for an unknown measure or
    parameters that do not fit it."""
    if question.measure not in ASKED:
        raise BadQuestion(f"there is no measure {question.measure!r}")
    found = ASKED[question.measure](question)
    currency = question.params.get("currency")
    return found.filter(found.currency == currency) if currency else found


def kind_of(q: Question) -> Kind:
    """Classic or rolling retention."""
    kind = q.params.get("kind") or "classic"
    if kind == "classic":
        return "classic"
    if kind == "rolling":
        return "rolling"
    raise BadQuestion(f"kind: classic or rolling, not {kind!r}")


def brackets_of(q: Question) -> list[tuple[int, int]]:
    """The ranges of periods that are asked for: pairs, or a text as ``1,2-3,4-6``."""
    given = q.params.get("brackets") or BRACKETS
    if isinstance(given, str):
        ends = [part.partition("-") for part in given.split(",")]
        given = [(low, high if dash else low) for low, dash, high in ends]
    try:
        pairs = [(int(low), int(high)) for low, high in given]
    except (TypeError, ValueError):
        raise BadQuestion(f"brackets: ranges of whole numbers, as 1,2-3,4-6, not {q.params['brackets']!r}") from None
    if not all(1 <= low <= high <= 1000 for low, high in pairs):
        raise BadQuestion("brackets: a range begins at 1 or later and ends no earlier, as in 1,2-3,4-6")
    return pairs


def steps_of(q: Question) -> list[str]:
    """The steps of a funnel, in order."""
    given = q.params.get("steps") or []
    steps = [given] if isinstance(given, str) else [str(step) for step in given if step]
    if not 1 <= len(steps) <= STEPS_MOST:
        raise BadQuestion(f"steps: from 1 to {STEPS_MOST} names of events")
    return steps


def days_of(q: Question) -> int:
    """How many days after the first order are looked at."""
    return q.whole("days", DAYS, 1, 730)


def within_of(q: Question) -> int:
    """In how many days a funnel must be gone through."""
    return q.whole("within_days", WITHIN_DAYS, 1, 365)


def length_of(q: Question) -> int:
    """How many events a path has at most."""
    return q.whole("length", LENGTH, 1, 8)


def index_of(q: Question) -> ir.Table:
    """Every member's loyalty."""
    return loyalty_index(q.standing, q.orders, q.visits, q.answers, q.until)


def _shown(q: Question, table: ir.Table, column: str = "period") -> ir.Table:
    """The periods from ``from`` on: they are computed from all that happened before, too."""
    if q.since is None:
        return table
    unit = {"day": "D", "week": "W", "month": "M"}[q.period if column == "period" else "month"]
    first = ibis.date(q.since) if column == "day" else ibis.date(q.since).truncate(unit)
    return table.filter(table[column] >= first)


Measure = Callable[..., ir.Table]


def _of_orders(measure: Measure) -> Callable[[Question], ir.Table]:
    return lambda q: _shown(q, measure(q.orders, q.period, q.until, cut=q.cut, by=q.by))


def _of_steps(measure: Measure) -> Callable[[Question], ir.Table]:
    return lambda q: _shown(q, measure(q.steps, q.period, q.until, cut=q.cut, by=q.by))


def _of_answers(measure: Measure) -> Callable[[Question], ir.Table]:
    return lambda q: _shown(q, measure(q.answers, q.period, q.until, cut=q.cut, by=q.by))


def _of_ledger(measure: Measure) -> Callable[[Question], ir.Table]:
    return lambda q: _shown(q, measure(q.ledger, q.period, q.until, cut=q.cut, by=q.by))


def _layer(name: str, table: Callable[[Question], ir.Table]) -> Callable[[Question], ir.Table]:
    """How many members stand in each tenth of a scale from 0 to 100 (the last one with 100), and their mean."""

    def asked(q: Question) -> ir.Table:
        rows = table(q)
        rows = rows.filter(rows[name].notnull())
        if q.cut is not None:
            rows = rows.left_join(q.cut.select("member", *q.by).distinct(), "member")
        rows = rows.select("member", *q.by, value=rows[name], band=band(rows[name]))
        keys: Sequence[str] = [*q.by, "band"]
        return rows.group_by(keys).agg(members=rows.count(), mean=rows.value.mean())

    return asked


def band(value: ir.NumericValue) -> ir.IntegerValue:
    """The tenth of a scale from 0 to 100 that a value lies in: 0, 10, … 90."""
    return (ibis.least((value / 10).floor(), 9).cast("int64") * 10).cast("int64")


ASKED: dict[str, Callable[[Question], ir.Table]] = {
    "retention": lambda q: retention(
        q.orders, q.period, q.until, kind=kind_of(q), since=q.since, cut=q.cut, by=q.by
    ),
    "bracket_retention": lambda q: bracket_retention(
        q.orders, q.period, q.until, brackets_of(q), since=q.since, cut=q.cut, by=q.by
    ),
    "repurchase_rate": lambda q: repurchase_rate(q.since_first(q.orders), q.until, cut=q.cut, by=q.by),
    "second_order_by_day": lambda q: second_order_by_day(
        q.since_first(q.orders), q.until, days_of(q), cut=q.cut, by=q.by
    ),
    "time_to_second_order": lambda q: time_to_second_order(
        q.since_first(q.orders), q.until, days_of(q), cut=q.cut, by=q.by
    ),
    "inter_purchase_time": lambda q: inter_purchase_time(q.since_first(q.orders), q.until, cut=q.cut, by=q.by),
    "purchase_frequency": _of_orders(purchase_frequency),
    "average_order": _of_orders(average_order),
    "returning_share": _of_orders(returning_share),
    "cohort_revenue": lambda q: cohort_revenue(q.orders, q.period, q.until, since=q.since, cut=q.cut, by=q.by),
    "active_members": lambda q: _shown(q, active_members(q.steps, q.until, cut=q.cut, by=q.by), "day"),
    "visits_per_member": _of_steps(visits_per_member),
    "depth": _of_steps(depth),
    "dwell_time": _of_steps(dwell_time),
    "breadth": _of_steps(breadth),
    "csat": _of_answers(csat),
    "nps": _of_answers(nps),
    "ces": _of_answers(ces),
    "think": _layer("think", lambda q: think(q.answers, q.until)),
    "do": _layer("do", lambda q: do(q.orders, q.visits, q.until)),
    "feel": _layer("feel", lambda q: feel(q.visits, q.until)),
    "loyalty_index": _layer("index", index_of),
    "loyalty_layers": lambda q: loyalty_layers(index_of(q), cut=q.cut, by=q.by),
    "interactions": _of_steps(interactions),
    "funnel": lambda q: funnel(q.since_day(q.steps), steps_of(q), within_of(q), q.until, cut=q.cut, by=q.by),
    "paths": lambda q: paths(
        q.since_day(q.steps), length_of(q), q.until, top=q.whole("top", 20, 1, 100), cut=q.cut, by=q.by
    ),
    "life_cycle": lambda q: _shown(q, life_cycle(q.orders, q.until, cut=q.cut, by=q.by), "month"),
    "life_cycle_flows": lambda q: _shown(q, life_cycle_flows(q.orders, q.until, cut=q.cut, by=q.by), "month"),
    "tier_flows": lambda q: _shown(q, tier_flows(q.tier_changes, q.until, cut=q.cut, by=q.by), "month"),
    "category_pairs": lambda q: category_pairs(
        q.since_day(q.order_lines), q.until, minimum=q.whole("minimum", 20, 1, 1_000_000)
    ),
    "active_rate": lambda q: _shown(
        q, active_rate(q.standing, q.ledger, q.period, q.until, cut=q.cut, by=q.by)
    ),
    "redemption_rate": _of_ledger(redemption_rate),
    "points_owed": _of_ledger(points_owed),
}  # fmt: skip
"""What each measure is asked with. ``think``, ``do``, ``feel`` and ``loyalty_index`` have a row a member: they are
answered by tenths of their scale (``band``, ``members``, ``mean``)."""
