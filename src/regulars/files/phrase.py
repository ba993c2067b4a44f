"""A phrase of a problem, kept apart from its values until somebody reads it: in English by itself, else translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.rules.language.reading import Listed


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ``template`` (``str.format``) and its ``values``. As text it is English."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def phrase(template: str, **values: Any) -> Phrase:
    """A phrase; literal templates given to this are collected for translation."""
    return Phrase(template, {key: value if isinstance(value, Listed) else str(value) for key, value in values.items()})
