"""For tests: what waits is answered here and now, in the test's own process and transaction."""

from __future__ import annotations

from pathlib import Path

from regulars.inquiries import queue
from regulars.inquiries.server import Desk


def answer_all(root: str | Path) -> int:
    """Open the lake under ``root``, answer everything that waits, and say how many questions that were."""
    desk = Desk(str(root))
    sight = desk.sight()
    queue.lake_moved(sight.state, sight.as_of, sight.zone)
    count = 0
    while desk.answer_one():
        count += 1
    return count
