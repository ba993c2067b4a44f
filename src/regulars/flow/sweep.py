"""The sweep: whatever has fallen due happens (points mature and lapse, holds lapse, tiers are reviewed).

Any decision about a member lets their time pass first, so the sweep changes no result: it only makes what is due
visible without waiting for the member's next event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from regulars.events import append as log
from regulars.flow import facts
from regulars.flow.desk import Desk, Needs
from regulars.points.models import Account
from regulars.programmes.reads import NoProgramme, Timeline, microseconds, present
from regulars.store.columns import raw_cursor

_AT_ONCE = 200


def sweep(now: datetime | None = None, progress: Callable[[int], None] | None = None, everyone: bool = False) -> int:
    """Let the time of every member with something due pass up to ``now`` (everyone's, when asked).

    progress: called with how many members each transaction took. Returns how many were moved on. Each transaction
    takes a few hundred members in id order; members someone else holds are left for the next sweep.
    """
    moved = 0
    place = 0
    while True:
        members = _pass(now, place, everyone)
        if not members:
            return moved
        place = members[-1]
        moved += len(members)
        if progress:
            progress(len(members))


def settle(member_id: int) -> None:
    """Let one member's time pass up to now, so that what is shown is what is true this moment."""
    if Account.objects.filter(member_id=member_id, due_at__lte=timezone.now()).exists():
        _pass(None, member_id - 1, False, member_id)


def _pass(now: datetime | None, after: int, everyone: bool, only: int | None = None) -> list[int]:
    """One transaction: the next few members after ``after`` (or only one) with something due; their ids."""
    with transaction.atomic():
        cursor = raw_cursor()
        try:
            line, clock = present()
        except NoProgramme:
            return []
        until = now or clock
        members = _due(line, until, after, everyone, only)
        if not members:
            return []
        desk = Desk(cursor, line)
        desk.lock(members)
        desk.load(Needs(members=set(members), until=microseconds(until)))
        for member_id in members:
            if not desk.members[member_id].is_new:
                desk.advance(member_id, max(microseconds(until), desk.clock(member_id)))
        rows = facts.tier_changes(desk, desk.save())
        if rows:
            log.append(cursor, rows)
        return members


def _due(line: Timeline, until: datetime, after: int, everyone: bool, only: int | None = None) -> list[int]:
    """The next members with something due: a moment that has come, or a programme version that took effect."""
    due = Account.objects.filter(member_id__gt=after) if only is None else Account.objects.filter(member_id=only)
    if not everyone:
        version = line.tables[line.at(microseconds(until))].version
        due = due.filter(due_at__lte=until) | due.exclude(version_id=version)
    found = due.order_by("member_id").select_for_update(skip_locked=True)
    return list(found.values_list("member_id", flat=True)[:_AT_ONCE])
