"""The ladder of tiers and its levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import ListField, choice, number, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.form import Named, SectionForm
from regulars.console.studio.sections.rows import Listed, Rows
from regulars.console.studio.settings import NAMES, put, take


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
        _("What is returned counts against it."),
    )
    of = f.text(_("…of these growth points"), _("Their key; only where there are several."), most=60)
    rolling_days = whole(_("In the last so many days"), _("One of the three; all empty: since joining."))
    calendar = choice(_("…or in the calendar year"), [("", _("no")), ("year", _("yes"))])
    anniversary = choice(_("…or in the member's own year"), [("", _("no")), ("year", _("yes"))])
    for_days = whole(_("Days a tier is kept"), _("Empty: never lost."))
    grace_days = whole(_("Days of grace after a review"), _("To win it back before it is lost."), least=0)
    then = choice(
        _("Then"),
        [("", "–"), ("level_earned", _("to the level they have earned")), ("one_step", _("one level down"))],
        _("Where a member goes who was reviewed."),
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
    ORDER = ("key", "from", "name", "earns_times", "benefits", "gives")
    GIFTS = (("gift", ("gives",)),)
    key = forms.SlugField(label=_("Key"), max_length=60, required=False)
    from_ = number(_("From"), min_value=0)
    earns_times = number(_("Earns times"), min_value=0)
    benefits = ListField(label=_("Benefits"))
    field_order = ("key", "from_", "name_en", "name_hans", "name_hant", "earns_times", "benefits")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A row says what its fields are once, above all rows; what reaching the level gives is named as such.
        for name, field in self.fields.items():
            field.help_text = ""
            field.widget.attrs.pop("aria-describedby", None)
            if name.startswith("gift_"):
                field.label = _("Gift: %(what)s") % {"what": field.label}

    def clean(self) -> dict[str, Any]:
        """A row with anything in it needs a key."""
        data = super().clean() or {}
        if not data.get("key") and any(value not in (None, "", []) for name, value in data.items() if name != "DELETE"):
            self.add_error("key", forms.ValidationError(_("A level needs a key.")))
        return data


LevelSet = forms.formset_factory(LevelForm, extra=1, can_delete=True, max_num=30)


class Levels(Listed):
    """The levels, a row each."""

    title = _("Levels, lowest first")
    help = _(
        "From: what is to be reached, more than the level before. Earns times: multiplies the rules that count the"
        " tier. Gifts: what reaching the level gives, once ever."
    )
    prefix = "level"
    setting = "levels"

    def take(self, posted: Any, settings: dict[str, Any], known: Any) -> dict[str, Any]:
        """A row a level."""
        levels = [level for level in settings.get("levels") or [] if isinstance(level, Mapping)]
        table = LevelForm(known=known).table
        values = [take(level, table)[0] for level in levels]
        self.set = LevelSet(posted, initial=values, prefix=self.prefix, form_kwargs={"known": known})
        return {name: value for name, value in settings.items() if name != "levels"}

    def said(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The levels."""
        olds = {str(level.get("key")): level for level in before.get("levels") or [] if isinstance(level, Mapping)}
        levels = []
        for row in self.kept:
            if row.cleaned_data.get("key"):
                old = olds.get(row.cleaned_data["key"], {})
                table = row.table  # type: ignore[attr-defined]
                levels.append(put(row.cleaned_data, take(old, table)[1], table, LevelForm.ORDER, old))
        return {"levels": levels}


class Tiers(Entry):
    """The ladder."""

    section = "tiers"
    title = _("Tiers")
    FORM = TiersForm
    FIXED = ()

    def rows_below(self) -> list[Rows]:
        """The levels."""
        return [Levels()]
