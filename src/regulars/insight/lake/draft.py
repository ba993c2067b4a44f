"""The next state of a lake while it is being made: files are written at once, and count only when a manifest names
them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import polars as pl

from regulars.insight.lake.derive import shaped
from regulars.science.lake.manifest import File, Manifest, Retired
from regulars.science.lake.root import Root
from regulars.science.lake.tables import KEYS, TABLES

_NUMBERED = re.compile(r"/part-(\d+)-\d+\.parquet$")


class Draft:
    """The files that the last state had, those written since, and those that stopped counting."""

    def __init__(self, root: Root, base: Manifest | None, present: Iterable[str]) -> None:
        self.root = root
        self.tables = {name: list(base.tables.get(name, [])) if base else [] for name in TABLES}
        # above every file that is there, so that no name is ever given twice
        numbers = [int(found[1]) for name in present if (found := _NUMBERED.search(f"/{name}"))]
        self.generation = max([*numbers, base.generation if base else 0]) + 1
        self.retired: list[File] = []
        self.waste: list[File] = []
        self.written = 0

    def next_name(self) -> str:
        """A file name that was never used."""
        self.written += 1
        return f"part-{self.generation:06}-{self.written:04}.parquet"

    def add(self, table: str, month: str, frame: pl.DataFrame, name: str) -> None:
        """Write one more file of a month of a table, the last of that month in the order of time."""
        self._keep(table, self._file(table, month, frame, name))

    def add_by_month(self, table: str, frame: pl.DataFrame) -> None:
        """Write a file for each month that ``day`` lies in, sorted by member."""
        key = KEYS.get(table, "seq")
        months = frame.select(pl.col("day").dt.strftime("%Y-%m").alias("month"))["month"]
        for month in sorted(months.unique()):
            of_month = frame.filter(months == month).sort("member", key)
            self.add(table, month, of_month, self.next_name())

    def replace(self, table: str, old: list[File], frame: pl.DataFrame, name: str) -> None:
        """Put one file in the place of others of the same month."""
        fresh = self._file(table, old[0].month, frame, name)
        place = self.tables[table].index(old[0])
        self.drop(table, old)
        self.tables[table].insert(place, fresh)

    def drop(self, table: str, old: list[File]) -> None:
        """Let files count no longer. Those of this very draft no manifest ever named: they are waste."""
        self.tables[table] = [file for file in self.tables[table] if file not in old]
        for file in old:
            own = f"/part-{self.generation:06}-" in file.path
            (self.waste if own else self.retired).append(file)

    def read(self, table: str, file: File) -> pl.DataFrame:
        """A file that counts, with the columns of its table: null, those that the table did not have when it was
        written."""
        frame, schema = self.root.frame(file.path), TABLES[table]
        since = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
        return shaped(frame.with_columns(since), schema)

    def retired_at(self, now: datetime) -> list[Retired]:
        """The files that stopped counting, as the manifest notes them."""
        return [Retired(file.path, now) for file in self.retired]

    def _file(self, table: str, month: str, frame: pl.DataFrame, name: str) -> File:
        path = f"{table}/month={month}/{name}" if month else f"{table}/{name}"
        size = self.root.put_frame(path, frame)
        key = KEYS.get(table, "seq")
        least, most = (None, None) if key is None or not frame.height else (frame[key].min(), frame[key].max())
        return File(path, month, frame.height, size, least, most)  # type: ignore[arg-type]

    def _keep(self, table: str, file: File) -> None:
        files = self.tables[table]
        later = sum(1 for other in files if other.month > file.month)
        files.insert(len(files) - later, file)
