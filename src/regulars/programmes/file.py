"""A programme file: read, checked, and every problem with its line, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.files import checking
from regulars.files.checking import Document, LocatedProblem, NotReadableError, load
from regulars.programmes.schema import structural_problems
from regulars.rules.language import read
from regulars.rules.programme import Programme

__all__ = ["Checked", "Document", "LocatedProblem", "NotReadableError", "check", "load"]


@dataclass(frozen=True, slots=True)
class Checked:
    """The programme, or None when any problem is an error; and the problems, by line."""

    programme: Programme | None
    problems: tuple[LocatedProblem, ...]

    @property
    def errors(self) -> tuple[LocatedProblem, ...]:
        """The problems that refuse the programme."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def check(text: str) -> Checked:
    """Check a programme file. Never raises for what the text holds."""
    found = checking.check(text, read, structural_problems)
    return Checked(found.meaning, found.problems)
