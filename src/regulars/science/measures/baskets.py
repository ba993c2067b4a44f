"""What is bought together: association of categories (Agrawal, Imieliński & Swami, SIGMOD 1993)."""

from __future__ import annotations

from datetime import date

from ibis.expr import types as ir

from regulars.science.measures.groups import part, seen


def category_pairs(order_lines: ir.Table, until: date, *, minimum: int = 1) -> ir.Table:
    """Pairs of categories in one order, in both directions: who buys the first, buys the second too?

    Columns: ``first``, ``second``, ``orders`` (with both), ``support`` (of all orders that name a category),
    ``confidence`` (of the orders with the first), ``lift`` (confidence over the second's own support: 1 says they
    have nothing to do with each other). ``minimum``: pairs in fewer orders are left out.
    """
    lines = seen(order_lines, until)
    # an order's lines share its place in the log
    held = lines.filter(lines.category.notnull()).select("seq", "category").distinct()
    single = held.group_by("category").agg(orders=held.count())
    every = held.select("seq").distinct().agg(whole=lambda t: t.count())
    one = held.select("seq", first="category")
    other = held.select("seq", second="category")
    both = one.inner_join(other, "seq")
    both = both.filter(both["first"] != both.second)
    pairs = both.group_by("first", "second").agg(orders=both.count())
    pairs = pairs.filter(pairs.orders >= minimum)
    of_first = single.select(first="category", with_first="orders")
    of_second = single.select(second="category", with_second="orders")
    joined = pairs.inner_join(of_first, "first").inner_join(of_second, "second").cross_join(every)
    confidence = part(joined.orders, joined.with_first)
    return joined.select(
        "first",
        "second",
        "orders",
        support=part(joined.orders, joined.whole),
        confidence=confidence,
        lift=confidence / part(joined.with_second, joined.whole),
    )
