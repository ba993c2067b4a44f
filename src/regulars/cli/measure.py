"""Compute a measure over the lake, here or on Spark; without a name, list the measures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from regulars.cli._json import last_line
from regulars.inquiries import CannotAnswer
from regulars.insight.measures import definitions, elsewhere
from regulars.insight.measures.catalogue import SPECS
from regulars.project import config
from regulars.science import measures

_SHOWN_ROWS = 40
_WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": lambda frame, path: frame.write_csv(path),
    ".parquet": lambda frame, path: frame.write_parquet(path),
    ".json": lambda frame, path: frame.write_json(path),
}


def command(
    name: Annotated[str, typer.Argument(help="The measure, as retention.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter, as unit=week, by=tier, tier=gold,platinum or from=2026-01-01."),
    ] = None,
    spark: Annotated[str, typer.Option("--spark", help="Compute on this Spark master, as local[2].")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="Write all rows to this .csv, .parquet or .json.")] = None,
    path: Annotated[str | None, typer.Option("--path", help="Folder or URL of another lake.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Compute one measure. A file that is there already is replaced only when the answer is whole."""
    if not name:
        _list()
        return
    if name not in SPECS:
        raise config.OperatorError(f"there is no measure {name}; `regulars measure` lists them")
    if to is not None and to.suffix not in _WRITERS:
        raise config.OperatorError(f"--to writes {', '.join(_WRITERS)}, not {to.name}")
    url, params = path or config.read().lake, _params(settings or [])
    try:
        found = _found(url, name, params, spark)
    except (measures.BadQuestion, CannotAnswer, FileNotFoundError, ValueError, elsewhere.SparkGone) as error:
        kept = f". {to} is as it was" if to is not None and to.exists() else ""
        raise config.OperatorError(f"{error}{kept}") from None
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
    _WRITERS[to.suffix](found, draft)
    draft.replace(to)


def _list() -> None:
    view = Table("measure", "what it says", box=None)
    for measure in measures.MEASURES:
        if measure.__name__ in SPECS:
            view.add_row(measure.__name__, str(definitions.DEFINITIONS[measure.__name__].says))
    Console().print(view)


def _print(name: str, found: pl.DataFrame, to: Path | None) -> None:
    view = Table(*found.columns, title=str(definitions.DEFINITIONS[name].says), title_justify="left")
    for row in found.head(_SHOWN_ROWS).rows():
        view.add_row(
            *("" if value is None else f"{value:,.4g}" if isinstance(value, float) else str(value) for value in row)
        )
    console = Console()
    console.print(view)
    if found.height > _SHOWN_ROWS:
        console.print(f"the first {_SHOWN_ROWS} of {found.height:,} rows; --to FILE writes them all", style="dim")
    if to is not None:
        console.print(f"{found.height:,} rows in {to}")
