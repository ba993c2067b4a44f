"""How far the occasions of the calendar have come, kept in a table so that a process that stops is no matter."""

from __future__ import annotations

from regulars.points.models import Round


def told_up_to(occasion: str, day: int) -> int:
    """Every account up to this member id has been told that the occasion has come on that local day; 0: nobody yet."""
    return Round.objects.filter(occasion=occasion, day=day).values_list("told_up_to", flat=True).first() or 0


def told(occasion: str, day: int, up_to: int) -> None:
    """Every account up to that member id has been told. Called after they were: telling twice changes nothing."""
    Round.objects.update_or_create({"told_up_to": up_to}, occasion=occasion, day=day)
