"""Measure how fast it is, each figure against a baseline in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from regulars.bench import (
    cohort,
    decide,
    ingest,
    lifetime,
    pages,
    play,
    pricing,
    pricing_http,
    replay,
    segment,
    studio,
    verify,
)
from regulars.bench.figures import Figure
from regulars.bench.server import environment_of
from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.insight import lake
from regulars.project import config

_NAMES = ("decide", "pricing", "replay", "studio", "ingest", "play", "verify", "lifetime", "cohort", "segment", "pages")
_PROGRAMME = Path(__file__).parents[3] / "programmes" / "grocery.yaml"


def command(
    name: Annotated[str, typer.Argument(help=f"Which: {', '.join(_NAMES)}, or all.")] = "all",
    full: Annotated[bool, typer.Option(help="ingest: the whole year. replay: seventy years too.")] = False,
    small: Annotated[bool, typer.Option(help="cohort, segment, pages: much smaller, to see that it works.")] = False,
    members: Annotated[
        int | None, typer.Option(help="pages: in a synthetic shop of so many members, which is loaded once.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Measure how fast it is, each figure against a baseline in the same run."""
    data = config.read().data_dir
    error = Console(stderr=True)

    def say(text: str) -> None:
        error.print(f"{text} …", style="dim")

    benches: dict[str, Callable[[], list[Figure]]] = {
        "decide": lambda: decide.run(say),
        "pricing": lambda: [*pricing.run(say), *pricing_http.run(say, data, _PROGRAMME)],
        "replay": lambda: replay.run(say, _with_lake(data, say), _PROGRAMME, full),
        "studio": lambda: studio.run(say, _with_lake(data, say), _PROGRAMME),
        "ingest": lambda: ingest.run(say, data, _PROGRAMME, None if full else 30_000),
        "play": lambda: play.run(say, data, _PROGRAMME),
        "verify": lambda: verify.run(say),
        "lifetime": lambda: lifetime.run(say),
        "cohort": lambda: cohort.run(say, data, small),
        "segment": lambda: segment.run(say, data, small),
        "pages": lambda: _pages(say, small, members, data),
    }
    if name != "all" and name not in benches:
        raise config.OperatorError(f"there is no bench {name!r}; there are {', '.join(_NAMES)} and all")
    found: list[Figure] = []
    for each in benches if name == "all" else [name]:
        figures = benches[each]()
        found += figures
        if not as_json:
            _print(each, figures)
    if as_json:
        last_line({"figures": [figure.as_json() for figure in found]})


def _with_lake(data: Path, say: Callable[[str], None]) -> Path:
    """The data folder, once the log is there as Parquet too."""
    if not any((data / "lake").glob("events/**/*.parquet")):
        say("writing the lake, once")
        lake.sync(data / "lake")
    return data


def _pages(say: Callable[[str], None], small: bool, members: int | None, data: Path) -> list[Figure]:
    """The console's pages here, or in a synthetic shop with a database of its own under the data folder."""
    if members is None:
        return pages.run(say, small)
    home = data / "bench" / f"shop-{members}"
    home.mkdir(parents=True, exist_ok=True)
    say(f"loading a synthetic shop of {members:,} members, as far as it is not there")
    environment = environment_of(home)
    for command in (["migrate"], ["manage", "collectstatic", "--noinput", "-v0"], ["demo", "--members", str(members)]):
        subprocess.run([sys.executable, "-m", "regulars.cli.main", *command], env=environment, check=True)
    command = [sys.executable, "-m", "regulars.cli.main", "bench", "pages", "--json", *(["--small"] if small else [])]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])["figures"]
    return [Figure(**figure) for figure in found]


def _print(name: str, figures: list[Figure]) -> None:
    table = Table("figure", "value", "baseline", "ratio", "goal", "", title=name, title_justify="left")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.3g} {figure.unit}",
            "" if figure.baseline is None else f"{figure.baseline:,.3g} {figure.unit}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.goal,
            {True: "[green]ok[/]", False: "[red]missed[/]", None: ""}[figure.ok],
        )
    Console().print(table)
