"""A price as the API answers it: numbers as texts, and each of them in words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from regulars.checkouts.models import Checkout
from regulars.flow.checkout.quote import Quote
from regulars.flow.pricing_words import applied_words, next_step_words, refusal_words
from regulars.rules.pricing import Breakdown, answer


def price_answer(quoted: Quote) -> dict[str, Any]:
    """The answer to a cart: what it costs and why, what more would bring, and what it would earn."""
    return worded(quoted.breakdown, quoted.earning) | {"offers_version": quoted.live.version_id}


def worded(found: Breakdown, earning: Mapping[str, int]) -> dict[str, Any]:
    """A breakdown as JSON, with a ``text`` in the active language beside each reason."""
    out = answer(found, earning)
    language = get_language()
    for said, applied in zip(out["discounts"], found.discounts, strict=True):
        said["text"] = applied_words(applied, language)
    for said, refused in zip(out["not_applied"], found.not_applied, strict=True):
        said["text"] = refusal_words(refused, found, language)
    if found.next_step is not None:
        out["next_step"]["text"] = next_step_words(found.next_step, found)
    return out


def checkout_answer(checkout: Checkout) -> dict[str, Any]:
    """A checkout as the API shows it."""
    out: dict[str, Any] = {
        "checkout": str(checkout.pk),
        "state": checkout.state,
        "expires_at": checkout.expires_at,
        "price": checkout.answer,
    }
    if checkout.hold_id is not None:
        out["hold"] = checkout.hold_id
    if checkout.order_id is not None:
        out["order_id"] = checkout.order_id
        out["order"] = checkout.cart["order"] | {"order_id": checkout.order_id, "checkout_id": str(checkout.pk)}
    if checkout.returned:
        out["returned"] = checkout.returned
    return out
