"""Settings of the file as the values of a form, and back: what a form does not show stays as the file has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from regulars.console.offers.fields import as_before

Path = tuple[str, ...]
Table = Mapping[str, Path]
"""Where each field's value stands in the settings."""
NAMES: Table = {"name_en": ("name", "en"), "name_hans": ("name", "zh-Hans"), "name_hant": ("name", "zh-Hant")}


def take(settings: Mapping[str, Any], table: Table) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of the fields, and the settings that no field shows. A value of another shape is not shown."""
    rest = deepcopy(dict(settings))
    if isinstance(rest.get("name"), str):  # a bare name is its English one
        rest["name"] = {"en": rest["name"]}
    values: dict[str, Any] = {}
    for name, path in table.items():
        holder: Any = rest
        for part in path[:-1]:
            holder = holder.get(part) if isinstance(holder, dict) else None
        if not isinstance(holder, dict) or isinstance(holder.get(path[-1]), dict):
            continue
        if path[-1] in holder:
            value = holder.pop(path[-1])
            values[name] = value.isoformat() if isinstance(value, date) else value
    return values, _filled(rest)


def put(
    values: Mapping[str, Any], rest: Mapping[str, Any], table: Table, order: Sequence[str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings that ``values`` and ``rest`` say, written like ``before`` where they mean the same; new ones in the
    order given."""
    out: dict[str, Any] = {}
    for name, path in table.items():
        value = values.get(name)
        if value in (None, "", [], {}):
            continue
        holder = out
        for part in path[:-1]:
            holder = holder.setdefault(part, {})
        holder[path[-1]] = _written(value)
    out = over(out, deepcopy(dict(rest)))
    ordered = sorted(out, key=lambda name: order.index(name) if name in order else len(order))
    return _in_order(as_before({name: out[name] for name in ordered}, before), before)


def over(settings: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """``settings`` with ``more`` laid over it, section by section."""
    out = dict(settings)
    for name, value in more.items():
        held = out.get(name)
        out[name] = over(held, value) if isinstance(held, Mapping) and isinstance(value, Mapping) else value
    return out


def _in_order(said: Any, before: Any) -> Any:
    """What was there before first, in its order."""
    if not isinstance(said, dict) or not isinstance(before, Mapping):
        return said
    names = [*(name for name in before if name in said), *(name for name in said if name not in before)]
    return {name: _in_order(said[name], before.get(name)) for name in names}


def field_at(path: Sequence[str | int], table: Table) -> str:
    """The field that shows what stands at a path, or the nearest to it; empty for none."""
    found = ""
    for name, place in table.items():
        common = min(len(place), len(path))
        if tuple(path[:common]) == place[:common] and common and (not found or len(place) >= len(table[found])):
            found = name
            if place == tuple(path):
                break
    return found


def has(settings: Any, path: Path) -> bool:
    """Whether the settings say anything at a path."""
    for part in path:
        if not isinstance(settings, Mapping) or part not in settings:
            return False
        settings = settings[part]
    return True


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


def _filled(settings: dict[str, Any]) -> dict[str, Any]:
    return dict(_said(settings))


def _said(settings: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        said = _filled(value) if isinstance(value, dict) else value
        if said not in ({}, None):
            yield key, said
