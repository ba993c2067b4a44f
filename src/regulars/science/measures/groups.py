"""Cutting a measure: which group each member belongs to, as a table of ``member`` and columns that name the group.

A member may stand in several rows (two segments): then she counts in each. Who is in no row counts in a group of her
own, whose name is null, so that the groups never hide anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.periods import a_day


def by_first_order(orders: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Groups by what each member's first order says: its channel, coupon, first category or first product."""
    return _first(orders, columns)


def by_first_visit(visits: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Groups by what each member's first visit says: the campaign or channel that brought her."""
    return _first(visits, columns)


def by_column(members: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Groups by columns of a table with a row a member: the tier of ``standing``, its source of joining."""
    return members.select("member", *columns)


def kept_orders(orders: ir.Table) -> ir.Table:
    """The orders without those that were given back whole (refunded or cancelled): pass these where they should not
    count as orders."""
    return orders.filter((orders.net_minor == 0) | (revenue(orders) > 0))


def revenue(orders: ir.Table) -> ir.IntegerValue:
    """What an order brought, in minor units: after discounts and refunds, before delivery and tax."""
    return (orders.net_minor - orders.returned_minor.fill_null(0)).cast("int64")


def seen(table: ir.Table, until: date) -> ir.Table:
    """The rows up to the last day that is looked at. Raises TypeError for what is no day."""
    return table.filter(table.day <= ibis.date(a_day(until)))


def cut_into(table: ir.Table, cut: ir.Table | None, by: Sequence[str]) -> ir.Table:
    """The table (with a column ``member``) with its groups' columns. Raises ValueError for groups without a table."""
    if not by:
        return table
    if cut is None:
        raise ValueError("to cut by something, say which table says who belongs where")
    cut = cut.select("member", *by).distinct()
    joined = table.left_join(cut, "member")
    return joined.select(*table.columns, *by)


def total(column: ir.NumericValue) -> ir.IntegerScalar:
    """The sum as a 64-bit integer, 0 of no rows."""
    return column.sum().fill_null(0).cast("int64")


def part(share: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """Share over whole, null where the whole is nothing."""
    return share.cast("float64") / whole.cast("float64").nullif(0.0)


def _first(table: ir.Table, columns: Sequence[str]) -> ir.Table:
    # the earliest by time, then by place in the log
    order = ibis.window(group_by="member", order_by=[table.at, table.seq])
    return table.mutate(_place=ibis.row_number().over(order)).filter(lambda t: t._place == 0).select("member", *columns)
