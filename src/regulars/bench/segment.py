"""``segment``: who a definition of ten conditions means, over 1,000,000 members.

The process that answers the console keeps a large lake's busiest tables in memory: asked there, and of the files.

Orders, lines, other events and days are as many a member as ``regulars synthetic`` writes: a million members have 3.8 M
orders with 8.3 M lines and did 10.7 M other things in 365 days. What they are is simpler, and spread evenly.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import duckdb
import ibis
import numpy as np
import polars as pl

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.rules.segments import Who, read_who
from regulars.science import segments
from regulars.science.lake.copied import TABLES, copied
from regulars.science.lake.root import COMPRESSION, ROWS_OF_A_GROUP
from regulars.science.lake.tables import ORDER_LINES, ORDERS, STANDING, VISITS

MEMBERS = 1_000_000
SMALL = 100
"""How many times smaller the small trial is."""
ORDERS_EACH, LINES_EACH, VISITS_EACH = 3.80, 2.19, 10.73
"""Orders a member, lines an order and other events a member, as measured in 10,000 members of a synthetic shop."""
UNTIL = date(2026, 6, 30)
_DAYS = 365
_SETTINGS: dict[str, Any] = {"threads": 2, "memory_limit": "2000MB"}
_CATEGORIES = np.array(["tea", "coffee", "cups", "sweets", "gifts", "books", "flowers", "oil"])
_TIERS = np.array(["member", "gold", "platinum"])
DEFINITION = {
    "all": [
        {"orders": {"at_least": 2, "within_days": 365}},
        {"spent": {"at_least": 120, "within_days": 365}},
        {"any": [
            {"orders": {"at_least": 2, "within_days": 180, "where": {"line.category": ["tea", "cups"]}}},
            {"did": {"event": "Product Viewed", "at_least": 3, "within_days": 90}},
            {"tier": ["gold", "platinum"]},
        ]},
        {"not": {"last_order": {"before_days": 200}}},
        {"points": {"at_least": 100}},
        {"did": {"event": "Checked In", "at_most": 5}},
        {"joined": {"before_days": 60}},
        {"orders": {"where": {"channel": "app"}}},
    ]
}  # fmt: skip
"""Ten conditions, of orders, lines, visits and standing."""
_PLAIN = """
WITH o AS (SELECT member,
        count(*) FILTER (WHERE day > DATE '2026-06-30' - 365) AS orders_year,
        sum(net_minor - returned_minor) FILTER (WHERE day > DATE '2026-06-30' - 365) AS spent_year,
        max(day) AS last_day, count(*) FILTER (WHERE channel = 'app') AS in_app
    FROM read_parquet('{folder}/orders/*.parquet')
    WHERE day <= DATE '2026-06-30' AND (net_minor = 0 OR net_minor > returned_minor) GROUP BY member),
gone AS (SELECT seq FROM read_parquet('{folder}/orders/*.parquet') WHERE net_minor > 0 AND net_minor <= returned_minor),
l AS (SELECT member, count(DISTINCT seq) AS of_tea FROM read_parquet('{folder}/order_lines/*.parquet')
    WHERE category IN ('tea', 'cups') AND day > DATE '2026-06-30' - 180 AND day <= DATE '2026-06-30'
        AND seq NOT IN (SELECT seq FROM gone) GROUP BY member),
v AS (SELECT member,
        count(*) FILTER (WHERE name = 'Product Viewed' AND day > DATE '2026-06-30' - 90) AS viewed,
        count(*) FILTER (WHERE name = 'Checked In') AS checked_in
    FROM read_parquet('{folder}/visits/*.parquet')
    WHERE day <= DATE '2026-06-30' AND name IN ('Product Viewed', 'Checked In') GROUP BY member)
SELECT s.member FROM read_parquet('{folder}/standing/*.parquet') s
LEFT JOIN o USING (member) LEFT JOIN l USING (member) LEFT JOIN v USING (member)
WHERE coalesce(orders_year, 0) >= 2 AND coalesce(spent_year, 0) >= 12000
    AND (coalesce(of_tea, 0) >= 2 OR coalesce(viewed, 0) >= 3 OR s.tier IN ('gold', 'platinum'))
    AND NOT coalesce(last_day <= DATE '2026-06-30' - 200, FALSE) AND s.points >= 100
    AND coalesce(checked_in, 0) <= 5 AND s.joined <= DATE '2026-06-30' - 60 AND coalesce(in_app, 0) >= 1
"""
"""The same question as somebody would ask it of DuckDB by hand."""


class Spent(NamedTuple):
    """What one run took: seconds by the clock, seconds of all processors, GiB of memory at most; whom it found; seconds
    that came before it."""

    wall: float
    cpu: float
    gib: float
    found: tuple[int, int]
    before: float = 0.0


def run(say: Say, data: Path, small: bool = False, times: int = 5) -> list[Figure]:
    """The members under ``data/bench``, which are made once, by the product and by plain SQL in turn.

    Raises RuntimeError when the two find different members.
    """
    members = MEMBERS // (SMALL if small else 1)
    folder = data / "bench" / f"members-{members}-of-a-year-{COMPRESSION}"
    if not (folder / "done").exists():
        say(f"writing {members:,} members, once")
        _apart(write, folder, members)
    say("ten conditions, by the product from memory and from the files, and by plain SQL, in turn")
    mine: list[Spent] = []
    of_files: list[Spent] = []
    theirs: list[Spent] = []
    for _ in range(times):
        mine.append(_apart(by_product, folder))
        of_files.append(_apart(by_product_of_files, folder))
        theirs.append(_apart(by_hand, folder))
    found = {one[0].found for one in (mine, of_files, theirs)}
    if len(found) != 1:
        raise RuntimeError(f"the product, from memory and from the files, and plain SQL found {found}")
    baseline = _least(theirs, "wall")
    return [
        at_most(
            f"ten conditions over {members:,} members ({mine[0].found[0]:,} found)",
            _least(mine, "wall"), "s", 1, baseline,
        ),
        plain("the same, processor time", _least(mine, "cpu"), "s", _least(theirs, "cpu")),
        plain("copying the lake into memory before, once for each state of it", _least(mine, "before"), "s"),
        plain("the same, peak memory of the process", max(s.gib for s in mine), "GiB", max(s.gib for s in theirs)),
        plain("straight from the files", _least(of_files, "wall"), "s", baseline),
        plain("the same, processor time", _least(of_files, "cpu"), "s", _least(theirs, "cpu")),
    ]  # fmt: skip


def _least(runs: list[Spent], what: str) -> float:
    return min(getattr(one, what) for one in runs)


def write(folder: Path, members: int) -> None:
    """A lake of members who bought and looked around for a year, some far oftener than others; always the same."""
    rng = np.random.default_rng(20)
    first = np.datetime64(UNTIL, "D") - _DAYS
    often = rng.gamma(0.8, 1.0 / 0.8, members)
    number = np.arange(1, members + 1)
    order_of = np.repeat(number, rng.poisson(often * ORDERS_EACH))
    day = first + rng.integers(1, _DAYS + 1, len(order_of))
    net = rng.integers(100, 20_000, len(order_of))
    returned = np.where(rng.random(len(order_of)) < 0.03, net, 0)
    seq = np.arange(len(order_of))
    _put(folder, "orders", ORDERS, {
        "seq": seq, "member": order_of, "day": day, "at": day.astype("datetime64[us]"), "net_minor": net,
        "returned_minor": returned, "channel": np.array(["web", "app", "shop"])[rng.integers(0, 3, len(seq))],
    })  # fmt: skip
    each = 1 + rng.poisson(LINES_EACH - 1, len(seq))
    lines = np.repeat(seq, each)
    _put(folder, "order_lines", ORDER_LINES, {
        "seq": lines, "member": order_of[lines], "day": day[lines], "net_minor": (net // each)[lines],
        "category": _CATEGORIES[rng.integers(0, len(_CATEGORIES), len(lines))],
        "quantity": rng.integers(1, 4, len(lines)),
    })  # fmt: skip
    visit_of = np.repeat(number, rng.poisson(often * VISITS_EACH))
    day = first + rng.integers(1, _DAYS + 1, len(visit_of))
    names = np.array(["Product Viewed", "Product Added", "Checked In"])
    _put(folder, "visits", VISITS, {
        "seq": np.arange(len(visit_of)) + len(seq), "member": visit_of, "day": day, "at": day.astype("datetime64[us]"),
        "name": names[rng.choice(3, len(visit_of), p=(0.57, 0.20, 0.23))],
    })  # fmt: skip
    _put(folder, "standing", STANDING, {
        "member": number, "joined": first + rng.integers(0, _DAYS, members),
        "tier": _TIERS[rng.integers(0, 3, members)],
        "points": rng.integers(0, 2_000, members),
    })  # fmt: skip
    (folder / "done").touch()


def _put(folder: Path, table: str, schema: dict[str, Any], columns: dict[str, Any]) -> None:
    """As the lake keeps it: a file a month, sorted by member, as it is once compacted."""
    frame = pl.DataFrame(columns)
    whole = frame.select(
        (pl.col(name).dt.replace_time_zone("UTC") if name == "at" else pl.col(name).cast(kind))
        if name in columns
        else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )
    (folder / table).mkdir(parents=True, exist_ok=True)
    if "day" not in schema:
        parts = [whole]
    else:
        months = whole["day"].dt.truncate("1mo")
        parts = [whole.filter(months == month) for month in months.unique().sort()]
    for place, part in enumerate(parts):
        part.write_parquet(
            folder / table / f"part-{place}.parquet", compression=COMPRESSION, row_group_size=ROWS_OF_A_GROUP
        )


def by_product(folder: Path) -> Spent:
    """The product's own call, as the process does it that answers the console's questions."""
    connection, files = _files(folder)
    began = time.perf_counter()
    copies = {name: copied(connection, name, files[name]) for name in TABLES}
    made = time.perf_counter() - began
    return _asked(connection, copies)._replace(before=made)


def by_product_of_files(folder: Path) -> Spent:
    """The product's own call, as a command or a job does it."""
    return _asked(*_files(folder))


def _files(folder: Path) -> tuple[Any, dict[str, Any]]:
    connection = ibis.duckdb.connect(**_SETTINGS)
    connection.raw_sql("SET enable_progress_bar = false")
    return connection, {name: connection.read_parquet(str(folder / name / "*.parquet")) for name in TABLES}


def _asked(connection: Any, tables: dict[str, Any]) -> Spent:
    lake = SimpleNamespace(**tables)
    return _spent(lambda: connection.to_polars(segments.members(lake, _definition(), UNTIL))["member"].to_numpy())


def by_hand(folder: Path) -> Spent:
    """Plain SQL."""
    engine = duckdb.connect(config=_SETTINGS)
    engine.execute("SET enable_progress_bar = false")
    return _spent(lambda: engine.execute(_PLAIN.format(folder=folder)).pl()["member"].to_numpy())


def _definition() -> Who:
    who, problems = read_who(DEFINITION, "USD", 2)
    assert who is not None, problems
    return who


def _spent(ask: Callable[[], Any]) -> Spent:
    """The second time it is asked: the process that answers stays, and has its libraries loaded."""
    ask()
    began, spent = time.perf_counter(), time.process_time()
    found = ask()
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    unit = 2**30 if sys.platform == "darwin" else 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return Spent(wall, cpu, peak, (len(found), int(found.sum())))


def _apart(work: Callable[..., Any], *given: Any) -> Any:
    """Done in a process of its own, so that its memory is its own too."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)
