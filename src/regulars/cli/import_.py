"""Import orders or events from a CSV or Parquet file.

The rows go through the same ingestion as what the API takes, earliest first, and the same file twice counts once.
`docs/events.md` lists the columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from regulars.cli._feeding import Tally, feed, progress
from regulars.cli._terminal import Console
from regulars.connect.table_file import COLUMNS, Found, Layout, TableError, read
from regulars.flow.batch import Incoming
from regulars.flow.intake import reader
from regulars.flow.wire.read import Reader
from regulars.programmes.reads import NoProgramme, current
from regulars.project.config import OperatorError

SHOWN_MAX = 20


def command(
    file: Annotated[Path, typer.Argument(help="A .csv, .csv.gz, .tsv, .tsv.gz or .parquet file.")],
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="What the file calls a column: --map customer_id='Customer No'. Repeatable."),
    ] = None,
    source: Annotated[str, typer.Option(help="Where the events come from, as the log will say.")] = "import",
    currency: Annotated[str, typer.Option(help="Currency of rows without one; else the programme's.")] = "",
    time_zone: Annotated[str, typer.Option(help="Zone of times without an offset; else the programme's.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, import nothing.")] = False,
    skip_problems: Annotated[
        bool, typer.Option("--skip-problems", help="Import the good rows although others have problems.")
    ] = False,
) -> None:
    """Nothing is imported when a row has a problem, unless --skip-problems is given."""
    console = Console(stderr=True)
    try:
        _, programme = current()
        layout = Layout(_names(column or []), _zone(time_zone or programme.time_zone), currency or None)
        found = read(file, layout)
        read_one = reader(source)
    except (TableError, NoProgramme) as error:
        raise OperatorError(str(error)) from error
    typed = [(one, _type(one, read_one)) for one in found]
    bad = [(one.rows, problem) for one, problem in typed if isinstance(problem, str)]
    good = [(one, incoming) for one, incoming in typed if isinstance(incoming, Incoming)]
    _show(console, bad, f"{len(bad):,} of {len(found):,} cannot be imported")
    if dry_run:
        console.print(f"{len(good):,} events can be imported; nothing was (dry run)", highlight=False)
        raise typer.Exit(1 if bad else 0)
    if bad and not skip_problems:
        raise OperatorError("nothing was imported; mend the file, or import the rest with --skip-problems")
    with progress(file.name, len(good)) as advance:
        tally = feed((incoming for _, incoming in good), advance)
    _tell(console, tally, {id(incoming): one.rows for one, incoming in good})
    if bad or tally.by_status["refused"]:
        raise typer.Exit(1)


def _names(pairs: list[str]) -> dict[str, str]:
    names = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        ours = ours.strip()
        if not equals or not theirs:
            raise OperatorError(f"--map {pair!r} must look like customer_id='Customer No'")
        if ours not in COLUMNS and not ours.startswith("line."):
            raise OperatorError(f"--map: there is no column {ours!r}; known are {', '.join(COLUMNS)}")
        names[ours] = theirs
    return names


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OperatorError(f"--time-zone: {name!r} is no time zone, such as Asia/Shanghai") from error


def _type(found: Found, read_one: Reader) -> Incoming | str:
    """The event, or what is wrong with its rows."""
    if found.problem:
        return found.problem
    typed = read_one.read(found.body, odd=True)
    return typed if isinstance(typed, Incoming) else typed.problem.detail


def _tell(console: Console, tally: Tally, rows: dict[int, tuple[int, ...]]) -> None:
    words = {
        "accepted": "imported",
        "duplicate": "there already",
        "waiting": "refunds waiting for their order",
        "refused": "refused",
    }
    counts = [f"{count:,} {words[status]}" for status, count in tally.by_status.most_common()]
    console.print(", ".join(counts) or "the file has no rows", highlight=False)
    refused = [
        (rows.get(id(incoming), ()), (outcome.problem or {}).get("detail", "")) for incoming, outcome in tally.refused
    ]
    _show(console, refused, f"{tally.by_status['refused']:,} are in quarantine")


def _show(console: Console, problems: list[tuple[tuple[int, ...], str]], title: str) -> None:
    if not problems:
        return
    console.print(title, style="yellow", highlight=False)
    for rows, problem in problems[:SHOWN_MAX]:
        console.print(f"  {_rows(rows)}: {problem}", highlight=False, markup=False)
    if len(problems) > SHOWN_MAX:
        console.print(f"  … and {len(problems) - SHOWN_MAX:,} more", highlight=False)


def _rows(rows: tuple[int, ...]) -> str:
    """``row 7`` or ``rows 7-9``; the rows of an order need not stand together."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    if rows == tuple(range(rows[0], rows[-1] + 1)):
        return f"rows {rows[0]}-{rows[-1]}"
    listed = ", ".join(str(row) for row in rows[:5])
    return f"rows {listed}{', …' if len(rows) > 5 else ''}"
