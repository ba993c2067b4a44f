"""An offers file: read, checked, and every problem with its line, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from regulars.files import checking
from regulars.files import schema as schemas
from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase
from regulars.rules.language.reading import Path
from regulars.rules.offers import Offers, read

_SCHEMA = ("regulars.offers", "offers.schema.json")


@dataclass(frozen=True, slots=True)
class Checked:
    """The offers, or None when any problem is an error; and the problems, by line."""

    offers: Offers | None
    problems: tuple[LocatedProblem, ...]

    @property
    def errors(self) -> tuple[LocatedProblem, ...]:
        """The problems that refuse the file."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def check(text: str, tiers: Collection[str] | None = None) -> Checked:
    """Check an offers file; ``tiers``: keys of the programme's levels, or None when they are not known. Never raises
    for what the text holds."""
    found = checking.check(text, partial(read, tiers=tiers), structural_problems)
    return Checked(found.meaning, found.problems)


def offers_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12), as editors get it. Do not change what it returns."""
    return schemas.schema(*_SCHEMA)


def structural_problems(data: Any) -> Iterator[tuple[Path, Phrase | None]]:
    """(path, phrase) of everything the schema refuses; None where ``rules.offers`` says it better."""
    return schemas.structural_problems(*_SCHEMA, data)
