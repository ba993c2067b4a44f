"""A YAML text as plain Python with exact numbers, and where in the text each value stands.

YAML 1.2 core schema, read from ruamel.yaml's events: numbers become int or Decimal from their own text and
never pass through a float, days become dates, every mapping key is text. Anchors, tags and further documents
are refused: such a file is read by people, so every value stands where it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from regulars.files.phrase import Phrase, phrase

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both counted from 1."""

TEXT_LENGTH_MAX = 1_000_000
DEPTH_MAX = 20
NUMBER_LENGTH_MAX = 60
_KEPT_LENGTH_MAX = 100_000

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Reading:
    """What was read: the data, the place of every path, and what the text itself has wrong, as (path, place,
    phrase)."""

    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    wrong: list[tuple[Path, Place, Phrase]] = field(default_factory=list)
    whole: bool = True
    """False when reading stopped before the end of the text."""


def read_yaml(text: str) -> Reading:
    """Read one YAML document. Never raises for what the text holds; ``Reading.wrong`` says what is the
    matter."""
    if len(text) > _KEPT_LENGTH_MAX:
        return _read(text)
    # A form, its check and its page ask for the same text; parsing it takes sixty times as long as copying.
    kept = _read_and_kept(text)
    return Reading(deepcopy(kept.data), dict(kept.places), list(kept.wrong), kept.whole)


@lru_cache(maxsize=16)
def _read_and_kept(text: str) -> Reading:
    return _read(text)


def _read(text: str) -> Reading:
    reading = Reading()
    if len(text) > TEXT_LENGTH_MAX:
        reading.wrong.append(((), (1, 1), phrase("is longer than {most} characters", most=TEXT_LENGTH_MAX)))
        reading.whole = False
        return reading
    builder = _Builder(reading)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                reading.whole = False
                break
    except MarkedYAMLError as error:
        reading.whole = False
        opened = "quoted" in str(error.context) or "flow" in str(error.context)
        mark = error.context_mark if opened else error.problem_mark
        mark = mark or error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reading.wrong.append(((), place, _in_plain_words(error, text, place)))
    except (YAMLError, RecursionError, ValueError) as error:
        reading.whole = False
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        character = getattr(error, "character", None)
        told = phrase("is not valid YAML") if character is None else phrase("has a character that YAML does not allow")
        reading.wrong.append(((), (line, 1), told))
    return reading


def _in_plain_words(error: MarkedYAMLError, text: str, place: Place) -> Phrase:
    said = " ".join(str(part) for part in (error.problem, error.context) if part)
    lines = text.splitlines()
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    if "\\t" in said or "\t" in line[: place[1]] or "\t" in line[: len(line) - len(line.lstrip())]:
        return phrase("has a tab; indent with spaces")
    if "mapping values are not allowed" in said:
        return phrase("has a colon that YAML cannot place; check the indentation, or put the text in quotes")
    if "expected <block end>" in said:
        return phrase("is not indented like the lines it belongs to")
    if "could not find expected ':'" in said:
        return phrase("has no colon after the name of a setting")
    if "flow mapping" in said or "flow sequence" in said:
        return phrase("has a bracket that is not closed, or a comma is missing")
    if "quoted scalar" in said:
        return phrase("has a quote that is not closed")
    return phrase("is not valid YAML: {reason}", reason=error.problem or error.context)


class _Builder:
    """Builds data from events with a stack of its own, so that depth is bounded here and not by Python."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.stack: list[_Open] = []
        self.documents = 0

    def take(self, event: Any) -> bool:
        """Take one event; False stops the reading."""
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                return self._wrong((), place, phrase("holds a second document (---); keep one"), stop=True)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = self.stack.pop()
            self._put(done.data, done.place)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent)):
            self._check(event, place)
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                if len(self.stack) >= DEPTH_MAX:
                    return self._wrong((), place, phrase("is nested too deeply"), stop=True)
                opened = _Open({} if isinstance(event, MappingStartEvent) else [], place, self._path())
                self.stack.append(opened)
            elif isinstance(event, AliasEvent):
                self._put(None, place)
            elif self._awaits_key():
                self.stack[-1].key = self._new_key(event.value, place)
            else:
                self._put(self._scalar(event, place), place)
        return True

    def _awaits_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].data, dict) and self.stack[-1].key is None

    def _path(self) -> Path:
        """The path of the value that comes next."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.data, list):
            return (*top.path, len(top.data))
        return top.path if top.key is None else (*top.path, top.key)

    def _new_key(self, key: str, place: Place) -> str:
        path = (*self.stack[-1].path, key)
        if key in self.stack[-1].data:
            first = self.reading.places[path][0]
            self.reading.wrong.append(
                (path, place, phrase("is written twice; the first is on line {line}", line=first))
            )
        else:
            self.reading.places[path] = place
        return key

    def _put(self, value: Any, place: Place) -> None:
        if not self.stack:
            self.reading.data = value
            self.reading.places.setdefault((), place)
            return
        top = self.stack[-1]
        if isinstance(top.data, list):
            self.reading.places[(*top.path, len(top.data))] = place
            top.data.append(value)
        elif top.key is None:
            self._wrong((*top.path, ""), place, phrase("has a setting whose name is not a plain word"))
            top.key = ""
        else:
            top.data.setdefault(top.key, value)
            top.key = None

    def _check(self, event: Any, place: Place) -> None:
        if isinstance(event, AliasEvent) or event.anchor:
            self._wrong(self._path(), place, phrase("uses an anchor (& or *); write the value out"))
        elif getattr(event, "tag", None) and str(event.tag) != "!":
            self._wrong(self._path(), place, phrase("uses a tag (!); write the value only"))
        if isinstance(event, ScalarEvent) and event.value == "<<" and self._awaits_key():
            self._wrong((*self._path(), "<<"), place, phrase("is a merge key; write the settings out"))

    def _scalar(self, event: ScalarEvent, place: Place) -> Any:
        value = event.value
        if event.style not in (None, ""):
            return value
        if _NULL.fullmatch(value):
            return None
        if value in _BOOL:
            return _BOOL[value]
        if _NO_NUMBER.fullmatch(value):
            self._wrong(self._path(), place, phrase("must be a number that can be counted with"))
            return None
        number = _INT.fullmatch(value) or _BASED.fullmatch(value) or _DECIMAL.fullmatch(value)
        if number and len(value) > NUMBER_LENGTH_MAX:
            self._wrong(self._path(), place, phrase("is too long a number"))
            return None
        if _INT.fullmatch(value):
            return int(value)
        if _BASED.fullmatch(value):
            return int(value, 0)
        if number:
            return Decimal(value)
        if _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self._wrong(self._path(), place, phrase("is no day of the calendar"))
                return None
        return value

    def _wrong(self, path: Path, place: Place, told: Phrase, stop: bool = False) -> bool:
        self.reading.wrong.append((path, place, told))
        return not stop


@dataclass(slots=True)
class _Open:
    """A mapping or list that is not finished; ``key`` is the setting whose value comes next."""

    data: dict[str, Any] | list[Any]
    place: Place
    path: Path
    key: str | None = None


def parents(path: Path) -> Iterator[Path]:
    """The path, then what it stands in, up to the whole file."""
    for length in range(len(path), -1, -1):
        yield path[:length]
