"""A price in words of the active language: what an offer did, why another did not, what one step more would bring."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from regulars.rules.pricing.breakdown import Applied, Breakdown, Missing, NextStep, NotApplied
from regulars.screens.figures import money, whole


def applied_words(applied: Applied, language: str | None = None) -> str:
    """What kind of offer it was, in a few words. ``language``: the active one, from a caller who has asked already."""
    return _kind(applied.why, language or get_language())


def refusal_words(one: NotApplied, found: Breakdown, language: str | None = None) -> str:
    """Why an offer, coupon or code did not apply, as one sentence. ``language`` as for ``applied_words``."""
    if one.missing is not None:
        return _MISSING_FIRST.get(one.why, missing_words)(one.missing, found)
    return _reason(one.why, language or get_language())


def missing_words(missing: Missing, found: Breakdown) -> str:
    """What is missing, as one sentence."""
    if missing.is_money:
        return _reason("money_missing", get_language()) % {"amount": money(missing.amount, found.currency)}
    return _items_missing(missing.amount, get_language())


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


@lru_cache(maxsize=256)
def _items_missing(count: int, language: str | None) -> str:
    return ngettext("%(count)s more item is needed.", "%(count)s more items are needed.", count) % {
        "count": whole(count)
    }


@lru_cache(maxsize=256)
def _kind(why: str, language: str | None) -> str:
    """The words in ``language``, the active one: a cart has many reasons, and most are said in every answer."""
    return str(_KINDS[why])


@lru_cache(maxsize=256)
def _reason(why: str, language: str | None) -> str:
    return str(_REASONS.get(why) or _("It does not apply."))


def _points_words(missing: Missing, found: Breakdown) -> str:
    return ngettext("%(count)s more point is needed.", "%(count)s more points are needed.", missing.amount) % {
        "count": whole(missing.amount)
    }


_MISSING_FIRST = {"points_too_few": _points_words}

_KINDS = {
    "price": gettext_lazy("Special price"),
    "percent": gettext_lazy("Percent off"),
    "amount": gettext_lazy("Money off"),
    "spend": gettext_lazy("Spend and save"),
    "buy_get": gettext_lazy("Buy some, get some"),
    "nth": gettext_lazy("One of several for less"),
    "bundle": gettext_lazy("Set price"),
    "gift": gettext_lazy("Gift"),
    "delivery": gettext_lazy("Delivery for less"),
}
"""Kinds of offers."""
_REASONS = {
    "not_yet": gettext_lazy("It has not begun yet."),
    "over": gettext_lazy("It is over."),
    "tier": gettext_lazy("It is for members of another tier."),
    "segment": gettext_lazy("It is for another group of members."),
    "joined_days": gettext_lazy("It depends on how long you have been a member."),
    "channel": gettext_lazy("It holds in another channel."),
    "at": gettext_lazy("It holds on other days or at other hours."),
    "condition": gettext_lazy("Its conditions are not met."),
    "threshold": gettext_lazy("Its conditions are not met."),
    "goods": gettext_lazy("The goods it is for are not in the cart."),
    "set_incomplete": gettext_lazy("The goods in the cart do not make a set yet."),
    "sold_out": gettext_lazy("It is sold out."),
    "used_up": gettext_lazy("You have used it as often as it may be used."),
    "budget_spent": gettext_lazy("All that was set aside for it has been given."),
    "expired": gettext_lazy("It has expired."),
    "foreign": gettext_lazy("It belongs to somebody else."),
    "better": gettext_lazy("Another offer on the same goods is better for you."),
    "taken": gettext_lazy("Another offer that comes first has these goods."),
    "exclusive": gettext_lazy("It does not go with other coupons."),
    "at_most": gettext_lazy("No more offers of this kind go together."),
    "dearer": gettext_lazy("With it you would pay more in the end."),
    "no_gain": gettext_lazy("It would make nothing cheaper."),
    "nothing_left": gettext_lazy("There is nothing left to take off."),
    "code_used": gettext_lazy("This code has been used already."),
    "set_aside": gettext_lazy("It is set aside for another order of yours."),
    "group": gettext_lazy("It is for those who buy as a group."),
    "unknown_gift_card": gettext_lazy("This gift card is unknown, empty or expired."),
    "unknown_coupon": gettext_lazy("Nobody knows this coupon."),
    "unknown_code": gettext_lazy("Nobody knows this code."),
    "money_missing": gettext_lazy("%(amount)s more is needed."),
    "points_pay_nothing": gettext_lazy("Points pay nothing here."),
    "points_not_allowed": gettext_lazy("Points cannot pay this."),
}
