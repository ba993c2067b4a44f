"""An entry of a programme under its form: what the form shows, and what the file says once it was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms

from regulars.console.studio.sections import home
from regulars.console.studio.sections.form import SectionForm
from regulars.console.studio.sections.known import Known
from regulars.console.studio.sections.rows import Rows
from regulars.console.studio.settings import field_at, has, over, put, take
from regulars.files.checking import LocatedProblem
from regulars.files.problem_words import words

PathIn = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of a form: fields, or rows."""

    title: Any
    fields: list[forms.BoundField] = field(default_factory=list)
    rows: Rows | None = None


class Entry:
    """One entry under its form. ``settings``: what the file says now (empty for a new one); ``begun``: what the form
    begins from; ``rest``: what of it no field shows, which stays as it is."""

    section: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    FORM: ClassVar[type[SectionForm]] = SectionForm
    ROWS_AFTER: ClassVar[int] = 99
    """Below so many groups of fields stand the rows."""
    FIXED: ClassVar[tuple[str, ...]] = ("key",)
    removable: ClassVar[bool] = True

    def __init__(
        self, key: str, settings: Mapping[str, Any], begun: Mapping[str, Any] | None = None, is_new: bool = False
    ) -> None:
        self.key = key
        self.settings = dict(settings)
        self.begun = dict(settings if begun is None else begun)
        self.is_new = is_new
        self.rest: dict[str, Any] = {}
        self.form: SectionForm
        self.rows: list[Rows] = []

    # What a kind of entry says of itself

    def form_kind(self) -> type[SectionForm]:
        """Its form without the rows."""
        return self.FORM

    @property
    def fixed(self) -> tuple[str, ...]:
        """Settings that stay as they are and need no field."""
        return self.FIXED

    def rows_below(self) -> list[Rows]:
        """Its rows, before they are filled."""
        return []

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings in the one way of writing that the form knows."""
        return dict(settings)

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """Give the form's fields what there is to choose."""

    def into(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The whole file's settings with this entry as the form says it, and the entry's key."""
        key = self.new_key()
        return home.put(data, self.section, key, self.said(), self.is_new), key

    # The form

    def fill(self, posted: Any, data: Mapping[str, Any], known: Known) -> None:
        """Make the form, with what was posted if anything. ``data``: the whole file."""
        self.form = self.form_kind()(posted, known=known)
        begun = self.plainly(self.begun)
        values, rest = take(begun, self.form.table)
        self.rows = self.rows_below()
        for rows in self.rows:
            rest = rows.take(posted, rest, known)
        self.rest = {name: value for name, value in rest.items() if name not in self.fixed and value not in ({}, None)}
        self.form.initial = {**values, "key": self.begun.get("key", self.key)}
        if not self.is_new:
            self.form.fields.pop("key", None)
        self.fit(data, known)

    def is_valid(self) -> bool:
        """Whether what was posted can be written."""
        return all([self.form.is_valid(), *(rows.set.is_valid() for rows in self.rows)])

    @property
    def has_errors(self) -> bool:
        """Whether anything is not right yet."""
        return bool(self.form.errors) or any(rows.set.total_error_count() for rows in self.rows if rows.set.is_bound)

    @property
    def parts(self) -> list[Part]:
        """The form from top to bottom."""
        parts = [Part(title, fields) for title, fields in self.form.groups if fields]
        at = min(self.ROWS_AFTER, len(parts))
        return [*parts[:at], *(Part(rows.title, rows=rows) for rows in self.rows), *parts[at:]]

    def new_key(self) -> str:
        """The entry's key, once the form is valid."""
        return str(self.form.cleaned_data.get("key") or self.key)

    def values(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the valid form's fields say; a box that is not ticked says no only where the file said yes or no."""
        form = self.form
        unsaid = {name for name, shown in form.fields.items() if isinstance(shown, forms.BooleanField)}
        return {
            name: None if name in unsaid and not value and not has(before, form.table.get(name, ())) else value
            for name, value in form.cleaned_data.items()
        }

    def said(self) -> dict[str, Any]:
        """The settings as the valid form says them, written like before where they mean the same."""
        plain = self.plainly(self.settings)
        rest = deepcopy(self.rest)
        for rows in self.rows:
            rest = over(rest, rows.said(plain))
        out = put(self.values(plain), rest, self.form.table, self.form.ORDER, plain)
        out |= {name: self.begun[name] for name in self.fixed if name in self.begun and name != "key"}
        out = self._as_written(out)
        return {"key": self.new_key(), **out} if self.section in home.IN_LIST else out

    def _as_written(self, said: dict[str, Any]) -> dict[str, Any]:
        """What means the same as before keeps its way of writing, and a short way stays short where it can."""
        out = {}
        for name, value in said.items():
            old = next(
                (old for old in self.settings if old == name or name in self.plainly({old: self.settings[old]})), name
            )
            if old not in self.settings or name in self.fixed:
                out[name] = value
                continue
            before = self.settings[old]
            short = [before] if isinstance(before, (dict, list, str)) else [before, *_short(value)]
            same = [one for one in short if self.plainly({old: one}).get(name) == value]
            out[old] = same[0] if same else value
        return out

    # Its problems

    def tell(self, problems: list[LocatedProblem], data: Mapping[str, Any], key: str) -> bool:
        """Put the problems of this entry at their fields. Returns whether there were any."""
        told = False
        for problem in problems:
            path = self.inside(path_of(problem.path_text), data, key)
            if path is None:
                continue
            told = True
            self.tell_one(path, words(problem).replace("`", ""))
        return told

    def tell_one(self, path: PathIn, said: str) -> None:
        """A problem at a place inside the entry."""
        if any(rows.tell(path, said) for rows in self.rows):
            return
        name = field_at(path, self.form.table) or ("key" if path[:1] == ("key",) else "")
        self.form.add_error(name if name in self.form.fields else None, said)

    def inside(self, path: PathIn, data: Mapping[str, Any], key: str) -> PathIn | None:
        """A problem's path seen from this entry; None for a problem elsewhere."""
        if path[:1] != (self.section,):
            return None
        if self.section in home.BY_NAME:
            return path[2:] if path[1:2] == (key,) else None
        if self.section not in home.IN_LIST:
            return path[1:]
        return path[2:] if path[1:2] == (home.place_of(data, self.section, key),) else None


def _short(value: Any) -> list[Any]:
    """The short ways of saying a limit or a goal: its number alone."""
    return [value[name] for name in ("times", "reaches") if isinstance(value, Mapping) and name in value]


def path_of(text: str) -> PathIn:
    """``earn[2].rate.points`` as its parts. A condition's dotted name stays one part."""
    parts: list[str | int] = []
    for piece in text.replace("[", ".[").split("."):
        if piece.startswith("["):
            parts.append(int(piece[1:-1]))
        elif parts and parts[-1] in ("line", "member", "context"):
            parts[-1] = f"{parts[-1]}.{piece}"
        elif piece:
            parts.append(piece)
    return tuple(parts)


def limited(settings: Mapping[str, Any], renamed: str = "times") -> dict[str, Any]:
    """``times: 3`` and ``at_most: 3`` the long way: ``at_most: {times: 3, per: ever}``."""
    out: dict[str, Any] = {}
    for name, value in settings.items():
        name = "at_most" if name == renamed and "at_most" not in settings else name
        bare = name == "at_most" and not isinstance(value, (Mapping, list, str)) and value is not None
        out[name] = {"times": value, "per": "ever"} if bare else value
    return out
