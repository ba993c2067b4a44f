"""The form of a new version: a file, pasted or chosen, and when it shall take effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

FILE_BYTES_MAX = 1_000_000


class NewVersionForm(forms.Form):
    """A file, pasted or chosen, and when it shall take effect."""

    text = forms.CharField(
        label=_("The file"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "k-code"}),
    )
    file = forms.FileField(label=_("Or choose a file"), required=False)
    effective_at = forms.CharField(
        label=_("Takes effect"), required=False, widget=forms.TextInput(attrs={"type": "datetime-local"})
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("Why this change: for whoever looks back.")
    )

    def clean(self) -> dict[str, Any]:
        """The text of the file, wherever it came from."""
        data: dict[str, Any] = super().clean() or {}
        upload = data.get("file")
        if upload is not None:
            if upload.size > FILE_BYTES_MAX:
                raise forms.ValidationError(_("The file is too large: 1 MB at most."))
            try:
                data["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("The file is not text in UTF-8.")) from error
        data["text"] = (data.get("text") or "").replace("\r\n", "\n")
        if not data["text"].strip():
            raise forms.ValidationError(_("Paste a programme or choose its file."))
        return data


def moment(text: str, time_zone: str) -> datetime | None:
    """A time typed in the shop's time zone; None for now. Raises ValueError when it is no time."""
    if not text.strip():
        return None
    return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(time_zone))
