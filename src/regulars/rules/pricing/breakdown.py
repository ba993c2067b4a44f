"""The answer to a cart: what everything costs, why, and what more would bring. In minor units.

What an answer has dozens of is a named tuple: as frozen as the others and several times quicker to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from regulars.rules.pricing.tender import Tender


class LineOff(NamedTuple):
    """What one offer took off one line."""

    offer: str
    amount_minor: int


class PricedLine(NamedTuple):
    """One line. tax: within net or on top of it, as the policy says. earning: the part of net that earns points."""

    line_id: str
    list_minor: int
    net_minor: int
    tax_minor: int
    earning_minor: int
    discounts: tuple[LineOff, ...]


class Applied(NamedTuple):
    """An offer that applied. why: its kind as a key. units: how many units, uses or gifts it took of its stock."""

    offer: str
    amount_minor: int
    why: str
    units: int
    coupon: bool = False


class GiftLine(NamedTuple):
    """Something put in for nothing."""

    offer: str
    product_id: str
    quantity: int


class Missing(NamedTuple):
    """What an offer lacks: ``amount`` more of the sum ``of`` (``net``, ``list``, ``quantity``…)."""

    of: str
    amount: int

    @property
    def is_money(self) -> bool:
        """Whether it counts minor units; otherwise units or points."""
        return not self.of.endswith("quantity") and self.of != "points"


class NotApplied(NamedTuple):
    """An offer, coupon or code that did not apply. instead: what applied in its place."""

    offer: str
    why: str
    missing: Missing | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """What one step more would bring: ``add`` so much and this offer takes ``saves_minor`` more off, or gives a
    gift."""

    offer: str
    add: Missing
    saves_minor: int
    gift: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A priced cart. total = goods + delivery, with the tax when it comes on top; to_pay = total less tenders.

    proved_best: no allowed combination makes goods and delivery cheaper, before tax that comes on top.
    """

    currency: str
    minor_digits: int
    total_minor: int
    goods_minor: int
    delivery_minor: int
    tax_minor: int
    to_pay_minor: int
    lines: tuple[PricedLine, ...]
    discounts: tuple[Applied, ...]
    gifts: tuple[GiftLine, ...]
    tenders: tuple[Tender, ...]
    not_applied: tuple[NotApplied, ...]
    next_step: NextStep | None
    proved_best: bool
    delivery_earning_minor: int = 0
