"""Following the log: every reader sees every event once, in order, and never skips one.

Why not simply ``WHERE id > place``? An event gets its id before its transaction commits. Of two transactions under way
at once, the one with the later id may commit first; a reader that comes by in between sees id 12, moves its place to
12, and id 11, which commits a moment later, is never read. No waiting cures this: a batch may take a second, a paused
machine an hour.

So a reader goes by transactions, in windows. PostgreSQL numbers transactions as they begin to write, and the row keeps
the number of the one that wrote it (``Event.xid``). ``pg_snapshot_xmin`` is the oldest transaction still under way:
whatever has a number below it is committed or gone for good, and no row can ever again appear there. A window
``[low, high)`` therefore has ``high = pg_snapshot_xmin(pg_current_snapshot())`` as it was when the window was opened,
and its content is fixed from then on. When it is read to its end, the next one begins where it ended. Nothing is
skipped, for windows leave no gap, and nothing is read twice, for they do not overlap.

Inside of a window rows are read by id, not by transaction number. A transaction gets its number at its first write,
perhaps long before it comes to lock the member; the id is taken while the member is locked. So of one member's events
the order of ids is the order in which they were decided, and the order of transaction numbers need not be. Between
windows order holds as well: if of two events of a member the first was decided by a transaction that is still under way
(so it lies in a later window), then that transaction still holds the member, and the second event does not exist yet.

``place`` is the last id read within the window. It moves in the same transaction in which the reader's own writes are
made: both are there or neither is. A reader that fails is rolled back, keeps its place, and tries again after a pause;
nobody else waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from regulars.events.models import Event, Reader
from regulars.store.transactions import over_below

Handle = Callable[[Sequence[Event]], None]

PAUSE_MIN = timedelta(seconds=30)
PAUSE_MAX = timedelta(hours=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """Someone who follows the log. ``fields`` are the columns that ``handle`` needs, empty for all of them."""

    name: str
    handle: Handle
    fields: tuple[str, ...] = ()


FOLLOWERS: dict[str, Follower] = {}
"""Everyone who follows the log. Rooms add theirs in their ``tasks`` module."""


def follows(name: str, *fields: str) -> Callable[[Handle], Handle]:
    """Let the decorated function follow the log under that name, which it must keep for ever."""

    def add(handle: Handle) -> Handle:
        assert name not in FOLLOWERS, f"two readers are called {name}"
        FOLLOWERS[name] = Follower(name, handle, fields)
        return handle

    return add


def run(
    name: str,
    handle: Handle,
    batch: int = 1000,
    fields: Sequence[str] = (),
    now: datetime | None = None,
    batches_at_most: int | None = None,
) -> int:
    """Hand ``handle`` everything new, ``batch`` events at a time, each batch in a transaction with the reader's place.

    Returns how many events were read. Returns 0 while another process runs the same reader, and during the pause after
    a failure. An error of ``handle`` is noted on the reader (its kind and the events' ids, nothing of their content)
    and not raised.
    """
    Reader.objects.get_or_create(name=name)
    read = done = 0
    while batches_at_most is None or done < batches_at_most:
        done += 1
        seen: list[int] = []
        try:
            with transaction.atomic():
                count = _step(name, handle, batch, fields, now or timezone.now(), seen)
        except Exception as error:  # a reader's own fault must not stop the others
            _note_failure(name, error, seen, now or timezone.now())
            return read
        if count == 0:
            return read
        read += count
    return read


def run_all() -> dict[str, int]:
    """Run every follower once; how many events each of them read."""
    return {one.name: run(one.name, one.handle, fields=one.fields) for one in FOLLOWERS.values()}


def _step(name: str, handle: Handle, batch: int, fields: Sequence[str], now: datetime, seen: list[int]) -> int:
    """One batch inside the caller's transaction; 0 when there is nothing to do."""
    reader = Reader.objects.select_for_update(skip_locked=True).filter(name=name).first()
    if reader is None or _pauses(reader, now):
        return 0
    rows = _rows(reader, batch, fields)
    while not rows:
        if not _open_window(reader):
            reader.save()
            return 0
        rows = _rows(reader, batch, fields)
    seen += [rows[0].pk, rows[-1].pk]
    handle(rows)
    reader.place = rows[-1].pk
    reader.read_count += len(rows)
    reader.failed_at, reader.failures, reader.error = None, 0, ""
    reader.save()
    return len(rows)


def _rows(reader: Reader, batch: int, fields: Sequence[str]) -> list[Event]:
    if reader.high <= reader.low:
        return []
    events = Event.objects.filter(xid__gte=reader.low, xid__lt=reader.high, id__gt=reader.place).order_by("id")
    return list((events.only("id", *fields) if fields else events)[:batch])


def _open_window(reader: Reader) -> bool:
    """Go on to the next window; False when no transaction has ended since."""
    high = over_below()
    if high <= reader.high:
        return False
    reader.low, reader.high, reader.place = reader.high, high, 0
    return True


def _pauses(reader: Reader, now: datetime) -> bool:
    """Whether the reader failed so lately that it should not try again: 30 seconds, then twice as long each time."""
    if reader.failed_at is None:
        return False
    pause: timedelta = min(PAUSE_MIN * 2 ** min(reader.failures - 1, 10), PAUSE_MAX)
    return now < reader.failed_at + pause


def _note_failure(name: str, error: Exception, seen: list[int], now: datetime) -> None:
    where = f" between events {seen[0]} and {seen[1]}" if seen else ""
    log.error("reader failed", reader=name, error=type(error).__name__, events=seen)
    reader = Reader.objects.get(name=name)
    reader.failed_at = now
    reader.failures += 1
    reader.error = f"{type(error).__name__}{where}"
    reader.save(update_fields=["failed_at", "failures", "error"])
