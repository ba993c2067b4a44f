"""What an explanation looks like, whatever it is about: an answer in a sentence, and sections of lines that lead to it.

The console, the member centre and the API show the same; templates know nothing of points or tiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_FIRST = 8
"""How many lines of a long section are seen at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: what, how much, and why. is_sum: the line that those above add up to. event_id: the event
    behind it. key: what it is to a program."""

    label: str
    value: str = ""
    notes: tuple[str, ...] = ()
    is_sum: bool = False
    event_id: int | None = None
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line as the API shows it."""
        out: dict[str, Any] = {"label": self.label, "value": self.value, "notes": list(self.notes)}
        if self.event_id is not None:
            out["event_id"] = self.event_id
        if self.key:
            out["key"] = self.key
        return out


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a title; ``note`` says what they are. aside: worth having, but not at once."""

    title: str
    lines: Sequence[Line]
    note: str = ""
    aside: bool = False

    @property
    def totals(self) -> list[Line]:
        """The sum of a long list, to be seen before it."""
        return [line for line in self.lines if line.is_sum] if self.is_long else []

    @property
    def first(self) -> Sequence[Line]:
        """The lines that are seen at once."""
        if self.aside:
            return []
        return [line for line in self.lines if not line.is_sum][:_FIRST] if self.is_long else self.lines

    @property
    def rest(self) -> Sequence[Line]:
        """The lines that are seen when asked for."""
        if self.aside:
            return self.lines
        return [line for line in self.lines if not line.is_sum][_FIRST:] if self.is_long else []

    @property
    def is_long(self) -> bool:
        """Whether there are more lines than anybody reads at once."""
        return len(self.lines) > _FIRST + 3

    def as_json(self) -> dict[str, Any]:
        """The section as the API shows it."""
        return {"title": self.title, "note": self.note, "lines": [line.as_json() for line in self.lines]}


@dataclass(frozen=True, slots=True)
class Story:
    """An explanation. what: ``balance``, ``tier``, ``entry`` or ``missing``. data: the same in numbers and keys, points
    as integers, money as exact decimal texts."""

    what: str
    title: str
    answer: str
    sections: Sequence[Section]
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The body of ``GET /api/members/{id}/explain?what=…``."""
        sections = [section.as_json() for section in self.sections]
        return {"what": self.what, "title": self.title, "answer": self.answer, "sections": sections, **self.data}
