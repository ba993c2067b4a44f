"""How far one may read: only what was written by transactions older than every open one (``events.readers``).

Events and transfers both keep the number of the transaction that wrote them. Events have an index on it; transfers, of
which every order makes several, are found by their own numbers instead: above the floor, below which everything has
been read. The floor follows a fence (``points.fence``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from django.db import connection, transaction

from regulars.science.lake.manifest import Fence, Position
from regulars.store.transactions import over_below


class Busy(RuntimeError):
    """Another sync of the same lake is under way."""


class OtherLog(ValueError):
    """The lake was not made from this log, or from a later state of it."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only sync of a lake; the database lets go by itself of whoever is killed. Raises Busy."""
    number = int.from_bytes(blake2b(f"regulars.lake {url}".encode(), digest_size=8).digest(), "big", signed=True)
    if not ask("SELECT pg_try_advisory_lock(%s)", [number])[0]:
        raise Busy(f"another sync of {url} is under way; this one has done nothing")
    try:
        yield
    finally:
        ask("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def snapshot() -> Iterator[int]:
    """One state of the database for everything that is read inside; gives the number below which every transaction is
    over."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield over_below()


def next_floor(before: Position, fresh: Fence, high: int) -> tuple[int, Fence]:
    """The floor once everything below ``high`` is read, and the fence to wait for."""
    if high >= fresh.xid:
        return fresh.transfer, fresh
    if before.fence.xid and high >= before.fence.xid:
        return max(before.floor, before.fence.transfer), fresh
    return before.floor, before.fence if before.fence.xid else fresh


def check_same_log(before: Position, high: int) -> None:
    """Raises OtherLog when the log does not hold the lake's last event, or its transactions' numbers went back."""
    if high < before.xid:
        raise OtherLog(f"the lake reaches transaction {before.xid}, the database only {high}. {_ANEW}")
    if not before.event:
        return
    (found,) = ask("SELECT max(xid::text::bigint) FROM events_event WHERE id = %s", [before.event])
    if found != before.event_xid:
        raise OtherLog(f"the lake ends with event {before.event}, which the database does not hold. {_ANEW}")


def ask(sql: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
    """The first row of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


_ANEW = (
    "Another database, or one that was restored from before? `regulars lake sync --fresh` writes the lake anew from"
    " this one."
)
