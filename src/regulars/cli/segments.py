"""List, check, apply and refresh segments."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from rich.table import Table

from regulars.audience.segments import definition, reads, writes
from regulars.audience.segments.models import Segment
from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.project import config

app = typer.Typer(no_args_is_help=True, help=__doc__)
_File = Annotated[Path, typer.Argument(help="Segments file (YAML).", exists=True, dir_okay=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
_out = Console()


@app.command("list")
def list_(as_json: _Json = False) -> None:
    """Every segment that is not archived, and how many belong to it."""
    found = list(reads.live())
    if as_json:
        last_line({"segments": [_row(one) for one in found]})
        return
    if not found:
        _out.print("there is no segment yet; `regulars segments apply FILE` makes some")
        return
    table = Table("key", "name", "kind", "members", "refreshed", "")
    for one in found:
        members = "" if one.members_count is None else f"{one.members_count:,}"
        refreshed = "never" if one.refreshed_at is None else f"{one.refreshed_at:%Y-%m-%d %H:%M}"
        table.add_row(one.key, one.name, one.kind, members, refreshed, one.problem)
    _out.print(table)


def _row(one: Segment) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "kind": one.kind,
        "members": one.members_count,
        "refreshed_at": None if one.refreshed_at is None else one.refreshed_at.isoformat(),
        "problem": one.problem,
    }


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """Say what is wrong with a file, line by line; exit 1 if anything is. It is read with the programme in effect."""
    found = _checked(file, as_json)
    if as_json:
        last_line({"ok": True, "segments": [one.key for one in found.segments], "problems": []})
    else:
        _out.print(f"{file}: fine: {len(found.segments)} segments", style="green")


@app.command()
def apply(file: _File, as_json: _Json = False) -> None:
    """Make or change the segments of a file; those that it does not name stay. Exit 1 if the file is refused."""
    found = _checked(file, as_json)
    try:
        told = writes.apply(found)
    except writes.Refused as error:
        raise config.OperatorError(f"{file}: {error}") from None
    if as_json:
        last_line({"ok": True, "segments": told})
        return
    for key, what in told.items():
        _out.print(f"{key}: {what}", highlight=False)
    _out.print("`regulars segments refresh` finds who belongs to them; the job after the lake's sync does so too")


@app.command()
def refresh(
    keys: Annotated[list[str] | None, typer.Argument(help="Only these; all when left out.")] = None,
    as_json: _Json = False,
) -> None:
    """Find out from the lake who belongs now; exit 1 if some segment could not be refreshed."""
    # Not imported at the top: DuckDB is loaded only for this.
    refreshed = importlib.import_module("regulars.audience.segments.refreshed")
    unknown = set(keys or ()) - set(reads.live().values_list("key", flat=True))
    if unknown:
        raise config.OperatorError(f"there is no segment {', '.join(sorted(unknown))}")
    began = timezone.now()
    try:
        found = refreshed.refresh(config.read().lake, keys or None)
    except refreshed.Busy as error:
        raise config.OperatorError(str(error)) from None
    seconds = (timezone.now() - began).total_seconds()
    if as_json:
        rows: list[dict[str, Any]] = [
            {"key": one.key, "problem": one.problem, **(asdict(one.moved) if one.moved else {})} for one in found
        ]
        last_line({"segments": rows, "seconds": round(seconds, 3)})
    else:
        for one in found:
            if one.moved is None:
                _out.print(f"{one.key}: not refreshed, who belonged still does: {one.problem}", style="red")
            else:
                moved = one.moved
                _out.print(f"{one.key}: {moved.members:,} members, {moved.entered:,} entered, {moved.left:,} left")
    if any(one.problem for one in found):
        raise typer.Exit(1)


def _checked(file: Path, as_json: bool) -> Any:
    """The segments of a file that is fine; otherwise says why it is not, and ends."""
    try:
        on = definition.ground()
    except definition.NotFit as error:
        raise config.OperatorError(str(error.problems[0].phrase)) from None
    found, problems = definition.check_file(file.read_text(encoding="utf-8"), on)
    if not as_json:
        for problem in problems:
            _out.print(f"{file}: {problem}", highlight=False, markup=False)
    elif found is None:
        last_line({"ok": False, "problems": [str(problem) for problem in problems]})
    if found is None:
        raise typer.Exit(1)
    return found
