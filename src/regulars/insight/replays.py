"""Replays for people: a programme file over the shop's own past, from the log or from Parquet."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regulars.insight import lake
from regulars.insight.occasions import WithOccasions
from regulars.programmes.calendar import holiday_days
from regulars.programmes.file import check
from regulars.programmes.reads import microseconds
from regulars.rules.programme import Programme
from regulars.rules.tables import build
from regulars.science.history import EVENTS, History
from regulars.science.parquet import Lake
from regulars.science.replay import Replay


class NotReplayable(ValueError):
    """The programme file has problems; the message lists them."""


def programme_of(path: Path) -> Programme:
    """The programme in a file.

    Raises NotReplayable with every problem and its line.
    """
    checked = check(path.read_text(encoding="utf-8"))
    if checked.programme is None:
        raise NotReplayable("\n".join(str(problem) for problem in checked.problems))
    return checked.programme


def replay(
    programme: Programme,
    events: Path | None = None,
    as_of: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """The whole history under ``programme``, as if it had been in force from the beginning, with its own calendar.

    events: a folder of Parquet as the lake writes it; without it, the log in the database. as_of: the moment up to
    which time passes for everyone (now when not given). Returns the figures by currency, with ``seconds`` from the
    history being at hand (Parquet: from opening the files) to the result.
    """
    tables = build(programme, days=holiday_days(programme))
    runner = Replay([tables])
    history: History = Lake(events) if events else lake.read(None, progress, runner.columns(set(EVENTS)))
    until = microseconds(as_of or datetime.now(UTC))
    if any(occasion.gifts and occasion.kind != "birthday" for occasion in programme.calendar):
        history = WithOccasions(history, tables, until)
    began = time.perf_counter()
    result = runner.run(history, until)
    seconds = time.perf_counter() - began
    return {**result.as_json(), "seconds": round(seconds, 3)}
