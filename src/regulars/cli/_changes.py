"""A list of changes as a table, for every file that can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from regulars.cli._terminal import Console
from regulars.files.changes import Change


def print_changes(changes: Sequence[Change], title: str) -> None:
    """Each change on a row: what kind, where, before and after."""
    table = Table("", "where", "before", "after", title=title)
    for change in changes:
        table.add_row(change.kind, *(escape(text) for text in (change.path_text, change.before, change.after)))
    Console().print(table)


def rows(changes: Sequence[Change]) -> list[dict[str, str]]:
    """The same for machines."""
    return [{"kind": c.kind, "path": c.path_text, "before": c.before, "after": c.after} for c in changes]
