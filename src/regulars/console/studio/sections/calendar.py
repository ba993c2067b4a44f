"""One occasion of the calendar: days that give something, or on which more is earned. Each kind has its own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import number, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.form import NAME_FIELDS, Group, KeyedForm, SectionForm
from regulars.console.studio.sections.known import Known
from regulars.console.studio.sections.rows import Conditions, Rows
from regulars.console.studio.settings import NAMES
from regulars.programmes.holiday_names import countries, holiday_names

BIRTHDAY, HOLIDAY, DAY_OF_MONTH, DATES = "birthday", "holiday", "day_of_month", "dates"
KINDS = {
    BIRTHDAY: _("The member's birthday"),
    HOLIDAY: _("A holiday"),
    DAY_OF_MONTH: _("A day of every month"),
    DATES: _("Days of your own"),
}
"""What a day of the calendar can be."""
_NAME: Group = (_("Name"), ("key", *NAME_FIELDS))
_DOES: Group = (_("What it brings"), ("gift*", "earns_times"))


class OccasionForm(KeyedForm):
    """What every occasion has; a birthday needs no more."""

    TABLE = {**NAMES, "earns_times": ("earns_times",)}
    ORDER = ("key", "name", "when", "for", "gives", "earns_times")
    GROUPS: ClassVar[tuple[Group, ...]] = (_NAME, _DOES)
    GIFTS = (("gift", ("gives",)),)
    key = f.key()
    earns_times = number(
        _("Orders earn times"),
        _("Such as 2 for double points on the day; of several on one day the largest counts."),
        min_value=0,
    )


class HolidayForm(OccasionForm):
    """A public holiday, by its country and name."""

    TABLE = {
        **OccasionForm.TABLE,
        "country": ("when", "holiday", "country"),
        "holiday": ("when", "holiday", "name"),
        "dates": ("when", "holiday", "dates"),
    }
    GROUPS = (_NAME, (_("Which day"), ("country", "holiday", "dates")), _DOES)
    country = forms.ChoiceField(label=_("Country"), help_text=_("Whose holiday it is."))
    holiday = forms.ChoiceField(label=_("Holiday"), help_text=_("With the day it falls on next."))
    dates = f.DaysField(
        label=_("Days that are not known, or are others"),
        required=False,
        help_text=_("Such as 2027-09-15; a day given here stands for its whole year."),
    )


class MonthlyForm(OccasionForm):
    """The same day of every month."""

    TABLE = {**OccasionForm.TABLE, "day": ("when", "day_of_month")}
    GROUPS = (_NAME, (_("Which day"), ("day",)), _DOES)
    day = whole(_("Day of the month"), _("1 to 31; in shorter months their last day."))


class DatesForm(OccasionForm):
    """Days of the shop's own."""

    TABLE = {**OccasionForm.TABLE, "dates": ("when", "dates")}
    GROUPS = (_NAME, (_("Which day"), ("dates",)), _DOES)
    dates = f.DaysField(
        label=_("Days"), required=False, help_text=_("With commas between, such as 2026-12-12, 2027-12-12.")
    )


FORMS: dict[str, type[OccasionForm]] = {
    BIRTHDAY: OccasionForm,
    HOLIDAY: HolidayForm,
    DAY_OF_MONTH: MonthlyForm,
    DATES: DatesForm,
}


class Occasion(Entry):
    """One entry of the calendar."""

    section = "calendar"
    title = _("Occasion")
    ROWS_AFTER = 3

    @property
    def kind(self) -> str:
        """Which kind of day, by its settings."""
        when = self.plainly(self.begun).get("when")
        return next((kind for kind in KINDS if isinstance(when, Mapping) and kind in when), BIRTHDAY)

    def form_kind(self) -> type[SectionForm]:
        """By its kind."""
        return FORMS[self.kind]

    @property
    def fixed(self) -> tuple[str, ...]:
        """A birthday is a birthday."""
        return ("key", "when") if self.kind == BIRTHDAY else ("key",)

    def rows_below(self) -> list[Rows]:
        """A day asks of the member only."""
        return [Conditions(("for",))]

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """A date is a list of one."""
        out = dict(settings)
        when = out.get("when")
        if isinstance(when, Mapping) and set(when) == {"date"}:
            out["when"] = {"dates": [when["date"]]}
        return out

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """The countries, and the holidays of the one that was chosen."""
        if self.kind != HOLIDAY:
            return
        self.form.choices_of("country", [("", "–"), *countries()])
        asks = {"hx-get": reverse("admin:studio_holidays"), "hx-target": "#id_holiday", "hx-swap": "innerHTML"}
        self.form.fields["country"].widget.attrs.update(asks)
        country = self.form["country"].value() or ""
        self.form.choices_of("holiday", holidays_of(str(country), str(self.form.initial.get("holiday") or "")))


def holidays_of(country: str, kept: str = "") -> list[tuple[str, str]]:
    """A country's holidays to choose from, each with its next day; ``kept`` is among them whatever is known."""
    found = [
        (one.name, gettext("%(name)s: %(day)s") % {"name": one.shown, "day": one.next_day.isoformat()})
        for one in holiday_names(country)
    ]
    known = {name.casefold() for name, _said in found}
    own = [(kept, kept)] if kept and kept.casefold() not in known else []
    if kept and not own:  # the file may write it in small letters, or in the country's own language
        found = [(kept, said) if name.casefold() == kept.casefold() else (name, said) for name, said in found]
    return [("", "–"), *own, *found]
