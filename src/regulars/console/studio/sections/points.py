"""One currency of points."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import choice, number, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.form import NAME_FIELDS, KeyedForm
from regulars.console.studio.settings import NAMES


class CurrencyForm(KeyedForm):
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
        "paid_points": ("refund", "paid_points"),
        "grace_days": ("refund", "grace_days"),
        "on_points_paid": ("earns_on_points_paid",),
    }
    ORDER = ("name", "spendable", "pending", "expires", "worth", "pays", "refund", "earns_on_points_paid")
    GROUPS = (
        (_("Name"), ("key", *NAME_FIELDS)),
        (_("What they pay"), ("spendable", "worth_points", "worth_amount", "pays_least", "pays_percent")),
        (_("When they count"), ("pending_days", "pending_until", "pending_at_most")),
        (_("How long they live"), ("after_months", "after_days", "years", "at_end_of", "sliding")),
        (_("Returns"), ("beyond", "paid_points", "grace_days", "on_points_paid")),
    )
    key = f.key()
    spendable = f.YesNoField(
        label=_("Can be spent"),
        choices=[("", _("as usual: yes")), ("yes", _("yes")), ("no", _("no: they count toward tiers only"))],
        help_text=_("Points that cannot be spent have no worth and pay nothing."),
    )
    worth_points = whole(_("So many points"), _("With the next: 100 points pay 1.00."))
    worth_amount = number(_("…pay so much money"), _("In the programme's money."), min_value=0)
    pays_least = whole(_("At least so many points at a time"), _("Empty: any number."), least=0)
    pays_percent = whole(_("At most so many percent of an order"), _("Empty: all of it."))
    pending_days = whole(_("Wait so many days"), _("Empty, and no event: they count at once."), least=0)
    pending_until = f.event(_("…or until this event"), _("Such as the delivery of the order."))
    pending_at_most = whole(_("…but at most so many days"), _("If the event never comes."))
    after_months = whole(_("Months"), _("One of the three; all empty: for ever."))
    after_days = whole(_("…or days"))
    years = whole(_("…or years"))
    at_end_of = choice(
        _("…to the end of"),
        [("", _("that very day")), ("month", _("the month")), ("quarter", _("the quarter")), ("year", _("the year"))],
        _("All points of one month can lapse together."),
    )
    sliding = forms.BooleanField(
        label=_("Earning or spending starts the time anew"),
        required=False,
        help_text=_("Who stays active loses nothing."),
    )
    beyond = choice(
        _("What a return takes beyond the balance"),
        [("", _("as usual: is owed")), ("debt", _("is owed")), ("zero", _("is forgiven"))],
        _("The points of a returned order may be spent already."),
    )
    paid_points = choice(
        _("Points that paid for what is returned"),
        [("", _("as usual: go back where they came from")), ("original_lot", _("go back where they came from"))],
        _("With the day on which they lapse."),
    )
    grace_days = whole(_("Paid points come back for so many days if they lapsed"), _("Empty: 30 days."), least=0)
    on_points_paid = forms.BooleanField(
        label=_("What is paid with points earns, too"),
        required=False,
        help_text=_("For orders that say nothing of it themselves."),
    )


class Points(Entry):
    """One currency of points."""

    section = "points"
    title = _("Points")
    FORM = CurrencyForm
