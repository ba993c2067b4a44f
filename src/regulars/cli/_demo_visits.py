"""What the demo year's till did not see (visits, answers, shares), simulated and put beside it, once.

A step of its own after the year: an installation that has the year already gets it the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType

from regulars.cli import _demo_year
from regulars.cli._demo_load import counted, ignore
from regulars.cli._feeding import feed, progress
from regulars.cli._in_parts import in_parts
from regulars.cli._terminal import Console
from regulars.connect import complete_journey
from regulars.events.models import Event
from regulars.flow.batch import Incoming
from regulars.flow.intake import reader
from regulars.project.config import HOME

MODULE = HOME / "examples" / "simulate_visits.py"
ABOUT_EVENTS = 42_000
SOURCE, LAST_ID = "simulated", "visits-complete"


def are_loaded() -> bool:
    """Whether all of it is there, or nothing can be simulated (an installed wheel has no ``examples``)."""
    return not MODULE.is_file() or Event.objects.filter(source=SOURCE, message_id=LAST_ID).exists()


def load(console: Console) -> None:
    """Load what is missing. The year must be there."""
    now = datetime.now(UTC)
    days = _demo_year.shift_days(now)
    with progress("simulated visits and answers", ABOUT_EVENTS) as advance:
        counts = in_parts("simulated visits and answers", f"{__name__}:ingest_part", (days, now), advance)
    feed(iter([_last(days)]), ignore)
    fates = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    console.print(f"simulated visits and answers: {fates}", highlight=False)


def ingest_part(part: tuple[int, int], advance: Callable[[int], None], days: int, until: datetime) -> dict[str, int]:
    """One process: what surrounds its households' orders."""
    return dict(feed(counted(around(days, part, until), advance), ignore).by_status)


def around(days: int, part: tuple[int, int], until: datetime) -> Iterator[Incoming]:
    """What surrounds the orders of a part of the households, as events to take in; order by order."""
    module, read = _module(), reader(SOURCE)
    for basket in complete_journey.baskets(days, part):
        for body in module.around(basket.user_id, basket.event, until):
            yield _demo_year.read_one(read, body)


def _last(days: int) -> Incoming:
    """An answer to the year's first order: when it is there, so is everything else."""
    module = _module()
    first = next(iter(complete_journey.baskets(days)))
    at = first.event.occurred_at + timedelta(days=1)
    return _demo_year.read_one(reader(SOURCE), module.answer(first.user_id, first.event, "csat", 4, at, LAST_ID))


def _module() -> ModuleType:
    found = _demo_year.simulator(MODULE.name)
    assert found is not None
    return found
