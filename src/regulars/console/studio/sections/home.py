"""Where the entries of each section stand in the file: by name, in a list with keys of their own, or one in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from regulars.rules.language.whole import TOP

Settings = Mapping[str, Any]
BY_NAME = ("points", "benefits")
IN_LIST = ("earn", "tasks", "calendar")


def items_of(data: Settings, section: str) -> list[Any]:
    """The entries of a list, whatever state the file is in."""
    items = data.get(section)
    return list(items) if isinstance(items, list) else []


def key_of(item: Any, place: int) -> str:
    """An entry's key, or its place in the list where it has none."""
    key = item.get("key") if isinstance(item, Mapping) else None
    return str(key if key is not None else place)


def place_of(data: Settings, section: str, key: str) -> int | None:
    """Where an entry of a list stands."""
    items = items_of(data, section)
    return next((place for place, item in enumerate(items) if key_of(item, place) == key), None)


def found(data: Settings, section: str, key: str) -> Any:
    """An entry's settings; None where there is none."""
    if section in IN_LIST:
        place = place_of(data, section, key)
        return None if place is None else items_of(data, section)[place]
    held = data.get(section)
    if section in BY_NAME:
        return held.get(key) if isinstance(held, Mapping) else None
    return held


def is_taken(data: Settings, section: str, key: str) -> bool:
    """Whether a new entry may not be called so. Rules, tasks and occasions share their keys."""
    if section in BY_NAME:
        held = data.get(section)
        return isinstance(held, Mapping) and key in held
    if section not in IN_LIST:
        return False
    return any(place_of(data, one, key) is not None for one in IN_LIST)


def fresh_key(data: Settings, key: str) -> str:
    """``key``, with a number where it is taken."""
    found_key, number = key, 2
    while is_taken(data, "earn", found_key):
        found_key, number = f"{key}-{number}", number + 1
    return found_key


def put(data: Settings, section: str, key: str, said: Any, is_new: bool = False) -> dict[str, Any]:
    """The file's settings with an entry as it says now; a new one comes last."""
    out = deepcopy(dict(data))
    if section in BY_NAME:
        held = out.get(section)
        return _with(out, section, {**(held if isinstance(held, Mapping) else {}), key: said})
    if section not in IN_LIST:
        return _with(out, section, said)
    items = items_of(out, section)
    place = None if is_new else place_of(out, section, key)
    if place is None:
        items.append(said)
    else:
        items[place] = said
    return _with(out, section, items)


def _with(data: dict[str, Any], section: str, value: Any) -> dict[str, Any]:
    """A section that is new stands where the language has it."""
    if section in data:
        return {**data, section: value}
    before = TOP[: TOP.index(section)]
    names = list(data)
    at = max((names.index(name) + 1 for name in before if name in data), default=len(names))
    return {name: data[name] if name != section else value for name in [*names[:at], section, *names[at:]]}


def without(data: Settings, section: str, key: str) -> dict[str, Any]:
    """The file's settings without an entry. A benefit leaves the levels that had it, too."""
    out = deepcopy(dict(data))
    if section in IN_LIST:
        place = place_of(out, section, key)
        if place is not None:
            out[section] = [item for number, item in enumerate(items_of(out, section)) if number != place]
    elif section in BY_NAME:
        if isinstance(out.get(section), dict):
            out[section].pop(key, None)
            if section == "benefits" and not out[section]:
                del out[section]
        if section == "benefits":
            return with_levels(out, key, ())
    else:
        out.pop(section, None)
    return out


def moved(data: Settings, section: str, key: str, by: int) -> dict[str, Any]:
    """The file's settings with an entry of a list so many places further down (below zero: up)."""
    out = deepcopy(dict(data))
    place = place_of(out, section, key) if section in IN_LIST else None
    if place is None:
        return out
    items = items_of(out, section)
    item = items.pop(place)
    items.insert(max(0, min(len(items), place + by)), item)
    out[section] = items
    return out


def who_has(data: Settings, benefit: str) -> list[str]:
    """The keys of the levels that bring a benefit."""
    return [key_of(level, 0) for level in _levels(data) if benefit in (level.get("benefits") or ())]


def with_levels(data: Settings, benefit: str, levels: Sequence[str]) -> dict[str, Any]:
    """The file's settings with just these levels bringing a benefit; what they bring beside it stays as it is."""
    out = deepcopy(dict(data))
    for level in _levels(out):
        had = list(level.get("benefits") or ())
        wants = key_of(level, 0) in levels
        if wants and benefit not in had:
            level["benefits"] = [*had, benefit]
        elif not wants and benefit in had:
            level["benefits"] = [one for one in had if one != benefit]
            if not level["benefits"]:
                del level["benefits"]
    return out


def _levels(data: Settings) -> list[dict[str, Any]]:
    tiers = data.get("tiers")
    levels = tiers.get("levels") if isinstance(tiers, Mapping) else None
    return [level for level in levels if isinstance(level, dict)] if isinstance(levels, list) else []
