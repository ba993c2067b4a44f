"""Who calls: keys and what they may do.

A key is looked up by its digest and remembered for ten seconds per process, so that a revoked key stops within that.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from regulars.api.models import Key

EVENTS_WRITE, MEMBERS_READ, POINTS_WRITE = "events:write", "members:read", "points:write"
CHECKOUTS_WRITE, COUPONS_WRITE, GAMES_WRITE = "checkouts:write", "coupons:write", "games:write"
SCOPES = (EVENTS_WRITE, MEMBERS_READ, POINTS_WRITE, CHECKOUTS_WRITE, COUPONS_WRITE, GAMES_WRITE)

_REMEMBER_SECONDS = 10.0
_REMEMBER_AT_MOST = 1_000
_USED_EVERY = timedelta(minutes=1)
_remembered: dict[bytes, tuple[float, Card]] = {}


@dataclass(frozen=True, slots=True)
class Card:
    """What a valid key says: its id, where its events come from, what it may do."""

    id: int
    source: str
    scopes: frozenset[str]


def find(token: str) -> Card | None:
    """The card of a key that exists and was not revoked."""
    digest = hashlib.sha256(token.encode()).digest()
    now = time.monotonic()
    known = _remembered.get(digest)
    if known is not None and known[0] > now:
        return known[1]
    key = Key.objects.filter(digest=digest.hex(), revoked_at__isnull=True).first()
    if key is None:
        _remembered.pop(digest, None)
        return None
    card = Card(key.pk, key.source, frozenset(key.scopes))
    if len(_remembered) >= _REMEMBER_AT_MOST:
        _remembered.clear()
    _remembered[digest] = (now + _REMEMBER_SECONDS, card)
    _note_use(key)
    return card


def forget() -> None:
    """Look every key up again."""
    _remembered.clear()


def _note_use(key: Key) -> None:
    moment = datetime.now(UTC)
    unseen = Q(used_at__isnull=True) | Q(used_at__lt=moment - _USED_EVERY)
    Key.objects.filter(unseen, pk=key.pk).update(used_at=moment)
