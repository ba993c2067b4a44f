"""The year many times over, for ``bench replay``. Without Django, so that a process of its own can write it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from regulars.science.lake.root import COMPRESSION, ROWS_OF_A_GROUP
from regulars.science.parquet import Lake


def write(path: Path, folder: Path, times: int) -> None:
    """The same year for so many shops' worth of members, month by month, in the lake's own layout."""
    year = Lake(path)
    ids = pl.concat([pl.read_parquet(file, columns=["member", "seq"]) for file in year.files])
    members = int(ids["member"].max()) + 1  # type: ignore[arg-type]
    places = int(ids["seq"].max()) + 1  # type: ignore[arg-type]
    for kind in ("events", "lines"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        # their order is that of time, and a lake with a manifest may have several of a month
        for place, file in enumerate(year.files):
            source = pl.read_parquet(file if kind == "events" else year.lines_of(file))
            copies = [
                source.with_columns(
                    (pl.col("member") + copy * members).alias("member"), (pl.col("seq") + copy * places).alias("seq")
                )
                for copy in range(times)
            ]
            pl.concat(copies, rechunk=False).write_parquet(
                folder / kind / f"{place:04}.parquet", compression=COMPRESSION, row_group_size=ROWS_OF_A_GROUP
            )
    (folder / "done").touch()
