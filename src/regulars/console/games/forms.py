"""A new game as a form; what it writes is the file, and the file is what counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.studio.sections.fields import TestsField
from regulars.rules.games import CONTEST, QUIZ, RAIN, WHEEL
from regulars.rules.games.whole import DESCRIPTION_MAX

GIVES = [("points", _("points")), ("coupon", _("coupon")), ("gift", _("gift, handed over by the shop"))]
_MOMENT = forms.TextInput(attrs={"type": "datetime-local"})


def _text(label: Any, most: int = 200, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


def _number(label: Any, required: bool = False, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, required=required, help_text=help_text)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=DESCRIPTION_MAX, required=False, widget=widget, help_text=help_text)


Pairs = list[tuple[str, str]]


class GameForm(forms.Form):
    """What every game has. ``currencies``: which points there are to give; with one there is nothing to choose."""

    key = forms.SlugField(
        label=_("Key"), max_length=60, help_text=_("Names the game for ever: lower-case letters, digits and dashes.")
    )
    name_en = _text(_("Name (English)"))
    name_hans = _text(_("Name (Simplified Chinese)"), required=False)
    name_hant = _text(_("Name (Traditional Chinese)"), required=False)
    says_en = _words(_("What it is about (English)"), _("Members read it above the game."))
    says_hans = _words(_("What it is about (Simplified Chinese)"))
    says_hant = _words(_("What it is about (Traditional Chinese)"))
    begins = forms.CharField(label=_("Begins"), widget=_MOMENT)
    ends = forms.CharField(label=_("Ends"), widget=_MOMENT)
    tiers = forms.MultipleChoiceField(
        label=_("Only for these tiers"), required=False, help_text=_("None chosen: for every member.")
    )

    def __init__(self, *args: Any, tiers: Pairs, currencies: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["tiers"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = tiers
        if not tiers:
            del self.fields["tiers"]
        offer(self, currencies)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help-{name}"

    def clean(self) -> dict[str, Any]:
        """What it is about is said in English, too, if it is said at all."""
        found = super().clean() or self.cleaned_data
        if (found.get("says_hans") or found.get("says_hant")) and not found.get("says_en"):
            self.add_error("says_en", _("Say it in English, too."))
        return found


def offer(form: forms.Form, currencies: Pairs) -> None:
    """Let a form choose among several kinds of points; where there is one, it need not ask."""
    choice = form.fields.get("currency")
    if isinstance(choice, forms.ChoiceField):
        choice.choices = [("", _("as usual")), *currencies]
        if len(currencies) < 2:
            del form.fields["currency"]


def _currency(help_text: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Kind of points"), required=False, help_text=help_text)


class WheelForm(GameForm):
    """The lucky wheel. What who draws no prize gets is a prize of its own, without a chance."""

    cost = _number(_("Points a turn costs"), help_text=_("Empty: turns are free."))
    currency = _currency(_("That a turn costs."))
    free_per_day = _number(_("Free turns a day"))
    per_day = _number(_("Turns a day at most"))
    ever = _number(_("Turns in all at most"))
    budget = forms.DecimalField(
        label=_("Budget"), required=False, min_value=0, help_text=_("What prizes may cost the shop in all, in money.")
    )
    consolation_en = _text(_("Who draws no prize gets (English)"), required=False, help_text=_("Empty: nothing."))
    consolation_hans = _text(_("Who draws no prize gets (Simplified Chinese)"), required=False)
    consolation_hant = _text(_("Who draws no prize gets (Traditional Chinese)"), required=False)
    consolation_gives = forms.ChoiceField(label=_("…which is"), choices=GIVES, required=False)
    consolation_value = _text(_("…so many points, or which coupon"), 60, required=False)

    def clean(self) -> dict[str, Any]:
        """The consolation is told and worth something, or there is none."""
        found = super().clean() or self.cleaned_data
        if found.get("consolation_value") and not found.get("consolation_en"):
            self.add_error("consolation_en", _("Say in English what it is called."))
        if found.get("consolation_en"):
            _needs_value(self, found, "consolation_")
        return found


class RainForm(GameForm):
    """Red packets."""

    points = _number(_("Points in each rain"), required=True)
    currency = _currency(_("That is in the packets."))
    packets = _number(_("Packets in each rain"), required=True)
    least = _number(_("Points in a packet at least"), required=True)
    minutes = _number(_("Minutes that a rain lasts"), required=True)
    moments = forms.CharField(
        label=_("When it rains"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each, such as 2026-12-08T20:00."),
    )


class QuizForm(GameForm):
    """A quiz."""

    seconds = _number(_("Seconds for a round"), required=True)
    currency = _currency(_("That right answers give."))
    asks = _number(_("Questions in a round"), help_text=_("Empty: all of them."))
    per_day = _number(_("Rounds a day at most"), help_text=_("Empty: one round in all."))
    points_in_all = _number(_("Points in all at most"), help_text=_("What the quiz gives to everybody together."))


class ContestForm(GameForm):
    """A contest."""

    counts = _text(
        _("Event that counts"), help_text=_("Its name in the log, such as Product Shared or Order Completed.")
    )
    sums = _text(
        _("Sum of"), required=False, help_text=_("Empty: how many; `spending`: goods of orders; or a property's name.")
    )
    where = TestsField(
        label=_("Only if"),
        required=False,
        help_text=_("Conditions on the event, a line each, such as total >= 20 or channel = app, web."),
    )
    per_day = _number(_("Counted a day at most"))
    ties = forms.ChoiceField(
        label=_("Who is level"),
        choices=[("first", _("who came there first stands above")), ("share", _("shares a place"))],
    )


class PrizeForm(forms.Form):
    """One prize; an empty row is none. ``chance`` holds the places of a contest."""

    key = forms.SlugField(label=_("Key"), max_length=60)
    name_en = _text(_("English"))
    name_hans = _text(_("Simplified Chinese"), required=False)
    name_hant = _text(_("Traditional Chinese"), required=False)
    chance = _text(_("Chance"), 20, help_text=_("1/1000, 0.1% or 0.001"))
    stock = _number(_("How many"))
    worth = forms.DecimalField(label=_("Worth"), required=False, min_value=0)
    gives = forms.ChoiceField(label=_("Gives"), choices=GIVES, initial="points")
    value = _text(_("Points or coupon"), 60, required=False)
    currency = forms.ChoiceField(label=_("Kind of points"), required=False)

    def __init__(self, *args: Any, currencies: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, currencies)

    def clean(self) -> dict[str, Any]:
        """Points are a number, a coupon has a key."""
        found = super().clean() or self.cleaned_data
        _needs_value(self, found, "")
        return found


def _needs_value(form: forms.Form, found: dict[str, Any], prefix: str) -> None:
    """So many points, or which coupon."""
    value, gives = (found.get(f"{prefix}value") or "").strip(), found.get(f"{prefix}gives") or "points"
    if gives == "points" and not (value.isascii() and value.isdigit()):
        form.add_error(f"{prefix}value", _("Say how many points."))
    elif gives == "coupon" and not value:
        form.add_error(f"{prefix}value", _("Give the coupon's key in the offers."))


class QuestionForm(forms.Form):
    """One question of a quiz; answers a line each."""

    ask_en = _text(_("Question (English)"), 500)
    ask_hans = _text(_("Question (Simplified Chinese)"), 500, required=False)
    ask_hant = _text(_("Question (Traditional Chinese)"), 500, required=False)
    answers = forms.CharField(
        label=_("Answers"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each; other languages after a bar: Tea | 茶 | 茶"),
    )
    right = _number(_("Number of the right answer"), required=True)
    points = forms.IntegerField(label=_("Points"), min_value=0)


FORMS: dict[str, type[GameForm]] = {WHEEL: WheelForm, RAIN: RainForm, QUIZ: QuizForm, CONTEST: ContestForm}
PrizeRows = forms.formset_factory(PrizeForm, extra=3, max_num=50)
QuestionRows = forms.formset_factory(QuestionForm, extra=2, max_num=50)


def rows_of(kind: str) -> Any:
    """The rows that a kind's form has below; None for none."""
    return {WHEEL: PrizeRows, CONTEST: PrizeRows, QUIZ: QuestionRows}.get(kind)
