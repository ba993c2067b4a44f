"""What cohorts bring: money kept from period to period, and the value of a member so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, revenue, seen, total
from regulars.science.measures.periods import Period, last_whole, number, number_of, start


def cohort_revenue(
    orders: ir.Table,
    period: Period,
    until: date,
    *,
    since: date | None = None,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """Revenue retention and the lifetime value so far, by cohort of first order and period after it.

    Columns: ``by``…, ``cohort``, ``n``, ``size`` (members), ``orders``, ``revenue_minor`` (in that period, less
    refunds), ``share_of_first`` (revenue over that of period 0), ``cumulative_minor`` (periods 0 to n), ``ltv_minor``
    (cumulative / size, a float in minor units), ``complete``. A row for every n up to ``until``.
    """
    orders = seen(orders, until)
    spent = orders.select("member", at=number(orders.day, period), minor=revenue(orders))
    spent = spent.group_by("member", "at").agg(orders=spent.count(), minor=total(spent.minor))
    firsts = spent.group_by("member").agg(began=spent["at"].min())
    members = spent.inner_join(firsts, "member")
    members = members.select("member", "began", "orders", "minor", n=members["at"] - members.began)
    if since is not None:
        members = members.filter(members.began >= number_of(since, period))
    members = cut_into(members, cut, by)
    sums = members.group_by([*by, "began", "n"]).agg(
        size=(members.n == 0).cast("int64").sum().cast("int64"),
        orders=total(members.orders),
        minor=total(members.minor),
    )
    cohorts = sums.select(*by, "began").distinct()
    zero = ibis.literal(0).cast("int64")
    last = number_of(until, period)
    nothing = cohorts.select(*by, "began", n=ibis.range(0, last - cohorts.began + 1).unnest())
    nothing = nothing.mutate(n=nothing.n.cast("int64"), size=zero, orders=zero, minor=zero)
    both = ibis.union(nothing, sums.select(*by, "began", "n", "size", "orders", "minor"))
    grid = both.group_by([*by, "began", "n"]).agg(
        size=total(both["size"]), orders=total(both.orders), minor=total(both.minor)
    )
    cohort = ibis.window(group_by=[*by, "began"])
    so_far = ibis.window(group_by=[*by, "began"], order_by="n", preceding=None, following=0)
    grid = grid.mutate(
        size=grid["size"].max().over(cohort),
        first_minor=(grid.n == 0).ifelse(grid.minor, 0).sum().over(cohort),
        cumulative_minor=grid.minor.sum().over(so_far).cast("int64"),
    )
    return grid.select(
        *by,
        cohort=start(grid.began, period),
        n=grid.n,
        size=grid["size"],
        orders=grid.orders,
        revenue_minor=grid.minor,
        share_of_first=part(grid.minor, grid.first_minor),
        cumulative_minor=grid.cumulative_minor,
        ltv_minor=part(grid.cumulative_minor, grid["size"]),
        complete=grid.began + grid.n <= last_whole(until, period),
    )
