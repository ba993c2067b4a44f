"""A price in words of the active language: what an offer did, why another did not, what one step more would bring."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.rules.pricing.breakdown import Applied, Breakdown, Missing, NextStep, NotApplied
from regulars.screens.figures import money, whole


def applied_words(applied: Applied) -> str:
    """What kind of offer it was, in a few words."""
    words = {
        "price": _("Special price"),
        "percent": _("Percent off"),
        "amount": _("Money off"),
        "spend": _("Spend and save"),
        "buy_get": _("Buy some, get some"),
        "nth": _("One of several for less"),
        "bundle": _("Set price"),
        "gift": _("Gift"),
        "delivery": _("Delivery for less"),
    }
    return words[applied.why]


def refusal_words(one: NotApplied, found: Breakdown) -> str:
    """Why an offer, coupon or code did not apply, as one sentence."""
    if one.missing is not None:
        return _MISSING_FIRST.get(one.why, missing_words)(one.missing, found)
    words = {
        "not_yet": _("It has not begun yet."),
        "over": _("It is over."),
        "tier": _("It is for members of another tier."),
        "segment": _("It is for another group of members."),
        "joined_days": _("It depends on how long you have been a member."),
        "channel": _("It holds in another channel."),
        "at": _("It holds on other days or at other hours."),
        "condition": _("Its conditions are not met."),
        "threshold": _("Its conditions are not met."),
        "goods": _("The goods it is for are not in the cart."),
        "set_incomplete": _("The goods in the cart do not make a set yet."),
        "sold_out": _("It is sold out."),
        "used_up": _("You have used it as often as it may be used."),
        "budget_spent": _("All that was set aside for it has been given."),
        "expired": _("It has expired."),
        "foreign": _("It belongs to somebody else."),
        "better": _("Another offer on the same goods is better for you."),
        "taken": _("Another offer that comes first has these goods."),
        "exclusive": _("It does not go with other coupons."),
        "at_most": _("No more offers of this kind go together."),
        "dearer": _("With it you would pay more in the end."),
        "no_gain": _("It would make nothing cheaper."),
        "group": _("It is for those who buy together in a group."),
        "nothing_left": _("There is nothing left to take off."),
        "unknown_coupon": _("Nobody knows this coupon."),
        "unknown_code": _("Nobody knows this code."),
        "points_pay_nothing": _("Points pay nothing here."),
        "points_not_allowed": _("Points cannot pay this."),
    }
    return words.get(one.why) or _("It does not apply.")


def missing_words(missing: Missing, found: Breakdown) -> str:
    """What is missing, as one sentence."""
    if missing.is_money:
        return _("%(amount)s more is needed.") % {"amount": money(missing.amount, found.currency)}
    count = missing.amount
    return ngettext("%(count)s more item is needed.", "%(count)s more items are needed.", count) % {
        "count": whole(count)
    }


def next_step_words(step: NextStep, found: Breakdown) -> str:
    """What one step more would bring, as one sentence."""
    if step.add.is_money:
        add = money(step.add.amount, found.currency)
        if step.gift:
            return _("Add goods for %(add)s and get a gift.") % {"add": add}
        return _("Add goods for %(add)s and save %(saves)s.") % {
            "add": add,
            "saves": money(step.saves_minor, found.currency),
        }
    values = {"count": whole(step.add.amount), "saves": money(step.saves_minor, found.currency)}
    if step.gift:
        return (
            ngettext("Add %(count)s item and get a gift.", "Add %(count)s items and get a gift.", step.add.amount)
            % values
        )
    return (
        ngettext("Add %(count)s item and save %(saves)s.", "Add %(count)s items and save %(saves)s.", step.add.amount)
        % values
    )


def _points_words(missing: Missing, found: Breakdown) -> str:
    return ngettext("%(count)s more point is needed.", "%(count)s more points are needed.", missing.amount) % {
        "count": whole(missing.amount)
    }


_MISSING_FIRST = {"points_too_few": _points_words}
