"""One benefit: what it is called, how it is used, how often, and which levels bring it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import choice, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections import home
from regulars.console.studio.sections.entry import Entry, limited
from regulars.console.studio.sections.form import NAME_FIELDS, KeyedForm
from regulars.console.studio.sections.known import Known
from regulars.console.studio.settings import NAMES
from regulars.rules.language.benefits import HOW_LENGTH_MAX


def _how(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=HOW_LENGTH_MAX, widget=widget)


class BenefitForm(KeyedForm):
    """One benefit."""

    TABLE = {
        **NAMES,
        "how_en": ("how", "en"),
        "how_hans": ("how", "zh-Hans"),
        "how_hant": ("how", "zh-Hant"),
        "cap_times": ("at_most", "times"),
        "cap_per": ("at_most", "per"),
    }
    ORDER = ("name", "how", "at_most")
    GROUPS = (
        (_("Name"), ("key", *NAME_FIELDS)),
        (_("How it is used"), ("how_en", "how_hans", "how_hant")),
        (_("At most"), ("cap_times", "cap_per")),
        (_("Who has it"), ("levels",)),
    )
    key = f.key()
    how_en = _how(_("In English"), _("A sentence for members, such as where to show what."))
    how_hans = _how(_("In Simplified Chinese"))
    how_hant = _how(_("In Traditional Chinese"))
    cap_times = whole(_("So many times"), _("Empty: as often as one likes."))
    cap_per = choice(_("…in each"), f.PER, _("Goes with the number before."))
    levels = forms.MultipleChoiceField(
        label=_("Levels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A member has the benefits of their own level only: tick each."),
    )


class Benefit(Entry):
    """One benefit."""

    section = "benefits"
    title = _("Benefit")
    FORM = BenefitForm

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Limits and texts the long way."""
        out = limited(settings, renamed="")
        for name in ("how",):
            if isinstance(out.get(name), str):
                out[name] = {"en": out[name]}
        return out

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """The levels, and which have it now."""
        if not known.levels:
            del self.form.fields["levels"]
            return
        self.form.choices_of("levels", list(known.levels))
        self.form.initial["levels"] = home.who_has(data, self.key) if self.key else []

    def into(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The benefit, and the levels that bring it. One that says nothing of itself needs no entry."""
        key, said = self.new_key(), self.said()
        described = home.found(data, "benefits", key) is not None
        out = home.put(data, "benefits", key, said, self.is_new) if said or described else dict(data)
        if "levels" in self.form.fields:
            out = home.with_levels(out, key, self.form.cleaned_data["levels"])
        return out, key
