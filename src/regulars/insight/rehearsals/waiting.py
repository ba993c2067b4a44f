"""Waiting for somebody to ask for a rehearsal: all that runs while nobody does, so it loads next to nothing."""

from __future__ import annotations

from django.db import connection

from regulars.programmes.rehearsals import CHANNEL, waiting

LOOK_SECONDS = 5.0
"""So long it listens before it looks for itself."""


def listen(seconds: float) -> None:
    """Return when a question waits or PostgreSQL says that something was asked, or after that many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    if waiting():  # since the look before, when nobody listened yet
        return
    for _told in connection.connection.notifies(timeout=seconds, stop_after=1):
        pass


def until_asked() -> None:
    """Return when a question waits."""
    while not waiting():
        listen(LOOK_SECONDS)
