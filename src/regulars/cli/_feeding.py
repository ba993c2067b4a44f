"""Many events into the one ingestion, in order, with a progress bar. What ``demo`` and ``import`` share."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from regulars.flow.batch import Incoming, Outcome
from regulars.flow.ingest import ingest

_SECONDS_BETWEEN_LINES = 10
BATCH_MAX = 1000
BATCH_SPAN_MAX = timedelta(days=4)
"""No batch reaches over more than this, so that whatever follows from an order by more can still be put in its
place in time. A member who comes twice in a batch is loaded and saved once."""


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
    advance: Callable[[int], None],
    observe: Callable[[Sequence[Incoming], Sequence[Outcome]], None] | None = None,
) -> Tally:
    """Ingest ``events`` in order.

    advance: called with the size of each batch that was taken. observe: called with each batch and its outcomes
    before the next batch is taken from ``events``.
    """
    tally = Tally()
    with _no_collecting():
        for batch in in_batches(events):
            outcomes = ingest(batch)
            tally.add(batch, outcomes)
            advance(len(batch))
            if observe is not None:
                observe(batch, outcomes)
    return tally


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for ``total`` events; gives the function that advances it. Where nobody watches, a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console, title, total)
        return
    with _bar(console) as bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


class _Lines:
    """Progress as plain lines, for logs."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console, self._title, self._total = console, title, total
        self._began = self._told = time.monotonic()
        self._done = 0

    def __call__(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            speed = self._done / (now - self._began)
            self._console.print(f"{self._title}: {self._done:,} of {self._total:,}, {speed:,.0f}/s", highlight=False)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        _Speed(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
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
