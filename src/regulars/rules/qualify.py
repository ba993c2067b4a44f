"""How much of an event counts for each rule: the live half of the conditions, one event at a time.

``science.replay`` works the same amounts out over columns; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.rules import events as ev
from regulars.rules.columns import Columns
from regulars.rules.tables import Clause, Tables


def columns_of(tables: Tables, event: ev.Event) -> Columns:
    """What the rules ask of the event's lines (of a refund: the rules of orders); always with ``net_minor``."""
    lines = event.order.lines if event.order is not None else ()
    return tables.readers.get(event.name, tables.readers[ev.ORDER_COMPLETED]).columns(lines)


def amounts(tables: Tables, event: ev.Event, columns: Columns, out: list[int]) -> None:
    """Write into ``out`` (one number a rule) the amount that counts: minor units for a rate, 1 or more for a fixed
    number of points, 0 where the rule does not apply.

    columns: as ``columns_of`` gives them. For a refund, the amounts that no longer count, by the rules of the order it
    concerns.
    """
    out[:] = [0] * len(out)
    order = event.order
    refund = event.name in ev.REFUND_NAMES
    whole: dict[str, int] = {}
    for clause in tables.clauses.get(ev.ORDER_COMPLETED if refund else event.name, ()):
        if clause.event_test is not None and not refund and not clause.event_test(event):
            continue
        if order is None:
            amount = int(clause.fixed and not refund)
        elif clause.lines is not None:
            picked = clause.lines(columns, clause.amount)
            amount = _amount(clause, order, picked) if picked else 0
        elif clause.basis in whole:
            amount = whole[clause.basis]
        else:
            amount = whole[clause.basis] = _amount(clause, order, columns[clause.amount])
        out[clause.rule] = amount
    if not refund and event.name in tables.wants:
        for want in tables.wants[event.name]:
            out[want.rule] += want.of(event, columns)


def _amount(clause: Clause, order: ev.Order, values: Sequence[int]) -> int:
    """What counts of an order when the lines that count have these values."""
    if clause.of == "once":
        return max(sum(values), 1)
    if clause.of == "paid":
        return sum(values) + order.earning_shipping_minor
    return sum(values)
