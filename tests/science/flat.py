"""A history as a folder of Parquet without a manifest: what anybody may hand to a replay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from regulars.science.history import Frames


def write(frames: Frames, path: Path) -> int:
    """Write a history as Parquet under ``path``, a pair of files for each month; returns the number of events."""
    for folder in ("events", "lines"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    count = 0
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
            count += events.height
    return count


def _write(frame: pl.DataFrame, file: Path) -> None:
    frame.write_parquet(file, compression="zstd", row_group_size=1 << 18, statistics=True)
