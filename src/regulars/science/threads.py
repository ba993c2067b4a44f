"""One pool of threads for all replays: compiled code runs in it side by side, without the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")
THREADS = os.cpu_count() or 1
_POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="replay")


def side_by_side(function: Callable[..., None], turns: Iterable[tuple[Any, ...]]) -> None:
    """Call ``function`` with the arguments of each turn; returns when all are done. Raises what a turn raises."""
    for done in [_POOL.submit(function, *arguments) for arguments in turns]:
        done.result()


def together(function: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """What ``function`` makes of each item, in their order, made side by side. Raises what making one raises."""
    return list(_POOL.map(function, items))


def one_ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made in a thread of its own while the one before it is worked on.

    At most one waits to be taken, so memory holds two. Raises what making an item raises.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as maker:
        coming = maker.submit(lambda: list(islice(source, 1)))
        while made := coming.result():
            coming = maker.submit(lambda: list(islice(source, 1)))
            yield made.pop()
