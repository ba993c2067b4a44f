"""``cohort``: monthly retention of 50,000,000 orders of 2,000,000 customers, from Parquet to the table of cohorts."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import ibis
import numpy as np
import polars as pl

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.science import measures
from regulars.science.lake.root import COMPRESSION, ROWS_OF_A_GROUP

ORDERS, MEMBERS, MONTHS = 50_000_000, 2_000_000, 36
SMALL = 200
"""How many times smaller the small trial is."""
_BEGAN = np.datetime64("2023-01", "M")
_SETTINGS: dict[str, Any] = {"threads": 2, "memory_limit": "1500MB"}
_PLAIN = """
WITH bought AS (SELECT DISTINCT member, date_trunc('month', day) AS month FROM read_parquet('{files}')),
     firsts AS (SELECT member, min(month) AS cohort FROM bought GROUP BY member)
SELECT cohort, date_diff('month', cohort, month) AS n, count(*) AS kept
FROM bought JOIN firsts USING (member) GROUP BY ALL ORDER BY ALL
"""
"""The same question as somebody would ask it of DuckDB by hand."""


class Spent(NamedTuple):
    """What one run took: seconds by the clock, seconds of all processors, GiB of memory at most; and what it found."""

    wall: float
    cpu: float
    gib: float
    found: list[tuple[str, int, int]]


def run(say: Say, data: Path, small: bool = False, times: int = 3) -> list[Figure]:
    """Retention of the orders under ``data/bench``, which are made once, against DuckDB's plain SQL in turn.

    Raises RuntimeError when the two disagree about any cohort.
    """
    shrink = SMALL if small else 1
    folder = data / "bench" / f"orders-{ORDERS // shrink}-{COMPRESSION}"
    if not (folder / "done").exists():
        say(f"writing {ORDERS // shrink:,} orders, once")
        _apart(write, folder, ORDERS // shrink, MEMBERS // shrink)
    say("retention, by the product and by plain SQL, in turn")
    mine: list[Spent] = []
    theirs: list[Spent] = []
    for _ in range(times):
        mine.append(_apart(by_product, folder))
        theirs.append(_apart(by_hand, folder))
    if mine[0].found != theirs[0].found:
        raise RuntimeError("the product and plain SQL disagree about retention")
    wall, baseline = min(s.wall for s in mine), min(s.wall for s in theirs)
    return [
        at_most(f"monthly retention of {ORDERS // shrink:,} orders", wall, "s", 3.5, baseline),
        plain("the same, processor time", min(s.cpu for s in mine), "s", min(s.cpu for s in theirs)),
        at_most("the same, peak memory of the process", max(s.gib for s in mine), "GiB", 2, max(s.gib for s in theirs)),
    ]


def write(folder: Path, orders: int, members: int) -> None:
    """Orders as the lake keeps them, month by month and sorted by member: some members buy far oftener than others,
    each from the month she joined in. The same numbers every time."""
    rng = np.random.default_rng(5)
    joined = rng.integers(0, MONTHS, members)
    rate = rng.gamma(0.8, 1.0, members)
    rate *= orders / (rate * (MONTHS - joined)).sum()
    written = 0
    for place in range(MONTHS):
        count = rng.poisson(np.where(joined <= place, rate, 0.0))
        member = np.repeat(np.arange(1, members + 1), count)
        month = _BEGAN + place
        length = int(((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int))
        day = month.astype("datetime64[D]") + rng.integers(0, length, len(member))
        frame = pl.DataFrame(
            {
                "seq": np.arange(written, written + len(member)),
                "member": member,
                "day": day,
                "net_minor": rng.integers(100, 20_000, len(member)),
                "returned_minor": np.zeros(len(member), np.int64),
            },
            schema_overrides={"day": pl.Date},
        )
        written += len(member)
        part = folder / "orders" / f"month={month}" / "part-0.parquet"
        part.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(part, compression=COMPRESSION, row_group_size=ROWS_OF_A_GROUP)
    (folder / "done").touch()


def by_product(folder: Path) -> Spent:
    """The product's own call."""
    lake = ibis.duckdb.connect(**_SETTINGS)
    lake.raw_sql("SET enable_progress_bar = false")
    lake.to_polars(ibis.literal(1).as_table())  # loads pandas and more, which the process that answers has long loaded
    began, spent = time.perf_counter(), time.process_time()
    orders = lake.read_parquet(_files(folder))
    table = measures.retention(orders, "month", _END, since=_FIRST)
    frame = lake.to_polars(table.filter(table.kept > 0).select("cohort", "n", "kept").order_by("cohort", "n"))
    return _spent(began, spent, frame.rows())


def by_hand(folder: Path) -> Spent:
    """Plain SQL."""
    engine = duckdb.connect(config=_SETTINGS)
    engine.execute("SET enable_progress_bar = false")
    began, spent = time.perf_counter(), time.process_time()
    rows = engine.execute(_PLAIN.format(files=_files(folder))).fetchall()
    return _spent(began, spent, rows)


_FIRST = _BEGAN.astype("datetime64[D]").astype(date)
_END = ((_BEGAN + MONTHS).astype("datetime64[D]") - 1).astype(date)


def _files(folder: Path) -> str:
    return str(folder / "orders" / "*" / "*.parquet")


def _spent(began: float, spent: float, rows: list[tuple[Any, ...]]) -> Spent:
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    unit = 2**30 if sys.platform == "darwin" else 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return Spent(wall, cpu, peak, [(cohort.isoformat()[:10], int(n), int(kept)) for cohort, n, kept in rows])


def _apart(work: Callable[..., Any], *given: Any) -> Any:
    """Done in a process of its own, so that its memory is its own too."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)
