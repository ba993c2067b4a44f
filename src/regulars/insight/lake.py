"""The lake: the log as columns, in memory for a replay or as Parquet for everyone else.

``regulars lake sync`` writes ``events/2026-11.parquet`` and ``lines/2026-11.parquet``, a pair for each month (UTC, by
the moment events were decided at; what is only logged lies no earlier than what its member had done before), as
``science.history`` describes. Personal data is not in the log, so none is here. Only events of members with an account
are taken: nothing is ever decided for a visitor who has not signed in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
from django.db import connection, transaction

from regulars.insight.spread import Spread
from regulars.science.history import EVENTS, LINES, Frames, Part

_BATCH = 20_000


def read(
    members: Sequence[int] | None = None,
    progress: Callable[[int], None] | None = None,
    wanted: tuple[Collection[str], Collection[str]] | None = None,
) -> Frames:
    """The whole log (or that of some members) as one part in memory, from one consistent snapshot.

    progress: called with how many events each step read. wanted: the columns of events and of lines that are needed;
    all when not given. Fewer columns are a good deal faster.
    """
    spread = Spread(*(wanted or (EVENTS, LINES)))
    parts = list(_read(spread, members, progress))
    if not parts:
        return Frames([])
    events = pl.concat([part.events for part in parts])
    lines = pl.concat([part.lines for part in parts if part.lines is not None])
    return Frames([sort(Part(with_about_versions(events), lines))])


def with_about_versions(events: pl.DataFrame) -> pl.DataFrame:
    """For each refund the version that decided its order."""
    if not {"about", "version", "about_version"} <= set(events.columns):
        return events
    versions = events.select(pl.col("seq").alias("about"), pl.col("version").alias("about_version"))
    refunds = events.filter(pl.col("about").is_not_null())
    if not refunds.height:
        return events
    order = events.columns
    found = refunds.select("seq", "about").join(versions, on="about", how="left").select("seq", "about_version")
    return events.drop("about_version").join(found, on="seq", how="left", maintain_order="left").select(order)


def sort(part: Part) -> Part:
    """A part in the order of a history: by member, then as decided, lines after their events."""
    events = part.events
    order = np.lexsort((events["seq"].to_numpy(), events["member"].to_numpy()))
    lines = part.lines
    if lines is not None and lines.height:
        counts = events["lines_count"].to_numpy().astype(np.int64)
        starts = np.cumsum(counts) - counts
        moved = counts[order]
        ends = np.cumsum(moved)
        within = np.arange(ends[-1]) - np.repeat(ends - moved, moved)
        lines = lines[np.repeat(starts[order], moved) + within]
    return Part(events[order], lines)


def _read(spread: Spread, members: Sequence[int] | None, progress: Callable[[int], None] | None) -> Iterator[Part]:
    sql = spread.sql()
    parameters: tuple[Any, ...] = ()
    if members is not None:
        sql, parameters = sql + " AND e.member_id = ANY(%s)", (list(members),)
    with transaction.atomic():
        connection.ensure_connection()
        with psycopg.ServerCursor(connection.connection, "lake") as cursor:
            cursor.itersize = _BATCH
            cursor.execute(sql + " ORDER BY e.id", parameters, binary=True)
            while rows := cursor.fetchmany(_BATCH):
                if progress:
                    progress(len(rows))
                yield spread.part(rows)


def sync(path: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the whole log as Parquet under ``path``; returns the number of events."""
    return write(read(progress=progress), path)


def write(frames: Frames, path: Path) -> int:
    """Write a history that is in memory as Parquet under ``path``, a pair of files for each month and no others;
    returns the number of events.

    Files are written beside their final place and moved there whole, so a reader never sees half of one.
    """
    for folder in ("events", "lines"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    count = 0
    kept: set[str] = set()
    for part in frames.held:
        # what is only logged may have happened long before: without the maximum it would come before the event that
        # opened the account
        moment = pl.col("effective_us").cum_max().over("member")
        month = pl.from_epoch(moment, time_unit="us").dt.strftime("%Y-%m")
        months = part.events.select(month.alias("month"))["month"]
        assert part.lines is not None
        of_lines = pl.Series(np.repeat(months.to_numpy(), part.events["lines_count"].to_numpy()))
        for name in sorted(months.unique()):
            events = part.events.filter(months == name)
            _write(part.lines.filter(of_lines == name), path / "lines" / f"{name}.parquet")
            _write(events, path / "events" / f"{name}.parquet")
            kept.add(f"{name}.parquet")
            count += events.height
    for folder in ("events", "lines"):
        for file in (path / folder).glob("*.parquet"):
            if file.name not in kept:
                file.unlink()
    return count


def _write(frame: pl.DataFrame, file: Path) -> None:
    draft = file.with_suffix(".draft")
    frame.write_parquet(draft, compression="zstd", row_group_size=1 << 18, statistics=True)
    os.replace(draft, file)
