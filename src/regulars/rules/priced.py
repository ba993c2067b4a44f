"""An order that a checkout priced: its lines earn on what the price says, whatever they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.rules.events import Line, Order


@dataclass(slots=True)
class _Left:
    """What is left of one priced line: units, and the money that they earn on."""

    quantity: int
    earns_minor: int


def earn_as_priced(order: Order, priced: Order) -> None:
    """Write into ``order`` what its lines and its delivery earn on, as ``priced`` (the checkout's own order) has it.

    A line takes its units from the priced line of the same product and ``line_id``, else of the same product, in
    order; some units of a line take their share of its money, and all of them exactly all of it. Units that nobody
    priced earn on their share of the line's net. An order that names no products earns on all of the price. Nothing
    happens when ``priced`` says nothing of earning. Twice is the same as once.
    """
    if all(line.earns_minor is None for line in priced.lines):
        return
    if priced.shipping_earns_minor is not None:
        order.shipping_earns_minor = _of_delivery(order.shipping_minor, priced)
    if len(order.lines) == 1 and not order.lines[0].product_id:
        order.lines[0].earns_minor = sum(line.earns_minor or 0 for line in priced.lines)
        return
    by_line: dict[tuple[str, str], list[_Left]] = {}
    by_product: dict[str, list[_Left]] = {}
    for line in priced.lines:
        left = _Left(line.quantity, line.earns_minor or 0)
        by_product.setdefault(line.product_id, []).append(left)
        if "line_id" in line.extra:
            by_line.setdefault(_named(line), []).append(left)
    wanted = {line.number: line.quantity for line in order.lines}
    earns = dict.fromkeys(wanted, 0)
    # Who names a line comes before who only names its product.
    for line in order.lines:
        _take(line, by_line.get(_named(line), ()) if "line_id" in line.extra else (), wanted, earns)
    for line in order.lines:
        _take(line, by_product.get(line.product_id, ()), wanted, earns)
    for line in order.lines:
        line.earns_minor = earns[line.number] + line.net_minor * wanted[line.number] // line.quantity


def _named(line: Line) -> tuple[str, str]:
    return str(line.extra.get("line_id")), line.product_id


def _take(line: Line, lefts: list[_Left] | tuple[()], wanted: dict[int, int], earns: dict[int, int]) -> None:
    for left in lefts:
        units = min(left.quantity, wanted[line.number])
        if units:
            share = left.earns_minor * units // left.quantity
            left.quantity -= units
            left.earns_minor -= share
            wanted[line.number] -= units
            earns[line.number] += share


def _of_delivery(shipping_minor: int, priced: Order) -> int:
    """Delivery at another price than the checkout's earns in proportion."""
    earning = priced.earning_shipping_minor
    if shipping_minor == priced.shipping_minor:
        return earning
    return shipping_minor * earning // priced.shipping_minor if priced.shipping_minor else shipping_minor
