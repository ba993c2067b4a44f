"""A programme file: read, checked, and every problem with its line, in plain words.

``check`` puts three looks together: the text (``yaml_text``), its structure (the published JSON Schema) and
its meaning (``rules.language``), and tells each fault once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from regulars.programmes.phrase import Phrase, phrase
from regulars.programmes.schema import structural_problems
from regulars.programmes.yaml_text import Path, Place, Reading, parents, read_yaml
from regulars.rules.language import read
from regulars.rules.programme import Programme


class NotReadableError(ValueError):
    """The text is no YAML that a programme can be read from; the message says where and why."""


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
class Checked:
    """The programme, or None when any problem is an error; and the problems, by line."""

    programme: Programme | None
    problems: tuple[LocatedProblem, ...]

    @property
    def errors(self) -> tuple[LocatedProblem, ...]:
        """The problems that refuse the programme."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


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
    """Read a programme file without judging what it means.

    Raises NotReadableError with the first located fault of the text (tabs, duplicate keys, anchors, …).
    """
    reading = read_yaml(text)
    if reading.wrong:
        path, place, told = reading.wrong[0]
        raise NotReadableError(str(LocatedProblem(*place, path_text(path), told)))
    return Document(text, reading.data, reading.places)


def check(text: str) -> Checked:
    """Check a programme file. Never raises for what the text holds."""
    reading = read_yaml(text)
    found = [_located(place, path, told) for path, place, told in reading.wrong]
    if not reading.whole:
        return Checked(None, tuple(_sorted(found)))
    if reading.data is None and not found:
        return Checked(None, (LocatedProblem(1, 1, "", phrase("is empty")),))
    if not isinstance(reading.data, dict):
        place = reading.places.get((), (1, 1))
        told = (
            phrase("must be settings (`name: value`), not a list")
            if isinstance(reading.data, list)
            else phrase("must be settings (`name: value`), not one value")
        )
        return Checked(None, (*found, _located(place, (), told)))
    programme, meaning = _judge(reading)
    found += meaning
    if any(problem.severity == "error" for problem in found):
        programme = None
    return Checked(programme, tuple(_sorted(found)))


def _judge(reading: Reading) -> tuple[Programme | None, list[LocatedProblem]]:
    """Structure and meaning, each fault once.

    What the text has wrong at a place is not said again. Where both looks complain of one place, the language's
    words stand, as it knows the reason; the schema alone speaks where only it complains.
    """
    broken = {path for path, _, _ in reading.wrong if path}
    programme, meaning = read(reading.data)
    found: dict[tuple[Path, str], tuple[Phrase, Literal["error", "warning"]]] = {
        (problem.path, problem.message): (Phrase(problem.template, problem.values), problem.severity)
        for problem in meaning
    }
    places = {problem.path for problem in meaning if problem.severity == "error"}
    for path, told in structural_problems(reading.data):
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
    return programme, located


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
