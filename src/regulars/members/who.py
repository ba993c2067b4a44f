"""Who an event is about, in the words of whoever sent it."""

from __future__ import annotations

from typing import NamedTuple


class Who(NamedTuple):
    """The shop's user id, the id of an anonymous visitor, or both (a visitor who has just signed in)."""

    user_id: str | None = None
    anonymous_id: str | None = None
