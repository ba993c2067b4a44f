"""What is left of an offer: stock, budget and the member's own limit. The caller knows; without it, all is."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.rules.offers.model import Offer

PLENTY = 2**62
"""No limit."""


@dataclass(frozen=True, slots=True)
class Left:
    """What the caller knows of one offer.

    stock, budget_minor: what is left in all; None: as much as the file says. used: how much of ``at_most`` the member
    has had in the current period, in units, times or minor units, as the limit counts. closed: why the customer cannot
    have it at all (``expired``, ``foreign``…), or empty.
    """

    stock: int | None = None
    budget_minor: int | None = None
    used: int = 0
    closed: str = ""


NOTHING_KNOWN = Left()


@dataclass(frozen=True, slots=True)
class Room:
    """How much of an offer one cart may have: units, money off (minor), uses; and what closed it, or empty."""

    units: int = PLENTY
    off_minor: int = PLENTY
    uses: int = PLENTY
    stock: int = PLENTY
    closed: str = ""


def room(offer: Offer, left: Left) -> Room:
    """The limits of an offer put together for one cart."""
    if left.closed:
        return Room(closed=left.closed)
    units, uses = PLENTY, PLENTY
    off = PLENTY if offer.off_at_most_minor is None else offer.off_at_most_minor
    stock = left.stock if left.stock is not None else offer.stock
    if stock is not None and stock <= 0:
        return Room(closed="sold_out")
    budget = left.budget_minor if left.budget_minor is not None else offer.budget_minor
    if budget is not None:
        if budget <= 0:
            return Room(closed="budget_spent")
        off = min(off, budget)
    limit = offer.at_most
    if limit is not None:
        remaining = limit.limit - (0 if limit.per == "order" else left.used)
        if remaining <= 0:
            return Room(closed="used_up")
        if limit.kind == "quantity":
            units = remaining
        elif limit.kind == "amount":
            off = min(off, remaining)
        else:
            uses = remaining
    if offer.units_at_most is not None and not offer.units_each_line:
        units = min(units, offer.units_at_most)
    return Room(units, off, uses, PLENTY if stock is None else stock)
