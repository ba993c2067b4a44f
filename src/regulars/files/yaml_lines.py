"""Settings as lines of YAML, and lines of YAML that take new settings but keep their comments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from regulars.files.yaml_text import read_yaml

Lines = list[str]
WIDTH_MAX = 110
"""Beyond it, a setting is written over several lines."""
_PLAIN = re.compile(r"\w(?:[\w .+/-]*[\w.+/-])?")


def scalar(value: Any) -> str:
    """A value as YAML reads it back: text stands in quotes only where it must."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and read_yaml(f"a: {value}").data == {"a": value}:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in quoted)
    return str(value)


def flow(value: Any) -> str:
    """A value in one line: ``{category: [tea], none_of: {brand: [x]}}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def setting_lines(key: str, value: Any, indent: int) -> Lines:
    """One setting: in a line where it fits, else spread over several; entries with keys of their own a block each."""
    if is_keyed(value):
        dash = f"{' ' * (indent + 2)}- "
        return [f"{' ' * indent}{scalar(key)}:", *(line for item in value for line in entry_lines(item, dash))]
    line = f"{' ' * indent}{scalar(key)}: {flow(value)}"
    if len(line) <= WIDTH_MAX or not isinstance(value, (Mapping, list, tuple)) or not value:
        return [line]
    head = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, Mapping):
        return [head, *(line for name, item in value.items() for line in setting_lines(name, item, indent + 2))]
    return [head, *(f"{' ' * (indent + 2)}- {flow(item)}" for item in value)]


def entry_lines(settings: Mapping[str, Any], dash: str) -> Lines:
    """An entry of a list, a line or more a setting; ``dash`` stands before the first (``  - ``)."""
    lines = [line for key, value in settings.items() for line in setting_lines(key, value, len(dash))]
    return [dash + lines[0][len(dash) :], *lines[1:]]


def merged(lines: Lines, old: Mapping[str, Any], new: Mapping[str, Any]) -> Lines | None:
    """The lines of a section that said ``old``, saying ``new``; None when they cannot be followed.

    A setting that says the same keeps its lines; one that changed keeps the comment beside it; lines that are comments
    stay, but for those inside a section that is gone. A new one stands where it stands in ``new``.
    """
    try:
        node = YAML(typ="rt").compose("\n".join(lines))
    except YAMLError:
        return None
    if not isinstance(node, MappingNode):
        return None
    if node.flow_style:
        return _whole(lines, node, new)
    return _merged(lines, node, old, new, len(lines))


def _whole(lines: Lines, node: Any, new: Mapping[str, Any]) -> Lines:
    """An entry in braces: written anew, with what stands after it."""
    start, end = node.start_mark, node.end_mark
    after = lines[end.line][end.column :]
    return [lines[start.line][: start.column] + flow(new) + after, *lines[end.line + 1 :]]


def _merged(lines: Lines, node: Any, old: Mapping[str, Any], new: Mapping[str, Any], end: int) -> Lines:
    """Edits from the last line to the first, so that the marks of the others stay right. ``end``: where it ends."""
    entries = [(key.value, key, value) for key, value in node.value]
    starts = [key.start_mark.line for _name, key, _value in entries]
    ends = [
        _last(lines, start, following, key.start_mark.column) + 1
        for (_name, key, _value), start, following in zip(entries, starts, [*starts[1:], end], strict=True)
    ]
    indent = entries[0][1].start_mark.column
    edits: list[tuple[int, int, Lines]] = []
    for (name, key, value), start, stop in zip(entries, starts, ends, strict=True):
        if name not in new:
            edits.append((start, stop, []))
        elif not _same(old[name], new[name]):
            edits.append((start, stop, _edited(lines, (key, value), (start, stop), old[name], new[name])))
    at = {name: stop for (name, _key, _value), stop in zip(entries, ends, strict=True)}
    where = starts[0]
    apart = indent == 0 and any(not lines[start - 1].strip() for start in starts[1:])
    for name, value in new.items():
        if name in at:
            where = at[name]
        else:
            # Sections that stand apart stay so.
            said = setting_lines(name, value, indent)
            edits.append((where, where, ["", *said] if apart and len(said) > 1 else said))
    out = list(lines)
    # Of several in one place what replaces lines goes first, then the new ones from the last to the first.
    edits.reverse()
    edits.sort(key=lambda edit: (-edit[0], -edit[1]))
    for start, stop, said in edits:
        out[start:stop] = said
    return out


def _edited(lines: Lines, nodes: tuple[Any, Any], span: tuple[int, int], old: Any, new: Any) -> Lines:
    key, value = nodes
    start, stop = span
    if isinstance(value, MappingNode) and not value.flow_style and isinstance(new, Mapping) and new:
        inner = _merged(lines[:stop], value, old, new, stop)
        return inner[start:]
    if isinstance(value, SequenceNode) and not value.flow_style and is_keyed(old) and is_keyed(new):
        entries = _entries(lines, value, (start, stop), old, new)
        if entries is not None:
            return [lines[start], *entries]
    said = setting_lines(key.value, new, key.start_mark.column)
    mark = key.end_mark if getattr(value, "flow_style", None) is False else value.end_mark
    line = lines[mark.line] if mark.line < len(lines) else ""
    found = re.search(r"(?<=\s)#.*$", line[mark.column :])
    if found is not None:
        column = mark.column + found.start()
        said[0] = f"{said[0]}  ".ljust(column) + found[0]
    return said


def is_keyed(items: Any) -> bool:
    """Whether this is a list of entries that each have a key of their own."""
    if not isinstance(items, (list, tuple)) or not items:
        return False
    keys = [item.get("key") if isinstance(item, Mapping) else None for item in items]
    return None not in keys and len(set(map(str, keys))) == len(keys)


def _entries(lines: Lines, node: Any, span: tuple[int, int], old: Any, new: Any) -> Lines | None:
    """The lines below the name of a list of entries, matched by their keys; None where an entry does not begin a line
    of its own. Comments above an entry go with it."""
    start, stop = span
    heads = [item.start_mark.line for item in node.value]
    dashes = [lines[line][: item.start_mark.column] for line, item in zip(heads, node.value, strict=True)]
    if heads[0] == start or not all(re.fullmatch(r" *- +", dash) for dash in dashes):
        return None
    column = len(dashes[0]) - len(dashes[0].lstrip())
    ends = [
        _last(lines, head, following, column) + 1 for head, following in zip(heads, [*heads[1:], stop], strict=True)
    ]
    befores = [lines[begin:head] for begin, head in zip([start + 1, *ends[:-1]], heads, strict=True)]
    place = {str(item["key"]): number for number, item in enumerate(old)}
    gap = [""] if len(heads) > 1 and all(before and not before[0].strip() for before in befores[1:]) else []
    out: Lines = []
    for item in new:
        number = place.get(str(item["key"]))
        if number is None:
            out += [*(gap if out else []), *entry_lines(item, dashes[-1])]
            continue
        said = _entry(lines[heads[number] : ends[number]], dashes[number], old[number], item)
        if said is None:
            return None
        out += [*befores[number], *said]
    return [*out, *lines[ends[-1] : stop]]


def _entry(lines: Lines, dash: str, old: Any, new: Any) -> Lines | None:
    if _same(old, new):
        return lines
    said = merged([" " * len(dash) + lines[0][len(dash) :], *lines[1:]], old, new)
    if not said or not said[0].strip():
        return None
    begin = next((n for n, line in enumerate(said) if line.strip() and not line.lstrip().startswith("#")), None)
    if begin is None:
        return None
    said[begin] = dash + said[begin][len(dash) :]
    return said


def _last(lines: Sequence[str], start: int, end: int, column: int) -> int:
    """The last line of a setting that begins at ``start``: comments after it belong to it only deeper than itself, and
    below a section."""
    last = start
    for number in range(start, end):
        said = lines[number].strip()
        if said and not said.startswith("#"):
            last = number
    for number in range(last + 1, end):
        said = lines[number].strip()
        if not said.startswith("#") or len(lines[number]) - len(lines[number].lstrip()) <= column or last == start:
            break
        last = number
    return last


def _same(old: Any, new: Any) -> bool:
    """Equal as settings: 5.00 is 5, but true is not 1."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return set(old) == set(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
