"""Checkouts and gift cards: the only code that changes these tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from regulars.checkouts.models import Checkout, GiftCard, GiftCardEntry


class CardSpentError(Exception):
    """A gift card no longer holds what it was to pay."""


def lock(checkout_id: UUID) -> Checkout:
    """The checkout, locked until the transaction ends. Raises Checkout.DoesNotExist."""
    return Checkout.objects.select_for_update().get(pk=checkout_id)


def pay_with_cards(amounts: Mapping[str, int], checkout: Checkout, now: datetime) -> None:
    """Take amounts (minor units, by code) off gift cards: all of them, or raises CardSpentError; then the transaction
    must end."""
    for code in sorted(amounts):
        amount = amounts[code]
        changed = GiftCard.objects.filter(code=code, blocked=False, balance_minor__gte=amount).update(
            balance_minor=F("balance_minor") - amount
        )
        if not changed:
            raise CardSpentError
        card = GiftCard.objects.get(code=code)
        GiftCardEntry.objects.create(
            card=card, kind=GiftCardEntry.RESERVED, amount_minor=-amount, checkout=checkout, at=now
        )


def give_cards_back(checkout: Checkout, amounts: Mapping[int, int], kind: str, now: datetime) -> None:
    """Put amounts (minor units, by card id) back on gift cards."""
    for card_id in sorted(amounts):
        GiftCard.objects.filter(pk=card_id).update(balance_minor=F("balance_minor") + amounts[card_id])
        GiftCardEntry.objects.create(
            card_id=card_id, kind=kind, amount_minor=amounts[card_id], checkout=checkout, at=now
        )


def paid_with_cards(checkout: Checkout) -> dict[int, int]:
    """What each gift card (by id) has paid for a checkout and not got back, minor units."""
    out: dict[int, int] = {}
    for card_id, amount in GiftCardEntry.objects.filter(checkout=checkout).values_list("card_id", "amount_minor"):
        out[card_id] = out.get(card_id, 0) - amount
    return {card_id: amount for card_id, amount in sorted(out.items()) if amount > 0}


def issue_card(
    code: str,
    currency: str,
    amount_minor: int,
    now: datetime,
    member_id: int | None = None,
    valid_until: datetime | None = None,
    note: str = "",
) -> GiftCard:
    """A new gift card. Raises IntegrityError when the code exists."""
    card = GiftCard.objects.create(
        code=code,
        currency=currency,
        balance_minor=amount_minor,
        member_id=member_id,
        valid_until=valid_until,
        created_at=now,
    )
    GiftCardEntry.objects.create(card=card, kind=GiftCardEntry.ISSUED, amount_minor=amount_minor, at=now, note=note)
    return card


def settle(checkout: Checkout, state: str, now: datetime, by: str, **settings: Any) -> None:
    """Note how a checkout ended."""
    Checkout.objects.filter(pk=checkout.pk).update(state=state, settled_at=now, settled_by=by, **settings)
    checkout.state, checkout.settled_at, checkout.settled_by = state, now, by
    for name, value in settings.items():
        setattr(checkout, name, value)


def block_card(card_id: int, blocked: bool) -> bool:
    """Let nobody pay with a card, or again; whether it is blocked now."""
    GiftCard.objects.filter(pk=card_id).update(blocked=blocked)
    return blocked
