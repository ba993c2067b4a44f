"""The part of ``regulars games`` that needs the database: publishing."""

from __future__ import annotations

from regulars.flow.play import publishing
from regulars.play.models import Game


def publish(text: str) -> Game | list[str]:
    """Publish; the problems, where it cannot be."""
    try:
        return publishing.publish(text)
    except publishing.NotApplicable as refusal:
        return [str(problem) for problem in refusal.problems]
