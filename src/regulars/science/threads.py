"""One pool of threads for all replays: compiled code runs in it side by side, without the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = os.cpu_count() or 1
_POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="replay")


def side_by_side(function: Callable[..., None], turns: Iterable[tuple[Any, ...]]) -> None:
    """Call ``function`` with the arguments of each turn; returns when all are done. Raises what a turn raises."""
    for done in [_POOL.submit(function, *arguments) for arguments in turns]:
        done.result()
