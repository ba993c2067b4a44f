"""Changing one entry of a list in a YAML file, and nothing else: every other line, and every comment, stays as it was.

The text is edited by line, guided by the marks of ruamel's nodes. Where a list is written in a way that lines cannot
follow (``offers: [{key: a}, …]``), ruamel's own round trip writes the file instead, which keeps comments too. Either
way the result is read back before it is given out, and must say exactly what was asked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

from regulars.files.yaml_lines import Lines, entry_lines, merged
from regulars.files.yaml_text import Reading, read_yaml

Settings = Mapping[str, Any]


class CannotEditError(ValueError):
    """The text is no YAML that can be edited: it has problems of its own, which come first."""


def add(text: str, section: str, settings: Settings) -> str:
    """The text with one more entry at the end of the list ``section``, which is begun where there is none.

    Raises CannotEditError.
    """
    before = _read(text)
    items = list(before.data.get(section) or [])
    wanted = {**before.data, section: [*items, dict(settings)]}
    return _checked(_added(text, before, section, settings), wanted) or _round_trip(text, wanted, section)


def change(text: str, section: str, place: int, settings: Settings) -> str:
    """The text in which entry ``place`` (from 0) of the list ``section`` says ``settings``; what it said already keeps
    its lines. Raises CannotEditError, IndexError when there is no such entry."""
    before = _read(text)
    items = list(before.data.get(section) or [])
    old = items[place]
    items[place] = dict(settings)
    wanted = {**before.data, section: items}
    return _checked(_changed(text, before, section, place, old, settings), wanted) or _round_trip(text, wanted, section)


def remove(text: str, section: str, place: int) -> str:
    """The text without entry ``place`` (from 0) of the list ``section``. Raises CannotEditError, IndexError when there
    is no such entry."""
    before = _read(text)
    items = list(before.data.get(section) or [])
    del items[place]
    wanted = {**before.data, section: items}
    return _checked(_removed(text, before, section, place), wanted) or _round_trip(text, wanted, section)


def _read(text: str) -> Reading:
    reading = read_yaml(text)
    if reading.wrong or not isinstance(reading.data, dict):
        raise CannotEditError("; ".join(str(told) for _path, _place, told in reading.wrong) or "no settings")
    return reading


def _checked(text: str | None, wanted: Settings) -> str | None:
    """The text, if it says what is wanted."""
    if text is None:
        return None
    reading = read_yaml(text)
    return text if not reading.wrong and reading.data == wanted else None


def _added(text: str, before: Reading, section: str, settings: Settings) -> str | None:
    lines = text.splitlines()
    items = before.data.get(section)
    if section not in before.data:
        gap = [""] if lines and lines[-1].strip() else []
        lines += [*gap, f"{section}:", *entry_lines(settings, "  - ")]
    elif not items:
        line = before.places[section,][0] - 1
        found = re.fullmatch(rf"({re.escape(section)}\s*:)\s*(?:\[\s*\]|null|~)?\s*(#.*)?", lines[line])
        if found is None:
            return None
        head = f"{found[1]}{'  ' + found[2] if found[2] else ''}"
        lines[line : line + 1] = [head, *entry_lines(settings, "  - ")]
    else:
        last = _span(lines, before, section, len(items) - 1)
        if last is None:
            return None
        start, end, dash = last
        # A list whose entries stand apart goes on so.
        above = start - 1
        while lines[above].lstrip().startswith("#"):
            above -= 1
        gap = [""] if len(items) > 1 and not lines[above].strip() else []
        lines[end:end] = [*gap, *entry_lines(settings, dash)]
    return "\n".join(lines) + "\n"


def _changed(text: str, before: Reading, section: str, place: int, old: Settings, new: Settings) -> str | None:
    lines = text.splitlines()
    span = _span(lines, before, section, place)
    if span is None:
        return None
    start, end, dash = span
    first = lines[start]
    inner = Lines([" " * len(dash) + first[len(dash) :], *lines[start + 1 : end]])
    said = merged(inner, old, new)
    if said is None:
        return None
    begin = next((n for n, line in enumerate(said) if line.strip() and not line.lstrip().startswith("#")), None)
    if begin is None:
        return None
    said[begin] = dash + said[begin][len(dash) :]
    lines[start:end] = said
    return "\n".join(lines) + "\n"


def _removed(text: str, before: Reading, section: str, place: int) -> str | None:
    lines = text.splitlines()
    span = _span(lines, before, section, place)
    if span is None:
        return None
    start, end, _dash = span
    if len(before.data[section]) == 1:
        line = before.places[section,][0] - 1
        head = re.fullmatch(rf"({re.escape(section)}\s*:)\s*(#.*)?", lines[line])
        if head is None:
            return None
        lines[line] = f"{head[1]} []{'  ' + head[2] if head[2] else ''}"
    elif end < len(lines) and not lines[end].strip() and start and not lines[start - 1].strip():
        end += 1
    del lines[start:end]
    return "\n".join(lines) + "\n"


def _span(lines: Sequence[str], before: Reading, section: str, place: int) -> tuple[int, int, str] | None:
    """From which line up to (without) which an entry goes, from 0, and what stands before its first setting (``  - ``);
    None when it does not begin a line of its own."""
    places = before.places
    line, column = places[section, place]
    dash = lines[line - 1][: column - 1]
    if not re.fullmatch(r" *- +", dash) or places[section,][1] != 1 or places[section,][0] == line:
        return None
    following = places.get((section, place + 1))
    after = [at[0] for path, at in places.items() if len(path) == 1 and at[0] > line]
    end = following[0] - 1 if following else min(after, default=len(lines) + 1) - 1
    last = line - 1
    for number in range(line - 1, end):
        said = lines[number].strip()
        inside = said.startswith("#") and len(lines[number]) - len(lines[number].lstrip()) >= len(dash)
        if said and (not said.startswith(("#", "...")) or inside):
            last = number
    return line - 1, last + 1, dash


def _round_trip(text: str, wanted: Settings, section: str) -> str:
    """The file as ruamel writes it, with the list as wanted. Raises CannotEditError when that says something else."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    whole = yaml.load(text)
    items = whole.get(section)
    fresh = YAML(typ="rt").load("\n".join(["x:", *(line for item in wanted[section] for line in _fresh(item))]))
    said = fresh["x"] or []
    if items:
        # Entries that stay keep their place in ruamel's tree, and so their comments.
        kept = {item.get("key"): item for item in items}
        plain = {item.get("key"): item for item in _read(text).data[section]}
        said = [
            kept[new["key"]] if new.get("key") in kept and plain[new["key"]] == new else fresh_item
            for new, fresh_item in zip(wanted[section], said, strict=True)
        ]
        items[:] = said
    else:
        whole[section] = said
    out = io.StringIO()
    yaml.dump(whole, out)
    checked = _checked(out.getvalue(), wanted)
    if checked is None:
        raise CannotEditError("this file is laid out in a way that only its own text can change")
    return checked


def _fresh(item: Settings) -> list[str]:
    return entry_lines(item, "  - ")
