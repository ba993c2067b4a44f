"""The form of an offer: every field any kind has, cut down to what the offer at hand needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import ListField, MomentField, StepsField, choice, number, whole
from regulars.console.offers.kinds import NAMES, Template, fields_of
from regulars.offers.condition_words import channel_name, weekday
from regulars.offers.words import group_name
from regulars.rules.offers.goods import WEEKDAYS

_WORDS = _("Several with commas between.")


class OfferForm(forms.Form):
    """One offer or coupon. ``categories_seen``, ``channels_seen``, ``tiers`` and ``groups`` are what there is to choose
    from."""

    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=100)
    name_hans = forms.CharField(label=_("Name in Simplified Chinese"), required=False, max_length=100)
    name_hant = forms.CharField(label=_("Name in Traditional Chinese"), required=False, max_length=100)
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=60,
        help_text=_("Names the offer for ever, in lower-case letters, digits and dashes. Empty: made from the name."),
    )
    price = number(_("Price"), _("Of one unit; of a bundle or a delivery, of all of it."), min_value=0)
    off_percent = number(_("Percent off"), _("From above 0 to 100."), min_value=0, max_value=100)
    off = number(_("Money off"), min_value=0)
    each = choice(
        _("Counted for"),
        [("", _("as usual")), ("unit", _("every unit")), ("line", _("every line")), ("order", _("the order, once"))],
    )
    off_at_most = number(_("At most so much off an order"), min_value=0)
    units_at_most = whole(_("At most so many units"))
    units_each = choice(_("…of"), [("order", _("the order")), ("line", _("each line"))])
    pick = choice(
        _("Which first"), [("", _("whichever is best")), ("cheapest", _("the cheapest")), ("dearest", _("the dearest"))]
    )
    steps = StepsField(
        label=_("Steps"), required=False, help_text=_("A line each: 300 = 40, or 1000 = 20% for percent.")
    )
    every = number(_("For every so much"), min_value=0)
    of = choice(
        _("What counts"),
        [("", _("after the offers before it")), ("list", _("before discounts")), ("gross", _("with tax"))],
    )
    buy_quantity = whole(_("Buy so many"))
    buy_categories = ListField(label=_("…of these categories"), help_text=_WORDS)
    buy_products = ListField(label=_("…or these products"), help_text=_WORDS)
    get_quantity = whole(_("Get so many"))
    get_categories = ListField(label=_("…of these categories"), help_text=_("Empty: of the same goods."))
    get_products = ListField(label=_("…or these products"), help_text=_("Empty: of the same goods."))
    get_off_percent = number(_("Percent off"), _("100: free."), min_value=0, max_value=100)
    get_pick = choice(_("Which first"), [("", _("the cheapest")), ("dearest", _("the dearest"))])
    units = choice(
        _("Where they come from"),
        [("", _("units in the cart are made cheaper")), ("added", _("free units are put in"))],
    )
    repeat = forms.BooleanField(label=_("As often as the cart holds enough"), required=False)
    nth = whole(_("Of every so many units"), _("2: the second one for less."), least=2)
    gift_product_id = forms.CharField(label=_("The gift's product id"), required=False, max_length=200)
    gift_quantity = whole(_("So many of it"))
    categories = ListField(label=_("Categories"), help_text=_("Empty: all goods."))
    products = ListField(label=_("Products"), help_text=_("Their ids, with commas between."))
    brands = ListField(label=_("Brands"), help_text=_WORDS)
    not_categories = ListField(label=_("But not these categories"), help_text=_WORDS)
    not_products = ListField(label=_("But not these products"), help_text=_WORDS)
    tiers = forms.MultipleChoiceField(
        label=_("Tiers"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: everybody.")
    )
    segments = ListField(label=_("Groups of members"), help_text=_WORDS)
    least = number(_("From so much on"), min_value=0)
    least_of = choice(
        _("…of"),
        [
            ("net", _("the cart, after the offers before it")),
            ("list", _("the cart, before discounts")),
            ("goods.net", _("these goods, after the offers before it")),
            ("goods.list", _("these goods, before discounts")),
            ("quantity", _("items in the cart")),
            ("goods.quantity", _("items of these goods")),
        ],
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: all of them.")
    )
    valid_from = MomentField(label=_("Begins"), required=False, help_text=_("In the shop's time; empty: at once."))
    valid_until = MomentField(label=_("Ends"), required=False, help_text=_("In the shop's time; empty: never."))
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: every day."),
    )
    days = ListField(label=_("Days of the month"), help_text=_("Such as 8, 18, 28."))
    stock = whole(_("So many in all"), _("Then it is sold out."), least=0)
    limit = number(_("At most"), min_value=0)
    limit_kind = choice(
        _("Counted in"), [("times", _("times")), ("quantity", _("units")), ("amount", _("of money off"))]
    )
    limit_per = choice(
        _("Limit for"),
        [
            ("member", _("each member")),
            ("order", _("one order")),
            ("day", _("each member a day")),
            ("week", _("each member a week")),
            ("month", _("each member a month")),
            ("year", _("each member a year")),
        ],
    )
    budget = number(_("Budget"), _("It closes by itself when so much has been given away."), min_value=0)
    valid_days = whole(_("Good for so many days"), _("From the day it is given."))
    exclusive = forms.BooleanField(label=_("Goes with no other coupon"), required=False)
    codes = choice(
        _("Codes"),
        [
            ("", _("none: it is given to members")),
            ("public", _("one word for everybody")),
            ("own", _("a code for each")),
        ],
    )
    code_public = forms.CharField(label=_("The word"), required=False, max_length=40)
    code_prefix = forms.CharField(label=_("Codes begin with"), required=False, max_length=20)
    code_length = whole(_("Signs in a code"), least=6)
    code_count = whole(_("So many codes"))
    group = choice(_("Group"), [], _("Offers of one group live together as the policy says."))
    priority = whole(_("Priority"), _("The higher goes first; 0 as usual."), least=-1000)

    def __init__(
        self,
        *args: Any,
        template: Template,
        tiers: Sequence[tuple[str, str]] = (),
        channels: Sequence[str] = (),
        groups: Sequence[str] = (),
        fixed_key: str = "",
        said: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.said = said or {}
        self.template = template
        wanted = fields_of(template.section, template.kind)
        for n in range(1, 5):
            self.fields[f"slot{n}_quantity"] = whole(_("So many"))
            self.fields[f"slot{n}_categories"] = ListField(label=_("…of these categories"), help_text=_WORDS)
            self.fields[f"slot{n}_products"] = ListField(label=_("…or these products"), help_text=_WORDS)
        for name in [name for name in self.fields if name not in wanted or (name == "key" and fixed_key)]:
            del self.fields[name]
        self.fixed_key = fixed_key
        self._choose("tiers", list(tiers), self.initial.get("tiers"))
        known = [(name, channel_name(name)) for name in dict.fromkeys([*channels, "online", "app", "live", "store"])]
        self._choose("channels", known, self.initial.get("channels"))
        self._choose("weekdays", [(name, weekday(name)) for name in WEEKDAYS], ())
        self._choose("group", [("", _("as usual")), *((name, group_name(name)) for name in groups)], ())
        if template.kind == "nth" and "each" in self.fields:
            self._choose("each", [("", _("the whole order")), ("line", _("each line apart"))], ())
        for name, field in self.fields.items():
            if type(field) is forms.ChoiceField:
                self._also(field, self.initial.get(name))
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help-{name}"
            if isinstance(field.widget, forms.NumberInput):
                field.widget.attrs.setdefault("step", "any")
                field.widget.attrs["inputmode"] = "decimal"

    def _choose(self, name: str, choices: list[tuple[str, Any]], also: Any) -> None:
        field = self.fields.get(name)
        if isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField)):
            known = {key for key, _words in choices}
            field.choices = [*choices, *((key, key) for key in also or () if key not in known)]

    @staticmethod
    def _also(field: forms.ChoiceField, said: Any) -> None:
        """A default that the file writes out stands for the choice of saying nothing."""
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
        if said is not None and said not in {key for key, _words in choices}:
            field.choices = [(said if key == "" else key, words) for key, words in choices]

    def clean_days(self) -> list[str]:
        """Days of the month are numbers."""
        days: list[str] = self.cleaned_data["days"]
        if not all(re.fullmatch(r"[1-9]|[12]\d|3[01]", one) for one in days):
            raise forms.ValidationError(_("Write numbers from 1 to 31, such as 8, 18, 28."))
        return days

    def clean(self) -> dict[str, Any]:
        """A key of its own, and what only several fields together can tell."""
        data: dict[str, Any] = super().clean() or {}
        if self.fixed_key:
            data["key"] = self.fixed_key
        elif not data.get("key") and "key" not in self.errors:
            data["key"] = key_from(data.get("name_en", "")) or self.template.key
        if (data.get("name_hans") or data.get("name_hant")) and not data.get("name_en"):
            self.add_error("name_en", gettext("The English name is the one that others fall back on; write it too."))
        # What a tick says anyway need not be written, unless the file did.
        if "repeat" in self.fields and data.get("repeat") and "repeat" not in self.said:
            data["repeat"] = None
        if "exclusive" in self.fields and not data.get("exclusive") and "exclusive" not in self.said:
            data["exclusive"] = None
        return data

    def values(self) -> dict[str, Any]:
        """What the form says, for ``fields.join``. Only after ``is_valid``."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        if self.template.kind == "buy_get":
            same = [name for name in ("categories", "products") if f"get_{name}" in values]
            if not same:
                values |= {
                    f"get_{name}": values[f"buy_{name}"]
                    for name in ("categories", "products")
                    if f"buy_{name}" in values
                }
        usual = {"get_off_percent": 100, "priority": 0, "buy_quantity": 1, "get_quantity": 1, "gift_quantity": 1}
        for name, value in usual.items():
            if values.get(name) == value and name not in self.said:
                del values[name]
        if "limit" in values and values.get("limit_kind") != "amount":
            values["limit"] = int(values["limit"])
        return values

    @property
    def shown(self) -> list[Any]:
        """The fields that stand open."""
        return [self[name] for name in self.template.shown if name in self.fields]

    @property
    def more(self) -> list[Any]:
        """The others of the kind, but for the names."""
        return [self[name] for name in self.fields if name not in self.template.shown and name not in NAMES]

    @property
    def more_is_used(self) -> bool:
        """Whether something waits under "More settings" that has to be seen: a value or a mistake."""
        return any(bound.errors for bound in self.more)

    @property
    def names(self) -> list[Any]:
        """The names and the key."""
        return [self[name] for name in NAMES if name in self.fields]


def key_from(name: str) -> str:
    """``Tea day!`` as ``tea-day``; empty where nothing of it can stand in a key."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
