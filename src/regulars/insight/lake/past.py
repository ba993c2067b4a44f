"""The log as columns in memory, for a replay or the proof. Only events of members with an account are taken: nothing is
ever decided for a visitor who has not signed in. Personal data is not in the log, so none is here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
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
    more, parameters = ("", ()) if members is None else (" AND e.member_id = ANY(%s)", (list(members),))
    with transaction.atomic():
        parts = list(stream(spread, more, parameters, progress))
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


def stream(
    spread: Spread,
    more: str,
    parameters: Sequence[Any],
    progress: Callable[[int], None] | None = None,
    *,
    anybody: bool = False,
) -> Iterator[Part]:
    """The events under some more conditions, in the order of the log, many small parts. In a transaction. anybody:
    those of visitors, too."""
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, "lake") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(spread.sql(anybody=anybody) + more + " ORDER BY e.id", parameters, binary=True)
        while rows := cursor.fetchmany(_BATCH):
            if progress:
                progress(len(rows))
            yield spread.part(rows)
