"""The price of a cart for the customer whose it is: with her tier, coupons, points and gift cards as they stand now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from regulars.checkouts.models import GiftCard as Card
from regulars.checkouts.reads import usable_cards
from regulars.coupons import reads as coupons
from regulars.coupons.models import Coupon
from regulars.files.checking import path_text
from regulars.flow import groups
from regulars.flow.problems import problem
from regulars.members import reads as members
from regulars.offers import reads as offers
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.rules.days import local_day
from regulars.rules.pricing import Breakdown, Cart, GiftCard, Left, PointsWorth, read_cart, unwrapped
from regulars.rules.pricing.breakdown import NotApplied
from regulars.store.questions import Question, ask
from regulars.tiers import reads as tiers

PROBLEMS_MAX = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced cart and what it stands on.

    member_id: None for somebody not known yet. coupons: the coupon (its id) behind each key that the customer brought.
    cards: her gift cards by code. currency_of_points: of the points she pays with, empty when none pay.
    """

    cart: Cart
    live: offers.Live
    breakdown: Breakdown
    member_id: int | None
    coupons: Mapping[str, int]
    cards: Mapping[str, Card]
    currency_of_points: str


@dataclass(slots=True)
class _Customer:
    """What is known of whose cart it is."""

    member_id: int | None = None
    tier: str = ""
    joined_days: int | None = None
    available: int = 0
    worth: PointsWorth | None = None
    currency: str = ""


@dataclass(slots=True)
class _Brought:
    """The coupons she brings: those that hold, why others do not, and codes that nobody knows here."""

    keys: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    closed: dict[str, Left] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    refused: list[NotApplied] = field(default_factory=list)


def quote(data: Any, now: datetime) -> Quote:
    """Price a cart, given as JSON with exact numbers.

    Tier, points, coupons and gift cards are the customer's own as Regulars knows them, whatever the cart says of them.
    ``wallet: true`` brings all her coupons. Raises Problem for a cart that does not fit, and when nothing is published.
    """
    data, wallet = _prepared(data, now)
    shop_id = data.get("member") if isinstance(data, dict) else None
    version, programme, member = (
        offers.version_at(now),
        programmes.versions(),
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
    taken = offers.taken_of(live, member.answer)
    customer = _customer(member.answer, programme.answer, now, taken)
    brought = _brought(cart, customer.member_id, live, wallet, now)
    cards = usable_cards([card.code for card in cart.gift_cards], live.offers.currency, now)
    cart = replace(
        cart,
        tier=customer.tier,
        joined_days=customer.joined_days,
        points_available=customer.available,
        coupons=tuple(brought.keys),
        codes=tuple(brought.codes),
        gift_cards=tuple(GiftCard(code, card.balance_minor) for code, card in cards.items()),
    )
    group = cart.properties.get("group")
    together = groups.left(live, group if isinstance(group, str) else None, customer.member_id, now)
    left = {**offers.left(live, taken.answer, customer.member_id, now), **together, **brought.closed}
    found = live.pricer.price(cart, left, customer.worth)
    unknown = [NotApplied(card, "unknown_gift_card") for card in _missing(data, cards)]
    if brought.refused or unknown:
        found = replace(found, not_applied=(*found.not_applied, *brought.refused, *unknown))
    return Quote(cart, live, found, customer.member_id, brought.ids, cards, customer.currency)


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


def _customer(member_id: int | None, versions: tuple[int, ...], now: datetime, beside: Question[Any]) -> _Customer:
    """What is known of whose cart it is; ``beside`` is asked in the same trip."""
    customer = _Customer(member_id)
    now_us = programmes.microseconds(now)
    tables = None
    if versions:
        line = programmes.timeline_of(versions)
        tables = line.tables[line.at(now_us)]
        paying = next((one for one in tables.programme.points if one.spendable and one.worth is not None), None)
        if paying is not None and paying.worth is not None:
            customer.currency = paying.key
            customer.worth = PointsWorth(
                paying.worth, at_least=paying.pays_at_least_points, at_most_percent=paying.pays_at_most_percent
            )
    if member_id is None or tables is None:
        ask(beside)
        return customer
    level, has = tiers.level(member_id), points.joined_and_available(member_id, customer.currency)
    ask(beside, level, has)
    joined_day, customer.available = has.answer
    customer.tier = level.answer
    if joined_day is not None:
        customer.joined_days = max(0, local_day(tables.midnights, now_us) - joined_day)
    return customer


def _brought(cart: Cart, member_id: int | None, live: offers.Live, wallet: bool, now: datetime) -> _Brought:
    """The coupons behind the keys and codes of the cart."""
    out = _Brought()
    known = {coupon.offer.key for coupon in live.offers.coupons}
    wanted = [key for key in dict.fromkeys(cart.coupons) if key in known]
    out.keys = [
        key for key in dict.fromkeys(cart.coupons) if key not in known
    ]  # the pricing says that it knows them not
    mine: dict[str, Coupon] = {}
    if member_id is not None and wallet:
        mine = {one.key: one for one in reversed(coupons.wallet(member_id, now)) if one.key in known}
        wanted = list(dict.fromkeys([*wanted, *sorted(mine)]))
    others = [key for key in wanted if key not in mine]
    if member_id is not None and others:
        for coupon in reversed(coupons.held(member_id, others)):
            mine[coupon.key] = coupon
    for key in wanted:
        out.keys.append(key)
        why = _why_not(mine.get(key), member_id, now)
        if why:
            out.closed[key] = Left(closed=why)
        else:
            out.ids[key] = mine[key].pk
    _bring_codes(out, cart, member_id, live, now)
    return out


def _bring_codes(out: _Brought, cart: Cart, member_id: int | None, live: offers.Live, now: datetime) -> None:
    words = [one.codes.public for one in live.offers.coupons if one.codes and one.codes.public]
    public = {word.casefold(): word for word in words}
    known = {coupon.offer.key for coupon in live.offers.coupons}
    typed = [code for code in dict.fromkeys(cart.codes) if code.casefold() not in public]
    out.codes = list(dict.fromkeys(public[code.casefold()] for code in cart.codes if code.casefold() in public))
    found = coupons.by_codes(typed) if typed else {}
    for code in typed:
        coupon = found.get(coupons.normal(code))
        if coupon is None:
            out.codes.append(code)
            continue
        why = "over" if coupon.key not in known else _why_not(coupon, member_id, now)
        if not why and coupon.key in out.ids and out.ids[coupon.key] != coupon.pk:
            why = "at_most"
        if why:
            out.refused.append(NotApplied(code, why))
            continue
        out.ids[coupon.key] = coupon.pk
        out.closed.pop(coupon.key, None)
        if coupon.key not in out.keys:
            out.keys.append(coupon.key)


def _why_not(coupon: Coupon | None, member_id: int | None, now: datetime) -> str:
    """Why a coupon cannot be used now, as the pricing words it; empty when it can."""
    if coupon is not None and coupon.code and coupon.state == Coupon.USED:
        return "code_used"
    if coupon is None or (coupon.member_id is not None and coupon.member_id != member_id):
        return "foreign"
    if coupon.state == Coupon.USED:
        return "used_up"
    if coupon.state == Coupon.RESERVED:
        return "set_aside"
    if coupon.state != Coupon.OPEN or (coupon.valid_until is not None and coupon.valid_until <= now):
        return "expired"
    if coupon.batch is not None and coupon.batch.state == coupon.batch.STOPPED:
        return "over"
    return ""


def _missing(data: Any, cards: Mapping[str, Card]) -> list[str]:
    given = data.get("gift_cards") if isinstance(data, dict) else None
    return [str(card["code"]) for card in given or () if str(card["code"]) not in cards]
