"""For tests: what waits is answered here and now, in the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.db import connection

from regulars.inquiries import queue
from regulars.inquiries.server import Desk

LOOK_SECONDS = 0.1


def answer_all(root: str | Path) -> int:
    """Open the lake under ``root``, answer everything that waits, and say how many questions that were."""
    desk = _opened(root)
    count = 0
    while desk.answer_one():
        count += 1
    return count


@contextmanager
def answering(root: str | Path) -> Iterator[None]:
    """What `regulars inquiries` does, on a thread beside the test: answer whatever is asked of the lake under
    ``root``."""
    over = threading.Event()

    def answer() -> None:
        try:
            desk = _opened(root)
            while not over.wait(LOOK_SECONDS):
                while desk.answer_one():
                    pass
        finally:
            connection.close()

    helper = threading.Thread(target=answer)
    helper.start()
    try:
        yield
    finally:
        over.set()
        helper.join()


@lru_cache(maxsize=1)
def _desk(root: str) -> Desk:
    """Who answers from one lake keeps it open, as `regulars inquiries` does."""
    return Desk(root)


def _opened(root: str | Path) -> Desk:
    desk = _desk(str(root))
    sight = desk.sight(at_once=True)
    queue.lake_moved(sight.state, sight.as_of, sight.zone)
    return desk
