"""What a person decides about a referral: let it count, refuse it, or take back what it gave.

With a reason, under their name, and only from the state that they saw: the same click twice does nothing twice.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from regulars.flow.problems import problem
from regulars.flow.referrals import counting, returning
from regulars.flow.referrals.telling import tell
from regulars.referrals import writes
from regulars.referrals.models import Referral

BY_HAND = "by_hand"
ACCEPTED_FROM = (Referral.HELD, Referral.REFUSED)
REFUSED_FROM = (Referral.WAITING, Referral.HELD, Referral.COUNTED)


def may_accept(referral: Referral) -> bool:
    """Whether a person may let it count: it is held or refused, and the two sides are two people."""
    return (
        referral.state in ACCEPTED_FROM
        and referral.friend_id != referral.referrer_id
        and referral.counted_event_id is None
    )


def may_refuse(referral: Referral) -> bool:
    """Whether a person may refuse it, or take back what it gave."""
    return referral.state in REFUSED_FROM


def accept(referral_id: int, seen: str, author: str, reason: str, now: datetime | None = None) -> Referral:
    """Let a referral count that was held or refused: at once if the friend has qualified, else when they do.

    seen: the state that the person saw. Raises Problem: no reason, it moved on, the friend has come by another since.
    """
    now = now or timezone.now()
    _need(reason)
    try:
        with transaction.atomic():
            referral = _locked(referral_id, seen)
            if not may_accept(referral):
                raise problem("referral-settled", "referral")
            after = Referral.WAITING if referral.qualified_event_id is None else Referral.DUE
            writes.review(referral, after, author, reason.strip(), now)
            writes.put(referral, after, now)
            if after == Referral.DUE:
                counting.count(referral, now)
            return referral
    except IntegrityError:
        raise problem("referral-of-another", "referral") from None


def refuse(referral_id: int, seen: str, author: str, reason: str, now: datetime | None = None) -> Referral:
    """Refuse a referral; one that has counted loses what it gave, as far as that is still there.

    seen: the state that the person saw. Raises Problem: no reason, it moved on.
    """
    now = now or timezone.now()
    _need(reason)
    with transaction.atomic():
        referral = _locked(referral_id, seen)
        if not may_refuse(referral):
            raise problem("referral-settled", "referral")
        counted = referral.state == Referral.COUNTED
        writes.review(referral, Referral.RETURNED if counted else Referral.REFUSED, author, reason.strip(), now)
        if counted:
            referral.reason = BY_HAND
            returning.take_back(referral, now, author)
        else:
            writes.put(referral, Referral.REFUSED, now, BY_HAND)
            tell(referral, now, author)
        return referral


def _need(reason: str) -> None:
    if not reason.strip():
        raise problem("reason-missing", "reason")


def _locked(referral_id: int, seen: str) -> Referral:
    try:
        referral = writes.lock(referral_id)
    except Referral.DoesNotExist:
        raise problem("unknown-referral", "referral") from None
    if referral.state != seen:
        raise problem("referral-settled", "referral")
    return referral
