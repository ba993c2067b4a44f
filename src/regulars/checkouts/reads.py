"""Questions about checkouts and gift cards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q

from regulars.checkouts.models import Checkout
from regulars.store.columns import TEXT, Array
from regulars.store.questions import Known, Question


def usable_cards(codes: Sequence[str], currency: str, now: datetime) -> Question[dict[str, int]]:
    """What the gift cards with those codes can pay now (minor units), by code, in the order given; whoever has the code
    has the card."""
    if not codes:
        return Known({})

    def read(rows: list[Any]) -> dict[str, int]:
        cards = dict(rows)
        return {code: cards[code] for code in codes if code in cards}

    return Question(
        "SELECT code, balance_minor FROM checkouts_giftcard WHERE code = ANY(%s) AND currency = %s AND NOT blocked"
        " AND balance_minor > 0 AND (valid_until IS NULL OR valid_until > %s)",
        (Array(TEXT, codes), currency, now),
        read,
    )


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


def placed(member_id: int, limit: int, before: str = "") -> list[Checkout]:
    """A member's orders (committed checkouts), the newest first, those before the checkout ``before``."""
    found = Checkout.objects.filter(member_id=member_id, state=Checkout.COMMITTED)
    first = find(before) if before else None
    if first is not None and first.settled_at is not None:
        found = found.filter(Q(settled_at__lt=first.settled_at) | Q(settled_at=first.settled_at, pk__lt=first.pk))
    return list(found.order_by("-settled_at", "-pk")[:limit])


def ids_of_orders(order_ids: Collection[str]) -> set[str]:
    """Which of those orders came of a checkout."""
    found = Checkout.objects.filter(order_id__in=order_ids).values_list("order_id", flat=True)
    return {order_id for order_id in found if order_id is not None}


@dataclass(frozen=True, slots=True)
class Priced:
    """What a checkout says of its order: ``order`` are the order's properties as it was priced, ``order_id`` is None
    until there is an order."""

    checkout: UUID
    order_id: str | None
    member_id: int
    currency: str
    order: dict[str, Any]


def priced(ids: Collection[UUID], order_ids: Collection[str]) -> Question[list[Priced]]:
    """The checkouts with those ids, and those that became those orders."""
    if not ids and not order_ids:
        return Known([])
    return Question(
        "SELECT id, order_id, member_id, currency, (cart->'order')::text FROM checkouts_checkout"
        " WHERE id = ANY(%s::text[]::uuid[]) UNION"
        " SELECT id, order_id, member_id, currency, (cart->'order')::text FROM checkouts_checkout"
        " WHERE order_id = ANY(%s)",
        (Array(TEXT, [str(one) for one in ids]), Array(TEXT, list(order_ids))),
        lambda rows: [Priced(row[0], row[1], row[2], row[3], _decode(row[4])) for row in rows],
    )


_decode = msgspec.json.Decoder(dict[str, Any]).decode
