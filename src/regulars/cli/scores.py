"""What each member is worth and how likely to leave, made anew from the lake."""

from __future__ import annotations

import time
from typing import Annotated, Any

import polars as pl
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from regulars.audience.scores import words, writes
from regulars.audience.scores.making.refresh import Made, refresh
from regulars.audience.scores.reads import due
from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.insight.lake import scores as of_lake
from regulars.project import config


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only where there are none of this day yet.")] = False,
) -> None:
    """Make the scores anew from the lake. May be killed at any moment: the last ones stay. Exit 1 where none come."""
    url = config.read().lake
    if if_due and not due() and of_lake.has(url):
        if as_json:
            last_line({"state": "not due"})
        return
    began = time.perf_counter()
    try:
        made = _refresh(url, as_json)
    except writes.Busy:
        raise config.OperatorError("The scores are being made already; this has done nothing.") from None
    said = words.why(made.run.said)
    if made.rows is not None:
        of_lake.put(url, as_table(made))
    answer: dict[str, Any] = {
        "run": made.run.pk,
        "state": made.run.state,
        "members": made.run.members,
        "facts": made.facts,
        "seconds": round(time.perf_counter() - began, 1),
        "said": said,
    }
    if as_json:
        last_line(answer)
    elif made.rows is None:
        Console().print(said, style="bold red")
    else:
        model = made.run.fitted["orders"]["model"]
        Console().print(
            f"{made.run.members:,} members scored by {model} in {answer['seconds']} s (run {made.run.pk});"
            f" {made.facts:,} crossed into another band of risk"
        )
    if made.rows is None:
        raise typer.Exit(1)


def as_table(made: Made) -> pl.DataFrame:
    """The rows of a run with the lake's names."""
    assert made.rows is not None
    return made.rows.rename({"run_id": "run", "member_id": "member"}).with_columns(as_of=pl.lit(made.run.as_of))


def _refresh(url: str, quiet: bool) -> Made:
    if quiet:
        return refresh(url)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=100)
        return refresh(url, lambda name, percent: bar.update(task, description=words.step(name), completed=percent))
