"""The programme's health: who takes part, what becomes of the points, and what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import Period, a_day, last_whole, number, number_of, start

OWED = ("pending", "available", "held")
"""The accounts of a member whose points the shop owes."""


def active_rate(
    standing: ir.Table,
    ledger: ir.Table,
    period: Period,
    until: date,
    *,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """The share of members who earned or spent points in the period, of those who had joined by its end.

    Columns: ``by``…, ``period``, ``members``, ``active``, ``rate``, ``complete``. A row for every period from the
    first joining.
    """
    joined = standing.filter(standing.joined <= ibis.date(a_day(until)))
    joined = cut_into(joined.select("member", at=number(joined.joined, period)), cut, by)
    entries = joined.group_by([*by, "at"]).agg(entered=joined.count())
    moved = seen(ledger.filter(ledger.kind.isin(["earned", "spent"])), until)
    moved = moved.select("member", at=number(moved.day, period)).distinct()
    # a member counts from the period she joined in
    moved = moved.inner_join(joined.select("member", *by, entered="at"), "member")
    moved = moved.filter(moved["at"] >= moved.entered)
    actives = moved.group_by([*by, "at"]).agg(active=moved.count())
    last = number_of(until, period)
    spans = entries.agg(by=list(by), began=entries["at"].min())
    zero = ibis.literal(0).cast("int64")
    empty = spans.select(*by, at=ibis.range(spans.began, last + 1).unnest())
    empty = empty.mutate(at=empty["at"].cast("int64"), entered=zero, active=zero)
    every = ibis.union(
        empty,
        entries.select(*by, "at", "entered", active=zero),
        actives.select(*by, "at", entered=zero, active=actives.active),
    )
    sums = every.group_by([*by, "at"]).agg(entered=total(every.entered), active=total(every.active))
    so_far = ibis.window(group_by=list(by), order_by="at", preceding=None, following=0)
    sums = sums.mutate(members=sums.entered.sum().over(so_far).cast("int64"))
    return sums.select(
        *by,
        period=start(sums["at"], period),
        members=sums.members,
        active=sums.active,
        rate=part(sums.active, sums.members),
        complete=sums["at"] <= last_whole(until, period),
    )


def redemption_rate(
    ledger: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Points spent over points earned, by period and since the beginning; a currency of points a row.

    Earned is less what refunds took back, spent less what they gave back; points given to charity count as spent.

    Columns: ``by``…, ``currency``, ``period``, ``earned``, ``spent``, ``rate``, ``earned_so_far``, ``spent_so_far``,
    ``rate_so_far``, ``complete``.
    """
    rows = seen(ledger, until)
    earned = ibis.cases((rows.kind == "earned", rows.points), (rows.kind == "taken_back", -rows.points), else_=0)
    spent = ibis.cases((rows.kind == "spent", rows.points), (rows.kind == "given_back", -rows.points), else_=0)
    rows = rows.select("member", "currency", at=number(rows.day, period), earned=earned, spent=spent)
    rows = cut_into(rows, cut, by)
    sums = rows.group_by([*by, "currency", "at"]).agg(earned=total(rows.earned), spent=total(rows.spent))
    so_far = ibis.window(group_by=[*by, "currency"], order_by="at", preceding=None, following=0)
    sums = sums.mutate(
        earned_so_far=sums.earned.sum().over(so_far).cast("int64"),
        spent_so_far=sums.spent.sum().over(so_far).cast("int64"),
    )
    return sums.select(
        *by,
        currency=sums.currency,
        period=start(sums["at"], period),
        earned=sums.earned,
        spent=sums.spent,
        rate=part(sums.spent, sums.earned),
        earned_so_far=sums.earned_so_far,
        spent_so_far=sums.spent_so_far,
        rate_so_far=part(sums.spent_so_far, sums.earned_so_far),
        complete=sums["at"] <= last_whole(until, period),
    )


def points_owed(
    ledger: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Points that the shop owes at the end of each period: all that lies in members' pending, available and held
    accounts.

    Columns: ``by``…, ``currency``, ``period``, ``entered``, ``left``, ``owed`` (at its end), ``complete``. Needs
    ``debit`` and ``credit``, the accounts of each transfer. A row for each period in which points moved.
    """
    rows = seen(ledger, until)
    rows = rows.select(
        "member",
        "currency",
        at=number(rows.day, period),
        entered=rows.credit.isin(OWED).ifelse(rows.points, 0),
        left=rows.debit.isin(OWED).ifelse(rows.points, 0),
    )
    # what only moves between those accounts changes nothing
    rows = rows.filter(rows.entered != rows.left)
    rows = cut_into(rows, cut, by)
    sums = rows.group_by([*by, "currency", "at"]).agg(entered=total(rows.entered), left=total(rows.left))
    so_far = ibis.window(group_by=[*by, "currency"], order_by="at", preceding=None, following=0)
    owed = (sums.entered - sums.left).sum().over(so_far).cast("int64")
    return sums.select(
        *by,
        currency=sums.currency,
        period=start(sums["at"], period),
        entered=sums.entered,
        left=sums.left,
        owed=owed,
        complete=sums["at"] <= last_whole(until, period),
    )
