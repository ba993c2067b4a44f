"""How often members use what their tier brings: counted exactly, however many ask at once."""

from __future__ import annotations

from django.db import connection

from regulars.tiers.models import BenefitUse


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
