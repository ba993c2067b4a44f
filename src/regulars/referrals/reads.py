"""Questions about invitations and referrals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from regulars.members.models import Member
from regulars.referrals.models import Invite, Referral

LIVE = (Referral.WAITING, Referral.DUE, Referral.HELD, Referral.COUNTED)
"""States of referrals that have come to something, or still may."""
CODE_LENGTH_MAX = 16


def as_code(text: object) -> str:
    """A code as somebody typed it, the way it is kept; empty for what cannot be one."""
    code = text.strip().upper() if isinstance(text, str) else ""
    return code if code.isascii() and code.isalnum() and len(code) <= CODE_LENGTH_MAX else ""


def invite_called(code: str) -> Invite | None:
    """The invitation with that code, however it is written."""
    known = as_code(code)
    return Invite.objects.filter(code=known).first() if known else None


def find(referral_id: int) -> Referral | None:
    """The referral with that number."""
    return Referral.objects.filter(pk=referral_id).first()


def of_referrer(member_id: int, before_id: int | None = None, limit: int = 50) -> list[Referral]:
    """The friends a member has invited, the newest first."""
    rows = Referral.objects.filter(referrer_id=member_id).exclude(reason="self")
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return list(rows.order_by("-id")[:limit])


def of_friend(member_ids: Collection[int]) -> Referral | None:
    """The referral by which somebody (all the ids they go by) came: the one that is not refused, else the last."""
    rows = list(Referral.objects.filter(friend_id__in=list(member_ids)).order_by("-id"))
    return next((row for row in rows if row.state != Referral.REFUSED), rows[0] if rows else None)


def counts(member_id: int, now: datetime) -> list[tuple[str, bool, int]]:
    """How many friends of a member are in each state, those too late by themselves: (state, too late, count)."""
    rows = Referral.objects.filter(referrer_id=member_id).exclude(reason="self")
    late = Q(state=Referral.WAITING, until_at__isnull=False, until_at__lte=now)
    return list(rows.annotate(late=late).values_list("state", "late").annotate(n=Count("pk")).order_by())


def held_count(at_most: int) -> int:
    """How many referrals wait for a person, counted no further than ``at_most``."""
    return Referral.objects.filter(state=Referral.HELD).order_by()[:at_most].count()


def counted_events(member_id: int) -> list[int]:
    """The events that gave a member something for friends, and were not taken back."""
    rows = Referral.objects.filter(referrer_id=member_id, state=Referral.COUNTED).order_by("id")
    return [event_id for event_id in rows.values_list("counted_event_id", flat=True) if event_id is not None]


def of_friends(member_ids: Collection[int], states: Collection[str]) -> QuerySet[Referral]:
    """The referrals in those states of friends who go by one of the ids now, or did as visitors."""
    visitors = Member.objects.filter(merged_into_id__in=list(member_ids)).values("id")
    return Referral.objects.filter(Q(friend_id__in=list(member_ids)) | Q(friend_id__in=visitors), state__in=states)


def around(referral: Referral, span: timedelta) -> int:
    """How many friends of the same referrer accepted within ``span`` before or after this one, this one too."""
    begin, end = referral.joined_at - span, referral.joined_at + span
    return Referral.objects.filter(
        referrer_id=referral.referrer_id, joined_at__gte=begin, joined_at__lte=end, state__in=LIVE
    ).count()


def other_friends(referral: Referral) -> list[int]:
    """The other friends of the same referrer that have come to something, or still may."""
    rows = Referral.objects.filter(referrer_id=referral.referrer_id, state__in=LIVE).exclude(pk=referral.pk)
    return list(rows.values_list("friend_id", flat=True))


def is_late(referral: Referral, now: datetime) -> bool:
    """Whether a waiting referral cannot count any more, unless something that happened in time arrives late."""
    return referral.state == Referral.WAITING and referral.until_at is not None and referral.until_at <= now
