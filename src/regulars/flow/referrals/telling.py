"""Facts about referrals in the log: held, refused, taken back. That one has counted is an event that is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.flow import facts
from regulars.flow.facts import Fact
from regulars.referrals.models import Referral

_NAMES = {
    Referral.HELD: facts.REFERRAL_HELD,
    Referral.REFUSED: facts.REFERRAL_REFUSED,
    Referral.RETURNED: facts.REFERRAL_RETURNED,
}


def said(referral: Referral, side: str) -> dict[str, Any]:
    """What every event about a referral says to one side of it: no code and nothing personal."""
    other = referral.friend_id if side == "referrer" else referral.referrer_id
    return {"referral": referral.pk, "side": side, "other": other}


def tell(referral: Referral, now: datetime, author: str = "") -> None:
    """Write the fact of the state that the referral has come to, for both sides, in the caller's transaction."""
    name = _NAMES[referral.state]
    sides = {"referrer": referral.referrer_id, "friend": referral.friend_id}
    if referral.friend_id == referral.referrer_id:
        del sides["friend"]
    by = {"author": author} if author else {}
    facts.record(
        [
            Fact(name, member_id, {**said(referral, side), "reason": referral.reason}, referral.order_id, by)
            for side, member_id in sides.items()
        ],
        now,
    )
