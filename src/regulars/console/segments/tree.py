"""A definition as a tree that a form can show: groups of conditions, conditions, and the fields of each.

``of_definition`` and ``definition_of`` are each other's way back, but for what means the same: conditions side by side
become a group, and a condition that no form can say stays as its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from regulars.console.offers.typed import as_lines, from_lines, number
from regulars.console.segments.text import as_text, from_text
from regulars.console.studio.conditions import conditions_of, rows_of

Path = tuple[str | int, ...]
RAW = "raw"
COUNTED = ("orders", "spent", "did")
DATED = ("last_order", "first_order", "joined")
SAID = ("rating", "csat", "nps", "ces")
SCORES = ("alive", "orders", "value", "leaving_30", "leaving_60", "leaving_90")
SCORED = tuple(f"score.{name}" for name in SCORES)
WORDED = ("tier", "source")
TRAITS = "traits"
KINDS = (*COUNTED, *DATED, "sequence", *WORDED, TRAITS, "points", *SAID, "segment", *SCORED, RAW)
"""What a condition can be: the word of the language, but for ``traits`` (any trait) and ``raw`` (its text)."""
BOUNDED = (*COUNTED, "points", *SAID, *SCORED)
WINDOWED = (*COUNTED, *DATED, *SAID, "sequence")
LOWS, HIGHS = ("at_least", "above"), ("at_most", "below")
WINDOWS = ("ever", "within_days", "before_days", "from_to_days", "between")
"""Of all time; the last n days; more than n days ago; between so and so many days ago; from one day to another."""


@dataclass
class Leaf:
    """A condition: its kind, the texts of its fields, the rows of its ``where``, and whether it is turned round."""

    kind: str
    said: dict[str, str] = field(default_factory=dict)
    tests: list[dict[str, str]] = field(default_factory=list)
    negated: bool = False


@dataclass
class Group:
    """Conditions of which all or any must hold, or the contrary."""

    how: str = "all"
    parts: list[Leaf | Group] = field(default_factory=list)
    negated: bool = False


Node = Leaf | Group


def of_definition(definition: Mapping[str, Any]) -> Group:
    """The tree of a definition; its root is always a group."""
    node = _node(definition)
    return node if isinstance(node, Group) else Group("all", [node])


def _node(settings: Any) -> Node:
    if not isinstance(settings, Mapping) or not settings:
        return Group("all", [])
    parts = [_named(str(name), value) for name, value in settings.items()]
    return parts[0] if len(parts) == 1 else Group("all", parts)


def _named(name: str, value: Any) -> Node:
    if name in ("all", "any") and isinstance(value, (list, tuple)):
        return Group(name, [_node(item) for item in value])
    if name == "not":
        inside = _node(value)
        inside.negated = not inside.negated
        return inside
    leaf = _leaf(name, value)
    if leaf is not None:
        made, _places = _leaf_settings(leaf)
        if made == {name: value} or _same(made, {name: value}):
            return leaf
    return Leaf(RAW, {"text": as_text({name: value})})


def _leaf(name: str, value: Any) -> Leaf | None:
    """The condition as fields; whether they say all of it is looked at by the way back."""
    if name in WORDED or name.startswith("traits."):
        rows, rest = rows_of({"where": {name: value}})
        if rest or len(rows) != 1:
            return None
        said = {"op": rows[0]["op"], "value": rows[0]["value"]}
        return Leaf(name, said) if name in WORDED else Leaf(TRAITS, {"trait": name.partition(".")[2], **said})
    if name == "segment":
        keys = [value] if isinstance(value, str) else value
        return Leaf(name, {"keys": as_lines([str(key) for key in keys])}) if isinstance(keys, (list, tuple)) else None
    if name not in KINDS or not isinstance(value, Mapping):
        return None
    said = _bounds_of(value) | _window_of(value)
    if "event" in value:
        said["event"] = str(value["event"])
    if name == "sequence":
        steps = value.get("steps")
        if not isinstance(steps, (list, tuple)) or not all(
            isinstance(s, Mapping) and set(s) == {"event"} for s in steps
        ):
            return None
        said = {"steps": "\n".join(str(step["event"]) for step in steps), **said}
        said["within_days"] = _text(value.get("within_days", ""))
        said["window"] = "between" if "between" in value else "ever"
    rows, rest = rows_of({"where": value["where"]}) if "where" in value else ([], {})
    return None if rest else Leaf(name, said, rows)


def _bounds_of(value: Mapping[str, Any]) -> dict[str, str]:
    said: dict[str, str] = {}
    for place, names in (("low", LOWS), ("high", HIGHS)):
        for name in names:
            if name in value:
                said |= {f"{place}_op": name, place: _text(value[name])}
    return said


def _window_of(value: Mapping[str, Any]) -> dict[str, str]:
    within, before, between = (value.get(name) for name in ("within_days", "before_days", "between"))
    if isinstance(between, (list, tuple)) and len(between) == 2:
        return {"window": "between", "first": _text(between[0]), "last": _text(between[1])}
    if within is not None and before is not None:
        return {"window": "from_to_days", "within_days": _text(within), "before_days": _text(before)}
    if within is not None:
        return {"window": "within_days", "within_days": _text(within)}
    if before is not None:
        return {"window": "before_days", "before_days": _text(before)}
    return {"window": "ever"}


def definition_of(group: Group) -> tuple[dict[str, Any], dict[Path, str]]:
    """The definition that a tree says, and the place in the form (``n-0-1``, ``n-0-1:low``) of each of its paths."""
    places: dict[Path, str] = {}
    settings = _settings(group, "n", (), places)
    return settings, places


def _settings(node: Node, place: str, path: Path, places: dict[Path, str]) -> dict[str, Any]:
    inside = (*path, "not") if node.negated else path
    places[path] = places[inside] = place
    if isinstance(node, Group):
        places[(*inside, node.how)] = place
        said: dict[str, Any] = {
            node.how: [
                _settings(part, f"{place}-{i}", (*inside, node.how, i), places) for i, part in enumerate(node.parts)
            ]
        }
    else:
        said, fields = _leaf_settings(node)
        for name, where in fields.items():
            places[(*inside, *name)] = f"{place}:{where}" if where else place
    return {"not": said} if node.negated else said


def _leaf_settings(leaf: Leaf) -> tuple[dict[str, Any], dict[Path, str]]:
    """What a condition says, and the field of each of its paths."""
    said = leaf.said
    if leaf.kind == RAW:
        found, _wrong = from_text(said.get("text", ""))
        return (found or {}), {(): "text"}
    if leaf.kind in (*WORDED, TRAITS):
        name = leaf.kind if leaf.kind in WORDED else f"traits.{said.get('trait', '').strip()}"
        row = {"name": name, "op": said.get("op", "equal"), "value": said.get("value", "")}
        tests = conditions_of([row], {}, {}, ("where",))["where"]
        if leaf.kind == "tier" and isinstance(tests[name], str):
            tests[name] = [tests[name]] if tests[name] else []
        return tests, {(name,): "value"}
    if leaf.kind == "segment":
        return {"segment": from_lines(said.get("keys", ""))}, {("segment",): "keys"}
    settings: dict[str, Any] = {}
    fields: dict[Path, str] = {(leaf.kind,): ""}
    if leaf.kind == "did":
        settings["event"] = said.get("event", "").strip()
        fields[(leaf.kind, "event")] = "event"
    if leaf.kind == "sequence":
        settings["steps"] = [{"event": step.strip()} for step in said.get("steps", "").splitlines() if step.strip()]
        fields[(leaf.kind, "steps")] = "steps"
        if said.get("within_days", "").strip():
            settings["within_days"] = _number(said["within_days"])
            fields[(leaf.kind, "within_days")] = "within_days"
    if leaf.kind in BOUNDED:
        for place, names in (("low", LOWS), ("high", HIGHS)):
            if said.get(place, "").strip():
                name = said.get(f"{place}_op") or names[0]
                settings[name] = _number(said[place])
                fields[(leaf.kind, name)] = place
    if leaf.kind in WINDOWED:
        _add_window(leaf, settings, fields)
    if leaf.kind in COUNTED and any(row.get("name", "").strip() for row in leaf.tests):
        settings["where"] = conditions_of(leaf.tests, {}, {}, ("where",))["where"]
        fields[(leaf.kind, "where")] = "where"
    return {leaf.kind: settings}, fields


def _add_window(leaf: Leaf, settings: dict[str, Any], fields: dict[Path, str]) -> None:
    said, window = leaf.said, leaf.said.get("window", "ever")
    if window == "ever":
        if leaf.kind in DATED:
            settings["ever"] = True
        return
    if window == "between":
        settings["between"] = [said.get("first", ""), said.get("last", "")]
        fields[(leaf.kind, "between")] = "first"
    for name in ("within_days", "before_days"):
        if leaf.kind != "sequence" and window in (name, "from_to_days"):
            settings[name] = _number(said.get(name, ""))
            fields[(leaf.kind, name)] = name


def _number(text: str) -> Any:
    """A number as the language takes it; what is none stays as it was typed, for the language to refuse."""
    try:
        return number(text.strip().replace("_", ""))
    except ArithmeticError:
        return text.strip()


def _text(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _same(one: Any, other: Any) -> bool:
    """Whether two settings say the same: days may be texts, what holds for ever need not be said, a word may be a list
    of one, and one at least is what counting means when it says nothing."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items() if name != "ever"}
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return items[0] if len(items) == 1 else items
    return value.isoformat() if hasattr(value, "isoformat") else value
