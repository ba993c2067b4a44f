"""Where members stand in their life with the shop, and how they move from month to month.

States at the end of a month, by orders alone, looked at in this order:

- **new**: the first order lies in this month;
- **back**: ordered this month, after none in the three months before it;
- **loyal**: ordered this month, and in at least two of the three months before it;
- **growing**: ordered this month otherwise;
- **at risk**: no order this month, the last one 1 to 3 months ago;
- **lost**: the last order more than 3 months ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import last_whole, number, number_of, start

STATES = ("new", "growing", "loyal", "back", "at_risk", "lost")
QUIET_MONTHS = 3
LOYAL_MONTHS = 2


def states(orders: ir.Table, until: date) -> ir.Table:
    """Each member's state in every month from her first order to ``until``: ``member``, ``month`` (its number),
    ``state``."""
    orders = seen(orders, until)
    bought = orders.select("member", month=number(orders.day, "month")).distinct()
    turns = ibis.window(group_by="member", order_by="month")
    bought = bought.mutate(
        following=bought.month.lead().over(turns),
        **{f"before_{i}": bought.month.lag(i).over(turns) for i in range(1, LOYAL_MONTHS + 1)},
    )
    last = number_of(until, "month")
    # a month with an order stands for itself and for the empty ones up to the next
    each = bought.mutate(
        silent=ibis.range(0, ibis.least(bought.following.fill_null(last + 1), last + 1) - bought.month).unnest()
    )
    silent = each.silent.cast("int64")
    state = ibis.cases(
        ((silent > 0) & (silent <= QUIET_MONTHS), "at_risk"),
        (silent > QUIET_MONTHS, "lost"),
        (each.before_1.isnull(), "new"),
        (each.month - each.before_1 > QUIET_MONTHS, "back"),
        (each.month - each[f"before_{LOYAL_MONTHS}"] <= QUIET_MONTHS, "loyal"),
        else_="growing",
    )
    return each.select("member", month=each.month + silent, state=state)


def life_cycle(orders: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """How many members stand in each state at the end of each month.

    Columns: ``by``…, ``month`` (its first day), ``state``, ``members``, ``share`` (of all who ever bought),
    ``complete``.
    """
    rows = cut_into(states(orders, until), cut, by)
    counts = rows.group_by([*by, "month", "state"]).agg(members=rows.count())
    whole = ibis.window(group_by=[*by, "month"])
    return counts.select(
        *by,
        month=start(counts.month, "month"),
        state=counts.state,
        members=counts.members,
        share=part(counts.members, counts.members.sum().over(whole)),
        complete=counts.month <= last_whole(until, "month"),
    )


def life_cycle_flows(orders: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """How many members went from which state to which, from one month to the next.

    Columns: ``by``…, ``month`` (that they arrived in), ``before`` (null: no customer yet), ``after``, ``members``,
    ``share`` (of those in ``before``; null for the newcomers), ``complete``.
    """
    rows = cut_into(state_moves(orders, until), cut, by)
    return _flows(rows, by, until)


def state_moves(orders: ir.Table, until: date) -> ir.Table:
    """Each member's state of a month beside that of the month before: ``member``, ``month`` (its number), ``before``
    (null: no customer yet), ``after``."""
    rows = states(orders, until)
    turns = ibis.window(group_by="member", order_by="month")
    return rows.select("member", "month", before=rows.state.lag().over(turns), after=rows.state)


def tier_flows(tier_changes: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """Changes of tier by month: from which to which, and how many members made that change (the last of the month
    counts, against the tier the month began with; who ends where she began is not counted).

    Columns: ``by``…, ``month``, ``before`` and ``after`` (null: no tier), ``members``, ``complete``.
    """
    rows = cut_into(moves(tier_changes, until), cut, by)
    counts = rows.group_by([*by, "month", "before", "after"]).agg(members=rows.count())
    return counts.select(
        *by,
        month=start(counts.month, "month"),
        before=counts.before,
        after=counts.after,
        members=counts.members,
        complete=counts.month <= last_whole(until, "month"),
    )


def moves(tier_changes: ir.Table, until: date) -> ir.Table:
    """Who changed tier in which month: ``member``, ``month`` (its number), ``before`` (its first change), ``after``
    (its last one)."""
    rows = seen(tier_changes, until)
    rows = rows.select("member", "at", "seq", "before", "after", month=number(rows.day, "month"))
    early = ibis.window(group_by=["member", "month"], order_by=["at", "seq"])
    late = ibis.window(group_by=["member", "month"], order_by=[ibis.desc("at"), ibis.desc("seq")])
    rows = rows.mutate(turn=ibis.row_number().over(early), back=ibis.row_number().over(late))
    begun = rows.filter(rows.turn == 0).select("member", "month", "before")
    ended = rows.filter(rows.back == 0).select("member", "month", "after")
    both = begun.inner_join(ended, ["member", "month"]).select("member", "month", "before", "after")
    return both.filter(~both.before.identical_to(both.after))


def _flows(rows: ir.Table, by: Sequence[str], until: date) -> ir.Table:
    counts = rows.group_by([*by, "month", "before", "after"]).agg(members=rows.count())
    whole = ibis.window(group_by=[*by, "month", "before"])
    share = part(counts.members, total(counts.members).over(whole))
    return counts.select(
        *by,
        month=start(counts.month, "month"),
        before=counts.before,
        after=counts.after,
        members=counts.members,
        share=counts.before.notnull().ifelse(share, ibis.null("float64")),
        complete=counts.month <= last_whole(until, "month"),
    )
