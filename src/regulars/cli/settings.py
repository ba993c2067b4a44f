"""Show every setting, its default and the value in force."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from regulars.cli._terminal import Console
from regulars.project.config import read, table

NEEDS = "nothing"


def command(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Print the settings as a table; those given in the environment are marked."""
    rows = table(read())
    if as_json:
        print(json.dumps({"settings": [asdict(row) for row in rows]}))
        return
    view = Table(show_lines=False, header_style="bold", box=None, pad_edge=False)
    for heading in ("variable", "type", "value", "what it does"):
        view.add_column(heading, overflow="fold")
    for row in rows:
        mark = "*" if row.given else ""
        view.add_row(row.env + mark, row.type, row.value, row.about)
    console = Console()
    console.print(view)
    console.print("* given in the environment; all others are defaults", style="dim")
