"""A progress line for work whose end is not known beforehand; on a terminal only, and on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def counting(title: str, what: str) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with how many more were done."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:,.0f} " + what),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=None)
        yield lambda count: bar.advance(task, count)
