"""Who belongs to which segment, for questions to the lake that speak of segments: they are no part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import polars as pl
from ibis.expr import types as ir

from regulars.audience.segments.models import Membership


def memberships_of(params: Mapping[str, Any]) -> ir.Table | None:
    """Who is in the segments that a measure's parameters name (all of them in a cut by segment), as of their last
    refresh: ``member`` and ``segment``. None where the parameters speak of no segment."""
    wanted = params.get("segment") or []
    if not wanted and params.get("by") != "segment":
        return None
    rows = Membership.objects.order_by()
    if wanted:  # a cut by segment, too, is then one of these alone: they are laid beside each other
        rows = rows.filter(segment__in=[wanted] if isinstance(wanted, str) else wanted)
    frame = pl.DataFrame(
        list(rows.values_list("member_id", "segment")), schema={"member": pl.Int64, "segment": pl.String}, orient="row"
    )
    return ibis.memtable(frame)
