"""Who wins and who loses between two programmes: pure sums over members, whatever a gain is measured in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

I64 = np.int64
GROUPS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """Some members together. ``gain`` is the sum of all their gains and losses, ``spent`` of what they spent."""

    members: int
    winners: int
    losers: int
    gain: int
    spent: int


def deciles(spent: np.ndarray) -> np.ndarray:
    """For each member the tenth they belong to by what they spent, 1 (least) to 10; 0 for who spent nothing.

    Tenths of the spenders by rank, as even as they go; who spent the same stands together in the order given.
    """
    out = np.zeros(len(spent), I64)
    buyers = np.flatnonzero(spent > 0)
    order = buyers[np.argsort(spent[buyers], kind="stable")]
    out[order] = np.arange(len(order), dtype=I64) * GROUPS // max(len(order), 1) + 1
    return out


def shares(groups: np.ndarray, gains: np.ndarray, spent: np.ndarray, count: int) -> list[Share]:
    """What each group (numbered 0 to ``count`` - 1) gains. All arrays have one number a member."""

    def sums(values: np.ndarray) -> list[int]:
        # bincount's weights are floats; sums of whole numbers stay whole here
        total = np.zeros(count, I64)
        np.add.at(total, groups, values)
        return [int(value) for value in total]

    return [
        Share(*row)
        for row in zip(
            sums(np.ones(len(groups), I64)), sums(gains > 0), sums(gains < 0), sums(gains), sums(spent), strict=True
        )
    ]


def flows(before: np.ndarray, after: np.ndarray, depths: tuple[int, int]) -> np.ndarray:
    """How many members go from each level (row) to each level (column). ``depths``: how many levels there are."""
    cells = np.bincount(before * depths[1] + after, minlength=depths[0] * depths[1])
    return cells.reshape(depths).astype(I64)
