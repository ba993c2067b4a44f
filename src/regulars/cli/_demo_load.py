"""The year into the database, several processes at once: each takes its own households, so none waits for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from regulars.cli import _demo_year
from regulars.cli._feeding import feed
from regulars.cli._in_parts import in_parts
from regulars.connect import complete_journey

_TELL_EVERY = 500
Event = TypeVar("Event")


def load_year(days: int, only_orders: bool, advance: Callable[[int], None]) -> dict[str, int]:
    """Ingest the year, each household's events in order. Returns how many events met each fate, by outcome status.

    days: by how many the year is moved. advance: called with how many events were taken. Raises OperatorError when
    a process fails; what was loaded stays, and loading again goes on from there.
    """
    return in_parts("demo year", f"{__name__}:ingest_part", (days, only_orders), advance)


def expected_events() -> int:
    """How many events the year itself has: its orders and the households that introduce themselves."""
    return complete_journey.basket_count() + len(list(complete_journey.households()))


def ingest_part(part: tuple[int, int], advance: Callable[[int], None], days: int, only_orders: bool) -> dict[str, int]:
    """One process: its households' events, in order."""
    # What is simulated comes on top of what the year itself has, and of that the number is known.
    year = counted(_demo_year.orders_and_households(days, part), advance)
    module = None if only_orders else _demo_year.simulator()
    if module is None:
        return feed(year, ignore).by_status
    lively = _demo_year.Lively(module, datetime.now(UTC))
    return feed(lively.among(year), ignore, lively.observe).by_status


def counted(events: Iterator[Event], advance: Callable[[int], None]) -> Iterator[Event]:
    """The same events; ``advance`` is told of every few hundred that went by."""
    count = 0
    for event in events:
        yield event
        count += 1
        if count == _TELL_EVERY:
            advance(count)
            count = 0
    advance(count)


def ignore(_: int) -> None:
    """Batches are not what is counted here."""
