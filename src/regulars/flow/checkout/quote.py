"""The price of a cart for the customer whose it is: with her tier, coupons, points and gift cards as they stand now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.checkouts.reads import usable_cards
from regulars.coupons import reads as coupons
from regulars.files.checking import path_text
from regulars.flow import groups
from regulars.flow.checkout.brought import Bringing
from regulars.flow.checkout.customer import Customer
from regulars.flow.checkout.order import order_properties
from regulars.flow.problems import problem
from regulars.members import reads as members
from regulars.offers import reads as offers
from regulars.programmes import reads as programmes
from regulars.rules.money import Unfit
from regulars.rules.pricing import Breakdown, Cart, GiftCard, read_cart, unwrapped
from regulars.rules.pricing.breakdown import NotApplied
from regulars.store.questions import ask

PROBLEMS_MAX = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced cart and what it stands on.

    member_id: None for somebody not known yet. coupons: the coupon (its id) behind each key that the customer brought.
    currency_of_points: of the points she pays with, empty when none pay. order: the properties of the order that this
    cart would become. earning: the points by currency that it would earn.
    """

    cart: Cart
    live: offers.Live
    breakdown: Breakdown
    member_id: int | None
    coupons: Mapping[str, int]
    currency_of_points: str
    order: Mapping[str, Any]
    earning: Mapping[str, int]


def quote(data: Any, now: datetime) -> Quote:
    """Price a cart, given as JSON with exact numbers.

    Tier, points, coupons and gift cards are the customer's own as Regulars knows them, whatever the cart says of them;
    to the segments that the cart says come those that she belongs to.
    ``wallet: true`` brings all her coupons. Nothing is locked or written. Raises Problem for a cart that does not fit,
    and when nothing is published.
    """
    with transaction.atomic():
        return _quote(data, now)


def _quote(data: Any, now: datetime) -> Quote:
    data, wallet = _prepared(data, now)
    shop_id = data.get("member") if isinstance(data, dict) else None
    version, programme, member = (
        offers.version_at(now),
        programmes.versions_by_key(),
        members.called(shop_id if isinstance(shop_id, str) else ""),
    )
    ask(version, programme, member)
    try:
        live = offers.live_of(version.answer)
    except offers.NoOffers:
        raise problem("no-offers") from None
    cart, problems = read_cart(data, live.offers.currency, programmes.microseconds(now))
    if cart is None:
        told = [{"field": path_text(one.path), "message": one.message} for one in problems[:PROBLEMS_MAX]]
        raise problem("unfit-cart", told[0]["field"] or None, reason=told[0]["message"], problems=told)
    customer = Customer(member.answer, programme.answer, now)
    taken = offers.taken_of(live, member.answer)
    bringing = Bringing(cart, live, member.answer, wallet, now)
    usable = usable_cards([card.code for card in cart.gift_cards], live.offers.currency, now)
    segments = members.segments_of(member.answer)
    ask(taken, bringing.question, usable, segments, *customer.opening)
    customer.hear()
    brought, cards = bringing.brought(), usable.answer
    cart = replace(
        cart,
        tier=customer.tier,
        segments=tuple(dict.fromkeys((*cart.segments, *segments.answer))),
        joined_days=customer.joined_days,
        points_available=customer.available,
        coupons=tuple(brought.keys),
        codes=tuple(brought.codes),
        gift_cards=tuple(GiftCard(code, balance_minor) for code, balance_minor in cards.items()),
    )
    group = cart.properties.get("group")
    together = groups.left(live, group if isinstance(group, str) else None, customer.member_id, now)
    left = {**offers.left(live, taken.answer, customer.member_id, now), **together, **brought.closed}
    found = live.pricer.price(cart, left, customer.worth)
    unknown = [NotApplied(card, "unknown_gift_card") for card in _missing(data, cards)]
    if brought.refused or unknown:
        found = replace(found, not_applied=(*found.not_applied, *brought.refused, *unknown))
    order = order_properties(cart, found, "quote")
    try:
        earning = customer.points_to_earn(order)
    except Unfit:
        earning = {}
    return Quote(cart, live, found, customer.member_id, brought.ids, customer.currency, order, earning)


def _prepared(data: Any, now: datetime) -> tuple[Any, bool]:
    """The cart itself, what only the API knows of it taken out: whether the whole wallet comes with it, and gift cards
    of which the shop need not know the balance."""
    carts = unwrapped(data)
    if len(carts) != 1:
        raise problem("unfit-cart", "cart", reason="one cart at a time")
    cart = carts[0]
    if not isinstance(cart, dict):
        return cart, False
    cart = dict(cart)
    wallet = cart.pop("wallet", False)
    if not isinstance(wallet, bool):
        raise problem("unfit-cart", "wallet", reason="must be true or false")
    given = cart.get("gift_cards")
    if isinstance(given, list):
        cart["gift_cards"] = [
            {
                "available": "0",
                **card,
                **({"code": coupons.normal(card["code"])} if isinstance(card.get("code"), str) else {}),
            }
            if isinstance(card, dict)
            else card
            for card in given
        ]
    return cart, wallet


def _missing(data: Any, cards: Collection[str]) -> list[str]:
    given = data.get("gift_cards") if isinstance(data, dict) else None
    return [str(card["code"]) for card in given or () if str(card["code"]) not in cards]
