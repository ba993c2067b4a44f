"""All of the order that made a referral count went back, or an operator thought better of it: what it gave goes back.

Points are taken as far as they are still available, never into debt: who brought a friend in good faith owes nothing
for what the friend does later. Coupons are withdrawn unless they are used; badges stay. What was given stays counted
for the referrer's cap, and the friend counts for nobody again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from regulars.coupons import writes as coupons
from regulars.events.models import Event
from regulars.flow import facts, holds
from regulars.flow.facts import SOURCE, Fact
from regulars.flow.referrals.telling import tell
from regulars.points import reads as points
from regulars.points.models import Lot
from regulars.referrals import writes
from regulars.referrals.models import Referral

REASON = "referral_returned"


def take_back_due(now: datetime | None = None) -> int:
    """Take back what the referrals gave that are to be taken back; how many those were."""
    done = 0
    while take_back_one(now):
        done += 1
    return done


def take_back_one(now: datetime | None = None) -> bool:
    """The next of them that nobody else has in hand; False when there is none."""
    now = now or timezone.now()
    with transaction.atomic():
        referral = writes.next_in(Referral.RETURNING)
        if referral is None:
            return False
        take_back(referral, now)
        return True


def take_back(referral: Referral, now: datetime, author: str = "") -> None:
    """Take back what a locked referral gave both sides, in the caller's transaction."""
    sides = ((referral.referrer_id, referral.counted_event_id), (referral.friend_id, referral.friend_event_id))
    given = sorted((member_id, event_id) for member_id, event_id in sides if event_id is not None)
    # coupons before accounts, and these in the order of their ids: as everybody locks them
    for member_id, event_id in given:
        _coupons(member_id, event_id, now)
    for member_id, event_id in given:
        _points(referral, member_id, event_id, author)
    writes.put(referral, Referral.RETURNED, now, referral.reason)
    tell(referral, now, author)


def _points(referral: Referral, member_id: int, event_id: int, author: str) -> None:
    for lot in Lot.objects.filter(member_id=member_id, event_id=event_id).order_by("id"):
        balance = points.balances(member_id).get(lot.currency)
        taken = min(lot.earned, balance.available if balance is not None else 0)
        if taken:
            about = {"referral": referral.pk, "of_event": event_id}
            name = f"referral-{referral.pk}-back-{lot.pk}"
            holds.award(member_id, -taken, lot.currency, REASON, about, name, SOURCE, author)


def _coupons(member_id: int, event_id: int, now: datetime) -> None:
    issued = Event.objects.filter(
        member_id=member_id, id__gt=event_id, name=facts.COUPON_ISSUED, properties__event_id=event_id
    )
    withdrawn = []
    for coupon_id in issued.order_by("id").values_list("properties__coupon_id", flat=True):
        try:
            coupon = coupons.withdraw(coupon_id, member_id)
        except coupons.TakenError:
            continue
        withdrawn.append(
            Fact(facts.COUPON_WITHDRAWN, member_id, {"coupon_id": coupon.pk, "coupon": coupon.key, "reason": REASON})
        )
    facts.record(withdrawn, now)
