"""Follows the orders and refunds that shops report: an order confirms its checkout, a refund gives back what it paid.

A reader of the log: it runs after the order was decided, in the log's order, once for each event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from regulars.checkouts import reads
from regulars.checkouts import writes as checkouts
from regulars.checkouts.models import Checkout, GiftCardEntry
from regulars.coupons import writes as coupons
from regulars.events.append import amounts_of
from regulars.events.models import Event
from regulars.events.readers import follows
from regulars.flow import facts
from regulars.flow.checkout import settle
from regulars.offers import reads as offers
from regulars.offers import writes as offer_writes
from regulars.rules import events as ev
from regulars.rules.offers.model import Returns

_FOLLOWED = frozenset((ev.ORDER_COMPLETED, *ev.REFUND_NAMES))


@follows("checkouts", "name", "fact", "order_id")
def follow(events: Sequence[Event]) -> None:
    """Confirm checkouts, and settle what refunds give back."""
    told = {event.pk: event for event in events if event.name in _FOLLOWED and not event.fact and event.order_id}
    if not told:
        return
    # Most orders have no checkout: only those that do are read whole.
    ours = reads.ids_of_orders({event.order_id or "" for event in told.values()})
    orders = [pk for pk, event in told.items() if event.name == ev.ORDER_COMPLETED and event.order_id not in ours]
    named = Event.objects.filter(pk__in=orders, properties__has_key="checkout_id")
    ours |= {told[pk].order_id or "" for pk in named.values_list("pk", flat=True)}
    concerned = [pk for pk, event in told.items() if event.order_id in ours]
    for event in Event.objects.filter(pk__in=concerned).order_by("pk"):
        if event.name == ev.ORDER_COMPLETED:
            _confirm(event)
        else:
            _give_back(event)


def _confirm(event: Event) -> None:
    named = event.properties.get("checkout_id")
    found = reads.find(named) if isinstance(named, str) else None
    if found is None:
        found = reads.of_order(event.order_id or "")
    if found is None or found.member_id != event.member_id or found.confirmed_at is not None:
        return
    checkout = checkouts.lock(found.pk)
    if checkout.state == Checkout.RESERVED and checkout.expires_at > event.received_at:
        settle.finish(checkout, f"event/{event.pk}", event.received_at, event.order_id or "")
    # An order of a checkout that had ended all the same happened; the operator sees that it came too late.
    Checkout.objects.filter(pk=checkout.pk).update(confirmed_at=event.received_at)


def _give_back(event: Event) -> None:
    found = reads.of_order(event.order_id or "")
    if found is None or found.state != Checkout.COMMITTED or event.amounts is None:
        return
    checkout = checkouts.lock(found.pk)
    refund = amounts_of(event.amounts if isinstance(event.amounts, (str, bytes)) else _encode(event.amounts))
    returned: dict[str, Any] = dict(checkout.returned)
    gone = returned.get("money_minor", 0) + refund.total_minor - refund.points_minor
    whole = refund.whole
    back = cards_back(checkout, gone, whole)
    checkouts.give_cards_back(checkout, back, GiftCardEntry.RETURNED, event.received_at)
    returned["money_minor"] = gone
    returned["cards_minor"] = returned.get("cards_minor", 0) + sum(back.values())
    about: dict[str, Any] = {"checkout": str(checkout.pk), "gift_cards_minor": sum(back.values()), "whole": whole}
    told = [facts.Fact(facts.RETURN_SETTLED, checkout.member_id, about, event.order_id)]
    if whole:
        policy = _policy(checkout)
        if policy.coupons:
            came = coupons.give_back(checkout.pk)
            returned["coupons"] = [one.key for one in came]
            told += [
                facts.Fact(
                    facts.COUPON_RETURNED, checkout.member_id, {"coupon": one.key, "coupon_id": one.pk}, event.order_id
                )
                for one in came
            ]
        if policy.uses:
            offer_writes.give_back(
                offer_writes.Charge(one.offer, one.member_id, one.period, one.units, one.times, one.amount_minor)
                for one in checkout.claims.all()
            )
        returned["whole"] = True
    Checkout.objects.filter(pk=checkout.pk).update(returned=returned)
    facts.record(told, event.received_at)


def cards_back(checkout: Checkout, money_gone_minor: int, whole: bool) -> dict[int, int]:
    """What goes back on each gift card (by id) once so much money of the order has gone back in all: the share of what
    the card paid, less what it has had. Cards get theirs in proportion, to the last minor unit at the end."""
    paid = {
        entry.card_id: 0 for entry in checkout.giftcardentry_set.filter(kind=GiftCardEntry.RESERVED).order_by("card_id")
    }
    if not paid:
        return {}
    for entry in checkout.giftcardentry_set.filter(kind=GiftCardEntry.RESERVED):
        paid[entry.card_id] -= entry.amount_minor
    left = checkouts.paid_with_cards(checkout)
    payable = checkout.to_pay_minor + sum(paid.values())
    out = {}
    for card_id, amount in paid.items():
        had = amount - left.get(card_id, 0)
        due = amount if whole or not payable else min(amount, amount * money_gone_minor // payable)
        if due > had:
            out[card_id] = due - had
    return out


def _policy(checkout: Checkout) -> Returns:
    if checkout.version_id is None:
        return Returns()
    return offers.by_id(checkout.version_id).offers.policy.returns


_encode = msgspec.json.Encoder(decimal_format="number").encode
