"""A history in Parquet, read a range of members at a time: only that much of it is ever in memory.

The files are sorted by member, so a range of members is a stretch of each of them. ``Lake`` walks all files side by
side, a cursor in each; the cursors read a whole row group or more at a time and hand out what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import polars as pl

from regulars.science.history import Part, without_nulls
from regulars.science.lake import manifest
from regulars.science.threads import THREADS


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is in memory at a time.

    range_events: at most so many events of a file make a range of members (more only when they are one member's):
    enough to be worth a start, few enough to stay small. events_at_once, lines_at_once: how many rows a cursor reads,
    whole row groups of the files that ``regulars lake sync`` writes.
    """

    range_events: int = 1 << 16
    events_at_once: int = 1 << 18
    lines_at_once: int = 1 << 19


SIZES = Sizes()


class Lake:
    """A history in Parquet: what the manifest names of ``events`` and ``lines``; in a folder without one
    ``events/*.parquet`` and ``lines/*.parquet`` with the same names, sorted by name, which is the order of time.

    Raises FileNotFoundError when the folder holds no such files, LakeDamaged (a ValueError) when one that the manifest
    names is missing or not whole. Reading raises ValueError when the two do not match, are not sorted by member, lack
    a column or are no Parquet at all.
    """

    def __init__(self, path: str | Path, sizes: Sizes = SIZES) -> None:
        self.path = Path(path)
        self.sizes = sizes
        named = manifest.of_folder(self.path)
        if named is None:
            self.files = sorted((self.path / "events").glob("*.parquet"))
            self._of_lines = set((self.path / "lines").glob("*.parquet"))
        else:
            self.files = [self.path / file.path for file in named.tables.get("events", [])]
            self._of_lines = {self.path / file.path for file in named.tables.get("lines", [])}
        if not self.files:
            raise FileNotFoundError(f"no events/*.parquet under {self.path}")

    def lines_of(self, file: Path) -> Path:
        """The file of the lines of a file of events."""
        return self.path / "lines" / file.relative_to(self.path / "events")

    def event_columns(self) -> set[str]:
        """The event columns that any of the files has."""
        return {column for file in self.files for column in _schema(_scan(file), file)}

    def ranges(self, event_columns: Iterable[str], line_columns: Iterable[str]) -> Iterator[list[Part]]:
        """Range of members after range of members: each file's stretch of it, only the columns asked for."""
        event_columns, line_columns = list(event_columns), list(line_columns)
        if line_columns:
            self._refuse_odd_files()
        cursors = [self._cursor(file, event_columns, line_columns) for file in self.files]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="read") as readers:
            while cursors:
                wishes = [wish for wish in readers.map(_Cursor.next_end, cursors) if wish is not None]
                end = min(wishes, default=None)
                parts = readers.map(_Cursor.take, cursors, repeat(end))
                yield [part for part in parts if part.events.height]
                cursors = [cursor for cursor in cursors if not cursor.finished()]

    def _cursor(self, file: Path, event_columns: list[str], line_columns: list[str]) -> _Cursor:
        events = _Rows(file, event_columns, self.sizes.events_at_once, by="member")
        lines = None
        if line_columns:
            lines = _Rows(self.lines_of(file), line_columns, self.sizes.lines_at_once)
        return _Cursor(str(file.relative_to(self.path / "events")), events, lines, self.sizes.range_events)

    def _refuse_odd_files(self) -> None:
        odd = sorted(file.name for file in self._of_lines ^ {self.lines_of(file) for file in self.files})
        if odd:
            raise ValueError(f"under {self.path} these are only in events or only in lines: {', '.join(odd)}")


class _Cursor:
    """A place in one file of events and in that of their lines."""

    def __init__(self, name: str, events: _Rows, lines: _Rows | None, range_events: int) -> None:
        self.name = name
        self.events = events
        self.lines = lines
        self.range_events = range_events

    def next_end(self) -> int | None:
        """The member before whom this file would have the next range end; None when it does not mind."""
        self.events.read_up_to(self.range_events + 1)
        if len(self.events) <= self.range_events:
            return None
        members = self.events.held["member"]
        return max(int(members[self.range_events]), int(members[0]) + 1)

    def take(self, end: int | None) -> Part:
        """The events of members before ``end`` (None: all) that were not taken yet, with their lines.

        Raises ValueError when the lines are fewer than the events say.
        """
        while not self.events.all_read and (end is None or not len(self.events) or self._last() < end):
            self.events.read_up_to(len(self.events) + 1)
        count = len(self.events)
        if end is not None and count:
            count = int(self.events.held["member"].search_sorted(end, side="left"))
        events = self.events.take(count)
        if self.lines is None:
            return Part(without_nulls(events), None)
        count = int(events["lines_count"].sum() or 0)
        # one at least: a stretch without lines must still have their columns
        self.lines.read_up_to(max(count, 1))
        if len(self.lines) < count:
            raise ValueError(f"{self.name}: events and lines do not match; was the lake half written?")
        return Part(without_nulls(events), without_nulls(self.lines.take(count)))

    def finished(self) -> bool:
        """Whether nothing is left. Raises ValueError when lines are left that no event owns."""
        self.events.read_up_to(1)
        if len(self.events):
            return False
        if self.lines is not None:
            self.lines.read_up_to(1)
            if len(self.lines):
                raise ValueError(f"{self.name}: events and lines do not match; was the lake half written?")
        return True

    def _last(self) -> int:
        return int(self.events.held["member"][-1])


class _Rows:
    """The rows of one file from some place on: those that were read and not taken yet."""

    def __init__(self, file: Path, columns: list[str], at_once: int, by: str | None = None) -> None:
        self.file = file
        self.by = by
        self.columns = columns
        self.source = _scan(file)
        self.at_once = at_once
        self.held = pl.DataFrame()
        self.read = 0
        self.all_read = False
        self.last: int | None = None

    def __len__(self) -> int:
        return self.held.height

    def read_up_to(self, rows: int) -> None:
        """Read until at least ``rows`` are held, or all there are.

        Raises ValueError when they are out of order or cannot be read.
        """
        missing = rows - self.held.height
        if missing <= 0 or self.all_read:
            return
        wanted = -(-missing // self.at_once) * self.at_once
        found = self._next(wanted)
        self.read += found.height
        self.all_read = found.height < wanted
        if self.by and found.height:
            keys = found[self.by]
            if keys.null_count():
                raise ValueError(f"{_place(self.file)}: there are events of no {self.by}")
            if not keys.is_sorted() or (self.last is not None and keys[0] < self.last):
                raise ValueError(f"{_place(self.file)}: events are not sorted by {self.by}")
            self.last = keys[-1]
        self.held = pl.concat([self.held, found], rechunk=False) if self.held.height else found

    def take(self, rows: int) -> pl.DataFrame:
        """The next rows."""
        taken, self.held = self.held[:rows], self.held[rows:]
        return taken

    def _next(self, rows: int) -> pl.DataFrame:
        try:
            return self.source.select(self.columns).slice(self.read, rows).collect()
        except pl.exceptions.ColumnNotFoundError:
            existing = _schema(self.source, self.file)
            missing = [column for column in self.columns if column not in existing]
            raise ValueError(f"{_place(self.file)} lacks columns: {', '.join(missing)}") from None
        except pl.exceptions.ComputeError as error:
            raise _unreadable(self.file, error) from None


def _scan(file: Path) -> pl.LazyFrame:
    return pl.scan_parquet(file, glob=False)


def _schema(source: pl.LazyFrame, file: Path) -> pl.Schema:
    try:
        return source.collect_schema()
    except pl.exceptions.ComputeError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: Exception) -> ValueError:
    return ValueError(f"{_place(file)} cannot be read as Parquet: {str(error).splitlines()[0]}")


def _place(file: Path) -> str:
    months = file.parent.name.startswith("month=")
    return "/".join(file.parts[-3 if months else -2 :])
