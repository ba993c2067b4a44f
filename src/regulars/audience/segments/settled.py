"""Bringing who belongs to a segment up to date: whoever is new enters, whoever is not meant any more leaves.

In batches, each a transaction with its facts. Killed between two of them, the next time goes on from what is there;
run twice at once, each member enters once, for only who was truly added has a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.flow import facts
from regulars.members.models import Membership
from regulars.store.columns import BIGINT, Array, raw_cursor

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Moved:
    """How many belong now, and how many entered and left."""

    members: int
    entered: int
    left: int


def settle(key: str, meant: Collection[int], at: datetime) -> Moved:
    """Let exactly these members belong to the segment ``key``; who was joined to another counts as that one."""
    wanted = _as_they_are_now(meant)
    present = set(Membership.objects.filter(segment=key).values_list("member_id", flat=True).iterator(BATCH))
    entered = sum(_enter(key, batch, at) for batch in _batches(wanted - present))
    left = sum(_leave(key, batch, at) for batch in _batches(present - wanted))
    return Moved(len(wanted), entered, left)


def _enter(key: str, members: Sequence[int], at: datetime) -> int:
    return _move(
        "INSERT INTO members_membership (member_id, segment, since) SELECT m, %s, %s FROM unnest(%s) m"
        " ON CONFLICT DO NOTHING RETURNING member_id",
        (key, at, Array(BIGINT, members)),
        facts.SEGMENT_ENTERED,
        key,
        at,
    )


def _leave(key: str, members: Sequence[int], at: datetime) -> int:
    return _move(
        "DELETE FROM members_membership WHERE segment = %s AND member_id = ANY(%s) RETURNING member_id",
        (key, Array(BIGINT, members)),
        facts.SEGMENT_LEFT,
        key,
        at,
    )


def _move(sql: str, parameters: Sequence[Any], fact: str, key: str, at: datetime) -> int:
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute(sql, parameters)
        moved = sorted(row[0] for row in cursor.fetchall())
        facts.record([facts.Fact(fact, member, {"segment": key}) for member in moved], at)
    return len(moved)


def _as_they_are_now(members: Collection[int]) -> set[int]:
    """The members, those that were joined to another replaced by that one."""
    wanted = set(members)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into_id FROM members_member WHERE id = ANY(%s) AND merged_into_id IS NOT NULL",
            [sorted(wanted)],
        )
        joined = dict(cursor.fetchall())
    return {joined.get(member, member) for member in wanted} if joined else wanted


def _batches(members: Collection[int]) -> list[list[int]]:
    ordered = sorted(members)
    return [ordered[place : place + BATCH] for place in range(0, len(ordered), BATCH)]
