"""The sweep: whatever has fallen due happens (points mature and lapse, holds lapse, tiers are reviewed).

Any decision about a member lets their time pass first, so the sweep changes no result: it only makes what is due
visible without waiting for the member's next event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from regulars.events import append as log
from regulars.flow import facts
from regulars.flow.desk import Desk, Needs
from regulars.points.models import Account
from regulars.programmes.reads import Timeline, microseconds, timeline_of
from regulars.programmes.writes import VERSIONS_LOCK
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
        with transaction.atomic():
            cursor = raw_cursor()
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s), clock_timestamp(),"
                " (SELECT array_agg(id ORDER BY id) FROM programmes_version)",
                (VERSIONS_LOCK,),
            )
            _, clock, ids = cursor.fetchone()
            if not ids:
                return moved
            line = timeline_of(tuple(ids))
            until = now or clock
            members = _due(line, until, place, everyone)
            if not members:
                return moved
            place = members[-1]
            desk = Desk(cursor, line)
            desk.lock(members)
            desk.load(Needs(members=set(members), until=microseconds(until)))
            for member_id in members:
                if not desk.members[member_id].is_new:
                    desk.advance(member_id, max(microseconds(until), desk.clock(member_id)))
            records = desk.save()
            rows = facts.tier_changes(cursor, desk, records, until)
            if rows:
                log.append(cursor, rows)
        moved += len(members)
        if progress:
            progress(len(members))


def _due(line: Timeline, until: datetime, after: int, everyone: bool) -> list[int]:
    """The next members with something due: a moment that has come, or a programme version that took effect."""
    due = Account.objects.filter(member_id__gt=after)
    if not everyone:
        version = line.tables[line.at(microseconds(until))].version
        due = due.filter(due_at__lte=until) | due.exclude(version_id=version)
    found = due.order_by("member_id").select_for_update(skip_locked=True)
    return list(found.values_list("member_id", flat=True)[:_AT_ONCE])
