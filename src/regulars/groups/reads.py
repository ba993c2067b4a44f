"""Questions about groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from regulars.groups.models import Group, Place


def group(group_id: str | UUID) -> Group | None:
    """The group with that id, its places at hand; None for anything that is no group's."""
    try:
        number = UUID(str(group_id))
    except ValueError:
        return None
    return Group.objects.filter(pk=number).prefetch_related("places").first()


def by_message(source: str, message_id: str) -> Group | None:
    """The group that this message opened, if it came before."""
    return Group.objects.filter(source=source, message_id=message_id).prefetch_related("places").first()


def of_member(member_id: int, limit: int = 50) -> list[Group]:
    """The groups that a member has a place in, the newest first, their places at hand."""
    ids = Place.objects.filter(member_id=member_id).order_by("-id").values_list("group_id", flat=True)[:limit]
    found = Group.objects.filter(pk__in=list(ids)).prefetch_related("places")
    return sorted(found, key=lambda one: one.opened_at, reverse=True)


def due(now: datetime, limit: int = 100) -> Sequence[UUID]:
    """The open groups whose deadline has passed, the first first."""
    found = Group.objects.filter(state=Group.OPEN, deadline__lte=now).order_by("deadline")
    return list(found.values_list("pk", flat=True)[:limit])


def group_of(checkout_id: UUID) -> UUID | None:
    """The group that a checkout has a place in."""
    return Place.objects.filter(checkout_id=checkout_id).values_list("group_id", flat=True).first()


def to_release(limit: int = 100) -> list[Place]:
    """The places of failed groups whose checkouts are still to be cancelled, or refunded where they were paid."""
    found = Place.objects.filter(group__state=Group.FAILED, checkout_id__isnull=False, released_at=None)
    return list(found.order_by("group_id", "id")[:limit])


def held(one: Group, now: datetime) -> list[Place]:
    """The places of a group that are taken at ``now``: paid, being checked out, or kept a little longer."""
    return [place for place in one.places.all() if is_held(place, now)]


def is_held(place: Place, now: datetime) -> bool:
    """Whether a place is still its member's."""
    return place.paid_at is not None or place.checkout_id is not None or place.kept_until > now
