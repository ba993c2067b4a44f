"""Answer the console's trials of a programme draft on the shop's past, until told to stop."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from regulars.insight.rehearsals.waiting import until_asked
from regulars.project.tables import require_tables


def command(
    events: Annotated[
        Path | None, typer.Option(help="Take the past from a folder of Parquet as the lake writes it, not the log.")
    ] = None,
) -> None:
    """Wait until somebody tries a draft; then keep the past in memory and answer, until nobody has asked for a while.

    Then the process begins anew, which gives the memory back.
    """
    require_tables(settings.CONFIG)
    until_asked()
    # Not imported at the top: the compiled rules are needed only once somebody asks.
    importlib.import_module("regulars.insight.rehearsals.server").serve(events)
    os.execv(sys.executable, [sys.executable, "-m", "regulars.cli.main", *sys.argv[1:]])  # noqa: S606  # itself, with the same words
