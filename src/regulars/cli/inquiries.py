"""Answer the console's questions about many customers from the lake, until told to stop."""

from __future__ import annotations

import importlib
import os
import sys

from django.conf import settings

from regulars.inquiries.queue import until_asked
from regulars.project.tables import require_tables


def command() -> None:
    """Wait until somebody asks; then keep the lake open and answer, until nobody has asked for a while.

    Then the process begins anew, which gives the memory back.
    """
    require_tables(settings.CONFIG)
    until_asked()
    # Not imported at the top: DuckDB and all that is needed only once somebody asks.
    importlib.import_module("regulars.inquiries.server").serve(settings.CONFIG.lake)
    os.execv(sys.executable, [sys.executable, "-m", "regulars.cli.main", *sys.argv[1:]])  # noqa: S606  # itself, with the same words
