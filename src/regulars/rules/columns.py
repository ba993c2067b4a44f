"""An order's lines a field at a time, read in one pass, so that tests and sums run over whole columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import add, attrgetter
from typing import Any

from regulars.rules.events import Line

Columns = dict[str, Sequence[Any]]
"""The lines' values by field. A name such as ``net_minor + tax_minor`` is the sum of those fields."""

EARNING, EARNING_POINTS = "earning_minor", "earning_points_minor"
"""The money that points are earned on (``earns_minor``, net where nobody says it), and beside it the part paid with
points, for currencies that earn on that too (nothing where ``earns_minor`` is said: it has settled the matter)."""
_BEHIND = {EARNING: ("net_minor", "earns_minor"), EARNING_POINTS: ("points_minor", "earns_minor")}


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
        parts = {part for name in names for part in name.split(" + ")} | {"net_minor", "list_minor"}
        fields = sorted({field for part in parts for field in _BEHIND.get(part, (part,))})
        return cls(tuple(fields), sums, attrgetter(*fields))

    def columns(self, lines: Sequence[Line]) -> Columns:
        """The values of these lines."""
        if not lines:
            return dict.fromkeys((*self.fields, *self.sums, *_BEHIND), ())
        found: Columns = dict(zip(self.fields, zip(*map(self.get, lines))))  # noqa: B905 (asking to be strict takes time)
        if "earns_minor" in found:
            _earning(found)
        for name in self.sums:
            first, *others = name.split(" + ")
            column = found[first]
            for other in others:
                column = list(map(add, column, found[other]))
            found[name] = column
        return found


def _earning(found: Columns) -> None:
    """Add what points are earned on. All lines of an order say it or none does, so the first speaks for all."""
    said = found["earns_minor"]
    if said[0] is None:
        found[EARNING] = found["net_minor"]
        found[EARNING_POINTS] = found.get("points_minor", ())
    else:
        found[EARNING] = said
        found[EARNING_POINTS] = (0,) * len(said)
