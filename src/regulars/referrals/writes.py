"""The only code that changes invitations and referrals."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from regulars.referrals.models import Invite, Referral, Review

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals that nobody takes for one another."""
CODE_LENGTH = 8
"""31 to the eighth: with a million codes given out, one guess in 850,000 meets one; and a code by itself gives
nothing."""
_TRIES = 5
REASON_MAX = 500


class MovedOnError(Exception):
    """The referral is not in the state any more that it was acted on in."""


def invite_of(member_id: int, now: datetime) -> Invite:
    """The member's invitation, made on the first ask."""
    for _ in range(_TRIES):
        found = Invite.objects.filter(pk=member_id).first()
        if found is not None:
            return found
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        # one of the same member at the same moment, or the same code: the next round sees it
        Invite.objects.bulk_create([Invite(member_id=member_id, code=code, made_at=now)], ignore_conflicts=True)
    raise RuntimeError("no free code was found")


def join(referral: Referral) -> Referral | None:
    """Keep a new referral; None when the friend has one already, or had one with this referrer."""
    try:
        with transaction.atomic():
            referral.save(force_insert=True)
    except IntegrityError:
        return None
    return referral


def lock(referral_id: int) -> Referral:
    """The referral, nobody else's to change until the transaction ends. Raises Referral.DoesNotExist."""
    return Referral.objects.select_for_update().get(pk=referral_id)


def next_in(state: str) -> Referral | None:
    """The oldest referral in that state which nobody else holds, locked."""
    rows = Referral.objects.select_for_update(skip_locked=True).filter(state=state)
    return rows.order_by("id").first()


def put(referral: Referral, state: str, now: datetime, reason: str = "") -> None:
    """Take a locked referral to another state."""
    referral.state, referral.reason, referral.changed_at = state, reason, now
    referral.save()


def review(referral: Referral, after: str, author: str, reason: str, now: datetime) -> Review:
    """Remember that a person took a locked referral to state ``after``."""
    return Review.objects.create(
        referral=referral, at=now, author=author, before=referral.state, after=after, reason=reason[:REASON_MAX]
    )
