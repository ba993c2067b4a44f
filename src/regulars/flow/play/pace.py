"""How fast anybody may play: so many requests a minute of one member, and of one address. What is kept of an address is
a keyed hash, for a day at most."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings

from regulars.flow.problems import problem
from regulars.play import writes

WINDOW = timedelta(minutes=1)
MEMBER_MAX = 30
ADDRESS_MAX = 240
"""More than for a member: a whole office or a mobile network may come from one address."""


def check(member_id: int, address: str = "", now: datetime | None = None) -> None:
    """Count a request to play; ``address``: where it comes from, as far as that is known. Raises Problem: too fast.

    Counted for itself, whether or not the play comes about: who is refused and tries on is counted too.
    """
    now = now or datetime.now(UTC)
    limits = [(f"m:{member_id}", MEMBER_MAX)]
    if address:
        limits.append((f"a:{_hash(address, now)}", ADDRESS_MAX))
    for who, most in limits:
        if writes.count_pace(who, now, WINDOW) > most:
            raise problem("too-many-plays", seconds=int(WINDOW.total_seconds()))


def _hash(address: str, now: datetime) -> str:
    # Another key every day: an address cannot be followed over time.
    key = hmac.digest(settings.SECRET_KEY.encode(), f"regulars.play.pace:{now:%Y-%m-%d}".encode(), hashlib.sha256)
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:40]
