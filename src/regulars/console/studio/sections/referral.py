"""Friends who bring friends: when one counts, what both get, how often, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import choice, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry, limited
from regulars.console.studio.sections.form import SectionForm
from regulars.console.studio.sections.rows import Conditions, Rows

REFUSES = (
    ("self", _("who invites themselves")),
    ("same_device", _("the same device")),
    ("same_address", _("the same delivery address")),
    ("same_payment", _("the same means of payment")),
)
_WORDS = [word for word, _said in REFUSES]


class ReferralForm(SectionForm):
    """The whole section, without the conditions of what counts."""

    TABLE = {
        "when": ("counts", "when"),
        "within_days": ("counts", "within_days"),
        "cap_times": ("at_most", "times"),
        "cap_per": ("at_most", "per"),
        "refuses": ("refuses",),
    }
    ORDER = ("counts", "gives", "at_most", "refuses")
    GIFTS = (("referrer", ("gives", "referrer")), ("friend", ("gives", "friend")))
    GROUPS = (
        (_("When a friend counts"), ("when", "within_days")),
        (_("What the one who invited gets"), ("referrer*",)),
        (_("What the friend gets"), ("friend*",)),
        (_("At most"), ("cap_times", "cap_per")),
        (_("What does not count"), ("refuses",)),
    )
    when = f.event(_("When the friend does this"), _("Such as a first order."), required=True)
    within_days = whole(_("Within so many days of joining"), _("Empty: whenever it is."))
    cap_times = whole(_("So many friends"), _("For whom one member is thanked; empty: no limit."))
    cap_per = choice(_("…in each"), f.PER, _("Goes with the number before."))
    refuses = forms.MultipleChoiceField(
        label=_("Refused"),
        required=False,
        choices=REFUSES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Signs that the friend is the same person."),
    )


class Referral(Entry):
    """The whole section."""

    section = "referral"
    title = _("Invitations")
    FORM = ReferralForm
    FIXED = ()
    ROWS_AFTER = 1

    def rows_below(self) -> list[Rows]:
        """The conditions of what counts."""
        return [Conditions(("where",), at=("counts",))]

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Limits the long way; what is refused in the form's order."""
        out = limited(settings, renamed="")
        refused = out.get("refuses")
        if isinstance(refused, list) and set(refused) <= set(_WORDS):
            out["refuses"] = [word for word in _WORDS if word in refused]
        return out

    def said(self) -> dict[str, Any]:
        """A section in which nothing is ticked refuses nothing, and says so."""
        out = super().said()
        if "refuses" not in out and (self.is_new or not self.settings or "refuses" in self.settings):
            out["refuses"] = []
        return out
