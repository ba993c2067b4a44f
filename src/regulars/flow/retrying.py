"""Once more, when another transaction got there first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import DatabaseError

_TRIES = 5
Result = TypeVar("Result")


class OvertakenError(Exception):
    """The very same message was written by somebody else while this batch was looking."""


_OTHERS_WERE_FIRST = (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected, OvertakenError)


def retried(work: Callable[[], Result]) -> Result:
    """Do ``work``, a transaction or a savepoint of its own, again while others get there first, a few times."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except (psycopg.Error, DatabaseError, OvertakenError) as error:
            # Django wraps what comes through its own cursors.
            cause = error.__cause__ if isinstance(error, DatabaseError) else error
            if not isinstance(cause, _OTHERS_WERE_FIRST):
                raise
    return work()
