"""Rows below a form: each a small form of its own, one more with a press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.studio.conditions import ConditionSet, conditions_of, rows_of
from regulars.console.studio.settings import field_at

PathIn = tuple[str | int, ...]


class Rows:
    """Rows under a heading. They take what is theirs from the settings, say it again, and know their problems."""

    title: Any = ""
    help: Any = ""
    prefix = ""

    def __init__(self) -> None:
        self.set: Any = None

    def take(self, posted: Any, settings: dict[str, Any], known: Any) -> dict[str, Any]:
        """Make the rows from the settings or from what was posted; what of the settings they do not show."""
        raise NotImplementedError

    def said(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that the valid rows say, to be laid over the rest."""
        raise NotImplementedError

    def tell(self, path: PathIn, said: str) -> bool:
        """Put a problem at its row; whether it belongs to one."""
        raise NotImplementedError

    @property
    def kept(self) -> list[forms.Form]:
        """The rows that stay."""
        return [row for row in self.set if row.cleaned_data and not row.cleaned_data.get("DELETE")]


class Conditions(Rows):
    """Conditions under ``parts``, which stand in the settings at ``at``. A name of the member's goes into ``for``
    where there is one."""

    title = _("Only if all of this holds")
    help = _("Nothing here: always. Several values with commas between: any of them.")
    prefix = "where"

    def __init__(self, parts: Sequence[str] = ("where", "for"), at: Sequence[str] = ()) -> None:
        super().__init__()
        self.parts = tuple(parts)
        self.at = tuple(at)
        self.left: dict[str, Any] = {}

    def take(self, posted: Any, settings: dict[str, Any], known: Any) -> dict[str, Any]:
        """Rows of all tests."""
        holder = self._holder(settings)
        asked = {part: holder[part] for part in self.parts if part in holder}
        rows, self.left = rows_of(asked)
        self.set = ConditionSet(posted, initial=rows, prefix=self.prefix)
        kept = {name: value for name, value in holder.items() if name not in self.parts} | self.left
        return _laid(settings, self.at, kept)

    def said(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """``where`` and ``for``."""
        holder = self._holder(before)
        tests = conditions_of([row.cleaned_data for row in self.kept], self.left, holder, self.parts)
        for part in reversed(self.at):
            tests = {part: tests} if tests else {}
        return tests

    def tell(self, path: PathIn, said: str) -> bool:
        """At the row of that name."""
        inner = path[len(self.at) :]
        if path[: len(self.at)] != self.at or inner[:1] not in [(part,) for part in self.parts]:
            return False
        row = next((row for row in self.kept if len(inner) > 1 and row.cleaned_data.get("name") == inner[1]), None)
        if row is None:
            return False
        row.add_error("value", said)
        return True

    def _holder(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        held: Any = settings
        for part in self.at:
            held = held.get(part) if isinstance(held, Mapping) else None
        return held if isinstance(held, Mapping) else {}


class Listed(Rows):
    """The entries of a list inside the settings, a row each, matched by ``key`` where they have one."""

    setting = ""
    order: tuple[str, ...] = ()

    def rows_set(self, posted: Any, values: list[dict[str, Any]], known: Any) -> Any:
        """The forms."""
        raise NotImplementedError

    def taken(self, item: Any, table: Any) -> tuple[dict[str, Any], Any]:
        """The values of a row, and what it does not show."""
        raise NotImplementedError

    def tell(self, path: PathIn, said: str) -> bool:
        """At the row and field."""
        place = path[1] if path[:1] == (self.setting,) and len(path) > 1 else None
        if not isinstance(place, int) or place >= len(self.kept):
            return False
        row: Any = self.kept[place]
        name = field_at(path[2:], row.table)
        row.add_error(name if name in row.fields else None, said)
        return True


def _laid(settings: dict[str, Any], at: Sequence[str], held: dict[str, Any]) -> dict[str, Any]:
    """The settings with ``held`` at a place."""
    if not at:
        return held
    inner = settings.get(at[0])
    return {**settings, at[0]: _laid(inner, at[1:], held)} if isinstance(inner, dict) else settings
