"""A tree of conditions as its template shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regulars.console.segments import words
from regulars.console.segments.posted import DEPTH_MAX, ROOT
from regulars.console.segments.tree import BOUNDED, COUNTED, HIGHS, LOWS, RAW, TRAITS, WINDOWED, Group, Leaf, Node
from regulars.console.studio.conditions import OPS

TIER_OPS = ("equal", "none_of")


def shown(node: Node, errors: Mapping[str, list[str]], focus: str = "", place: str = ROOT) -> dict[str, Any]:
    """A node and all below it, with what is wrong at each."""
    common = {
        "place": place,
        "negated": node.negated,
        "errors": errors.get(place, []),
        "focus": focus == place,
        "is_root": place == ROOT,
    }
    if isinstance(node, Group):
        return {
            **common,
            "is_group": True,
            "how": node.how,
            "parts": [shown(part, errors, focus, f"{place}-{i}") for i, part in enumerate(node.parts)],
            "may_nest": place.count("-") < DEPTH_MAX - 1,
        }
    return {**common, **_leaf(node)}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    said = leaf.said
    found: dict[str, Any] = {
        "is_group": False,
        "kind": leaf.kind,
        "title": words.OF_KIND[leaf.kind],
        "said": {name: said.get(name, "") for name in ("event", "steps", "trait", "value", "keys", "text")},
        "bounded": leaf.kind in BOUNDED,
        "tested": leaf.kind in COUNTED,
        "worded": leaf.kind in ("tier", "source", TRAITS),
        "raw": leaf.kind == RAW,
    }
    if found["bounded"]:
        found["low"], found["high"] = said.get("low", ""), said.get("high", "")
        found["low_ops"] = _chosen(((LOWS[0], _("at least")), (LOWS[1], _("above"))), said.get("low_op"))
        found["high_ops"] = _chosen(((HIGHS[0], _("at most")), (HIGHS[1], _("below"))), said.get("high_op"))
    if leaf.kind in WINDOWED:
        found["windows"] = _chosen(words.windows(leaf.kind), said.get("window"))
        for name in ("within_days", "before_days", "first", "last"):
            found[name] = said.get(name, "")
    if found["worded"]:
        names = [(op, name) for op, name in OPS if leaf.kind != "tier" or op in TIER_OPS]
        found["ops"] = _chosen(names, said.get("op"))
    if found["tested"]:
        found["tests"] = [{**row, "ops": _chosen(OPS, row.get("op"))} for row in leaf.tests]
    return found


def _chosen(choices: Any, value: str | None) -> list[tuple[str, Any, bool]]:
    """Choices, each with whether it is the one; the first where none is."""
    keys = [key for key, _name in choices]
    wanted = value if value in keys else keys[0]
    return [(key, name, key == wanted) for key, name in choices]
