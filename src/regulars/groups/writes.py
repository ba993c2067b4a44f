"""Opening groups and taking places in them, under the group's row lock: the only code that changes these tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from regulars.groups.models import Group, Place
from regulars.groups.reads import held, is_held

KEPT = timedelta(minutes=30)
"""How long a place is kept for who joined and has not begun to pay."""


class ClosedError(Exception):
    """The group has formed, has failed, or its time is over."""


class FullError(Exception):
    """Every place of the group is taken."""


class BusyError(Exception):
    """The member has a place in the group already, and another checkout for it."""


def make(
    offer: str,
    name: Mapping[str, str],
    people: int,
    hours: int,
    member_id: int,
    source: str,
    message_id: str,
    now: datetime,
) -> Group:
    """A new group with its opener in the first place."""
    group = Group.objects.create(
        id=uuid4(),
        offer=offer,
        name=dict(name),
        opened_by=member_id,
        people=people,
        opened_at=now,
        deadline=now + timedelta(hours=hours),
        source=source,
        message_id=message_id,
    )
    _place(group, member_id, now)
    return group


def lock(group_id: UUID) -> Group:
    """The group, nobody else's to change until the transaction ends. Raises Group.DoesNotExist."""
    return Group.objects.select_for_update().get(pk=group_id)


def take(group: Group, member_id: int, now: datetime, checkout_id: UUID | None = None) -> tuple[Place, bool]:
    """A place in a locked group for that member: their own, or a free one; and whether it is new.

    checkout_id: what they pay it with. Raises ClosedError, FullError, BusyError.
    """
    if group.state != Group.OPEN or now >= group.deadline:
        raise ClosedError
    places = list(group.places.all())
    mine = next((place for place in places if place.member_id == member_id), None)
    others = [place for place in places if place is not mine and is_held(place, now)]
    if mine is None or not is_held(mine, now):
        if len(others) >= group.people:
            raise FullError
        # Whoever let their time run out makes way.
        group.places.exclude(pk__in=[place.pk for place in others]).delete()
        mine, new = _place(group, member_id, now, checkout_id), True
    else:
        new = False
        if checkout_id is not None and mine.checkout_id not in (None, checkout_id):
            raise BusyError
        if checkout_id is not None:
            mine.checkout_id = checkout_id
            mine.save(update_fields=["checkout_id"])
    assert len(held(Group.objects.prefetch_related("places").get(pk=group.pk), now)) <= group.people
    return mine, new


def pay(group: Group, checkout_id: UUID, now: datetime) -> bool:
    """The checkout was paid; whether the locked group has formed by it. Once paid, a place is paid for good."""
    Place.objects.filter(group=group, checkout_id=checkout_id, paid_at=None).update(paid_at=now)
    if group.state != Group.OPEN or now >= group.deadline:
        return False
    if Place.objects.filter(group=group, paid_at__isnull=False).count() < group.people:
        return False
    _settle(group, Group.FORMED, now)
    return True


def give_up(group: Group, checkout_id: UUID, now: datetime) -> bool:
    """The checkout came to nothing, or its order was refunded: in a locked group that is open its place is free again;
    in one that has failed nothing is left to do about it. In one that has formed the place stays. Whether anything
    changed."""
    places = Place.objects.filter(group=group, checkout_id=checkout_id)
    if group.state == Group.OPEN:
        return bool(places.delete()[0])
    if group.state == Group.FAILED:
        return bool(places.filter(released_at=None).update(released_at=now))
    return False


def fail(group: Group, now: datetime) -> list[Place]:
    """The deadline of a locked group has passed: it has failed. Its places, paid or not."""
    _settle(group, Group.FAILED, now)
    return list(group.places.order_by("id"))


def _settle(group: Group, state: str, now: datetime) -> None:
    group.state, group.settled_at = state, now
    group.save(update_fields=["state", "settled_at"])


def _place(group: Group, member_id: int, now: datetime, checkout_id: UUID | None = None) -> Place:
    return Place.objects.create(
        group=group, member_id=member_id, joined_at=now, kept_until=now + KEPT, checkout_id=checkout_id
    )
