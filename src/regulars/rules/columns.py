"""An order's lines a field at a time, read in one pass, so that tests and sums run over whole columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import add, attrgetter
from typing import Any

from regulars.rules.events import Line

Columns = dict[str, Sequence[Any]]
"""The lines' values by field. A name such as ``net_minor + tax_minor`` is the sum of those fields."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the fields of lines that the rules of an event ask for."""

    fields: tuple[str, ...]
    sums: tuple[str, ...]
    get: Callable[[Line], tuple[Any, ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Reader:
        """A reader for those fields and sums of fields."""
        sums = tuple(sorted({name for name in names if " + " in name}))
        fields = {part for name in names for part in name.split(" + ")} | {"net_minor", "list_minor"}
        return cls(tuple(sorted(fields)), sums, attrgetter(*sorted(fields)))

    def columns(self, lines: Sequence[Line]) -> Columns:
        """The values of these lines."""
        if not lines:
            return dict.fromkeys((*self.fields, *self.sums), ())
        found: Columns = dict(zip(self.fields, zip(*map(self.get, lines))))  # noqa: B905 (asking to be strict takes time)
        for name in self.sums:
            first, *others = name.split(" + ")
            column = found[first]
            for other in others:
                column = list(map(add, column, found[other]))
            found[name] = column
        return found
