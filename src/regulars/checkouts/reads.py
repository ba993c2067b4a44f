"""Questions about checkouts and gift cards."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from regulars.checkouts.models import Checkout, GiftCard


def usable_cards(codes: Collection[str], currency: str, now: datetime) -> dict[str, GiftCard]:
    """The gift cards with those codes that can pay now, by code, in the order given; whoever has the code has it."""
    found = GiftCard.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=now), code__in=codes, currency=currency, blocked=False
    )
    cards = {card.code: card for card in found if card.balance_minor > 0}
    return {code: cards[code] for code in codes if code in cards}


def find(checkout_id: str) -> Checkout | None:
    """The checkout with that public id."""
    try:
        return Checkout.objects.filter(pk=UUID(checkout_id)).first()
    except ValueError:
        return None


def of_member(member_id: int, limit: int = 50) -> list[Checkout]:
    """A member's checkouts, the newest first."""
    return list(Checkout.objects.filter(member_id=member_id).order_by("-created_at")[:limit])


def of_order(order_id: str) -> Checkout | None:
    """The checkout that became that order."""
    return Checkout.objects.filter(order_id=order_id).first()
