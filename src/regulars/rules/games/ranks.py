"""The places of a contest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Ties = Literal["first", "share"]


def places(scores: Sequence[tuple[int, int]], ties: Ties) -> list[int]:
    """The place of each (score, reached) of a board that is sorted best first, and of the level ones who came there
    earlier first.

    ``share``: who is level has one place, and the next place counts everybody above it (1, 2, 2, 4). ``first``: who
    reached the score earlier stands above.
    """
    out: list[int] = []
    for number, (score, _reached) in enumerate(scores, 1):
        level = ties == "share" and number > 1 and scores[number - 2][0] == score
        out.append(out[-1] if level else number)
    return out
