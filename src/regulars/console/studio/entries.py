"""The entries of a programme that have a form: where each stands in the file, what its form shows, and what it says
once the form was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from regulars.console.studio.conditions import ConditionSet, conditions_of, rows_of
from regulars.console.studio.forms import (
    CurrencyForm,
    GeneralForm,
    LevelForm,
    LevelSet,
    RuleForm,
    SectionForm,
    TiersForm,
)
from regulars.console.studio.settings import field_at, put, take
from regulars.files.checking import LocatedProblem
from regulars.files.problem_words import words

SECTIONS = ("general", "points", "tiers", "earn")
GENERAL = ("name",)


@dataclass
class Entry:
    """One entry under its form. ``settings``: what the file says now (empty for a new one); ``begun``: what the form
    begins from; ``is_new``: it is not in the file yet."""

    section: str
    key: str
    settings: dict[str, Any]
    begun: dict[str, Any]
    is_new: bool
    rest: dict[str, Any] = field(default_factory=dict)
    form: SectionForm = field(init=False)
    rows: Any = None

    def fill(self, data: Any, known: Mapping[str, Any]) -> None:
        """Make the form, with what was posted if anything. ``known``: the whole file, for what there is to choose."""
        kinds = {"general": GeneralForm, "points": CurrencyForm, "tiers": TiersForm, "earn": RuleForm}
        kind = kinds[self.section]
        values, rest = take(self.begun, kind.TABLE)
        if self.section == "points":
            values["spendable"] = "no" if values.get("spendable") is False else ""
        if self.section == "earn":
            rows, left = rows_of(rest)
            rest = {name: value for name, value in rest.items() if name not in ("where", "for", "key")} | left
            self.rows = ConditionSet(data, initial=rows, prefix="where")
        if self.section == "tiers":
            levels = [self._level_values(level) for level in self.begun.get("levels") or []]
            rest.pop("levels", None)
            self.rows = LevelSet(data, initial=levels, prefix="level")
        self.rest = rest
        self.form = kind(data, initial={**values, "key": self.begun.get("key", self.key)})
        self._fit(known)

    def _fit(self, known: Mapping[str, Any]) -> None:
        fields = self.form.fields
        if self.section == "points" and self.is_new:
            fields["key"] = forms.SlugField(label=_("Key"), max_length=60)
        if self.section != "earn":
            return
        if not self.is_new:
            del fields["key"]
        currencies = list(known.get("points") or {})
        given = fields["gives"]
        assert isinstance(given, forms.ChoiceField)
        given.choices = [("", _("as usual: %(points)s") % {"points": currencies[0] if currencies else "–"})] + [
            (key, key) for key in currencies
        ]
        if isinstance(self.begun.get("gives"), Mapping):  # several things at once: the file says which
            del fields["gives"]

    @staticmethod
    def _level_values(level: Mapping[str, Any]) -> dict[str, Any]:
        return take(level, LevelForm.TABLE)[0]

    def is_valid(self) -> bool:
        """Whether what was posted can be written."""
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])

    def said(self) -> dict[str, Any]:
        """The settings as the valid form says them."""
        values = dict(self.form.cleaned_data)
        if self.section == "points":
            before = self.settings.get("spendable")
            values["spendable"] = False if values["spendable"] == "no" else before if before else None
        kind = type(self.form)
        before = {name: value for name, value in self.settings.items() if name != "key"}
        rest = self.rest
        if self.section == "earn":
            rest = {name: value for name, value in rest.items() if name not in ("where", "for")}
            left = {name: value for name, value in self.rest.items() if name in ("where", "for")}
            rest |= conditions_of(self._kept(), left, self.settings)
        if self.section == "tiers":
            rest = {**rest, "levels": self._levels()}
        out = put(values, rest, kind.TABLE, kind.ORDER, before)
        if self.section == "earn":
            out = {"key": values.get("key") or self.settings.get("key"), **out}
        return out

    def _kept(self) -> list[dict[str, Any]]:
        """The rows that stay."""
        return [row.cleaned_data for row in self.rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]

    def _levels(self) -> list[dict[str, Any]]:
        before = {str(level.get("key")): level for level in self.settings.get("levels") or []}
        out = []
        for values in self._kept():
            if not values.get("key"):
                continue
            old = before.get(values["key"], {})
            out.append(put(values, take(old, LevelForm.TABLE)[1], LevelForm.TABLE, LevelForm.ORDER, old))
        return out

    def into(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The whole file's settings with this entry as the form says it, and the entry's key."""
        out = deepcopy(dict(data))
        said = self.said()
        if self.section == "general":
            kept = {name: value for name, value in out.items() if name not in GENERAL}
            out = {name: said.get(name, kept.get(name)) for name in out if name in said or name in kept}
            return {**out, **{name: value for name, value in said.items() if name not in out}}, ""
        if self.section == "tiers":
            out["tiers"] = said
            return out, ""
        if self.section == "points":
            key = self.form.cleaned_data.get("key") or self.key
            out["points"] = {**(out.get("points") or {}), key: said}
            return out, str(key)
        items = list(out.get("earn") or [])
        places = [place for place, item in enumerate(items) if str(item.get("key")) == self.key]
        if self.is_new or not places:
            items.append(said)
        else:
            items[places[0]] = said
        out["earn"] = items
        return out, str(said["key"])

    def tell(self, problems: list[LocatedProblem], data: Mapping[str, Any], key: str) -> bool:
        """Put the problems of this entry at their fields. Returns whether there were any."""
        told = False
        for problem in problems:
            path = self._inside(_path(problem.path_text), data, key)
            if path is None:
                continue
            told = True
            self._tell_one(path, words(problem).replace("`", ""))
        return told

    def _tell_one(self, path: tuple[str | int, ...], said: str) -> None:
        form: forms.Form = self.form
        name = field_at(path, type(self.form).TABLE)
        if self.section == "tiers" and path[:1] == ("levels",) and len(path) > 1 and isinstance(path[1], int):
            kept = [row for row in self.rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]
            form = kept[path[1]] if path[1] < len(kept) else self.form
            name = field_at(path[2:], LevelForm.TABLE) if form is not self.form else ""
        elif self.section == "earn" and path[:1] in (("where",), ("for",)) and len(path) > 1:
            row = next((row for row in self.rows if row.cleaned_data.get("name") == path[1]), None)
            form, name = (row, "value") if row is not None else (self.form, "")
        form.add_error(name if name in form.fields else None, said)

    def _inside(self, path: tuple[str | int, ...], data: Mapping[str, Any], key: str) -> tuple[str | int, ...] | None:
        """A problem's path seen from this entry; None for a problem elsewhere."""
        if self.section == "general":
            return path if path[:1] == ("name",) else None
        if path[:1] != (self.section,):
            return None
        if self.section == "tiers":
            return path[1:]
        if self.section == "points":
            return path[2:] if path[1:2] == (key,) else None
        items = data.get("earn") or []
        place = path[1] if len(path) > 1 else None
        if isinstance(place, int) and place < len(items) and str(items[place].get("key")) == key:
            return path[2:]
        return None


def entry(data: Mapping[str, Any], section: str, key: str, begun: Mapping[str, Any] | None = None) -> Entry | None:
    """An entry of the file, or a new one that begins with ``begun``; None where there is none."""
    if section not in SECTIONS:
        return None
    if begun is not None:
        return Entry(section, "", {}, dict(begun), is_new=True)
    found: Any = None
    if section == "general":
        found = {name: data[name] for name in GENERAL if name in data}
    elif section == "tiers":
        found = data.get("tiers") or {}
    elif section == "points":
        found = (data.get("points") or {}).get(key)
    else:
        items = data.get("earn") or []
        found = next((item for item in items if isinstance(item, Mapping) and str(item.get("key")) == key), None)
    return Entry(section, key, dict(found), dict(found), is_new=False) if isinstance(found, Mapping) else None


def without(data: Mapping[str, Any], section: str, key: str) -> dict[str, Any]:
    """The file's settings without an entry."""
    out = deepcopy(dict(data))
    if section == "tiers":
        out.pop("tiers", None)
    elif section == "points":
        (out.get("points") or {}).pop(key, None)
    elif section == "earn":
        out["earn"] = [item for item in out.get("earn") or [] if str(item.get("key")) != key]
    return out


def _path(text: str) -> tuple[str | int, ...]:
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
