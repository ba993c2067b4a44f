"""Many small files of a month become one.

Sizes are kept like those of a pile of weights: the smaller files at the end are taken together with all that are no
larger than what comes after them. So a row is written again some ten times in a month of hourly syncs, not
at each.
A month that is small is taken together whole: opening a file then costs a replay more than reading it.
"""

from __future__ import annotations

from itertools import groupby

import polars as pl

from regulars.insight.lake.draft import Draft
from regulars.insight.lake.past import sort
from regulars.science.history import Part
from regulars.science.lake.manifest import File
from regulars.science.lake.root import ROWS_OF_A_GROUP
from regulars.science.lake.tables import KEYS

FILES_OF_THIS_MONTH = 4
FILES_OF_A_MONTH = 2
SMALL = ROWS_OF_A_GROUP
"""So many rows of a month are one file once the month is over, whatever comes late."""


def compact(draft: Draft) -> int:
    """Take files together where a month has too many; returns how many there are fewer."""
    before = sum(len(files) for files in draft.tables.values())
    for table, files in draft.tables.items():
        if table not in ("lines", "standing", "scores"):
            for few in _too_many(files):
                _join(draft, table, few)
    return before - sum(len(files) for files in draft.tables.values())


def _too_many(files: list[File]) -> list[list[File]]:
    newest = max((file.month for file in files), default="")
    found = []
    for month, group in groupby(files, key=lambda file: file.month):
        of_month = list(group)
        few = FILES_OF_THIS_MONTH if month == newest else 1 if _small(of_month) else FILES_OF_A_MONTH
        if len(of_month) > few:
            found.append(tail(of_month))
    return found


def _small(files: list[File]) -> bool:
    return sum(file.rows for file in files) <= SMALL


def tail(files: list[File]) -> list[File]:
    """The files at the end that are to become one: from the first that has no more rows than all after it; two at
    least. All of a small month."""
    if _small(files):
        return files
    for place in range(len(files) - 2):
        if files[place].rows <= sum(file.rows for file in files[place + 1 :]):
            return files[place:]
    return files[-2:]


def _join(draft: Draft, table: str, files: list[File]) -> None:
    frames = pl.concat([draft.read(table, file) for file in files])
    name = draft.next_name()
    if table != "events":
        draft.replace(table, files, frames.sort("member", KEYS.get(table, "seq"), maintain_order=True), name)
        return
    # events and lines go by the same names
    pairs = {file.path.removeprefix("lines/"): file for file in draft.tables["lines"]}
    of_lines = [pairs[file.path.removeprefix("events/")] for file in files]
    part = sort(Part(frames, pl.concat([draft.read("lines", file) for file in of_lines])))
    assert part.lines is not None
    draft.replace("events", files, part.events, name)
    draft.replace("lines", of_lines, part.lines, name)
