"""Marks of what a member was seen with: keyed hashes of what must not be kept itself.

They are made at the door, before what is personal is dropped, and only of what a programme in force compares. The key
is derived from the installation's secret: who has the table but not the key can neither read a mark nor try guesses
against it.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any

from django.conf import settings

from regulars.referrals.marks import Seen
from regulars.referrals.models import Mark
from regulars.rules.events import ORDER_COMPLETED

COMPARED = {"same_device": Mark.DEVICE, "same_address": Mark.ADDRESS, "same_payment": Mark.PAYMENT}
"""Which kind of mark each refusal of a programme compares."""
_ADDRESSES = ("shipping_address", "shippingAddress")
_PAYMENTS = ("payment_fingerprint", "paymentFingerprint")
_LINES = ("street", "address", "address1", "address2", "line1", "line2", "city", "postal_code", "postalCode", "zip")
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTERS_MIN = 6
"""An address of fewer letters and digits says too little: two people may both write "home"."""
_TEXT_MAX = 1_000


def marks_of(
    name: str, properties: Mapping[str, Any], context: Mapping[str, Any], kinds: frozenset[str]
) -> tuple[Seen, ...]:
    """The marks in an event as it was sent, of those kinds. What is not a text says nothing."""
    said = []
    device = context.get("device")
    if Mark.DEVICE in kinds and isinstance(device, dict):
        said.append((Mark.DEVICE, _plain(device.get("id"))))
    if Mark.NETWORK in kinds:
        said.append((Mark.NETWORK, _plain(context.get("ip") or context.get("ip_address"))))
    if name == ORDER_COMPLETED:
        if Mark.ADDRESS in kinds:
            said.append((Mark.ADDRESS, _address(_first(properties, _ADDRESSES))))
        if Mark.PAYMENT in kinds:
            said.append((Mark.PAYMENT, _plain(_first(properties, _PAYMENTS))))
    return tuple((kind, digest(kind, text)) for kind, text in said if text)


def digest(kind: str, text: str) -> bytes:
    """The keyed hash of a text of that kind."""
    made = _keyed(settings.SECRET_KEY).copy()
    made.update(f"{kind}:{text}".encode())
    return made.digest()


@lru_cache(maxsize=2)
def _keyed(secret: str) -> blake2b:
    return blake2b(key=hmac.digest(secret.encode(), b"regulars.referrals.marks", sha256), digest_size=16)


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if name in values), None)


def _plain(value: Any) -> str:
    return value.strip()[:_TEXT_MAX] if isinstance(value, str) else ""


def _address(value: Any) -> str:
    """Letters and digits of an address only, however it is written; who lives there does not count."""
    if isinstance(value, dict):
        value = " ".join([_plain(value[line]) for line in _LINES if line in value])
    text = _plain(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _NO_LETTERS.sub("", text.casefold())
    return text if len(text) >= _LETTERS_MIN else ""
