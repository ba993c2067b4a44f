"""The log as Parquet, for replays and analysts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from regulars.cli._json import last_line
from regulars.cli._progress import counting
from regulars.insight import lake
from regulars.project import config

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _lake() -> None:
    """The log as Parquet, for replays and analysts."""


@app.command()
def sync(
    path: Annotated[Path | None, typer.Option(help="Folder to write to; by default lake in the data folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Write the whole log as Parquet, a pair of files a month."""
    folder = path or config.read().data_dir / "lake"
    with counting("Writing the lake", "events") as step:
        count = lake.sync(folder, step)
    if as_json:
        last_line({"events": count, "path": str(folder)})
    else:
        Console().print(f"{count:,} events under {folder}")
