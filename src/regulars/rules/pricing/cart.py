"""A cart to be priced, and what its customer has: coupons, points, gift cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """``quantity`` units of one product at ``price_minor`` each. Missing texts are empty."""

    line_id: str
    product_id: str
    price_minor: int
    quantity: int
    category: str = ""
    brand: str = ""
    name: str = ""
    sku: str = ""
    variant: str = ""
    tax_percent: Fraction = Fraction(0)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def list_minor(self) -> int:
        """What the line costs before discounts."""
        return self.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class GiftCard:
    """A gift card or stored value: money already paid, so a means of payment and no discount."""

    code: str
    available_minor: int


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart at one moment (``at_us``, microseconds UTC).

    coupons: keys of coupons the customer brings; codes: codes typed in. points_use: so many she wants to pay with at
    most. properties: whatever else conditions ask for (``channel`` and ``currency`` have places of their own).
    """

    lines: tuple[Line, ...]
    currency: str
    at_us: int
    member: str = ""
    tier: str = ""
    segments: tuple[str, ...] = ()
    joined_days: int | None = None
    channel: str = ""
    delivery_minor: int = 0
    delivery_tax_percent: Fraction = Fraction(0)
    coupons: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    points_available: int = 0
    points_use: int = 0
    gift_cards: tuple[GiftCard, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
