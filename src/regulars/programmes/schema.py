"""The published JSON Schema of the programme language, and structural problems found with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regulars.files import schema as schemas
from regulars.files.phrase import Phrase
from regulars.rules.language.reading import Path

_PLACE = ("regulars.programmes", "programme.schema.json")


def programme_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12), as editors get it. Do not change what it returns."""
    return schemas.schema(*_PLACE)


def structural_problems(data: Any) -> Iterator[tuple[Path, Phrase | None]]:
    """(path, phrase) of everything the schema refuses; None where ``rules.language`` says it better."""
    return schemas.structural_problems(*_PLACE, data)
