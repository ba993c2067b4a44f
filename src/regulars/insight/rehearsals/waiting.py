"""Waiting for somebody to ask for a rehearsal: all that runs while nobody does, so it loads next to nothing."""

from __future__ import annotations

from regulars.inquiries import listening
from regulars.programmes.rehearsals import CHANNEL, waiting


def listen() -> None:
    """Return when a question waits or may wait."""
    listening.listen(CHANNEL, waiting)


def until_asked() -> None:
    """Return when a question waits."""
    listening.until_asked(CHANNEL, waiting)
