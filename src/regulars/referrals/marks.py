"""Marks: keyed hashes of what members were seen with, kept for a while and compared, never read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from regulars.referrals.models import Mark

Seen = tuple[str, bytes]
"""Kind and digest."""
KEPT_DAYS = 400
"""Marks are forgotten when the member was not seen with it for so long: a year and a month, as long as a shop sees a
yearly customer again."""
_FRESH_DAYS = 30


def keep(cursor: Any, found: Iterable[tuple[int, str, bytes]], today: date) -> None:
    """Remember what members were seen with: (member, kind, digest). ``seen_on`` moves on once a month, no oftener."""
    rows = sorted(set(found))
    if not rows:
        return
    cursor.execute(
        "INSERT INTO referrals_mark AS m (member_id, kind, digest, seen_on)"
        " SELECT member_id, kind, digest, %s"
        " FROM unnest(%s::int8[], %s::text[], %s::bytea[]) n(member_id, kind, digest)"
        " ON CONFLICT (member_id, kind, digest) DO UPDATE SET seen_on = excluded.seen_on WHERE m.seen_on < %s",
        (
            today,
            [member_id for member_id, _, _ in rows],
            [kind for _, kind, _ in rows],
            [digest for _, _, digest in rows],
            today - timedelta(days=_FRESH_DAYS),
        ),
    )


def shared(ours: Collection[int], theirs: Collection[int]) -> set[str]:
    """The kinds of which two people (all the ids they go by) have a mark in common."""
    mine = Mark.objects.filter(member_id__in=list(ours)).values_list("kind", "digest")
    known = {(kind, bytes(digest)) for kind, digest in mine}
    others = Mark.objects.filter(member_id__in=list(theirs)).values_list("kind", "digest")
    return {kind for kind, digest in others if (kind, bytes(digest)) in known}


def on_networks_of(ours: Collection[int], others: Collection[int]) -> set[int]:
    """Those of ``others`` who were seen on one of the networks that ``ours`` were seen on."""
    mine = Mark.objects.filter(member_id__in=list(ours), kind=Mark.NETWORK).values_list("digest", flat=True)
    found = Mark.objects.filter(member_id__in=list(others), kind=Mark.NETWORK, digest__in=[bytes(one) for one in mine])
    return set(found.values_list("member_id", flat=True))


def forget(today: date) -> int:
    """Delete the marks that were not seen for long; how many."""
    return int(Mark.objects.filter(seen_on__lt=today - timedelta(days=KEPT_DAYS)).delete()[0])
