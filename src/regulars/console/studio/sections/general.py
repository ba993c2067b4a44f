"""What the programme is called, its money and its clock."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry, PathIn
from regulars.console.studio.sections.form import NAME_FIELDS, Named
from regulars.console.studio.sections.known import Known
from regulars.console.studio.settings import NAMES

SETTINGS = ("programme", "name", "currency", "time_zone")
FOR_EVER = ("programme", "currency", "time_zone")
"""What never changes once a version runs."""


class GeneralForm(Named):
    """The head of the file."""

    TABLE = {"programme": ("programme",), **NAMES, "currency": ("currency",), "time_zone": ("time_zone",)}
    ORDER = SETTINGS
    GROUPS = ((_("Name"), ("programme", *NAME_FIELDS)), (_("Money and clock"), ("currency", "time_zone")))
    programme = f.text(_("Key"), _("What the programme is called in the file."), most=60)
    currency = f.text(_("Money"), _("Three letters, such as CNY or USD. It never changes once a version runs."), most=3)
    time_zone = f.text(
        _("Time zone"),
        _("Its days and months are the programme's, such as Asia/Shanghai. It never changes once a version runs."),
    )


class General(Entry):
    """The head of the file."""

    section = "general"
    title = _("The programme")
    FORM = GeneralForm
    FIXED = ()
    removable = False

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """Money and clock change only before the first version."""
        for name in FOR_EVER:
            self.form.fields[name].disabled = not known.first

    def into(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The head as the form says it; every section stays."""
        said = self.said()
        out = {
            name: said.get(name, value)
            for name, value in deepcopy(dict(data)).items()
            if name not in SETTINGS or name in said
        }
        return {**{name: said[name] for name in SETTINGS if name in said and name not in data}, **out}, ""

    def inside(self, path: PathIn, data: Mapping[str, Any], key: str) -> PathIn | None:
        """The head's settings stand at the top of the file."""
        return path if path[:1] and path[0] in SETTINGS else None
