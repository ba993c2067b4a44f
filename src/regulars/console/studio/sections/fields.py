"""The kinds of fields that the forms of a programme's sections are made of."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import ListField
from regulars.console.studio.conditions import tests_from, text_of

_BETWEEN = re.compile(r"[\s,，、]+")
PER = (
    ("", "–"),
    ("day", _("day")),
    ("week", _("week")),
    ("month", _("month")),
    ("year", _("year")),
    ("ever", _("once for all time")),
)
"""The periods that a limit can count in."""
KEY_HELP = _("Names it for ever, in lower-case letters, digits and dashes; a key is never used again.")


def text(label: Any, help_text: Any = "", listed: str = "", most: int = 100, required: bool = False) -> forms.CharField:
    """A word or two; ``listed`` names the list of words that the page suggests."""
    attrs = {"autocomplete": "off", "spellcheck": "false"} | ({"list": listed} if listed else {})
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most, widget=widget)


def event(label: Any, help_text: Any = "", required: bool = False) -> forms.CharField:
    """The name of an event."""
    return text(label, help_text, "event-names", required=required)


def key(help_text: Any = KEY_HELP) -> forms.SlugField:
    """What an entry is called in the file and the ledger."""
    return forms.SlugField(label=_("Key"), max_length=60, help_text=help_text)


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A local day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


class OneOrMoreField(ListField):
    """One word, or several with commas between."""

    widget: Any = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The word alone, where it is one."""
        words = super().to_python(value)
        return words[0] if len(words) == 1 else words


class NumbersField(forms.CharField):
    """Whole numbers in a row, such as ``5, 5, 10``; the same may come again."""

    def prepare_value(self, value: Any) -> Any:
        """As a person types them."""
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        """The numbers."""
        words = [word for word in _BETWEEN.split((value or "").strip()) if word]
        for word in words:
            if not (word.isascii() and word.isdigit()) or len(word) > 9:
                raise forms.ValidationError(_("“%(word)s” is no whole number."), params={"word": word})
        return [int(word) for word in words]


class DaysField(forms.CharField):
    """Local days in a row."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """As a person types them."""
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        """The days."""
        found = []
        for word in filter(None, _BETWEEN.split((value or "").strip())):
            try:
                found.append(date.fromisoformat(word))
            except ValueError as error:
                raise forms.ValidationError(
                    _("“%(word)s” is no day such as 2026-12-01."), params={"word": word}
                ) from error
        return found


class YesNoField(forms.ChoiceField):
    """True, false, or nothing said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The choice that says it."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        """What was chosen."""
        return {"yes": True, "no": False}.get(super().clean(value))


class TestsField(forms.CharField):
    """Conditions, a line each, such as ``total >= 20``."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """As a person types them."""
        return text_of(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """The conditions."""
        try:
            return tests_from((value or "").replace("\r\n", "\n"))
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(line)s” is no condition; write it like total >= 20 or channel = app, web."),
                params={"line": str(error)},
            ) from error
