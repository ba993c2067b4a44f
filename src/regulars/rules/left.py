"""What is left of an order's lines after the refunds of it, and how parts of a line are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.rules.events import Line, Order
from regulars.rules.money import spread


@dataclass(slots=True)
class Left:
    """What is left of one line, and what this refund takes of it."""

    line: Line
    quantity: int
    list_minor: int
    net_minor: int
    tax_minor: int
    points_minor: int
    earns_minor: int | None
    taken: Line | None = None

    @property
    def paid(self) -> int:
        """The money left: net and tax."""
        return self.net_minor + self.tax_minor

    def take(
        self, quantity: int, list_minor: int, net_minor: int, tax_minor: int, points_minor: int, earns_minor: int
    ) -> None:
        """Move these parts from what is left to what is taken."""
        if self.taken is None:
            line = self.line
            self.taken = Line(
                line.product_id, 0, price_minor=line.price_minor, category=line.category, brand=line.brand,
                name=line.name, sku=line.sku, variant=line.variant, number=line.number, extra=line.extra,
                earns_minor=None if line.earns_minor is None else 0,
            )  # fmt: skip
        taken = self.taken
        taken.quantity += quantity
        taken.list_minor += list_minor
        taken.net_minor += net_minor
        taken.tax_minor += tax_minor
        taken.points_minor += points_minor
        self.quantity -= quantity
        self.list_minor -= list_minor
        self.net_minor -= net_minor
        self.tax_minor -= tax_minor
        self.points_minor -= points_minor
        if self.earns_minor is not None:
            self.earns_minor -= earns_minor
            taken.earns_minor = (taken.earns_minor or 0) + earns_minor
        assert (self.earns_minor or 0) >= 0
        assert min(self.quantity, self.list_minor, self.net_minor, self.tax_minor, self.points_minor) >= 0

    def take_quantity(self, quantity: int) -> None:
        """Take so many of the line, with their share of everything."""
        of = self.quantity
        assert 0 < quantity <= of
        self.take(
            quantity,
            self.list_minor * quantity // of,
            self.net_minor * quantity // of,
            self.tax_minor * quantity // of,
            self.points_minor * quantity // of,
            (self.earns_minor or 0) * quantity // of,
        )

    def take_money(self, amount: int) -> None:
        """Take so much of the money paid for the line, with that share of its list value and points."""
        paid = self.paid
        if amount == 0:
            return
        net, tax = spread(amount, [self.net_minor, self.tax_minor])
        shares = [part * amount // paid for part in (self.list_minor, self.points_minor, self.earns_minor or 0)]
        self.take(0, shares[0], net, tax, shares[1], shares[2])

    def take_rest(self) -> None:
        """Take all that is left of the line."""
        earns = self.earns_minor or 0
        if self.quantity or self.list_minor or self.paid or self.points_minor or earns:
            self.take(self.quantity, self.list_minor, self.net_minor, self.tax_minor, self.points_minor, earns)


def what_is_left(order: Order, already: Sequence[Order]) -> list[Left]:
    """Each line of the order, less what the refunds ``already`` took of it."""
    lines = [
        Left(line, line.quantity, line.list_minor, line.net_minor, line.tax_minor, line.points_minor, line.earns_minor)
        for line in order.lines
    ]
    place = {left.line.number: left for left in lines}
    for refund in already:
        for gone in refund.lines:
            left = place[gone.number]
            left.quantity -= gone.quantity
            left.list_minor -= gone.list_minor
            left.net_minor -= gone.net_minor
            left.tax_minor -= gone.tax_minor
            left.points_minor -= gone.points_minor
            if left.earns_minor is not None:
                left.earns_minor -= gone.earns_minor or 0
    return lines
