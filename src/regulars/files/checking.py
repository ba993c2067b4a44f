"""A file of settings: read, checked, and every problem with its line, in plain words.

``check`` puts three looks together: the text (``yaml_text``), its structure (a published JSON Schema) and its meaning
(the language's own reader), and tells each fault once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from regulars.files.phrase import Phrase, phrase
from regulars.files.yaml_text import Path, Place, Reading, parents, read_yaml
from regulars.rules.language.reading import Problem

T = TypeVar("T")
Meaning = Callable[[Mapping[str, Any]], tuple[T | None, list[Problem]]]
"""Reads plain settings into what they mean, or None, and all problems."""
Structure = Callable[[Any], Iterable[tuple[Path, Phrase | None]]]
"""Gives (path, phrase) of all that a schema refuses; the phrase is None where the meaning's words are better."""


class NotReadableError(ValueError):
    """The text is no YAML that settings can be read from; the message says where and why."""


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem and where it stands. ``line`` and ``column`` count from 1; ``path_text`` is empty for the
    whole file."""

    line: int
    column: int
    path_text: str
    phrase: Phrase
    severity: Literal["error", "warning"] = "error"

    @property
    def message(self) -> str:
        """What is wrong, in English; ``problem_words`` has it in the reader's language."""
        return str(self.phrase)

    def __str__(self) -> str:
        return f"line {self.line}: {self.path_text or 'the file'} {self.message}"


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What the file means, or None when any problem is an error; and the problems, by line."""

    meaning: T | None
    problems: tuple[LocatedProblem, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be read. ``text`` is the file itself, comments and all; ``data`` is plain and
    exact."""

    text: str
    data: Any
    places: dict[Path, Place]

    def place_of(self, path: Path) -> Place:
        """Line and column where ``path`` stands, or the nearest thing around it."""
        return _place(self.places, path)

    def line_of(self, path: Path) -> int:
        """The line where ``path`` stands, counted from 1."""
        return self.place_of(path)[0]


def load(text: str) -> Document:
    """Read a file without judging what it means.

    Raises NotReadableError with the first located fault of the text (tabs, duplicate keys, anchors, …).
    """
    reading = read_yaml(text)
    if reading.wrong:
        path, place, told = reading.wrong[0]
        raise NotReadableError(str(LocatedProblem(*place, path_text(path), told)))
    return Document(text, reading.data, reading.places)


def check(text: str, meaning: Meaning[T], structure: Structure) -> Found[T]:
    """Check a file. Never raises for what the text holds."""
    reading = read_yaml(text)
    found = [_located(place, path, told) for path, place, told in reading.wrong]
    if not reading.whole:
        return Found(None, tuple(_sorted(found)))
    if reading.data is None and not found:
        return Found(None, (LocatedProblem(1, 1, "", phrase("is empty")),))
    if not isinstance(reading.data, dict):
        place = reading.places.get((), (1, 1))
        told = (
            phrase("must be settings (`name: value`), not a list")
            if isinstance(reading.data, list)
            else phrase("must be settings (`name: value`), not one value")
        )
        return Found(None, (*found, _located(place, (), told)))
    whole, judged = _judge(reading, meaning, structure)
    found += judged
    if any(problem.severity == "error" for problem in found):
        whole = None
    return Found(whole, tuple(_sorted(found)))


def _judge(reading: Reading, meaning: Meaning[T], structure: Structure) -> tuple[T | None, list[LocatedProblem]]:
    """Structure and meaning, each fault once.

    What the text has wrong at a place is not said again. Where both looks complain of one place, the language's
    words stand, as it knows the reason; the schema alone speaks where only it complains.
    """
    broken = {path for path, _, _ in reading.wrong if path}
    whole, problems = meaning(reading.data)
    found: dict[tuple[Path, str], tuple[Phrase, Literal["error", "warning"]]] = {
        (problem.path, problem.message): (Phrase(problem.template, problem.values), problem.severity)
        for problem in problems
    }
    places = {problem.path for problem in problems if problem.severity == "error"}
    for path, told in structure(reading.data):
        if told is None and any(place[: len(path)] == path for place in places):
            continue
        if path not in places:
            told = told or phrase("has a shape that is not known here")
            found[path, str(told)] = told, "error"
    located = [
        _located(_place(reading.places, path), path, told, severity)
        for (path, _message), (told, severity) in found.items()
        if not any(above in broken for above in parents(path))
    ]
    return whole, located


def path_text(path: Path) -> str:
    """``tiers.levels[2].from`` of a path; list places count from 0."""
    text = ""
    for part in path:
        if part == "":
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _place(places: dict[Path, Place], path: Path) -> Place:
    for above in parents(path):
        if above in places:
            return places[above]
    return 1, 1


def _located(place: Place, path: Path, told: Phrase, severity: Literal["error", "warning"] = "error") -> LocatedProblem:
    return LocatedProblem(*place, path_text(path), told, severity)


def _sorted(problems: list[LocatedProblem]) -> list[LocatedProblem]:
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.path_text))
