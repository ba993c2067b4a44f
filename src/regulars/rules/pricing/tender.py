"""How the price is paid: points first, then gift cards. They are means of payment and take nothing off the price."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from regulars.rules.pricing.cart import Cart


@dataclass(frozen=True, slots=True)
class PointsWorth:
    """What points pay, as the programme says.

    worth: minor units a point. at_least: fewer points than this pay nothing. step: only multiples of it.
    at_most_percent: of what is to pay.
    """

    worth: Fraction
    at_least: int = 0
    step: int = 1
    at_most_percent: int = 100


@dataclass(frozen=True, slots=True)
class Tender:
    """One means of payment: ``points`` of them, or the gift card ``code``, and what it pays."""

    amount_minor: int
    points: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Tendered:
    """What points and gift cards pay. why: the key of why points pay nothing although she wanted them to; missing: how
    many more it would have taken."""

    tenders: tuple[Tender, ...]
    why: str = ""
    missing: int = 0

    @property
    def points_minor(self) -> int:
        """What points pay."""
        return sum([tender.amount_minor for tender in self.tenders if tender.points])

    @property
    def gift_cards_minor(self) -> int:
        """What gift cards pay."""
        return sum([tender.amount_minor for tender in self.tenders if not tender.points])


def pay(cart: Cart, total_minor: int, worth: PointsWorth | None) -> Tendered:
    """Points up to what she wants, has, and the programme allows; then gift cards in their order."""
    tenders: list[Tender] = []
    why, missing = "", 0
    if cart.points_use:
        if worth is None:
            why = "points_pay_nothing"
        else:
            tender, why, missing = _points(cart, total_minor, worth)
            if tender is not None:
                tenders.append(tender)
    to_pay = total_minor - sum([tender.amount_minor for tender in tenders])
    for card in cart.gift_cards:
        amount = min(card.available_minor, to_pay)
        if amount:
            tenders.append(Tender(amount, code=card.code))
            to_pay -= amount
    return Tendered(tuple(tenders), why, missing)


def _points(cart: Cart, total_minor: int, worth: PointsWorth) -> tuple[Tender | None, str, int]:
    """The most points that pay whole minor units: no point is taken that pays nothing."""
    wanted = min(cart.points_use, cart.points_available)
    most_minor = total_minor * worth.at_most_percent // 100
    points = min(wanted, int(most_minor / worth.worth))
    points -= points % worth.step
    if points < max(1, worth.at_least):
        if wanted < worth.at_least:
            return None, "points_too_few", worth.at_least - wanted
        return None, "points_not_allowed", 0
    amount = int(points * worth.worth)
    if amount == 0:
        return None, "points_too_few", int(1 / worth.worth) + 1 - points
    fewest = -(-amount // worth.worth)
    points = int(-(-fewest // worth.step)) * worth.step
    return Tender(min(amount, most_minor), points=points), "", 0
