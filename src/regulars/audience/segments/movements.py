"""How many entered and left a segment, refresh by refresh: counted with the facts, so that no page reads the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import TruncDate

from regulars.audience.segments.models import Movement


def count(key: str, at: datetime, entered: int, left: int) -> None:
    """Add to what moved at one refresh, in the transaction of its facts."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO segments_movement (segment, at, entered, "left") VALUES (%s, %s, %s, %s)'
            " ON CONFLICT (segment, at) DO UPDATE SET entered = segments_movement.entered + EXCLUDED.entered,"
            ' "left" = segments_movement."left" + EXCLUDED."left"',
            [key, at, entered, left],
        )


def by_day(key: str, since: datetime) -> list[dict[str, Any]]:
    """Each day (of the active time zone) on which somebody moved, oldest first: ``day``, ``entered``, ``left``."""
    rows = (
        Movement.objects.filter(segment=key, at__gte=since).annotate(day=TruncDate("at")).values("day").order_by("day")
    )
    return [dict(row) for row in rows.annotate(entered=Sum("entered"), left=Sum("left"))]


def last(keys: Sequence[str]) -> dict[str, tuple[datetime, int, int]]:
    """When somebody last entered or left each of these segments, and how many did."""
    rows = Movement.objects.filter(segment__in=keys).order_by("segment", "-at").distinct("segment")
    return {row.segment: (row.at, row.entered, row.left) for row in rows}
