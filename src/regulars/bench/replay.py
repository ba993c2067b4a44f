"""``replay``: the demo year, and the same year seventy times over, from Parquet to the result."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from regulars.bench import many_years
from regulars.bench.figures import Figure, Say, at_least, at_most, plain
from regulars.insight.replays import programme_of
from regulars.rules import layout as y
from regulars.rules.decide import State
from regulars.rules.step import step
from regulars.rules.tables import build
from regulars.science.kernel import lay_out
from regulars.science.lake.root import COMPRESSION
from regulars.science.parquet import Lake
from regulars.science.ready import Ready
from regulars.science.replay import NO_END, Replay

COPIES = 70
_DAY_US = 86_400_000_000


def run(say: Say, data: Path, programme: Path, big: bool = True) -> list[Figure]:
    """Replay the lake under ``data/lake`` (``regulars lake sync`` writes it) and, when ``big``, the year seventy times.

    Raises FileNotFoundError when there is no lake.
    """
    replay = Replay([build(programme_of(programme))])
    year = Lake(data / "lake")
    say("warming up (the rules are compiled once)")
    as_of = _end(year) + 400 * _DAY_US
    replay.run(year, as_of)
    spent = _best(lambda: replay.run(year, as_of), 5)
    read = _best(lambda: _just_read(replay, year), 5)
    figures = [at_most("the demo year, Parquet to result", spent, "s", 0.5, read)]
    compiled, python = _steps(replay, year, say)
    figures.append(at_least("the compiled step against plain Python", python / compiled, "times", 25))
    figures.append(plain("one compiled step", compiled * 1e6, "µs", python * 1e6))
    if big:
        figures += _big(say, replay, year, data / "bench" / f"lake-{COPIES}-{COMPRESSION}", programme, as_of)
    return figures


def _big(say: Say, replay: Replay, year: Lake, folder: Path, programme: Path, as_of: int) -> list[Figure]:
    if not (folder / "done").exists():
        say(f"writing the year {COPIES} times over, once")
        # in a process of its own: its memory is not the replay's
        writer = get_context("spawn").Process(target=many_years.write, args=(year.path, folder, COPIES))
        writer.start()
        writer.join()
        if writer.exitcode:
            raise RuntimeError(f"writing {folder} failed")
    lake = Lake(folder)
    say("replaying it, and just reading the same columns, in turn")
    spent: list[_Time] = []
    read: list[_Time] = []
    for _ in range(3):
        spent.append(_time(lambda: replay.run(lake, as_of)))
        read.append(_time(lambda: _just_read(replay, lake)))
    best, least = min(spent), min(read)
    return [
        at_most(f"the year {COPIES} times over", best.wall, "s", 15, least.wall),
        at_most(
            "the same, times just reading the same columns, files in the page cache",
            best.wall / least.wall,
            "times",
            2.5,
        ),
        plain("the same, processor time", min(t.cpu for t in spent), "s", min(t.cpu for t in read)),
        at_most("peak memory of `regulars replay`", _peak_gib(programme, folder), "GiB", 8),
    ]


class _Time(NamedTuple):
    """Seconds that something took: by the clock, and of all processors together."""

    wall: float
    cpu: float


def _time(work: Callable[[], Any]) -> _Time:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return _Time(time.perf_counter() - wall, time.process_time() - cpu)


def _peak_gib(programme: Path, folder: Path) -> float:
    """The most memory that the command itself ever has, in a process of its own."""
    command = ["replay", "--programme", str(programme), "--events", str(folder), "--json"]
    child = subprocess.Popen([sys.executable, "-m", "regulars.cli.main", *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"regulars replay failed with {child.returncode}")
    return usage.ru_maxrss / 2**20


def _best(work: Any, times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)


def _just_read(replay: Replay, lake: Lake) -> None:
    """What Polars needs for the same columns of the same files, and nothing else."""
    events, lines = replay.columns(lake.event_columns())
    for file in lake.files:
        pl.read_parquet(file, columns=events)
        if lines:
            pl.read_parquet(lake.lines_of(file), columns=lines)


def _end(lake: Lake) -> int:
    return int(pl.read_parquet(lake.files[-1], columns=["effective_us"])["effective_us"].max())  # type: ignore[arg-type]


def _steps(replay: Replay, lake: Lake, say: Say, members: int = 100) -> tuple[float, float]:
    """Seconds a step, compiled and as plain Python: the same members' whole year, on one thread, their standing's
    memory at hand on both sides, nothing counted but the steps."""
    say("the same steps as plain Python")
    of_events, of_lines = replay.columns(lake.event_columns())
    ready = replay.ready(next(lake.ranges(of_events, of_lines))).few(members)
    count = int((ready.last - ready.first).sum())
    spent = []
    for _ in range(5):
        state = replay.fresh(ready, keep=True)
        for region in state.regions.values():
            region.fill(0)
        began = time.perf_counter()
        replay.step(state, ready, NO_END, threads=1)
        spent.append(time.perf_counter() - began)
    return min(spent) / count, min(_python_steps(replay, ready) for _ in range(3)) / count


def _python_steps(replay: Replay, ready: Ready) -> float:
    tables = replay.tables[0]
    output = [0] * (1 + 4096 * y.OW)
    scratch = [-1] * (y.XW * replay.currencies)
    states: dict[int, State] = {}
    spent = 0.0
    for first, last, member in zip(ready.first.tolist(), ready.last.tolist(), ready.groups.tolist(), strict=True):
        state = states.setdefault(member, State())
        buffers = (
            state.scalars, state.balances, state.lots, state.earnings, state.activity, state.holds, state.uses,
            state.counters, state.newest, output, scratch, tables.numbers, tables.midnights,
        )  # fmt: skip
        amounts = ready.columns.amounts[first * replay.rules : last * replay.rules].tolist()
        for i in range(first, last):
            if not replay.names.matter[ready.columns.names[i]] and state.scalars[y.JOINED] != -y.NEVER:
                continue
            state.make_room(replay.currencies, replay.rules)
            numbers = _numbers(replay, ready, i)
            output[0] = 0
            began = time.perf_counter()
            step(buffers, 0, numbers, amounts, (i - first) * replay.rules)
            spent += time.perf_counter() - began
    return spent


def _numbers(replay: Replay, ready: Ready, i: int) -> list[int]:
    """What the step is told of event ``i``."""
    c, names = ready.columns, replay.names
    numbers = np.zeros(y.NW, np.int64)
    rare = int(np.searchsorted(c.rare_rows, i))
    given = (c.names, names.kinds, names.matures[0], c.order_refs, c.effective, c.occurred, c.nets, c.rare)
    lay_out(numbers, i, rare, *given, replay.MM[0])
    return numbers.tolist()
