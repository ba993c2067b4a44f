"""How much of an event counts for each rule: the live half of the conditions, one event at a time.

``science.replay`` works the same amounts out over columns; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.rules import events as ev
from regulars.rules.tables import Tables


def amounts(tables: Tables, event: ev.Event, out: list[int]) -> None:
    """Write into ``out`` (one number a rule) the amount that counts: minor units for a rate, 1 or more for a fixed
    number of points, 0 where the rule does not apply.

    For a refund, the amounts that no longer count, by the rules of the order it concerns.
    """
    for i in range(len(out)):
        out[i] = 0
    order = event.order
    refund = event.name in ev.REFUND_NAMES
    whole: dict[tuple[str, bool], int] = {}
    for clause in tables.clauses.get(ev.ORDER_COMPLETED if refund else event.name, ()):
        if not refund and clause.event_test is not None and not clause.event_test(event):
            continue
        if order is None:
            out[clause.rule] = int(clause.fixed and not refund)
        elif clause.lines is not None:
            picked = clause.lines(order.lines)
            if picked:
                out[clause.rule] = order_amount(clause.of, clause.with_points_paid, order, picked)
        else:
            key = (clause.of, clause.with_points_paid)
            if key not in whole:
                whole[key] = order_amount(clause.of, clause.with_points_paid, order, order.lines)
            out[clause.rule] = whole[key]


def order_amount(of: str, with_points_paid: bool, order: ev.Order, lines: Sequence[ev.Line]) -> int:
    """What of those lines of an order counts; ``of`` as in ``programme.EarnRule``, or ``once`` for a fixed number."""
    if of == "net":
        amount = sum([line.net_minor for line in lines])
    elif of == "list":
        return sum([line.list_minor for line in lines])
    elif of == "once":
        return max(sum([line.list_minor for line in lines]), 1)
    else:
        amount = sum([line.net_minor + line.tax_minor for line in lines])
        if of == "paid":
            amount += order.shipping_minor
    if with_points_paid and order.points_minor:
        amount += sum([line.points_minor for line in lines])
    return amount
