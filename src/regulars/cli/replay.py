"""Try a programme on the shop's own past: what it would have earned, owed and expired, and the tiers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._progress import counting
from regulars.cli._terminal import Console
from regulars.insight.replays import NotReplayable, programme_of, replay
from regulars.project.config import OperatorError


def command(
    programme: Annotated[Path, typer.Option(help="Programme file to replay under.", exists=True, dir_okay=False)],
    events: Annotated[
        Path | None, typer.Option(help="Folder of Parquet as the lake writes it; without it, the database.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="Let time pass up to this moment (UTC) instead of now.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Try a programme on the shop's own past: what it would have earned, owed and expired, and the tiers."""
    moment = as_of.replace(tzinfo=UTC) if as_of else None
    try:
        with counting("Replaying", "events") as step:
            found = replay(programme_of(programme), events, moment, step)
    except (NotReplayable, FileNotFoundError, ValueError) as error:
        raise OperatorError(str(error)) from None
    if as_json:
        last_line(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    console = Console()
    console.print(f"{found['members']:,} members, {found['orders']:,} orders, replayed in {found['seconds']:.2f} s")
    currencies = list(found["earned"])
    table = Table("", *currencies, title="Points")
    for name in ("earned", "redeemed", "expired", "clawed_back", "pending", "available", "held", "debt"):
        table.add_row(name.replace("_", " "), *(f"{found[name][key]:,}" for key in currencies))
    console.print(table)
    tiers = Table("tier", "members", title="Tiers")
    for level, count in found["tiers"].items():
        tiers.add_row(level, f"{count:,}")
    console.print(tiers)
