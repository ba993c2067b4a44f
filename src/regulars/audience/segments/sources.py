"""Where the members of a segment come from that is neither conditions nor a list: a chart's cell, or a model's group.

A source takes the lake, the definition and the last whole day, and gives a table of one column ``member``. It raises
CannotTell for what the lake cannot answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ibis.expr import types as ir

from regulars.audience.segments.models import CELL
from regulars.science.segments import CannotTell

Source = Callable[[Any, Mapping[str, Any], date], ir.Table]
_MEASURES = "regulars.science.measures.behind"


def behind_cell(lake: Any, definition: Mapping[str, Any], until: date) -> ir.Table:
    """Whom a cell of a measure counts: ``{"measure": …, "params": …, "cell": …}``."""
    try:
        behind = importlib.import_module(_MEASURES).behind
    except ModuleNotFoundError:
        raise CannotTell("this version cannot say who stands behind a measure") from None
    try:
        found: ir.Table = behind(lake, definition["measure"], definition.get("params", {}), definition.get("cell", {}))
    except KeyError as error:
        raise CannotTell(f"the definition lacks {error}") from None
    except ValueError as error:
        raise CannotTell(str(error)) from None
    return found.select("member").distinct()


SOURCES: dict[str, Source] = {CELL: behind_cell}
"""By the kind of segment; models are added by whoever makes them."""


def source_of(kind: str) -> Source:
    """Where members of a segment of this kind come from. Raises CannotTell when nobody says."""
    found = SOURCES.get(kind)
    if found is None:
        raise CannotTell("the groups of this model were not made yet")
    return found
