"""What the step writes: records of output, and when something of the member falls due next."""

from __future__ import annotations

from typing import Any

from regulars.rules.layout import *

Buffers = Any
"""Lists of int (live) or numpy int64 arrays (replay)."""


def put(buffer: Buffers, at: int, numbers: tuple[int, ...]) -> None:
    """Write ``numbers`` from ``at`` on. Said a second time, for arrays, in ``science.compile``."""
    buffer[at : at + len(numbers)] = numbers


def emit(
    O: Buffers,
    kind: int,
    debit: int,
    credit: int,
    currency: int,
    amount: int,
    lot: int,
    at: int,
    event: int,
) -> int:
    """Append an output record; the caller fills the rest. Returns where it begins."""
    n = O[0]
    o = 1 + n * OW
    O[0] = n + 1
    put(O, o, (kind, debit, credit, currency, amount, -1, 0, 1, 1, lot, -1, at, event))
    return o


def due_at(S: Buffers, s: int, moment: int) -> None:
    """Something of the member falls due at ``moment``."""
    if moment < S[s + DUE]:
        S[s + DUE] = moment


def lapses_at(S: Buffers, s: int, moment: int) -> None:
    """Available points of the member lapse at ``moment``."""
    if moment < S[s + LAPSES]:
        S[s + LAPSES] = moment
    if moment < S[s + DUE]:
        S[s + DUE] = moment
