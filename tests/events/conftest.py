"""Rows in the log without anyone deciding them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Writer:
    """A connection of its own that writes events in a transaction of its own."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self.wrapper = wrapper

    def begin(self) -> None:
        """Begin to write: the transaction gets its number now."""
        self.wrapper.set_autocommit(False)
        self._run("SELECT pg_current_xact_id()")

    def take_id(self) -> int:
        """The next place in the log."""
        return int(self._run("SELECT nextval('events_event_seq')"))

    def write(self, event_id: int, name: str = "Seen", at: datetime = NOON) -> None:
        """Write an event with that id."""
        self._run(
            "INSERT INTO events_event (id, source, message_id, name, fact, occurred_at, effective_at, body_hash,"
            " properties, context) VALUES (%s, 'test', %s, %s, false, %s, %s, '', '{}', '{}') RETURNING id",
            [event_id, f"m-{event_id}", name, at, at],
        )

    def add(self, name: str = "Seen", at: datetime = NOON) -> int:
        """Take an id and write an event with it."""
        event_id = self.take_id()
        self.write(event_id, name, at)
        return event_id

    def commit(self) -> None:
        """Let everyone see it."""
        self.wrapper.commit()
        self.wrapper.set_autocommit(True)

    def roll_back(self) -> None:
        """Let it not have been."""
        self.wrapper.rollback()
        self.wrapper.set_autocommit(True)

    def _run(self, statement: str, params: Any = None) -> Any:
        with self.wrapper.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchone()[0]


def wait_for_older_transactions(seconds_max: float = 120) -> None:
    """Wait until every transaction that has begun to write by now has ended, in any database of the server.

    A reader's horizon is the oldest of them all, and tests in other databases of the same server write, too.
    """
    deadline = time.monotonic() + seconds_max
    newest = _bound("xmax")
    while _bound("xmin") < newest:
        assert time.monotonic() < deadline, "an older transaction is still under way"
        time.sleep(0.02)


def _bound(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_{name}(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


@pytest.fixture
def make_writer(transactional_db: None) -> Iterator[Callable[[], Writer]]:
    """Writers with connections of their own."""
    made: list[BaseDatabaseWrapper] = []

    def make() -> Writer:
        made.append(connection.copy())
        return Writer(made[-1])

    yield make
    for wrapper in made:
        wrapper.close()
