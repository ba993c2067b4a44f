"""The rules' own functions, compiled: the same code that live requests run, at the speed of machine code.

The only other place that knows numba is ``science.kernel``. Compiled code is kept on disk by a digest of the sources,
so that a change of the rules never runs stale machine code and a second start compiles nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
from numba import types
from numba.core import config as numba_config
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from regulars.rules import days, layout
from regulars.rules.step import (
    calendar,
    counters,
    earning,
    event,
    holds,
    lots,
    passing,
    reaching,
    records,
    refunding,
    tasks,
    tiers,
)

_HERE = Path(__file__).parent
_RULES = (days, records, calendar, counters, lots, tiers, holds, passing, tasks, earning, reaching, refunding, event)
"""The modules whose functions are compiled."""


def _digest() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for source in (*(module.__file__ for module in _RULES), layout.__file__, _HERE / "kernel.py", __file__):
        digest.update(Path(str(source)).read_bytes())
    return digest.hexdigest()[:16]


def keep_compiled() -> None:
    """Keep machine code under the user's cache folder (``XDG_CACHE_HOME``, else ``~/.cache``)."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "regulars" / "numba" / _digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    numba_config.CACHE_DIR = str(folder)


def compile_once(function: Any, arguments: Sequence[Any]) -> None:
    """Have ``function`` compiled for such arguments. Of processes that want it at once, one compiles, which takes half
    a minute of a processor; the others wait, and read what it kept."""
    signature = tuple(map(numba.typeof, arguments))
    if signature not in function.overloads:
        with _alone():
            function.compile(signature)


@contextmanager
def _alone() -> Iterator[None]:
    with ExitStack() as held:
        with suppress(OSError):  # where nothing can be kept there is nothing to wait for
            lock = held.enter_context(Path(numba_config.CACHE_DIR, "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def rules_namespace() -> dict[str, Any]:
    """The functions of ``rules.days`` and ``rules.step``, compiled, with the constants of ``rules.layout``."""
    keep_compiled()
    namespace: dict[str, Any] = {k: v for k, v in vars(layout).items() if isinstance(v, int)}
    namespace["FIRST_DAY"] = days.FIRST_DAY
    namespace["put"] = _put
    namespace["pointer"] = pointer
    skip = {"midnights", "day_date", "day_number", "put"}
    for module in _RULES:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and name not in skip:
                namespace[name] = _compile(value, namespace)
    return namespace


@intrinsic
def pointer(typing: Any, buffer: Any, at: Any) -> Any:
    """Where number ``at`` of an array lies. What the step works on: no length, no wrapping of negative places."""

    def address(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array = make_array(buffer)(context, builder, values[0])
        return builder.gep(array.data, [context.cast(builder, values[1], at, types.intp)])

    return types.CPointer(buffer.dtype)(buffer, at), address


@intrinsic
def _put(typing: Any, buffer: Any, at: Any, numbers: Any) -> Any:
    """``rules.step``'s ``put`` for arrays: a store a number. Numba's own, to a slice, takes three times as long."""
    if not isinstance(buffer, types.CPointer) or not isinstance(numbers, types.BaseTuple):
        return None
    signature = types.void(buffer, at, numbers)

    def write(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = context.cast(builder, values[1], at, types.intp)
        for i, kind in enumerate(numbers):
            number = context.cast(builder, builder.extract_value(values[2], i), kind, buffer.dtype)
            offset = builder.add(place, context.get_constant(types.intp, i))
            builder.store(number, builder.gep(values[0], [offset]))
        return context.get_dummy_value()

    return signature, write


def _compile(function: FunctionType, namespace: dict[str, Any]) -> Any:
    """The same code object, with its names resolved to compiled functions."""
    twin = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__)
    twin.__module__ = function.__module__
    twin.__qualname__ = function.__qualname__
    # never called from Python: no wrapper has to take the tuple of buffers apart, which would be most of the compiling;
    # and inlined, for that tuple is ninety words, which a call would copy
    compiled = numba.njit(
        cache=True, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, forceinline=True
    )
    return compiled(twin)
