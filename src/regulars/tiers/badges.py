"""Badges: what members have won to show, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from regulars.store.columns import BIGINT, TEXT, TIMESTAMP, execute
from regulars.tiers.models import Badge


def win(cursor: Any, won: Sequence[tuple[int, str, int, datetime]]) -> set[tuple[int, str]]:
    """Write badges (member, key, event, moment); those (member, key) that the member did not have before."""
    if not won:
        return set()
    kinds = (BIGINT, TEXT, BIGINT, TIMESTAMP)
    execute(
        cursor,
        "INSERT INTO tiers_badge (member_id, key, event_id, won_at) SELECT * FROM unnest(%s, %s, %s, %s)"
        " ON CONFLICT (member_id, key) DO NOTHING RETURNING member_id, key",
        kinds,
        won,
    )
    return {(row[0], row[1]) for row in cursor.fetchall()}


def of_member(member_id: int) -> list[Badge]:
    """The badges of a member, first won first."""
    return list(Badge.objects.filter(member_id=member_id).order_by("won_at", "id"))
