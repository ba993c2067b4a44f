"""What a priced cart takes of each offer: units of its stock, uses, money. What has to be set aside, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.rules.offers.model import Amount, Bundle, BuyGet, Gift, Nth, Offer, Percent, Price
from regulars.rules.pricing.breakdown import Breakdown


@dataclass(frozen=True, slots=True)
class Taken:
    """What one cart takes of one offer.

    stock: units of its stock (gifts; sets; units, where it works on single ones; else one use). units: units of goods
    it made cheaper or put in, as ``at_most: {quantity: …}`` counts. times: uses. amount_minor: money off.
    """

    offer: str
    stock: int
    units: int
    times: int
    amount_minor: int


def taken(found: Breakdown, offers: Mapping[str, Offer]) -> list[Taken]:
    """Of every offer and coupon that applied, in the order of their keys (in which counters are locked).

    offers: those of the file, by key.
    """
    out: dict[str, Taken] = {}
    for applied in found.discounts:
        out[applied.offer] = _taken(offers[applied.offer], applied.units, applied.amount_minor)
    for gift in found.gifts:
        out[gift.offer] = _taken(offers[gift.offer], gift.quantity, 0)
    return [out[key] for key in sorted(out)]


def _taken(offer: Offer, units: int, amount_minor: int) -> Taken:
    deal = offer.deal
    if isinstance(deal, (Price, Percent)) or (isinstance(deal, Amount) and deal.each == "unit"):
        return Taken(offer.key, units, units, 1, amount_minor)
    if isinstance(deal, Gift):
        return Taken(offer.key, units, units, 1, amount_minor)
    if isinstance(deal, BuyGet):
        # An added unit is counted itself; of existing ones, the whole set is.
        size = deal.get_quantity if deal.added else deal.buy_quantity + deal.get_quantity
        sets = -(-units // size)
        return Taken(offer.key, units if deal.added else sets, sets * deal.get_quantity, sets, amount_minor)
    if isinstance(deal, (Nth, Bundle)):
        size = deal.nth if isinstance(deal, Nth) else sum(slot.quantity for slot in deal.slots)
        sets = -(-units // size)
        return Taken(offer.key, sets, sets if isinstance(deal, Nth) else units, sets, amount_minor)
    return Taken(offer.key, 1, units, 1, amount_minor)
