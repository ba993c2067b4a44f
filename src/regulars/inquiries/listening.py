"""Waiting for a question: PostgreSQL says that one was put, and whoever listens looks for itself now and then."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

LOOK_SECONDS = 5.0
"""So long one listens before one looks for oneself."""


def listen(channel: str, waiting: Callable[[], bool], seconds: float = LOOK_SECONDS) -> None:
    """Return when a question waits or PostgreSQL says on ``channel`` that one was put, or after so many seconds.

    ``waiting``: whether one waits; asked once, after the listening has begun, for what came just before.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    if waiting():
        return
    for _told in connection.connection.notifies(timeout=seconds, stop_after=1):
        pass


def until_asked(channel: str, waiting: Callable[[], bool]) -> None:
    """Return when a question waits."""
    while not waiting():
        listen(channel, waiting)
