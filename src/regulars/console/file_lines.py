"""A programme file by line, for reading: comments apart, problems beside their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.files.checking import LocatedProblem

AROUND = 2
"""Lines shown before and after one that has a problem."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of a programme file, its comment apart, and the problems on it. Number 0: lines were left out here."""

    number: int
    text: str = ""
    comment: str = ""
    problems: tuple[LocatedProblem, ...] = ()


def file_lines(text: str, problems: Sequence[LocatedProblem] = ()) -> list[FileLine]:
    """Every line. A ``#`` after a blank, or first, begins a comment; one inside quotes may fool this."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        start = 0 if line.startswith("#") else line.find(" #") + 1
        code, comment = (line[:start], line[start:]) if start or line.startswith("#") else (line, "")
        lines.append(FileLine(number, code, comment, tuple(p for p in problems if p.line == number)))
    return lines


def around_problems(text: str, problems: Sequence[LocatedProblem]) -> list[FileLine]:
    """The lines that have problems, with a few around each; a line of number 0 stands for those between."""
    wanted = {number for one in problems for number in range(one.line - AROUND, one.line + AROUND + 1)}
    shown: list[FileLine] = []
    last = 0
    for line in file_lines(text, problems):
        if line.number in wanted:
            if line.number != last + 1:
                shown.append(FileLine(0))
            shown.append(line)
            last = line.number
    return shown
