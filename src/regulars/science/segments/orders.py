"""Conditions of orders: counted, added up and dated in one pass over orders, and one over their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ibis.expr import types as ir

from regulars.rules.condition import Test
from regulars.rules.events import ORDER_COMPLETED
from regulars.rules.segments.model import EVER, Bounds, Orders, Spent, When
from regulars.science.conditions import line_place
from regulars.science.lake.tables import ORDER_LINES
from regulars.science.segments import asked
from regulars.science.segments.rows import Asking, holds, kept

ONE = Bounds(at_least=1)


def of_orders(asking: Asking, leaves: Mapping[str, Orders | Spent | When]) -> ir.Table:
    """By member, whether each condition that speaks of whole orders holds, under its name."""
    tests = _event_tests(leaves)
    rows = asking.with_said(kept(asking.lake.orders), tests, (ORDER_COMPLETED,))
    rows = rows.filter(asking.within(EVER, rows.day))
    flags = {name: _row(asking, leaf, rows) for name, leaf in leaves.items() if not isinstance(leaf, When)}
    rows = rows.select("member", "day", "brought", **flags)
    if len(flags) == len(leaves):
        rows = rows.filter(asked.some([rows[name] for name in flags]))
    sums: dict[str, Any] = {}
    for name, leaf in leaves.items():
        if isinstance(leaf, When):
            # the days are the same for all conditions of one kind: whoever optimises sees that
            sums[name] = rows.day.min() if leaf.what == "first_order" else rows.day.max()
        elif isinstance(leaf, Spent):
            sums[name] = rows.brought.sum(where=rows[name])
        else:
            sums[name] = rows.count(where=rows[name])
    found = rows.group_by("member").aggregate(**sums)
    return found.select("member", **{name: _answer(asking, leaf, found[name]) for name, leaf in leaves.items()})


def of_lines(asking: Asking, leaves: Mapping[str, Orders | Spent]) -> ir.Table:
    """By member, whether each condition that speaks of lines holds, under its name."""
    rows = _line_rows(asking, leaves)
    flags = {name: _row(asking, leaf, rows) & _line_tests(asking, leaf, rows) for name, leaf in leaves.items()}
    rows = rows.select("member", "seq", "line_net_minor", **flags)
    rows = rows.filter(asked.some([rows[name] for name in leaves]))
    once = any(isinstance(leaf, Orders) and leaf.bounds != ONE for leaf in leaves.values())
    if once:  # several lines of an order are one order
        of_order = {
            name: rows.line_net_minor.sum(where=rows[name]) if isinstance(leaf, Spent) else rows[name].any()
            for name, leaf in leaves.items()
        }
        rows = rows.group_by("member", "seq").aggregate(**of_order)
    sums: dict[str, Any] = {}
    for name, leaf in leaves.items():
        if isinstance(leaf, Orders):
            sums[name] = rows.count(where=rows[name])
        else:
            sums[name] = rows[name].sum() if once else rows.line_net_minor.sum(where=rows[name])
    found = rows.group_by("member").aggregate(**sums)
    return found.select("member", **{name: _answer(asking, leaf, found[name]) for name, leaf in leaves.items()})


def _line_rows(asking: Asking, leaves: Mapping[str, Orders | Spent]) -> ir.Table:
    """Lines of orders that did not come back whole (columns ``line_…``), with what is asked of their orders."""
    lake = asking.lake
    columns = {column for leaf in leaves.values() for test in leaf.where.of_lines for column in _columns(test)}
    tests = _event_tests(leaves)
    columns.add("net_minor")
    lines = lake.order_lines if columns <= set(ORDER_LINES) else lake.lines
    named = {f"line_{column}": lines[column] for column in sorted(columns)}
    if lines is lake.order_lines and not tests:
        orders = lake.orders
        gone = orders.filter((orders.net_minor > 0) & (orders.net_minor <= orders.returned_minor)).select("seq")
        return lines.select("member", "seq", "day", **named).anti_join(gone, "seq")
    orders = asking.with_said(kept(lake.orders), tests, (ORDER_COMPLETED,))
    wanted = ("channel", "coupon", "shipping_minor", "tax_minor")
    said = [column for column in orders.columns if column.startswith("said_") or column in wanted]
    orders = orders.select("member", "seq", "day", *said)
    lines = lines.select(line_seq=lines.seq, **named)
    return orders.inner_join(lines, orders.seq == lines.line_seq)


def _columns(test: Test) -> set[str]:
    kind, column, _ = line_place(test)
    return {"net_minor", "tax_minor"} if kind == "gross" else {column}


def _line_tests(asking: Asking, leaf: Orders | Spent, rows: ir.Table) -> ir.BooleanValue:
    parts = []
    for test in leaf.where.of_lines:
        kind, column, _ = line_place(test)
        value = rows[f"line_{column}"]
        if kind == "text":
            parts.append(asked.text(test, value))
        else:
            whole = value + rows.line_tax_minor if kind == "gross" else value
            parts.append(asked.whole(test, whole, 0 if kind == "whole" else asking.digits))
    return asked.every(parts)


def _event_tests(leaves: Mapping[str, Any]) -> list[Test]:
    return [test for leaf in leaves.values() if not isinstance(leaf, When) for test in leaf.where.of_event]


def _row(asking: Asking, leaf: Orders | Spent, rows: ir.Table) -> ir.BooleanValue:
    return asking.within(leaf.window, rows.day) & asking.event_tests(leaf.where.of_event, rows)


def _answer(asking: Asking, leaf: Orders | Spent | When, value: Any) -> ir.BooleanValue:
    if isinstance(leaf, When):
        return asking.within(leaf.window, value)
    return holds(leaf.bounds, value.fill_null(0).cast("int64"))
