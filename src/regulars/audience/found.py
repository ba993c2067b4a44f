"""Answers from the lake about groups that are computed: RFM and clusters. Loaded only by the process that answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from regulars.inquiries.sight import Sight
from regulars.science import cluster_features, clusters, rfm
from regulars.science.modelled import window_of


def rfm_answer(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """The cells, groups and cuts of RFM. params: ``window_days`` (left out: a year).

    Gives ``members`` (who ever bought; 0: then nothing else), ``until``, ``window_days``, ``cuts``, ``flat`` (what
    tells nobody apart), ``cells``, ``published`` (which group each cell is) and ``groups`` (a dict each, those of no
    member left out).
    """
    window = window_of(params)
    known, cuts = _scored(sight, window)
    if cuts is None:
        return {"members": 0, "until": sight.until.isoformat(), "window_days": window}
    rows = sight.frame(rfm.cells(known)).sort("r", "fm").to_dicts()
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(row["group"], {"group": row["group"], "members": 0, "orders": 0, "spent_minor": 0})
        for name in ("members", "orders", "spent_minor"):
            group[name] += row[name]
    return {
        "members": sum(row["members"] for row in rows),
        "until": sight.until.isoformat(),
        "window_days": window,
        "cuts": asdict(cuts),
        "flat": rfm.without_spread(cuts),
        "cells": rows,
        "published": {str(r): list(names) for r, names in rfm.GROUPS.items()},
        "groups": [groups[name] for name in rfm.NAMES if name in groups],
    }


def clusters_answer(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """The groups that a model finds. params: none.

    Gives ``until``, ``members``, and either ``why`` there are none, or ``groups`` (number, members, share, spent_minor,
    traits), ``silhouettes`` by number of groups, and ``model``, which a segment keeps so that its group stays the same.
    """
    found = _found(sight)
    if isinstance(found, clusters.NoGroupsError):
        return {"until": sight.until.isoformat(), "members": found.members, "why": found.why}
    return {
        "until": sight.until.isoformat(),
        "members": len(found.labels),
        "groups": [asdict(portrait) for portrait in found.portraits],
        "silhouettes": {str(k): value for k, value in found.silhouettes.items()},
        "model": found.model.as_json(),
    }


def _scored(sight: Sight, window: int) -> tuple[Any, rfm.Cuts | None]:
    def make() -> tuple[Any, rfm.Cuts | None]:
        known = rfm.history(sight.lake.orders, sight.until, window_days=window).cache()
        cuts = rfm.cuts_of(known)
        return (known if cuts is None else rfm.scored(known, cuts)), cuts

    return sight.kept(("rfm", window), make)


def _found(sight: Sight) -> clusters.Clusters | clusters.NoGroupsError:
    def make() -> clusters.Clusters | clusters.NoGroupsError:
        lake = sight.lake
        try:
            return clusters.find(sight.frame(cluster_features.features(lake.orders, lake.order_lines, sight.until)))
        except clusters.NoGroupsError as why:
            return why

    return sight.kept("clusters", make)


HANDLERS = {"audience.rfm": rfm_answer, "audience.clusters": clusters_answer}
