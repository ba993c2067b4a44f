"""The form of a definition as it comes back from the browser: which fields there are, and what its buttons do.

A node is named by its place: ``n`` the whole, ``n-0`` its first part, ``n-0-1`` the second part of that; its fields
follow a colon. A button changes the tree and nothing else; before it does, what stood there is kept for undo.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from regulars.console.segments.tree import KINDS, Group, Leaf, Node

ROOT = "n"
PARTS_MAX, DEPTH_MAX, TESTS_MAX, HISTORY_MAX = 50, 6, 20, 20
FIELDS = (
    *("low_op", "low", "high_op", "high", "window", "within_days", "before_days", "first", "last"),
    *("event", "steps", "trait", "op", "value", "keys", "text"),
)
FIRST: dict[str, dict[str, str]] = {
    "orders": {"low_op": "at_least", "low": "1", "window": "within_days", "within_days": "90"},
    "spent": {"low_op": "at_least", "low": "100", "window": "within_days", "within_days": "90"},
    "did": {"low_op": "at_least", "low": "1", "window": "within_days", "within_days": "30", "event": "Product Viewed"},
    "last_order": {"window": "before_days", "before_days": "60"},
    "first_order": {"window": "within_days", "within_days": "30"},
    "joined": {"window": "within_days", "within_days": "30"},
    "sequence": {"window": "ever", "within_days": "7", "steps": "Product Viewed\nOrder Completed"},
    "points": {"low_op": "at_least", "low": "1000"},
    "rating": {"high_op": "at_most", "high": "3", "window": "ever"},
    "csat": {"high_op": "at_most", "high": "3", "window": "ever"},
    "nps": {"high_op": "at_most", "high": "6", "window": "ever"},
    "ces": {"high_op": "at_most", "high": "3", "window": "ever"},
    "score.alive": {"high_op": "below", "high": "0.3"},
    "score.value": {"low_op": "at_least", "low": "500"},
    "score.orders": {"low_op": "at_least", "low": "1"},
    **{f"score.leaving_{days}": {"low_op": "at_least", "low": "0.5"} for days in (30, 60, 90)},
}
"""What a new condition begins with, so that it says something at once."""


def read(data: Mapping[str, str]) -> Group:
    """The tree that the fields say; an empty group where there are none."""
    node = _node(data, ROOT, 0)
    return node if isinstance(node, Group) else Group()


def _node(data: Mapping[str, str], place: str, depth: int) -> Node | None:
    negated = bool(data.get(f"{place}:negated"))
    kind = data.get(f"{place}:kind", "")
    if kind in KINDS:
        said = {name: data[f"{place}:{name}"] for name in FIELDS if f"{place}:{name}" in data}
        return Leaf(kind, said, _tests(data, place), negated)
    if f"{place}:how" not in data or depth > DEPTH_MAX:
        return None
    parts = [_node(data, f"{place}-{i}", depth + 1) for i in range(PARTS_MAX)]
    how = "any" if data[f"{place}:how"] == "any" else "all"
    return Group(how, [part for part in parts if part is not None], negated)


def _tests(data: Mapping[str, str], place: str) -> list[dict[str, str]]:
    rows = []
    for i in range(TESTS_MAX):
        if f"{place}:test-{i}-name" in data:
            rows.append({name: data.get(f"{place}:test-{i}-{name}", "") for name in ("name", "op", "value")})
    return rows


def act(group: Group, action: str, data: Mapping[str, str]) -> str:
    """Do what a button says to the tree; gives the place that the keyboard goes to next. Unknown actions do nothing.

    ``add:n-0`` (a condition of the kind chosen there), ``group:n-0``, ``remove:n-0-1``, ``test:n-0-1`` (a row of its
    ``where``), ``untest:n-0-1:2``.
    """
    verb, _colon, rest = action.partition(":")
    place, _colon, row = rest.partition(":")
    if verb == "remove":
        parent, _dash, last = place.rpartition("-")
        holder = find(group, parent)
        if isinstance(holder, Group) and last.isdecimal() and int(last) < len(holder.parts):
            del holder.parts[int(last)]
            return parent
        return ROOT
    node = find(group, place)
    if isinstance(node, Group) and verb in ("add", "group") and len(node.parts) < PARTS_MAX:
        if verb == "group" and place.count("-") >= DEPTH_MAX - 1:
            return place
        kind = data.get(f"{place}:new", "orders")
        kind = kind if kind in KINDS else "orders"
        inside: Node = Leaf(kind, dict(FIRST.get(kind, {})))
        node.parts.append(inside if verb == "add" else Group("any" if node.how == "all" else "all", []))
        return f"{place}-{len(node.parts) - 1}"
    if isinstance(node, Leaf) and verb == "test" and len(node.tests) < TESTS_MAX:
        node.tests.append({"name": "", "op": "equal", "value": ""})
    elif isinstance(node, Leaf) and verb == "untest" and row.isdecimal() and int(row) < len(node.tests):
        del node.tests[int(row)]
    return place


def find(group: Group, place: str) -> Node | None:
    """The node at a place, None where there is none."""
    node: Node = group
    root, *steps = place.split("-")
    if root != ROOT:
        return None
    for step in steps:
        if not isinstance(node, Group) or not step.isdecimal() or int(step) >= len(node.parts):
            return None
        node = node.parts[int(step)]
    return node


def past(data: Mapping[str, str]) -> list[dict[str, str]]:
    """What the form said before each of its last changes, oldest first."""
    try:
        kept: Any = json.loads(data.get("past", "") or "[]")
    except ValueError:
        return []
    if not isinstance(kept, list):
        return []
    return [{str(name): str(value) for name, value in one.items()} for one in kept if isinstance(one, dict)][
        -HISTORY_MAX:
    ]


def with_present(kept: list[dict[str, str]], data: Mapping[str, str]) -> list[dict[str, str]]:
    """The same, and what the form says now."""
    now = {name: data[name] for name in data if name.startswith((f"{ROOT}:", f"{ROOT}-"))}
    return [*kept, now][-HISTORY_MAX:]
