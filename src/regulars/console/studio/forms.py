"""The forms of a programme's sections. Each says where its fields' values stand in the file."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import ListField, choice, number, whole
from regulars.console.studio.settings import NAMES, Table
from regulars.rules.language.earn import EVENTS


class SectionForm(forms.Form):
    """A section or entry of one. TABLE: where each field's value stands; ORDER: how the settings follow each other;
    GROUPS: headings with their fields."""

    TABLE: ClassVar[Table] = {}
    ORDER: ClassVar[tuple[str, ...]] = ()
    GROUPS: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.GROUPS]


class Named(SectionForm):
    """What has a name in three languages."""

    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    name_hans = forms.CharField(label=_("Name in Simplified Chinese"), max_length=100, required=False)
    name_hant = forms.CharField(label=_("Name in Traditional Chinese"), max_length=100, required=False)


NAME_FIELDS = ("name_en", "name_hans", "name_hant")


class GeneralForm(Named):
    """What the programme is called; its money and its clock never change once it runs."""

    TABLE = NAMES
    ORDER = ("programme", "name", "currency", "time_zone", "points", "tiers", "earn")
    GROUPS = ((_("Name"), NAME_FIELDS),)


class CurrencyForm(Named):
    """One currency of points."""

    TABLE = {
        **NAMES,
        "spendable": ("spendable",),
        "pending_days": ("pending", "days"),
        "pending_until": ("pending", "until"),
        "pending_at_most": ("pending", "at_most_days"),
        "after_months": ("expires", "after_months"),
        "after_days": ("expires", "after_days"),
        "years": ("expires", "years"),
        "at_end_of": ("expires", "at_end_of"),
        "sliding": ("expires", "sliding"),
        "worth_points": ("worth", "points"),
        "worth_amount": ("worth", "amount"),
        "pays_least": ("pays", "at_least_points"),
        "pays_percent": ("pays", "at_most_percent"),
        "beyond": ("refund", "beyond_balance"),
        "grace_days": ("refund", "grace_days"),
        "on_points_paid": ("earns_on_points_paid",),
    }
    ORDER = ("name", "spendable", "pending", "expires", "worth", "pays", "refund", "earns_on_points_paid")
    GROUPS = (
        (_("Name"), NAME_FIELDS),
        (_("What they pay"), ("spendable", "worth_points", "worth_amount", "pays_least", "pays_percent")),
        (_("When they count"), ("pending_days", "pending_until", "pending_at_most")),
        (_("How long they live"), ("after_months", "after_days", "years", "at_end_of", "sliding")),
        (_("Returns"), ("beyond", "grace_days", "on_points_paid")),
    )
    spendable = choice(_("Can be spent"), [("", _("yes")), ("no", _("no: they count toward tiers only"))])
    worth_points = whole(_("So many points"))
    worth_amount = number(_("…pay so much money"), min_value=0)
    pays_least = whole(_("At least so many points at a time"), least=0)
    pays_percent = whole(_("At most so many percent of an order"))
    pending_days = whole(_("Wait so many days"), _("Empty, and no event: they count at once."), least=0)
    pending_until = forms.CharField(
        label=_("…or until this event"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "event-names", "autocomplete": "off"}),
    )
    pending_at_most = whole(_("…but at most so many days"))
    after_months = whole(_("Months"), _("One of the three; all empty: for ever."))
    after_days = whole(_("…or days"))
    years = whole(_("…or years"))
    at_end_of = choice(
        _("…to the end of"),
        [("", _("that very day")), ("month", _("the month")), ("quarter", _("the quarter")), ("year", _("the year"))],
    )
    sliding = forms.BooleanField(label=_("Earning or spending starts the time anew"), required=False)
    beyond = choice(
        _("What a return takes beyond the balance"),
        [("", _("as usual: is owed")), ("debt", _("is owed")), ("zero", _("is forgiven"))],
    )
    grace_days = whole(_("Paid points come back for so many days if they lapsed"), least=0)
    on_points_paid = forms.BooleanField(label=_("What is paid with points earns, too"), required=False)


class TiersForm(SectionForm):
    """The ladder without its levels."""

    TABLE = {
        "measure": ("measure",),
        "of": ("of",),
        "rolling_days": ("window", "rolling_days"),
        "calendar": ("window", "calendar"),
        "anniversary": ("window", "anniversary"),
        "for_days": ("keep", "for_days"),
        "grace_days": ("keep", "grace_days"),
        "then": ("keep", "then"),
    }
    ORDER = ("measure", "of", "window", "keep", "levels")
    GROUPS = (
        (_("What counts"), ("measure", "of", "rolling_days", "calendar", "anniversary")),
        (_("How long a tier is kept"), ("for_days", "grace_days", "then")),
    )
    measure = choice(
        _("A tier is reached by"),
        [("spending", _("spending")), ("orders", _("the number of orders")), ("growth", _("growth points"))],
    )
    of = forms.CharField(label=_("…of these growth points"), required=False, max_length=60)
    rolling_days = whole(_("In the last so many days"), _("One of the three; all empty: since joining."))
    calendar = choice(_("…or in the calendar year"), [("", _("no")), ("year", _("yes"))])
    anniversary = choice(_("…or in the member's own year"), [("", _("no")), ("year", _("yes"))])
    for_days = whole(_("Days a tier is kept"), _("Empty: never lost."))
    grace_days = whole(_("Days of grace after a review"), least=0)
    then = choice(
        _("Then"),
        [("", "–"), ("level_earned", _("to the level they have earned")), ("one_step", _("one level down"))],
    )


class LevelForm(Named):
    """One level, as a row."""

    TABLE = {
        "key": ("key",),
        "from_": ("from",),
        **NAMES,
        "earns_times": ("earns_times",),
        "benefits": ("benefits",),
    }
    ORDER = ("key", "from", "name", "earns_times", "benefits")
    key = forms.SlugField(label=_("Key"), max_length=60, required=False)
    from_ = number(_("From"), min_value=0)
    earns_times = number(_("Earns times"), min_value=0)
    benefits = ListField(label=_("Benefits"))
    field_order = ("key", "from_", "name_en", "name_hans", "name_hant", "earns_times", "benefits")

    def clean(self) -> dict[str, Any]:
        """A row with anything in it needs a key."""
        data = super().clean() or {}
        if not data.get("key") and any(value not in (None, "", []) for name, value in data.items() if name != "DELETE"):
            self.add_error("key", forms.ValidationError(_("A level needs a key.")))
        return data


LevelSet = forms.formset_factory(LevelForm, extra=1, can_delete=True, max_num=30)


class RuleForm(Named):
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
        (_("At most"), ("cap_points", "cap_times", "cap_per")),
        (_("Only for a while"), ("valid_from", "valid_until")),
    )
    key = forms.SlugField(
        label=_("Key"), max_length=60, help_text=_("Names the rule for ever, in lower-case letters, digits and dashes.")
    )
    when = forms.CharField(
        label=_("When this happens"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "event-names", "autocomplete": "off"}),
    )
    gives = forms.ChoiceField(label=_("It gives"), required=False)
    points = whole(_("So many points"), _("Either so many points, or a rate:"))
    rate_points = number(_("Points"), min_value=0)
    rate_per = number(_("…for every so much money"), min_value=0)
    of = choice(
        _("…counted"),
        [
            ("", _("as usual: after discounts")),
            ("net", _("after discounts, before delivery and tax")),
            ("gross", _("after discounts, with tax")),
            ("list", _("before discounts")),
            ("paid", _("of all that was paid")),
        ],
    )
    times = choice(_("Times the tier's factor"), [("", _("no")), ("tier", _("yes"))])
    rounding = choice(
        _("Fractions of a point"),
        [("", _("as usual: fall away")), ("floor", _("fall away")), ("nearest", _("to the nearest")), ("up", _("up"))],
    )
    cap_points = whole(_("So many points"), _("Either of the two; both empty: no limit."))
    cap_times = whole(_("…or so many times"))
    cap_per = choice(
        _("…in each"),
        [
            ("", "–"),
            ("day", _("day")),
            ("week", _("week")),
            ("month", _("month")),
            ("year", _("year")),
            ("ever", _("once for all time")),
        ],
    )
    valid_from = forms.DateField(
        label=_("From this day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=_("Until before this day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


EVENT_NAMES = EVENTS
