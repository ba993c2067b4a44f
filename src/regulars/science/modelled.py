"""The members of a group that a model makes: of RFM, or of the clusters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import polars as pl
from ibis.expr import types as ir

from regulars.science import cluster_features, clusters, rfm
from regulars.science.lake.opened import Lake

WINDOW_MAX = 3650
NOBODY = pl.DataFrame(schema={"member": pl.Int64})


def members(lake: Lake, until: date, definition: Mapping[str, Any]) -> ir.Table:
    """The members that a definition means, as a table of one column ``member``.

    ``{"model": "rfm", "group": "champions"}`` or ``{"model": "rfm", "cell": {"r": 5, "fm": 4}}``, either with
    ``window_days``; cuts are those of the day. ``{"model": "clusters", "group": "2", "fitted": …}``: the second group
    of a model as ``clusters.Model.as_json`` gave it, so that the group stays the same; without ``fitted``, of one found
    now.
    Nobody where there is too little history. Raises ValueError or LookupError for what means nothing.
    """
    model = definition.get("model")
    if model == "rfm":
        return _of_rfm(lake, until, definition)
    if model == "clusters":
        return _of_clusters(lake, until, definition)
    raise ValueError(f"there is no such model: {model}")


def window_of(definition: Mapping[str, Any]) -> int:
    """The days that RFM looks at. Raises ValueError."""
    window = definition.get("window_days", rfm.WINDOW_DAYS)
    if not isinstance(window, int) or isinstance(window, bool) or not 1 <= window <= WINDOW_MAX:
        raise ValueError(f"window_days must be from 1 to {WINDOW_MAX}")
    return window


def _of_rfm(lake: Lake, until: date, definition: Mapping[str, Any]) -> ir.Table:
    group, cell = definition.get("group"), definition.get("cell")
    if group is None and not cell:
        raise ValueError("say which group or which cell is meant")
    known = rfm.history(lake.orders, until, window_days=window_of(definition))
    cuts = rfm.cuts_of(known)
    if cuts is None:
        return ibis.memtable(NOBODY)
    return rfm.members_in(rfm.scored(known, cuts), group=group, cell=cell)


def _of_clusters(lake: Lake, until: date, definition: Mapping[str, Any]) -> ir.Table:
    text = str(definition.get("group", ""))
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("say which group is meant by its number")
    known = lake.connection.to_polars(cluster_features.features(lake.orders, lake.order_lines, until))
    if definition.get("fitted"):
        model = clusters.Model.from_json(definition["fitted"])
        if int(text) > len(model.centres):
            raise LookupError(f"the model has {len(model.centres)} groups")
        labels = clusters.numbers_of(known, model)
    else:
        try:
            labels = clusters.find(known).labels
        except clusters.NoGroupsError:
            return ibis.memtable(NOBODY)
    return ibis.memtable(known.select("member").filter(pl.Series(labels == int(text))))
