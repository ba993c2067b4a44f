"""How often and how much members buy, period by period, and how much of it comes from those who had bought before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, revenue, seen, total
from regulars.science.measures.periods import Period, last_whole, number, start


def purchase_frequency(
    orders: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Orders of each member who bought in the period.

    Columns: ``by``…, ``period`` (its first day), ``orders``, ``buyers``, ``frequency`` (orders / buyers), ``complete``.
    """
    sums = _sums(orders, period, until, cut, by)
    return sums.select(
        *by, **_dated(sums, period, until), orders=sums.orders, buyers=sums.buyers,
        frequency=part(sums.orders, sums.buyers),
    ).relocate("complete", after="frequency")  # fmt: skip


def average_order(
    orders: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """What an order brings on average, after discounts and refunds, before delivery and tax.

    Columns: ``by``…, ``period``, ``orders``, ``revenue_minor``, ``average_minor`` (a float in minor units),
    ``complete``.
    """
    sums = _sums(orders, period, until, cut, by)
    return sums.select(
        *by, **_dated(sums, period, until), orders=sums.orders, revenue_minor=sums.minor,
        average_minor=part(sums.minor, sums.orders),
    ).relocate("complete", after="average_minor")  # fmt: skip


def returning_share(
    orders: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """The share of orders and of revenue from members who had ordered before: every order but a member's first.

    Columns: ``by``…, ``period``, ``orders``, ``returning_orders``, ``order_share``, ``revenue_minor``,
    ``returning_minor``, ``revenue_share``, ``complete``.
    """
    orders = seen(orders, until)
    in_turn = ibis.window(group_by="member", order_by=["at", "seq"])
    turns = orders.select(
        "member",
        at=number(orders.day, period),
        minor=revenue(orders),
        again=ibis.row_number().over(in_turn) > 0,
    )
    turns = cut_into(turns, cut, by)
    sums = turns.group_by([*by, "at"]).agg(
        orders=turns.count(),
        returning_orders=total(turns.again.cast("int64")),
        revenue_minor=total(turns.minor),
        returning_minor=total(turns.again.ifelse(turns.minor, 0)),
    )
    return sums.select(
        *by,
        **_dated(sums, period, until),
        orders=sums.orders,
        returning_orders=sums.returning_orders,
        order_share=part(sums.returning_orders, sums.orders),
        revenue_minor=sums.revenue_minor,
        returning_minor=sums.returning_minor,
        revenue_share=part(sums.returning_minor, sums.revenue_minor),
    ).relocate("complete", after="revenue_share")


def _sums(orders: ir.Table, period: Period, until: date, cut: ir.Table | None, by: Sequence[str]) -> ir.Table:
    orders = seen(orders, until)
    rows = orders.select("member", at=number(orders.day, period), minor=revenue(orders))
    # first a row a member and period: buyers are then rows, and nothing distinct needs counting
    members = rows.group_by("member", "at").agg(orders=rows.count(), minor=total(rows.minor))
    members = cut_into(members, cut, by)
    return members.group_by([*by, "at"]).agg(
        orders=total(members.orders), buyers=members.count(), minor=total(members.minor)
    )


def _dated(sums: ir.Table, period: Period, until: date) -> dict[str, ir.Value]:
    return {"period": start(sums["at"], period), "complete": sums["at"] <= last_whole(until, period)}
