"""What a customer did, typed: the only shape of an event that rules ever see.

Parsing (``api.wire``) turns a shop's JSON into these; the log stores them; the lake spreads them into columns. Money is
integer minor units, quantities are whole, times are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ORDER_COMPLETED = "Order Completed"
REFUND_NAMES = frozenset({"Order Refunded", "Order Cancelled"})
HOLD_PLACED = "Points Held"
HOLD_CAPTURED = "Hold Captured"
HOLD_RELEASED = "Hold Released"
HOLD_RETURNED = "Hold Returned"
POINTS_REDEEMED = "Points Redeemed"
POINTS_DONATED = "Points Donated"
POINTS_ADJUSTED = "Points Adjusted"
BIRTHDAY_CAME = "Birthday Came"
OCCASION_CAME = "Occasion Came"
REFERRAL_COUNTED = "Referral Counted"
OWN_NAMES = frozenset({BIRTHDAY_CAME, OCCASION_CAME, REFERRAL_COUNTED})
"""Events that Regulars brings about itself (the calendar, referrals): decided like any other, and nobody outside may
send them."""
LEDGER_NAMES = frozenset(
    {HOLD_PLACED, HOLD_CAPTURED, HOLD_RELEASED, HOLD_RETURNED, POINTS_REDEEMED, POINTS_DONATED, POINTS_ADJUSTED}
)
"""Events that move points by themselves, whatever the programme says."""


@dataclass(slots=True)
class Line:
    """One product of an order (or of a refund: then what is given back of it).

    list_minor: price times quantity before discounts. net_minor: after discounts and after the part paid with
    points, before tax and delivery. points_minor: the part paid with points. tax_minor: tax on top.
    number: the line's place in its order, from 0; a refund's line has the number of the order's line.
    earns_minor: the money points are earned on in place of net; None: nobody says, net it is. All lines of an order
    say it, or none does.
    """

    product_id: str = ""
    quantity: int = 1
    list_minor: int = 0
    net_minor: int = 0
    tax_minor: int = 0
    points_minor: int = 0
    price_minor: int = 0
    category: str | None = None
    brand: str | None = None
    name: str | None = None
    sku: str | None = None
    variant: str | None = None
    number: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    earns_minor: int | None = None


@dataclass(slots=True)
class Order:
    """The money of an order or of a refund.

    For a refund, ``about`` is the log id of the order it concerns, ``about_day`` that order's local day, ``whole``
    whether nothing of the order is left after it, and ``share_num / share_den`` how much of the order's list value
    has been refunded so far, this refund included. ``shipping_earns_minor`` is to ``shipping_minor`` what a line's
    ``earns_minor`` is to its net.
    """

    order_id: str
    lines: list[Line]
    total_minor: int = 0
    subtotal_minor: int = 0
    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    points_minor: int = 0
    about: int = 0
    about_day: int = 0
    whole: bool = False
    share_num: int = 0
    share_den: int = 1
    shipping_earns_minor: int | None = None

    @property
    def earning_shipping_minor(self) -> int:
        """The part of delivery that points are earned on, where they are earned on delivery."""
        return self.shipping_minor if self.shipping_earns_minor is None else self.shipping_earns_minor


@dataclass(slots=True)
class Event:
    """One event as it stands in the log.

    properties and context hold everything else the shop sent (numbers with a fraction are Decimal, never float).
    Personal data is not among them: it was moved to ``members`` before the event was written.
    """

    name: str
    source: str
    message_id: str
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    currency: str | None = None
    order: Order | None = None
    order_id: str | None = None
