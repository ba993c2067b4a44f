"""The log, the ledger and where members stand as Parquet, for replays, measures and analysts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._progress import counting
from regulars.cli._terminal import Console
from regulars.insight import lake
from regulars.project import config

app = typer.Typer(no_args_is_help=True, help=__doc__)
_Where = Annotated[
    str | None, typer.Option("--path", help="Folder or URL of the lake; by default what REGULARS_LAKE_URL says.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
_PROBLEMS = (lake.Busy, FileNotFoundError, ValueError)


@app.callback()
def _lake() -> None:
    """The log, the ledger and where members stand as Parquet, for replays, measures and analysts."""


@app.command()
def sync(
    path: _Where = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Write it anew from the beginning of the log.")] = False,
    as_json: _Json = False,
) -> None:
    """Bring the lake up to date with the log. May be killed at any moment."""
    url = path or config.read().lake
    try:
        with counting("Writing the lake", "events") as step:
            found = lake.sync(url, step, fresh)
        if url == config.read().lake:
            lake.tell(url)
    except _PROBLEMS as error:
        raise config.OperatorError(str(error)) from None
    if as_json:
        last_line({"path": url, **asdict(found)})
    else:
        Console().print(
            f"{found.events:,} new events and {found.transfers:,} transfers; {found.files:,} files in {url}"
        )


@app.command()
def status(path: _Where = None, as_json: _Json = False) -> None:
    """How far the lake is behind the log, and how large it is."""
    try:
        found = lake.status(path or config.read().lake)
    except _PROBLEMS as error:
        raise config.OperatorError(str(error)) from None
    if as_json:
        last_line({**asdict(found), "synced_at": found.synced_at.isoformat()})
        return
    console = Console()
    table = Table("table", "files", "rows", "MB", title=found.url, title_justify="left")
    for name, size in found.tables.items():
        table.add_row(name, f"{size.files:,}", f"{size.rows:,}", f"{size.bytes / 1e6:,.1f}")
    console.print(table)
    console.print(f"synced {found.synced_at:%Y-%m-%d %H:%M} UTC, up to event {found.event}, transfer {found.transfer}")
    console.print(f"behind the log by {found.lag_events:,} events, {found.lag_minutes:,} minutes")
    if found.unnamed_files:
        console.print(f"{found.unnamed_files:,} files ({found.unnamed_bytes / 1e6:,.1f} MB) await sweeping")
