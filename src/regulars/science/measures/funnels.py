"""Funnels and paths: what members do one after the other.

Tables need ``member``, ``at`` (moment), ``seq`` (order in the log), ``day`` and ``name``: ``visits``, and orders put
to them by ``with_orders``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import days_between

ORDERED = "Order Completed"


def with_orders(visits: ir.Table, orders: ir.Table) -> ir.Table:
    """Visits and orders as one table of all that members did, an order named ``Order Completed`` and without
    seconds."""
    columns = ["member", "at", "seq", "day", "channel"]
    ordered = orders.select(*columns, name=ibis.literal(ORDERED), seconds=ibis.null("int64"))
    return ibis.union(visits.select(*columns, "name", "seconds"), ordered)


def funnel(
    visits: ir.Table,
    steps: Sequence[str],
    within_days: int,
    until: date,
    *,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """How many members take each step after the one before, all within so many days (of 24 hours) of the first.

    Strict order: step k counts at the earliest event of its name later (by moment, then place in the log) than where
    step k−1 was counted. A member is looked at from her first event of the first name; other events in between do no
    harm.

    Columns: ``by``…, ``step`` (from 1), ``name``, ``members``, ``of_first`` and ``of_previous`` (shares),
    ``complete_members`` (of those who began, whose window had closed by ``until``; the same for every step). Raises
    ValueError without steps.
    """
    members = reached(visits, steps, within_days, until)
    # the window closes in the course of that day, and until is a whole day
    members = members.mutate(closed=days_between(members.began_day, ibis.date(until)) >= within_days)
    members = cut_into(members, cut, by)
    counts = members.group_by([*by, "step"]).agg(
        members=members.count(), closed=total((members.closed & (members.step == 1)).cast("int64"))
    )
    groups = counts.select(*by).distinct() if by else None
    zero = ibis.literal(0).cast("int64")
    empty = []
    for place in range(1, len(steps) + 1):
        step = ibis.literal(place).cast("int64")
        if groups is None:
            empty.append(counts.agg(members=counts.members.sum()).select(step=step, members=zero, closed=zero))
        else:
            empty.append(groups.select(*by, step=step, members=zero, closed=zero))
    every = ibis.union(counts.select(*by, "step", "members", "closed"), *empty)
    sums = every.group_by([*by, "step"]).agg(members=total(every.members), closed=total(every.closed))
    whole, in_turn = ibis.window(group_by=list(by)), ibis.window(group_by=list(by), order_by="step")
    sums = sums.mutate(
        first=sums.members.max().over(whole),
        previous=sums.members.lag().over(in_turn),
        closed=sums.closed.max().over(whole),
    )
    return sums.select(
        *by,
        step=sums.step,
        name=ibis.cases(*[(sums.step == i, name) for i, name in enumerate(steps, 1)]),
        members=sums.members,
        of_first=part(sums.members, sums["first"]),
        of_previous=part(sums.members, sums.previous.fill_null(sums.members)),
        complete_members=sums.closed,
    )


def reached(visits: ir.Table, steps: Sequence[str], within_days: int, until: date) -> ir.Table:
    """Which steps of a funnel each member took: ``member``, ``step`` (from 1), ``began_day`` (of the first step).

    Raises ValueError without steps.
    """
    if not steps:
        raise ValueError("a funnel has at least one step")
    rows = seen(visits, until).select("member", "at", "seq", "day", "name")
    window = ibis.interval(days=within_days)
    turns = ibis.window(group_by="member", order_by=["at", "seq"])

    def earliest(events: ir.Table, place: int) -> ir.Table:
        """Each member's first of these events."""
        numbered = events.mutate(turn=ibis.row_number().over(turns))
        return numbered.filter(numbered.turn == 0).drop("turn").mutate(step=ibis.literal(place).cast("int64"))

    last = earliest(rows.filter(rows.name == steps[0]), 1).rename(began_day="day").mutate(began=lambda t: t["at"])
    taken = [last.select("member", "step", "began_day")]
    for place, name in enumerate(steps[1:], 2):
        before = last.select("member", "began", "began_day", then="at", place="seq")
        after = rows.filter(rows.name == name).inner_join(before, "member")
        later = (after["at"] > after.then) | ((after["at"] == after.then) & (after.seq > after.place))
        events = after.filter(later & (after["at"] <= after.began + window))
        last = earliest(events.select("member", "at", "seq", "began", "began_day"), place)
        taken.append(last.select("member", "step", "began_day"))
    return taken[0] if len(taken) == 1 else ibis.union(*taken)


def paths(
    visits: ir.Table,
    length: int,
    until: date,
    *,
    top: int = 20,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """The commonest ways in: the first ``length`` events of each member, in order.

    Columns: ``by``…, ``path`` (names joined by " → "; shorter where a member did less), ``members``, ``share`` (of
    all members of the group), ``place`` (from 1; equals by the alphabet). Raises ValueError for a length below 1.
    """
    members = cut_into(places(visits, length, until), cut, by)
    counts = members.group_by([*by, "path"]).agg(members=members.count())
    whole = ibis.window(group_by=list(by))
    ranked = ibis.window(group_by=list(by), order_by=[ibis.desc("members"), "path"])
    counts = counts.mutate(
        share=part(counts.members, counts.members.sum().over(whole)),
        place=(ibis.row_number().over(ranked) + 1).cast("int64"),
    )
    return counts.filter(counts.place <= top)


def places(visits: ir.Table, length: int, until: date) -> ir.Table:
    """Each member's way in: ``member``, ``path`` (names joined by " → "). Raises ValueError for a length below 1."""
    if length < 1:
        raise ValueError("a path has at least one event")
    rows = seen(visits, until)
    in_turn = ibis.window(group_by="member", order_by=["at", "seq"])
    turns = rows.select("member", "name", turn=ibis.row_number().over(in_turn)).filter(lambda t: t.turn < length)
    # a column a place and not a collected list: the order within a list is not the same promise on every engine
    places = {f"_{i}": turns.name.max(where=turns.turn == i) for i in range(length)}
    members = turns.group_by("member").agg(**places)
    path = members["_0"]
    for i in range(1, length):
        path = path + members[f"_{i}"].notnull().ifelse(ibis.literal(" → ") + members[f"_{i}"], "")
    return members.select("member", path=path)
