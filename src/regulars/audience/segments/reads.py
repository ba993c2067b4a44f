"""Questions about segments and who belongs to them. Nothing heavy: a page may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from regulars.audience.segments.models import Membership, Segment


@dataclass(frozen=True, slots=True)
class Belonging:
    """A segment that a member belongs to, and since when."""

    segment: Segment
    since: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many belong to both of two segments."""

    one: str
    other: str
    members: int


def live() -> QuerySet[Segment]:
    """Every segment that is not archived, by name."""
    return Segment.objects.filter(archived_at=None).order_by("name", "key")


def by_key(key: str) -> Segment | None:
    """The segment called so, archived or not."""
    return Segment.objects.filter(key=key).first()


def of_member(member_id: int) -> list[Belonging]:
    """The segments that a member belongs to, by name."""
    since = dict(Membership.objects.filter(member_id=member_id).values_list("segment", "since"))
    return [Belonging(segment, since[segment.key]) for segment in live().filter(key__in=since)]


def members(segment: Segment, after: int = 0, limit: int = 50) -> list[Membership]:
    """Who belongs to a segment, in the order of their ids: at most ``limit`` whose ids are above ``after``."""
    rows = Membership.objects.filter(segment=segment.key, member_id__gt=after).order_by("member_id")
    return list(rows[:limit])


def counts(keys: Sequence[str]) -> dict[str, int]:
    """How many belong to each of these segments now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT segment, count(*) FROM members_membership WHERE segment = ANY(%s) GROUP BY 1", [list(keys)]
        )
        found = dict(cursor.fetchall())
    return {key: found.get(key, 0) for key in keys}


def overlap(keys: Sequence[str]) -> list[Overlap]:
    """For each two of these segments how many belong to both, as of their last refreshes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.segment, b.segment, count(*) FROM members_membership a"
            " JOIN members_membership b ON b.member_id = a.member_id AND b.segment = ANY(%s) AND b.segment > a.segment"
            " WHERE a.segment = ANY(%s) GROUP BY 1, 2",
            [list(keys), list(keys)],
        )
        found = {(one, other): count for one, other, count in cursor.fetchall()}
    pairs = [(one, other) for one in sorted(set(keys)) for other in sorted(set(keys)) if one < other]
    return [Overlap(one, other, found.get((one, other), 0)) for one, other in pairs]
