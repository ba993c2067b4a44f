"""A whole YAML file that shall say something else: what stays the same keeps its lines and its comments.

Settings are matched by their names, entries of lists by their ``key``. Where lines cannot be followed, ruamel's round
trip writes the sections that changed. Either way the result is read back and must say exactly what was asked.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_lines import merged, setting_lines
from regulars.files.yaml_text import read_yaml

Settings = Mapping[str, Any]


def plain(text: str) -> dict[str, Any]:
    """The settings of a text. Raises CannotEditError when it has problems of its own, which come first."""
    reading = read_yaml(text)
    if reading.wrong or not isinstance(reading.data, dict):
        raise CannotEditError("; ".join(str(told) for _path, _place, told in reading.wrong) or "no settings")
    return reading.data


def rewritten(text: str, wanted: Settings) -> str:
    """The text that says ``wanted``. Raises CannotEditError."""
    before = plain(text)
    if before == wanted:
        return text
    lines = merged(text.splitlines(), before, wanted)
    if lines is not None and _says(said := "\n".join(lines) + "\n", wanted):
        return said
    said = _round_trip(text, before, wanted)
    if not _says(said, wanted):
        raise CannotEditError("this file is laid out in a way that only its own text can change")
    return said


def _says(text: str, wanted: Settings) -> bool:
    reading = read_yaml(text)
    return not reading.wrong and bool(reading.data == wanted)


def _round_trip(text: str, before: Settings, wanted: Settings) -> str:
    """The file as ruamel writes it, with the sections that changed written anew."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    whole = yaml.load(text)
    for name in list(whole):
        if str(name) not in wanted:
            del whole[name]
    for name, value in wanted.items():
        if before.get(name) != value:
            whole[name] = YAML(typ="rt").load("\n".join(setting_lines(name, value, 0)))[name]
    out = io.StringIO()
    yaml.dump(whole, out)
    return out.getvalue()
