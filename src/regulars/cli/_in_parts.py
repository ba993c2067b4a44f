"""A load in several processes at once: each takes its own members, so none waits for another."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import queue
from collections.abc import Callable
from multiprocessing.queues import Queue
from typing import Any

from regulars.cli.main import set_up_django
from regulars.project.config import OperatorError

_PROCESSES_MAX = 4
_Message = tuple[str, Any]
Advance = Callable[[int], None]


def in_parts(what: str, work: str, given: tuple[Any, ...], advance: Advance) -> dict[str, int]:
    """Do the work in as many processes as there are processors, four at most. Returns how many events met each fate.

    work: ``module:function``, imported once Django is set up; it takes ``(part, parts)``, the function to tell progress
    to, and what is ``given``, and says how many events met each fate.
    advance: called with how many events were taken. Raises OperatorError when a process fails; what was loaded stays,
    and loading again goes on from there.
    """
    parts = min(os.cpu_count() or 1, _PROCESSES_MAX)
    context = multiprocessing.get_context("spawn")
    told: Queue[_Message] = context.Queue()
    workers = [
        context.Process(target=_run, args=(work, (part, parts), given, told), daemon=True) for part in range(parts)
    ]
    for worker in workers:
        worker.start()
    totals: dict[str, int] = {}
    left = parts
    try:
        while left:
            try:
                kind, said = told.get(timeout=1)
            except queue.Empty:
                if any(worker.exitcode not in (None, 0) for worker in workers):
                    raise OperatorError(f"loading the {what} stopped; run it again to go on") from None
                continue
            if kind == "took":
                advance(said)
            elif kind == "failed":
                raise OperatorError(f"loading the {what} failed: {said}")
            else:
                left -= 1
                for status, count in said.items():
                    totals[status] = totals.get(status, 0) + count
    finally:
        for worker in workers:
            worker.terminate() if left else worker.join()
    return totals


def _run(work: str, part: tuple[int, int], given: tuple[Any, ...], told: Queue[_Message]) -> None:
    try:
        set_up_django()
        module, _, name = work.partition(":")
        function = getattr(importlib.import_module(module), name)
        told.put(("done", dict(function(part, lambda count: told.put(("took", count)), *given))))
    except Exception as error:
        told.put(("failed", f"{type(error).__name__}: {error}"))
        raise
