"""Where the members of a segment come from that is neither conditions nor a list: a chart's cell, or a model's group.

A source takes the lake, the definition and the last whole day, and gives a table of one column ``member``. It raises
CannotTell for what the lake cannot answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ibis.expr import types as ir

from regulars.audience.segments.memberships import memberships_of
from regulars.audience.segments.models import CELL, MODEL
from regulars.science import modelled
from regulars.science.measures.behind import behind
from regulars.science.segments import CannotTell

Source = Callable[[Any, Mapping[str, Any], date], ir.Table]


def behind_cell(lake: Any, definition: Mapping[str, Any], until: date) -> ir.Table:
    """Whom a cell of a measure counts: ``{"measure": …, "params": …, "cell": …}``."""
    params, cell = definition.get("params", {}), definition.get("cell", {})
    try:
        return behind(lake, definition["measure"], params, cell, until=until, memberships=memberships_of(params))
    except KeyError as error:
        raise CannotTell(f"the definition lacks {error}") from None
    except ValueError as error:
        raise CannotTell(str(error)) from None


def of_model(lake: Any, definition: Mapping[str, Any], until: date) -> ir.Table:
    """Whom a group of a model means (``science.modelled.members``)."""
    try:
        return modelled.members(lake, until, definition)
    except (ValueError, LookupError) as error:
        raise CannotTell(str(error)) from None


SOURCES: dict[str, Source] = {CELL: behind_cell, MODEL: of_model}
"""By the kind of segment."""


def source_of(kind: str) -> Source:
    """Where members of a segment of this kind come from. Raises CannotTell when nobody says."""
    found = SOURCES.get(kind)
    if found is None:
        raise CannotTell("the groups of this model were not made yet")
    return found
