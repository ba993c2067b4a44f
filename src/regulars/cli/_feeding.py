"""Many events into the one ingestion, in order, with a progress bar. What ``demo`` and ``import`` share."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from regulars.flow.ingest import Incoming, Outcome, ingest

BATCH_MAX = 500
BATCH_SPAN_MAX = timedelta(days=1)
"""No batch reaches over more than this, so that whatever follows from an order by a day or more can still be put in
its place in time."""


@dataclass(slots=True)
class Tally:
    """How many events met each fate, by ``Outcome.status``, and the first of those refused."""

    by_status: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Incoming, Outcome]] = field(default_factory=list)

    def add(self, batch: Sequence[Incoming], outcomes: Sequence[Outcome]) -> None:
        """Count one batch."""
        for incoming, outcome in zip(batch, outcomes, strict=True):
            self.by_status[outcome.status] += 1
            if outcome.status == "refused" and len(self.refused) < 20:
                self.refused.append((incoming, outcome))


def in_batches(events: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Cut a stream of events into what one transaction takes."""
    batch: list[Incoming] = []
    for incoming in events:
        if batch and (
            len(batch) >= BATCH_MAX or incoming.event.occurred_at - batch[0].event.occurred_at >= BATCH_SPAN_MAX
        ):
            yield batch
            batch = []
        batch.append(incoming)
    if batch:
        yield batch


def feed(
    events: Iterable[Incoming],
    total: int,
    title: str,
    observe: Callable[[Sequence[Incoming], Sequence[Outcome]], None] | None = None,
) -> Tally:
    """Ingest ``events`` in order; ``total`` is only for the bar.

    observe: called with each batch and its outcomes before the next batch is taken from ``events``.
    """
    tally = Tally()
    with _bar() as bar, _no_collecting():
        task = bar.add_task(title, total=total)
        for batch in in_batches(events):
            outcomes = ingest(batch)
            tally.add(batch, outcomes)
            bar.advance(task, len(batch))
            if observe is not None:
                observe(batch, outcomes)
    return tally


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        _Speed(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    )


class _Speed(ProgressColumn):
    """Events a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")


@contextmanager
def _no_collecting() -> Iterator[None]:
    # A load makes millions of small objects and no cycles; looking for cycles would cost a tenth of the time.
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
