"""How often members use what their tier brings: counted exactly, however many ask at once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F

from regulars.tiers.models import BenefitUse, Use


def take(member_id: int, key: str, window: int, at_most: int | None) -> int | None:
    """Use a benefit once more in a window; how often that is then, None when it may not be used again."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO tiers_benefituse AS u (member_id, key, "window", times) VALUES (%s, %s, %s, 1)'
            ' ON CONFLICT (member_id, key, "window") DO UPDATE SET times = u.times + 1'
            " WHERE %s::int IS NULL OR u.times < %s RETURNING times",
            [member_id, key, window, at_most, at_most],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def used(member_id: int, windows: dict[str, int]) -> dict[str, int]:
    """How often the member has used each benefit in its window."""
    rows = BenefitUse.objects.filter(member_id=member_id, key__in=windows).values_list("key", "window", "times")
    return {key: times for key, window, times in rows if windows[key] == window}


def note(member_id: int, key: str, window: int, event_id: int, at: datetime) -> Use:
    """Keep a use that was counted, with its fact in the log."""
    return Use.objects.create(member_id=member_id, key=key, window=window, event_id=event_id, used_at=at)


def take_back(use: Use, at: datetime, by: str, reason: str) -> None:
    """A use counts no more. The caller has locked it and knows that it still counts and has a window."""
    assert use.window is not None, "the caller knows that the use has a window"
    counted = BenefitUse.objects.filter(member_id=use.member_id, key=use.key, window=use.window, times__gt=0)
    changed = counted.update(times=F("times") - 1)
    assert changed == 1, "a use that was kept was counted"
    use.taken_back_at, use.taken_back_by, use.reason = at, by, reason
    use.save(update_fields=["taken_back_at", "taken_back_by", "reason"])
