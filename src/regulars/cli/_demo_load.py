"""The year into the database, several processes at once: each takes its own households, so none waits for another."""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from typing import Any, TypeVar

from regulars.cli.main import set_up_django
from regulars.connect import complete_journey
from regulars.project.config import OperatorError

_PROCESSES_MAX = 4
_TELL_EVERY = 500
_Message = tuple[str, Any]
Event = TypeVar("Event")


def load_year(days: int, only_orders: bool, advance: Callable[[int], None]) -> dict[str, int]:
    """Ingest the year, each household's events in order. Returns how many events met each fate, by outcome status.

    days: by how many the year is moved. advance: called with how many events were taken. Raises OperatorError when
    a process fails; what was loaded stays, and loading again goes on from there.
    """
    parts = min(os.cpu_count() or 1, _PROCESSES_MAX)
    context = multiprocessing.get_context("spawn")
    told: Queue[_Message] = context.Queue()
    workers = [
        context.Process(target=_work, args=(days, only_orders, (part, parts), told), daemon=True)
        for part in range(parts)
    ]
    for worker in workers:
        worker.start()
    totals: dict[str, int] = {}
    left = parts
    try:
        while left:
            try:
                kind, what = told.get(timeout=1)
            except queue.Empty:
                if any(worker.exitcode not in (None, 0) for worker in workers):
                    raise OperatorError("loading the demo year stopped; run it again to go on") from None
                continue
            if kind == "took":
                advance(what)
            elif kind == "failed":
                raise OperatorError(f"loading the demo year failed: {what}")
            else:
                left -= 1
                for status, count in what.items():
                    totals[status] = totals.get(status, 0) + count
    finally:
        for worker in workers:
            worker.terminate() if left else worker.join()
    return totals


def expected_events() -> int:
    """How many events the year itself has: its orders and the households that introduce themselves."""
    return complete_journey.basket_count() + len(list(complete_journey.households()))


def _work(days: int, only_orders: bool, part: tuple[int, int], told: Queue[_Message]) -> None:
    """One process: its households' events, in order."""
    try:
        set_up_django()
        told.put(("done", dict(_ingest_part(days, only_orders, part, lambda count: told.put(("took", count))))))
    except Exception as error:
        told.put(("failed", f"{type(error).__name__}: {error}"))
        raise


def _ingest_part(days: int, only_orders: bool, part: tuple[int, int], advance: Callable[[int], None]) -> dict[str, int]:
    # Models can only be imported once Django is set up, and in a new process that has just happened.
    from regulars.cli import _demo_year  # noqa: PLC0415
    from regulars.cli._feeding import feed  # noqa: PLC0415

    # What is simulated comes on top of what the year itself has, and of that the number is known.
    year = _counted(_demo_year.orders_and_households(days, part), advance)
    module = None if only_orders else _demo_year.simulator()
    if module is None:
        return feed(year, _ignore).by_status
    lively = _demo_year.Lively(module, datetime.now(UTC))
    return feed(lively.among(year), _ignore, lively.observe).by_status


def _counted(events: Iterator[Event], advance: Callable[[int], None]) -> Iterator[Event]:
    """The same events; ``advance`` is told of every few hundred that went by."""
    count = 0
    for event in events:
        yield event
        count += 1
        if count == _TELL_EVERY:
            advance(count)
            count = 0
    advance(count)


def _ignore(_: int) -> None:
    """Batches are not what is counted here."""
