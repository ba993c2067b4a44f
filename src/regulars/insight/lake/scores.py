"""The scores as a table of the lake, so that measures and segments can ask for them.

They are no part of the log: their file is named by a manifest that keeps the position of the last sync.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import msgspec
import polars as pl

from regulars.insight.lake.derive import shaped
from regulars.insight.lake.draft import Draft
from regulars.insight.lake.horizon import Busy, alone
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from regulars.science.lake.tables import SCORES

TABLE = "scores"
WAIT_SECONDS = 300.0
_KEPT = timedelta(hours=1)


def put(url: str, rows: pl.DataFrame, wait_seconds: float = WAIT_SECONDS) -> None:
    """Let these rows (the columns of ``SCORES``, perhaps more) be the lake's scores, in place of those before.

    Waits for a sync that is under way, then raises Busy. Raises FileNotFoundError where there is no lake.
    """
    root = Root(url)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            with alone(root.address("")):
                _put(root, rows)
            return
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def has(url: str) -> bool:
    """Whether the lake has scores; False where there is no lake."""
    found = mf.read(Root(url))
    return found is not None and bool(found.tables.get(TABLE))


def _put(root: Root, rows: pl.DataFrame) -> None:
    base = mf.read(root)
    if base is None:
        raise FileNotFoundError(f"there is no lake under {root.url}")
    now = datetime.now(UTC)
    draft = Draft(root, base, root.sizes())
    draft.drop(TABLE, list(draft.tables[TABLE]))
    draft.add(TABLE, "", shaped(rows.sort("member"), SCORES), draft.next_name())
    retired = [one for one in base.retired if one.at + _KEPT >= now] + draft.retired_at(now)
    mf.write(root, msgspec.structs.replace(base, generation=draft.generation, tables=draft.tables, retired=retired))
