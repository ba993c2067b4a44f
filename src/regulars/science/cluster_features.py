"""What members are told apart by when a model looks for groups (``science.clusters``): numbers for each buyer."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import kept_orders, revenue, seen, total


def features(orders: ir.Table, order_lines: ir.Table, until: date) -> ir.Table:
    """What the groups are found by, a row for each member with an order that was not given back whole.

    Columns: ``member``, ``clusters.FEATURES`` and ``spent_minor``: ``tenure_days`` since the first order;
    ``categories``: of how many different ones they bought; ``discount_share``: what discounts took off list prices;
    ``returned_share``: of what was paid, in money.
    """
    seen_orders = seen(orders, until)
    rows = kept_orders(seen_orders)
    age = ibis.date(until).delta(rows.day, unit="day").cast("int64")
    rows = rows.select(
        "member", age=age, spent=revenue(rows), off=rows.discount_minor, listed=rows.net_minor + rows.discount_minor
    )
    bought = rows.group_by("member").agg(
        recency_days=rows.age.min(),
        tenure_days=rows.age.max(),
        orders=rows.count(),
        spent_minor=total(rows.spent),
        off=total(rows.off),
        listed=total(rows.listed),
    )
    paid = seen_orders.group_by("member").agg(
        paid=total(seen_orders.net_minor), returned=total(seen_orders.returned_minor)
    )
    lines = seen(order_lines, until)
    # distinct first: engines count distinct values within groups far more slowly
    kinds = lines.select("member", "category").distinct()
    kinds = kinds.group_by("member").agg(categories=kinds.category.count())
    joined = bought.left_join(paid, "member").drop("member_right").left_join(kinds, "member")
    return joined.select(
        "member",
        "spent_minor",
        "recency_days",
        "orders",
        "tenure_days",
        average_order_minor=joined.spent_minor / joined.orders,
        categories=joined.categories.fill_null(0),
        discount_share=_share(joined.off, joined.listed),
        returned_share=_share(joined.returned, joined.paid),
    )


def _share(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    ratio = part.cast("float64") / whole.cast("float64").nullif(0.0)
    return ratio.fill_null(0.0).clip(0.0, 1.0)
