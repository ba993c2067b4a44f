"""One earning rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import choice, number, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.form import NAME_FIELDS, KeyedForm
from regulars.console.studio.sections.known import Known
from regulars.console.studio.sections.rows import Conditions, Rows
from regulars.console.studio.settings import NAMES


class RuleForm(KeyedForm):
    """One earning rule without its conditions."""

    TABLE = {
        **NAMES,
        "when": ("when",),
        "gives": ("gives",),
        "points": ("points",),
        "rate_points": ("rate", "points"),
        "rate_per": ("rate", "per"),
        "of": ("of",),
        "times": ("times",),
        "rounding": ("rounding",),
        "cap_points": ("at_most", "points"),
        "cap_times": ("at_most", "times"),
        "cap_per": ("at_most", "per"),
        "valid_from": ("valid", "from"),
        "valid_until": ("valid", "until"),
    }
    ORDER = ("key", "name", "when", "where", "for", "gives", "rate", "points", "of", "times", "valid", "at_most")
    GROUPS = (
        (_("Name"), ("key", *NAME_FIELDS)),
        (_("What earns"), ("when", "gives", "points", "rate_points", "rate_per", "of", "times", "rounding")),
        (_("…or several things at once"), ("gift*",)),
        (_("At most"), ("cap_points", "cap_times", "cap_per")),
        (_("Only for a while"), ("valid_from", "valid_until")),
    )
    GIFTS = (("gift", ("gives",)),)
    key = f.key()
    when = f.event(_("When this happens"), _("The name of an event; one of your own is fine."), required=True)
    gives = forms.ChoiceField(label=_("It gives"), required=False, help_text=_("Which points."))
    points = whole(_("So many points"), _("Either so many points, or a rate:"))
    rate_points = number(_("Points"), _("Such as 1."), min_value=0)
    rate_per = number(_("…for every so much money"), _("Such as 1.00."), min_value=0)
    of = choice(
        _("…counted"),
        [
            ("", _("as usual: after discounts")),
            ("net", _("after discounts, before delivery and tax")),
            ("gross", _("after discounts, with tax")),
            ("list", _("before discounts")),
            ("paid", _("of all that was paid")),
        ],
        _("Goes with a rate."),
    )
    times = choice(
        _("Times the tier's factor"), [("", _("no")), ("tier", _("yes"))], _("What each level says it earns times.")
    )
    rounding = choice(
        _("Fractions of a point"),
        [("", _("as usual: fall away")), ("floor", _("fall away")), ("nearest", _("to the nearest")), ("up", _("up"))],
        _("Once for each rule and order."),
    )
    cap_points = whole(_("So many points"), _("Either of the two; both empty: no limit."))
    cap_times = whole(_("…or so many times"))
    cap_per = choice(_("…in each"), f.PER, _("Goes with the number before."))
    valid_from = f.day(_("From this day"), _("Included."))
    valid_until = f.day(_("Until before this day"), _("The rule no longer counts on it."))

    def clean(self) -> dict[str, Any]:
        """Several things at once are said in full: the currency goes with a number or a rate."""
        data = super().clean() or {}
        if data.get("gives") and any(value for name, value in data.items() if name.startswith("gift_")):
            self.add_error("gives", forms.ValidationError(_("Either these points, or several things at once.")))
        return data


class Earn(Entry):
    """One earning rule."""

    section = "earn"
    title = _("Earning rule")
    FORM = RuleForm
    ROWS_AFTER = 3

    def rows_below(self) -> list[Rows]:
        """Its conditions."""
        return [Conditions()]

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """The currencies."""
        first = known.currencies[0][0] if known.currencies else "–"
        usual = [("", gettext("as usual: %(points)s") % {"points": first})]
        self.form.choices_of("gives", [*usual, *((key, key) for key, _name in known.currencies)])
