"""Two people's edits of one file, put together where they touched different things.

What each touched is told by settings (a section's setting, an entry of a list by its key), not by lines. The text comes
from merging lines, so that both people's comments stay, and is taken only when it says what the settings together say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_lines import is_keyed
from regulars.files.yaml_text import read_yaml
from regulars.files.yaml_whole import rewritten

Place = tuple[str, ...]
_DEPTH = 2
_GONE = object()


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with both edits; or None, with the places that both touched (none: only lines or comments clash)."""

    text: str | None
    clashes: tuple[str, ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put ``mine`` on top of ``theirs``; both began from ``base``."""
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    by_lines = merge_lines(base, mine, theirs)
    read = [read_yaml(text) for text in (base, mine, theirs)]
    if any(one.wrong or not isinstance(one.data, dict) for one in read):
        return Merged(by_lines)
    was, my, their = (one.data for one in read)
    wanted, clashes = _together(was, my, their)
    if clashes:
        return Merged(None, tuple(".".join(place) for place in clashes))
    if by_lines is not None and _says(by_lines, wanted):
        return Merged(by_lines)
    try:
        # Only where no comment of mine would be lost.
        if rewritten(base, my) == mine:
            return Merged(rewritten(theirs, wanted))
    except CannotEditError:
        pass
    return Merged(None)


def merge_lines(base: str, mine: str, theirs: str) -> str | None:
    """Both edits by lines; None where they touch or overlap."""
    lines = base.splitlines()
    edits = {edit for text in (mine, theirs) for edit in _edits(lines, text.splitlines())}
    ordered = sorted(edits, key=lambda edit: (edit[0], edit[1]))
    for before, after in pairwise(ordered):
        if after[0] <= before[1]:
            return None
    out = list(lines)
    for start, stop, said in reversed(ordered):
        out[start:stop] = said
    return "\n".join(out) + "\n"


def touched(base: Mapping[str, Any], other: Mapping[str, Any]) -> list[Place]:
    """The places at which ``other`` says something else than ``base``."""
    was, now = dict(_units(base)), dict(_units(other))
    return [place for place in {**was, **now} if was.get(place, _GONE) != now.get(place, _GONE)]


def _edits(base: list[str], text: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for kind, start, stop, first, last in SequenceMatcher(None, base, text, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start, stop, tuple(text[first:last])


def _together(was: Any, my: Any, their: Any) -> tuple[dict[str, Any], list[Place]]:
    """Their settings with mine put in, and the places at which both changed something."""
    out = deepcopy(their)
    mine, theirs, before = dict(_units(my)), dict(_units(their)), dict(_units(was))
    clashes = []
    for place in touched(was, my):
        now = mine.get(place, _GONE)
        if theirs.get(place, _GONE) == now:
            continue
        if theirs.get(place, _GONE) != before.get(place, _GONE):
            clashes.append(place)
        elif now is _GONE:
            _remove(out, place)
        else:
            _put(out, place, deepcopy(now), [other for other in mine if other[:-1] == place[:-1]])
    return out, clashes


def _units(data: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The settings that are compared as one, with their places: of a section each setting, of a list each entry."""
    if isinstance(data, Mapping) and data and len(place) < _DEPTH:
        for key, value in data.items():
            yield from _units(value, (*place, str(key)))
    elif is_keyed(data):
        for item in data:
            yield (*place, str(item["key"])), item
    else:
        yield place, data


def _holder(data: Any, place: Place) -> Any:
    for name in place[:-1]:
        data = data.setdefault(name, {}) if isinstance(data, dict) else data
    return data


def _remove(data: Any, place: Place) -> None:
    holder = _holder(data, place)
    if isinstance(holder, list):
        holder[:] = [item for item in holder if str(item["key"]) != place[-1]]
    else:
        holder.pop(place[-1], None)


def _put(data: Any, place: Place, value: Any, order: list[Place]) -> None:
    """Set a setting, or an entry of a list: a new one stands after the one that it follows in ``order``."""
    holder = _holder(data, place)
    if isinstance(value, Mapping) and str(value.get("key", "")) == place[-1]:
        if isinstance(holder, dict) and not holder and len(place) > 1:
            holder = []
            _holder(data, place[:-1])[place[-2]] = holder
        if isinstance(holder, list):
            keys = [str(item["key"]) for item in holder]
            if place[-1] in keys:
                holder[keys.index(place[-1])] = value
                return
            before = [other[-1] for other in order[: order.index(place)] if other[-1] in keys]
            holder.insert(keys.index(before[-1]) + 1 if before else 0, value)
            return
    holder[place[-1]] = value


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    reading = read_yaml(text)
    return not reading.wrong and bool(reading.data == wanted)
