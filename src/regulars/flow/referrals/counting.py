"""A referral counts: an event for each side, decided by the programme's rules like any other.

The events' ids are made of the friend and the side. Whoever writes one a second time gets the first answer, so a
friend counts once whatever happens between: another worker, a kill, a referral that an operator took up again.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.utils import timezone

from regulars.flow.batch import Incoming
from regulars.flow.facts import SOURCE
from regulars.flow.ingest import ingest
from regulars.flow.referrals.telling import said
from regulars.members.who import Who
from regulars.referrals import writes
from regulars.referrals.models import Referral
from regulars.rules import events as ev

SIDES = ("referrer", "friend")


def count_due(now: datetime | None = None) -> int:
    """Give what the referrals that are due give; how many those were. Each is a transaction of its own."""
    done = 0
    while count_one(now):
        done += 1
    return done


def count_one(now: datetime | None = None) -> bool:
    """The next referral that is due and that nobody else has in hand; False when there is none."""
    with transaction.atomic():
        referral = writes.next_in(Referral.DUE)
        if referral is None:
            return False
        count(referral, now)
        return True


def count(referral: Referral, now: datetime | None = None) -> None:
    """Give what a locked referral gives both sides, in the caller's transaction."""
    outcomes = ingest([_event(referral, side) for side in SIDES], now)
    refused = [outcome.problem for outcome in outcomes if outcome.event_id is None]
    if refused:
        raise RuntimeError(f"a referral that counts was refused: {refused[0] and refused[0].get('type')}")
    referral.counted_event_id, referral.friend_event_id = (outcome.event_id for outcome in outcomes)
    writes.put(referral, Referral.COUNTED, now or timezone.now())


def message_id(referral: Referral, side: str) -> str:
    """The id of the event that a referral has counted for that side."""
    return f"referral-{referral.friend_id}-{side}"


def _event(referral: Referral, side: str) -> Incoming:
    assert referral.qualified_at is not None
    member_id = referral.referrer_id if side == "referrer" else referral.friend_id
    name = message_id(referral, side)
    made = ev.Event(ev.REFERRAL_COUNTED, SOURCE, name, referral.qualified_at, said(referral, side))
    return Incoming(made, Who(), blake2b(name.encode(), digest_size=16).digest(), member_id=member_id)
