"""Compute a measure over the lake, here or on Spark; without a name, list the measures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from io import BufferedWriter
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.cli._writing import check_file, writing
from regulars.inquiries import CannotAnswer
from regulars.insight.measures import definitions, elsewhere
from regulars.insight.measures.catalogue import SPECS
from regulars.project import config
from regulars.science import measures
from regulars.science.measures.accepted import takes

_SHOWN_ROWS = 40
_SHOWN_VALUES = 12
_WRITERS: dict[str, Callable[[pl.DataFrame, BufferedWriter], object]] = {
    ".csv": lambda frame, file: frame.write_csv(file),
    ".parquet": lambda frame, file: frame.write_parquet(file),
    ".json": lambda frame, file: frame.write_json(file),
}


def command(
    name: Annotated[
        str, typer.Argument(help="The measure, as retention; without it all are listed, with what each takes.")
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A parameter, as unit=week, by=tier, tier=gold,platinum or brackets=1-3,4-6. from=2026-01-01 and"
            " to=2026-03-31 narrow the days; without them all are told. `regulars measure` says which measure takes"
            " which.",
        ),
    ] = None,
    spark: Annotated[str, typer.Option("--spark", help="Compute on this Spark master, as local[2].")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="Write all rows to this .csv, .parquet or .json.")] = None,
    path: Annotated[str | None, typer.Option("--path", help="Folder or URL of another lake.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Compute one measure, over the whole history unless told otherwise. A file that is there already is replaced
    only when the answer is whole."""
    if not name:
        _list()
        return
    if name not in SPECS:
        raise config.OperatorError(f"there is no measure {name}; `regulars measure` lists them")
    if to is not None and to.suffix not in _WRITERS:
        raise config.OperatorError(f"--to writes {', '.join(_WRITERS)}, not {to.name}")
    if to is not None:
        check_file(to)
    url, params = path or config.read().lake, _params(settings or [])
    try:
        found = _found(url, name, params, spark)
    except (measures.BadQuestion, CannotAnswer, FileNotFoundError, ValueError, elsewhere.SparkGone) as error:
        kept = f". {to} is as it was" if to is not None and to.exists() else ""
        raise config.OperatorError(f"{error}{kept}") from None
    _say_what_is_not_there(url, params, found)
    if to is not None:
        _write(found, to)
    if as_json:
        last_line({"measure": name, "rows": json.loads(found.write_json())})
    else:
        _print(name, found, to)


def _found(url: str, name: str, params: dict[str, Any], master: str) -> pl.DataFrame:
    if not master:
        return elsewhere.compute(url, name, params)
    with elsewhere.session(master) as spark:
        return elsewhere.compute(url, name, params, spark)


def _params(settings: list[str]) -> dict[str, Any]:
    """``key=value`` pairs as the console's addresses mean them; several values of a filter by comma."""
    found: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise config.OperatorError(f"--set wants name=value, not {setting!r}")
        found[key] = value.split(",") if key in (*measures.DIMENSIONS, "steps") else value
    return found


def _write(found: pl.DataFrame, to: Path) -> None:
    """All or nothing, as a rename is."""
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        with writing(to):
            with draft.open("wb") as file:
                _WRITERS[to.suffix](found, file)
            draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)


def _say_what_is_not_there(url: str, params: dict[str, Any], found: pl.DataFrame) -> None:
    """On stderr: the filters' values that nobody has, and that there are no rows."""
    named = any(params.get(name) for name in (*measures.DIMENSIONS, "currency", "steps"))
    gone = elsewhere.unmatched(url, params) if named else []
    errors, lead = Console(stderr=True), "no rows: " if found.is_empty() else ""
    for one in gone:
        more = f" and {len(one.there) - _SHOWN_VALUES:,} more" if len(one.there) > _SHOWN_VALUES else ""
        there = f"{', '.join(one.there[:_SHOWN_VALUES])}{more}" or "none"
        errors.print(f"{lead}nothing matches {one.name}={one.value}; there are {there}", highlight=False, markup=False)
    if lead and not gone:
        asked = " ".join(
            f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in params.items()
        )
        errors.print(f"{lead}nothing matches {asked}" if asked else "no rows", highlight=False, markup=False)


def _list() -> None:
    view = Table("measure", "takes", "what it says", box=None)
    for measure in measures.MEASURES:
        name = measure.__name__
        if name in SPECS:
            view.add_row(name, " ".join(takes(name)), str(definitions.DEFINITIONS[name].says))
    console = Console()
    console.print(view)
    console.print(
        f"--set NAME=VALUE sets what a measure takes; all take the filters {', '.join(measures.DIMENSIONS)} too",
        style="dim",
        highlight=False,
    )


def _print(name: str, found: pl.DataFrame, to: Path | None) -> None:
    view = Table(*found.columns)
    for row in found.head(_SHOWN_ROWS).rows():
        view.add_row(*(_cell(value) for value in row))
    console = Console()
    console.print(str(definitions.DEFINITIONS[name].says), style="italic", highlight=False)
    console.print(view)
    if found.height > _SHOWN_ROWS:
        console.print(f"the first {_SHOWN_ROWS} of {found.height:,} rows; --to FILE writes them all", style="dim")
    if to is not None:
        console.print(f"{found.height:,} rows in {to}", highlight=False, markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else escape(str(value))
