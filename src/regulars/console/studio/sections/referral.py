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
from regulars.console.studio.sections.known import Known
from regulars.console.studio.sections.rows import Conditions, Rows

REFUSES = (
    ("self", _("who invites themselves")),
    ("same_device", _("the same device")),
    ("same_address", _("the same delivery address")),
    ("same_payment", _("the same means of payment")),
)
_WORDS = [word for word, _said in REFUSES]
RETURNED = (
    ("", _("by default: taken back")),
    ("take_back", _("what they brought is taken back")),
    ("keep", _("what they brought stays")),
)


class ReferralForm(SectionForm):
    """The whole section, without the conditions of what counts."""

    TABLE = {
        "when": ("counts", "when"),
        "within_days": ("counts", "within_days"),
        "cap_times": ("at_most", "times"),
        "cap_per": ("at_most", "per"),
        "refuses": ("refuses",),
        "an_hour": ("holds", "friends_per_hour"),
        "a_network": ("holds", "friends_per_network"),
        "returned": ("returned",),
    }
    ORDER = ("counts", "gives", "at_most", "refuses", "holds", "returned")
    GIFTS = (("referrer", ("gives", "referrer")), ("friend", ("gives", "friend")))
    GROUPS = (
        (_("When a friend counts"), ("when", "within_days")),
        (_("What the one who invited gets"), ("referrer*",)),
        (_("What the friend gets"), ("friend*",)),
        (_("At most"), ("cap_times", "cap_per")),
        (_("What does not count"), ("refuses",)),
        (_("What waits for a person to decide"), ("an_hour", "a_network")),
        (_("When the whole order goes back"), ("returned",)),
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
    an_hour = whole(_("More friends of one member in an hour than"), _("Empty: 10; 0: never."), least=0)
    a_network = whole(_("More friends of one member on one network than"), _("Empty: 3; 0: never."), least=0)
    returned = choice(_("Points and coupons"), RETURNED, _("Of both sides, as far as they are not used yet."))


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

    def fill(self, posted: Any, data: Mapping[str, Any], known: Known) -> None:
        """Where the file does not say what is refused, all of it is, and the form shows that."""
        if self.begun:
            self.begun.setdefault("refuses", list(_WORDS))
        super().fill(posted, data, known)

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Limits the long way; what is refused in the form's order."""
        out = limited(settings, renamed="")
        refused = out.get("refuses")
        if isinstance(refused, list) and set(refused) <= set(_WORDS):
            out["refuses"] = [word for word in _WORDS if word in refused]
        return out

    def said(self) -> dict[str, Any]:
        """A section in which nothing is ticked refuses nothing, and says so; what did not say goes on without."""
        out = super().said()
        out.setdefault("refuses", [])
        if out["refuses"] == _WORDS and "refuses" not in self.settings and self.settings:
            del out["refuses"]
        return out
