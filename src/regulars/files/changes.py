"""What changed from one file of settings to the next, setting by setting, the way the file says it.

Entries of lists are matched by their keys (``keyed``), so one that only moved has not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Literal

Settings = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``before`` and ``after`` are written as in the file; the one that is not there is empty."""

    kind: Literal["added", "removed", "changed"]
    path_text: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.kind == "changed":
            return f"{self.path_text}: {self.before} → {self.after}"
        return f"{'+' if self.kind == 'added' else '-'} {self.path_text}: {self.after or self.before}"


def changes(old: Settings, new: Settings, opened: Callable[[Path], bool]) -> list[Change]:
    """All changes, in the order of the new file; what was removed stands where it was.

    opened: whether the section at a path is compared setting by setting; others are compared as a whole.
    """
    return list(_changes(old, new, (), opened))


def keyed(items: list[dict[str, Any]]) -> Settings:
    """A list of entries as settings by their keys instead of their places."""
    return {item["key"]: {key: value for key, value in item.items() if key != "key"} for item in items}


def as_written(value: Any) -> str:
    """A setting in one line of the file's own notation: ``{points: 1, per: 1.50}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {as_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(as_written, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _changes(old: Settings, new: Settings, path: Path, opened: Callable[[Path], bool]) -> Iterator[Change]:
    for key in _in_order(list(old), list(new)):
        here = (*path, key)
        before, after = old.get(key), new.get(key)
        if before == after and as_written(before) == as_written(after):
            continue
        if before is None or after is None:
            kind: Literal["added", "removed"] = "added" if before is None else "removed"
            texts = ("" if before is None else as_written(before), "" if after is None else as_written(after))
            yield Change(kind, ".".join(here), *texts)
        elif opened(here):
            yield from _changes(before, after, here, opened)
        else:
            yield Change("changed", ".".join(here), as_written(before), as_written(after))


def _in_order(old: list[str], new: list[str]) -> list[str]:
    """The keys of both in the order of the new; a removed one follows the one it followed."""
    order = list(new)
    for before, key in zip_longest([None, *old[:-1]], old):
        if key not in order:
            order.insert(order.index(before) + 1 if before in order else 0, key)
    return order
