"""Check, compare and apply programme files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli._changes import print_changes, rows
from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.flow.apply_warnings import apply_warnings
from regulars.programmes import diff as differences
from regulars.programmes import reads, writes
from regulars.programmes.file import check as check_text

app = typer.Typer(no_args_is_help=True, help=__doc__)
_File = Annotated[Path, typer.Argument(help="Programme file (YAML).", exists=True, dir_okay=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
_out = Console()


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """Say what is wrong with a file, line by line; exit 1 if anything is."""
    checked = check_text(file.read_text(encoding="utf-8"))
    if as_json:
        last_line({"ok": checked.programme is not None, "problems": [str(problem) for problem in checked.problems]})
    for problem in checked.problems:
        if not as_json:
            _out.print(f"{file}: {problem}", highlight=False, markup=False)
    if checked.programme is None:
        raise typer.Exit(1)
    if not as_json:
        programme = checked.programme
        levels = len(programme.tiers.levels) if programme.tiers else 0
        _out.print(
            f"{file}: fine: {len(programme.earn)} earning rules, {len(programme.tasks)} tasks, {levels} tiers",
            style="green",
        )


@app.command()
def diff(file: _File, as_json: _Json = False) -> None:
    """Compare a file with the programme in effect."""
    checked = check_text(file.read_text(encoding="utf-8"))
    if checked.programme is None:
        check(file, as_json)
        return
    try:
        version, running = reads.current()
    except reads.NoProgramme:
        _out.print("nothing is in effect yet: the whole file would be new")
        return
    changes = differences.diff(running, checked.programme)
    if as_json:
        last_line({"version": version.pk, "changes": rows(changes)})
    elif not changes:
        _out.print(f"no difference to version {version.pk}")
    else:
        print_changes(changes, f"Against version {version.pk}")


@app.command()
def apply(
    file: _File,
    at: Annotated[datetime | None, typer.Option(help="When it takes effect (UTC); now when left out.")] = None,
    note: Annotated[str, typer.Option(help="Why, for the list of versions.")] = "",
    as_json: _Json = False,
) -> None:
    """Publish a file as the next version of the programme; exit 1 if it cannot be."""
    try:
        effective_at = at.replace(tzinfo=UTC) if at else None
        version = writes.apply(file.read_text(encoding="utf-8"), effective_at=effective_at, note=note)
    except writes.NotApplicable as refusal:
        if as_json:
            last_line({"ok": False, "problems": [str(problem) for problem in refusal.problems]})
        for problem in refusal.problems:
            if not as_json:
                _out.print(f"{file}: {problem}", style="red", highlight=False, markup=False)
        raise typer.Exit(1) from None
    if as_json:
        effective = version.effective_at.isoformat() if version.effective_at else None
        last_line({"ok": True, "version": version.pk, "effective_at": effective})
    else:
        for warning in apply_warnings(reads.by_id(version.pk)):
            _out.print(warning, style="yellow", highlight=False)
        when = f"from {version.effective_at:%Y-%m-%d %H:%M} UTC" if version.effective_at else "from the beginning"
        _out.print(f"version {version.pk}, in effect {when}", style="green")
