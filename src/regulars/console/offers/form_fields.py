"""The kinds of fields that the form of an offer is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.typed import as_lines, from_lines, steps_from, steps_text


class ListField(forms.CharField):
    """Several words in one field, with commas between."""

    widget: Any = forms.Textarea(attrs={"rows": 1, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Words as a person types them."""
        return as_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The words."""
        return from_lines((value or "").replace("\r\n", "\n"))


class MomentField(forms.CharField):
    """A local moment."""

    widget = forms.TextInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> Any:
        """The moment as the file says it, to the minute unless it has seconds."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is no time.")) from error
        return at.isoformat(timespec="seconds" if at.second else "minutes")


class StepsField(forms.CharField):
    """Steps of spend and save, a line each."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Steps as a person types them."""
        return steps_text(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The steps."""
        try:
            return steps_from((value or "").replace("\r\n", "\n"))
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(line)s” is no step; write it like 300 = 40 or 1000 = 20%%."), params={"line": str(error)}
            ) from error


def number(label: Any, help_text: Any = "", **kwargs: Any) -> forms.DecimalField:
    """An exact number; never needed."""
    return forms.DecimalField(label=label, help_text=help_text, required=False, localize=False, **kwargs)


def whole(label: Any, help_text: Any = "", least: int = 1) -> forms.IntegerField:
    """A whole number of at least ``least``; never needed."""
    return forms.IntegerField(label=label, help_text=help_text, required=False, min_value=least)


def choice(label: Any, choices: Sequence[tuple[str, Any]], help_text: Any = "") -> forms.ChoiceField:
    """One of a few; never needed."""
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=False)
