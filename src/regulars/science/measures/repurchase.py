"""Coming back: how many buy a second time, how soon, and how long lies between two orders.

Most members have not had the time yet: who bought first ten days ago cannot have come back after thirty. So a share "by
day n" is taken among those whose first order lies at least n days back (fixed follow-up among the fully observed, the
simplest treatment of right-censoring).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import days_between

QUANTILES = (0.25, 0.5, 0.75)


def repurchase_rate(orders: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """The share of all who ever bought that bought at least twice (two orders on one day are two).

    Columns: ``by``…, ``buyers``, ``returned``, ``rate``. It grows with the time that members have had;
    ``second_order_by_day`` does not.
    """
    orders = seen(orders, until)
    members = orders.group_by("member").agg(orders=orders.count())
    members = cut_into(members, cut, by)
    sums = members.agg(by=list(by), buyers=members.count(), returned=total((members.orders > 1).cast("int64")))
    return sums.mutate(rate=part(sums.returned, sums.buyers))


def second_order_by_day(
    orders: ir.Table, until: date, days: int, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """The share that had ordered a second time by day n after the first order, for n from 0 to ``days``.

    Columns: ``by``…, ``n``, ``observed`` (members whose first order lies at least n days before ``until``),
    ``returned`` (of them, with a second order at most n days after the first), ``rate``.
    """
    waited = cut_into(waits(orders, until), cut, by)
    counted = waited.group_by([*by, "observed", "days"]).agg(members=waited.count())
    # each member is told of once for each n she was watched for; grouped first, so that this stays small
    each = counted.mutate(n=ibis.range(0, ibis.least(counted.observed, days) + 1).unnest())
    each = each.mutate(n=each.n.cast("int64"), came=(each.days <= each.n).fill_null(False))
    sums = each.group_by([*by, "n"]).agg(
        observed=total(each.members), returned=total(each.came.ifelse(each.members, 0))
    )
    return sums.mutate(rate=part(sums.returned, sums.observed))


def time_to_second_order(
    orders: ir.Table,
    until: date,
    days: int,
    *,
    quantiles: Sequence[float] = QUANTILES,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """After how many days a given share of first-time buyers had come back, those still waiting counted too.

    Columns: ``by``…, ``share`` (as asked), ``days`` (the first day by which at least that share of the fully observed
    had come back; null when it was not reached within ``days``).
    """
    curve = second_order_by_day(orders, until, days, cut=cut, by=by)
    rows = [
        curve.agg(by=list(by), days=curve.n.min(where=curve.rate >= quantile)).select(
            *by, "days", share=ibis.literal(quantile, "float64")
        )
        for quantile in quantiles
    ]
    return (rows[0] if len(rows) == 1 else ibis.union(*rows)).relocate(*by, "share")


def inter_purchase_time(
    orders: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Days between one order of a member and the next. Two orders on one day are 0 days apart.

    Columns: ``by``…, ``gaps``, ``mean_days``, ``p25_days``, ``median_days``, ``p75_days`` (interpolated). Only gaps
    that have ended are known, so the figures lean to the quick returners.
    """
    orders = seen(orders, until)
    in_turn = ibis.window(group_by="member", order_by=["at", "seq"])
    gaps = orders.select("member", "day", before=orders.day.lag().over(in_turn)).filter(lambda t: t.before.notnull())
    gaps = cut_into(gaps.select("member", days=days_between(gaps.before, gaps.day)), cut, by)
    return gaps.agg(
        by=list(by),
        gaps=gaps.count(),
        mean_days=gaps.days.cast("float64").mean(),
        p25_days=gaps.days.cast("float64").quantile(0.25),
        median_days=gaps.days.cast("float64").quantile(0.5),
        p75_days=gaps.days.cast("float64").quantile(0.75),
    )


def waits(orders: ir.Table, until: date) -> ir.Table:
    """A row a buyer: observed (days from the first order to ``until``), days (to the second order, or null)."""
    orders = seen(orders, until)
    in_turn = ibis.window(group_by="member", order_by=["at", "seq"])
    turns = orders.select(
        "member", "day", turn=ibis.row_number().over(in_turn), following=orders.day.lead().over(in_turn)
    )
    firsts = turns.filter(turns.turn == 0)
    return firsts.select(
        "member",
        observed=days_between(firsts.day, ibis.date(until)),
        days=days_between(firsts.day, firsts.following),
    )
