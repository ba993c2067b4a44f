"""Keeping a price: everything a cart needs is set aside at once, or nothing is.

In one transaction, locks in one order for everybody: the checkout, counters of offers by key, coupons by id, gift cards
by code, the member's account.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from regulars.checkouts import writes as checkouts
from regulars.checkouts.models import Checkout, Claim
from regulars.coupons import writes as coupons
from regulars.flow import facts, groups, holds
from regulars.flow.checkout import answers
from regulars.flow.checkout.quote import Quote, quote
from regulars.flow.checkout.settle import expire_due
from regulars.flow.problems import Problem, problem
from regulars.flow.retrying import OvertakenError, retried
from regulars.members import writes as members
from regulars.members.reads import by_shop_id
from regulars.members.who import Who
from regulars.offers import writes as offers
from regulars.rules.pricing.answer import decimal_text
from regulars.rules.pricing.taken import taken
from regulars.store.columns import raw_cursor
from regulars.store.questions import ask

LASTS = timedelta(minutes=30)
"""How long a price is kept when the shop does not say."""
HOLD_MARGIN = timedelta(minutes=1)
"""How much longer the points are held: the checkout must end first."""
_TRIES = 4


def reserve(
    data: Any,
    message_id: str,
    source: str,
    body_hash: bytes,
    now: datetime,
    total: str | None = None,
    lasts: timedelta = LASTS,
) -> Checkout:
    """Price a cart and set aside what its price needs, for ``lasts``.

    data: the cart as JSON with exact numbers; it names its member, who is made if not known. total: what the shop told
    the customer; another price is refused. The same message again gets the first checkout.
    Raises Problem: an unfit cart, a changed price, a message id used for something else.
    """
    for attempt in range(_TRIES):
        try:
            return retried(partial(_try, data, message_id, source, body_hash, now, total, lasts))
        except (offers.RunOutError, coupons.TakenError, checkouts.CardSpentError, OvertakenError):
            # Somebody was faster. What lapsed checkouts still hold goes back first; then the price is another one.
            if attempt == 0:
                expire_due(now)
    raise problem("busy")


def _try(
    data: Any, message_id: str, source: str, body_hash: bytes, now: datetime, total: str | None, lasts: timedelta
) -> Checkout:
    with transaction.atomic():
        first = Checkout.objects.filter(source=source, message_id=message_id).first()
        if first is not None:
            if bytes(first.body_hash) != body_hash:
                raise problem("message-id-reused", "Idempotency-Key", message_id=message_id)
            return first
        quoted = quote(data, now)
        if not quoted.cart.member:
            raise problem("no-member", "cart.member")
        found = quoted.breakdown
        said = decimal_text(found.total_minor, found.minor_digits)
        if total is not None and total != said:
            raise Problem.of(
                problem("price-changed", "total", given=total, total=said).as_json()
                | {"price": answers.price_answer(quoted)}
            )
        member_id = quoted.member_id or _member(quoted.cart.member, now)
        return _set_aside(quoted, member_id, message_id, source, body_hash, now, now + lasts)


def _set_aside(
    quoted: Quote, member_id: int, message_id: str, source: str, body_hash: bytes, now: datetime, until: datetime
) -> Checkout:
    found = quoted.breakdown
    took = taken(found, quoted.live.by_key)
    points = sum(tender.points for tender in found.tenders)
    checkout = Checkout.objects.create(
        id=uuid4(),
        member_id=member_id,
        source=source,
        message_id=message_id,
        body_hash=body_hash,
        cart={
            "order": dict(quoted.order) | {"order_id": ""},
            "delivery": decimal_text(quoted.cart.delivery_minor, found.minor_digits),
        },
        answer=answers.price_answer(quoted),
        version_id=quoted.live.version_id,
        currency=found.currency,
        total_minor=found.total_minor,
        to_pay_minor=found.to_pay_minor,
        points=points,
        created_at=now,
        expires_at=until,
    )
    charges = offers.take(quoted.live, took, member_id, now)
    Claim.objects.bulk_create(
        Claim(
            checkout=checkout,
            offer=charge.offer,
            member_id=charge.member_id,
            period=charge.period,
            units=charge.units,
            times=charge.times,
            amount_minor=charge.amount_minor,
        )
        for charge in charges
    )
    used = {one.offer for one in took}
    coupons.set_aside([coupon for key, coupon in quoted.coupons.items() if key in used], checkout.pk, now)
    checkouts.pay_with_cards(_cards(quoted), checkout, now)
    if used & quoted.live.group_buys.keys():
        groups.take_place(str(quoted.cart.properties["group"]), member_id, checkout.pk, now)
    if points:
        try:
            held = holds.place(
                member_id,
                points,
                quoted.currency_of_points,
                f"checkout-{checkout.pk}",
                facts.SOURCE,
                None,
                until + HOLD_MARGIN,
                now,
            )
        except Problem as refused:
            if refused.kind == "insufficient-points":
                raise OvertakenError from None
            raise
        checkout.hold_id = held["hold"]
        checkout.save(update_fields=["hold_id"])
    facts.record([facts.Fact(facts.CHECKOUT_RESERVED, member_id, _about(checkout))], now)
    return checkout


def _cards(quoted: Quote) -> Mapping[str, int]:
    return {tender.code: tender.amount_minor for tender in quoted.breakdown.tenders if tender.code}


def _about(checkout: Checkout) -> dict[str, Any]:
    """What readers of the log need to know of a checkout."""
    price = checkout.answer
    return {
        "checkout": str(checkout.pk),
        "currency": checkout.currency,
        "total": price["total"],
        "to_pay": price["to_pay"],
        "points": checkout.points,
        "offers": {one["offer"]: one["amount"] for one in price["discounts"]},
        "offers_version": checkout.version_id,
    }


def _member(shop_id: str, now: datetime) -> int:
    """The member with that id, made when nobody has it."""
    known = by_shop_id(shop_id)
    if known is not None:
        return int(known.pk)
    who = [Who(shop_id)]
    found = members.known(who)
    ask(found)
    return members.resolve(raw_cursor(), who, found.answer, now)[0]


__all__ = ["LASTS", "reserve"]
