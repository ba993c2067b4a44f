"""From a number to the members it counts: who stands behind a cell of a measure.

A cell is the measure's own columns that name it, as plain values, days as texts::

    behind(lake, "retention", {"unit": "month", "to": "2026-03-31"}, {"cohort": "2026-01-01", "n": 2})

The count of what comes back is the cell's count: both read the same parameters (``questions``). Where a cell counts
those who did something, ``"lost": true`` turns to those who did not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.science.measures.asking import band, brackets_of, index_of, kind_of, length_of, steps_of, within_of
from regulars.science.measures.funnels import places, reached
from regulars.science.measures.groups import seen
from regulars.science.measures.lifecycle import moves, state_moves, states
from regulars.science.measures.loyalty import do, feel, think
from regulars.science.measures.periods import number, number_of
from regulars.science.measures.questions import GROUP, BadQuestion, Question, Tables, question
from regulars.science.measures.repurchase import waits
from regulars.science.measures.retention import bought_periods
from regulars.science.measures.stickiness import MONTH_DAYS, WEEK_DAYS

Cell = Mapping[str, Any]
WINDOWS = {"dau": 1, "wau": WEEK_DAYS, "mau": MONTH_DAYS}


def behind(
    lake: Tables,
    measure: str,
    params: Mapping[str, Any],
    cell: Cell,
    *,
    until: date | None = None,
    memberships: ir.Table | None = None,
) -> ir.Table:
    """The members that a measure's cell counts: a table of one column, ``member``, each once.

    ``until`` is the last whole day; where neither it nor ``params["to"]`` says one, the last day with an order or a
    visit. In a cut, the cell's ``group`` is looked at (null: members in none). Raises BadQuestion where no members
    stand behind a measure's cells, or the cell lacks what names it.
    """
    if measure not in BEHIND:
        raise BadQuestion(f"no members stand behind the cells of {measure!r}")
    q = question(lake, measure, params, until=until or _last_day(lake, params), memberships=memberships)
    members = BEHIND[measure](q, cell).select("member").distinct()
    if q.cut is None:
        return members
    group = cell.get(GROUP)
    if group is None:
        return members.anti_join(q.cut.filter(q.cut[GROUP].notnull()), "member")
    return members.semi_join(q.cut.filter(q.cut[GROUP] == group), "member")


def _last_day(lake: Tables, params: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(params["to"])
    except (KeyError, TypeError, ValueError):
        days = ibis.union(lake.orders.select("day"), lake.visits.select("day"))
        last = days.day.max().execute()
        if last is None or last != last:
            raise BadQuestion("nothing has happened yet") from None
        return last.date() if isinstance(last, datetime) else last


def _day(cell: Cell, name: str) -> date:
    try:
        return date.fromisoformat(str(cell[name]))
    except (KeyError, ValueError):
        raise BadQuestion(f"the cell lacks its day {name!r}") from None


def _number(cell: Cell, name: str) -> int:
    try:
        return int(cell[name])
    except (KeyError, TypeError, ValueError):
        raise BadQuestion(f"the cell lacks its number {name!r}") from None


def _text(cell: Cell, name: str) -> str | None:
    given = cell.get(name)
    return None if given is None else str(given)


def _is(column: ir.Value, value: str | None) -> ir.BooleanValue:
    return column.isnull() if value is None else column == value


def _of_cohort(q: Question, cell: Cell, low: int, high: int | None) -> ir.Table:
    """Of a cohort, who bought in one of its periods from ``low`` to ``high``; ``lost``: who did not."""
    pairs = bought_periods(q.orders, q.period, q.until)
    cohort = pairs.filter(pairs.began == number_of(_day(cell, "cohort"), q.period))
    hit = cohort.filter(cohort.n >= low if high is None else cohort.n.between(low, high))
    return cohort.anti_join(hit, "member") if cell.get("lost") else hit


def _retention(q: Question, cell: Cell) -> ir.Table:
    n = _number(cell, "n")
    return _of_cohort(q, cell, n, None if kind_of(q) == "rolling" else n)


def _bracket_retention(q: Question, cell: Cell) -> ir.Table:
    brackets_of(q)
    return _of_cohort(q, cell, _number(cell, "from_n"), _number(cell, "to_n"))


def _cohort_revenue(q: Question, cell: Cell) -> ir.Table:
    """Who brought a cohort's revenue of period n; without n, the cohort."""
    if "n" not in cell:
        return _of_cohort(q, cell, 0, 0)
    return _of_cohort(q, cell, _number(cell, "n"), _number(cell, "n"))


def _repurchase(q: Question, cell: Cell) -> ir.Table:
    rows = seen(q.since_first(q.orders), q.until)
    members = rows.group_by("member").agg(orders=rows.count())
    return members.filter(members.orders == 1 if cell.get("lost") else members.orders > 1)


def _second_order(q: Question, cell: Cell) -> ir.Table:
    n = _number(cell, "n")
    rows = waits(q.since_first(q.orders), q.until)
    watched = rows.filter(rows.observed >= n)
    came = (watched.days <= n).fill_null(False)
    return watched.filter(~came if cell.get("lost") else came)


def _buyers(q: Question, cell: Cell) -> ir.Table:
    return _in_period(q, seen(q.orders, q.until), cell)


def _returning(q: Question, cell: Cell) -> ir.Table:
    """Who had an order in the period that was not the first."""
    rows = seen(q.orders, q.until)
    turns = rows.mutate(turn=ibis.row_number().over(ibis.window(group_by="member", order_by=[rows["at"], rows.seq])))
    return _in_period(q, turns.filter(turns.turn > 0), cell)


def _visitors(q: Question, cell: Cell) -> ir.Table:
    return _in_period(q, seen(q.steps, q.until), cell)


def _timed(q: Question, cell: Cell) -> ir.Table:
    rows = seen(q.visits, q.until)
    return _in_period(q, rows.filter(rows.seconds.notnull()), cell)


def _platform(q: Question, cell: Cell) -> ir.Table:
    rows = seen(q.steps, q.until)
    return _in_period(q, rows.filter(_is(rows.channel, _text(cell, "channel"))), cell)


def _in_period(q: Question, rows: ir.Table, cell: Cell) -> ir.Table:
    return rows.filter(number(rows.day, q.period) == number_of(_day(cell, "period"), q.period))


def _active(q: Question, cell: Cell) -> ir.Table:
    window = str(cell.get("window", "dau"))
    if window not in WINDOWS:
        raise BadQuestion(f"window: one of {', '.join(WINDOWS)}")
    rows = seen(q.steps, q.until)
    last = number_of(_day(cell, "day"), "day")
    return rows.filter(number(rows.day, "day").between(last - WINDOWS[window] + 1, last))


def _answered(q: Question, cell: Cell) -> ir.Table:
    rows = seen(q.answers, q.until)
    return _in_period(q, rows.filter(rows.kind == q.measure), cell)


def _in_band(name: str, table: Callable[[Question], ir.Table]) -> Callable[[Question, Cell], ir.Table]:
    def who(q: Question, cell: Cell) -> ir.Table:
        rows = table(q)
        return rows.filter(rows[name].notnull() & (band(rows[name]) == _number(cell, "band")))

    return who


def _funnel(q: Question, cell: Cell) -> ir.Table:
    """Who took a step; ``lost``: who took the one before and not this one."""
    step, steps = _number(cell, "step"), steps_of(q)
    if not 1 <= step <= len(steps):
        raise BadQuestion(f"step: from 1 to {len(steps)}")
    rows = reached(q.since_day(q.steps), steps, within_of(q), q.until)
    there = rows.filter(rows.step == step)
    if not cell.get("lost"):
        return there
    return rows.filter(rows.step == step - 1).anti_join(there, "member")


def _path(q: Question, cell: Cell) -> ir.Table:
    rows = places(q.since_day(q.steps), length_of(q), q.until)
    return rows.filter(rows.path == _text(cell, "path"))


def _life_cycle(q: Question, cell: Cell) -> ir.Table:
    rows = states(q.orders, q.until)
    rows = rows.filter(rows.month == number_of(_day(cell, "month"), "month"))
    return rows.filter(rows.state == _text(cell, "state"))


def _life_cycle_flows(q: Question, cell: Cell) -> ir.Table:
    return _moved(state_moves(q.orders, q.until), cell)


def _tier_flows(q: Question, cell: Cell) -> ir.Table:
    return _moved(moves(q.tier_changes, q.until), cell)


def _moved(rows: ir.Table, cell: Cell) -> ir.Table:
    rows = rows.filter(rows.month == number_of(_day(cell, "month"), "month"))
    return rows.filter(_is(rows.before, _text(cell, "before")) & _is(rows.after, _text(cell, "after")))


def _participants(q: Question, cell: Cell) -> ir.Table:
    """Who earned or spent points in the period; ``lost``: who had joined and did neither."""
    at = number_of(_day(cell, "period"), q.period)
    joined = q.standing.filter(q.standing.joined <= ibis.date(q.until))
    joined = joined.filter(number(joined.joined, q.period) <= at)
    rows = seen(q.ledger.filter(q.ledger.kind.isin(["earned", "spent"])), q.until)
    moved = rows.filter(number(rows.day, q.period) == at)
    return joined.anti_join(moved, "member") if cell.get("lost") else joined.semi_join(moved, "member")


BEHIND: dict[str, Callable[[Question, Cell], ir.Table]] = {
    "retention": _retention,
    "bracket_retention": _bracket_retention,
    "cohort_revenue": _cohort_revenue,
    "repurchase_rate": _repurchase,
    "second_order_by_day": _second_order,
    "purchase_frequency": _buyers,
    "average_order": _buyers,
    "returning_share": _returning,
    "active_members": _active,
    "visits_per_member": _visitors,
    "depth": _visitors,
    "breadth": _visitors,
    "dwell_time": _timed,
    "interactions": _platform,
    "csat": _answered,
    "nps": _answered,
    "ces": _answered,
    "think": _in_band("think", lambda q: think(q.answers, q.until)),
    "do": _in_band("do", lambda q: do(q.orders, q.visits, q.until)),
    "feel": _in_band("feel", lambda q: feel(q.visits, q.until)),
    "loyalty_index": _in_band("index", index_of),
    "funnel": _funnel,
    "paths": _path,
    "life_cycle": _life_cycle,
    "life_cycle_flows": _life_cycle_flows,
    "tier_flows": _tier_flows,
    "active_rate": _participants,
}
"""Who stands behind the cells of each measure that counts members."""
