"""A definition as YAML text, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.files.problem_words import words
from regulars.files.yaml_lines import Lines, scalar, setting_lines
from regulars.files.yaml_text import read_yaml


def as_text(definition: Mapping[str, Any]) -> str:
    """The definition as a person would write it: a line for each condition."""
    return "\n".join(_block(definition, 0)) + "\n" if definition else ""


def from_text(text: str) -> tuple[dict[str, Any] | None, list[tuple[int, str]]]:
    """The definition that a text says, None when it cannot be read; and what is wrong, with its line (from 1)."""
    reading = read_yaml(text)
    wrong = [(place[0], words(told)) for _path, place, told in reading.wrong]
    if wrong or not isinstance(reading.data, dict):
        return None, wrong
    return reading.data, []


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of the text that a path of the definition stands in, or what is nearest above it."""
    places = read_yaml(text).places
    for end in range(len(path), 0, -1):
        if path[:end] in places:
            return places[path[:end]][0]
    return 1


def _block(settings: Mapping[str, Any], indent: int) -> Lines:
    lines: Lines = []
    for name, value in settings.items():
        head = f"{' ' * indent}{scalar(name)}:"
        if name in ("all", "any") and isinstance(value, list) and value:
            lines.append(head)
            for item in value:
                inside = _block(item, indent + 4) if isinstance(item, Mapping) and item else [scalar(str(item))]
                lines += [f"{' ' * (indent + 2)}- {inside[0].lstrip()}", *inside[1:]]
        elif name == "not" and isinstance(value, Mapping) and value:
            lines += [head, *_block(value, indent + 2)]
        else:
            lines += setting_lines(name, value, indent)
    return lines
