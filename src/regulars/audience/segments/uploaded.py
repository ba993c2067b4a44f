"""An uploaded list of shop ids: whom it means, and which lines mean nobody."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from regulars.members.reads import by_shop_ids

SHOWN_MAX = 1_000
"""So many lines of a kind are told one by one; all are counted."""
_AT_ONCE = 20_000
_HEADS = frozenset(("id", "user_id", "userid", "member", "member_id", "customer", "customer_id", "shop_id"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, counted from 1, and the id that it gives."""

    line: int
    shop_id: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a file of ids means. lines: those that give an id. members: whom they name, ascending, each once.
    unknown, repeated: lines whose id is nobody's, or who was named before (the first thousand); and counts of all."""

    lines: int
    members: tuple[int, ...]
    unknown: tuple[Line, ...]
    unknown_count: int
    repeated: tuple[Line, ...]
    repeated_count: int


def members_of(text: str) -> Uploaded:
    """Read a file: an id a line, or a CSV (commas, semicolons or tabs) whose first column is the id, with or without a
    head. A visitor who has become a customer since counts as that customer."""
    given = _given(text)
    members: dict[int, None] = {}
    unknown: list[Line] = []
    repeated: list[Line] = []
    for place in range(0, len(given), _AT_ONCE):
        batch = given[place : place + _AT_ONCE]
        known = by_shop_ids({line.shop_id for line in batch})
        for line in batch:
            member = known.get(line.shop_id)
            if member is None:
                unknown.append(line)
            elif member in members:
                repeated.append(line)
            else:
                members[member] = None
    return Uploaded(
        len(given), tuple(sorted(members)), tuple(unknown[:SHOWN_MAX]), len(unknown),
        tuple(repeated[:SHOWN_MAX]), len(repeated),
    )  # fmt: skip


def _given(text: str) -> list[Line]:
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\0", "")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    found = []
    for number, row in enumerate(rows, 1):
        shop_id = row[0].strip() if row else ""
        if shop_id and not (number == 1 and shop_id.lower() in _HEADS):
            found.append(Line(number, shop_id))
    return found
