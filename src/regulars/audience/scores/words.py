"""What the scores' keys are called, and why there are none, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.audience.scores import bands
from regulars.screens.figures import whole


def why(said: Mapping[str, Any]) -> str:
    """Why a run came to nothing, in a sentence; empty where nothing is said."""
    if not said:
        return ""
    told = {name: whole(value) if isinstance(value, int) else str(value) for name, value in said.items()}
    sentence = _sentences().get(str(said["key"]), _("The scores could not be made: %(said)s"))
    return sentence % {
        "said": "",
        "count": "",
        "limit": "",
        "orders": "",
        "day": "",
        "currencies": "",
        "value": "",
        **told,
    }


def _sentences() -> dict[str, str]:
    return {
        "no_lake": _("There is no lake yet. It is written every hour; `regulars lake sync` writes it now."),
        "lake_damaged": _("The lake cannot be read: %(said)s"),
        "no_orders": _("There are no orders before today, so nothing can be said of anybody."),
        "one_order": _("There is one order only. A model needs people who came back."),
        "one_day": _("All %(orders)s orders are of one day (%(day)s): no time has passed that could teach anything."),
        "currencies": _(
            "The orders are in several currencies (%(currencies)s), and amounts of different currencies cannot be"
            " added. Scores are made again once the lake holds orders of one currency."
        ),
        "few_customers": _("There are %(count)s customers with orders. Below %(limit)s a model is guesswork."),
        "few_came_back": _("%(count)s customers came back. Below %(limit)s nobody can say who will."),
        "none_converges": _(
            "No model of repeat buying fits these orders: the search for its parameters found no best place, so none of"
            " its numbers could be trusted."
        ),
        "interrupted": _("It was interrupted before it was done."),
        "broke": _("It broke off with an error: %(said)s"),
        "spend_follows_frequency": _(
            "How often people buy and how much they spend go together (correlation %(value)s, at most %(limit)s is"
            " fine), which Gamma-Gamma rules out. So everybody's own mean is used, without an interval."
        ),
        "short_past": _("it takes %(needed)s days of orders, and there are %(days)s"),
        "not_learned": _("too few left, or too few stayed, on one of the days that it takes"),
        "spend_failed": _("Gamma-Gamma found no best parameters (%(said)s). So everybody's own mean is used."),
    }


def step(key: str) -> str:
    """What a run is doing."""
    return {
        "read": _("Reading the orders"),
        "choose": _("Choosing the model of repeat buying"),
        "spend": _("Working out what a purchase brings"),
        "judge": _("Judging it by the months held back"),
        "leaving": _("Learning who leaves"),
        "write": _("Writing the scores"),
        "facts": _("Telling the log whose risk has changed"),
    }.get(key, _("Waiting for a worker"))


def risk(band: int) -> str:
    """A band of risk."""
    return {bands.LOW: _("Low risk"), bands.MIDDLE: _("Middle risk"), bands.HIGH: _("High risk")}[band]


def value(band: int) -> str:
    """A band of value."""
    return {bands.LOW: _("Lower third"), bands.MIDDLE: _("Middle third"), bands.HIGH: _("Upper third")}[band]


def stage(key: str) -> tuple[str, str]:
    """A stage of life with the shop, and what it means."""
    return {
        "new": (pgettext("score", "New"), _("the first order lies in the last 30 days")),
        "growing": (_("Growing"), _("ordered in the last 30 days, and in at most one of the three months before")),
        "loyal": (_("Loyal"), _("ordered in the last 30 days, and in at least two of the three months before")),
        "back": (_("Back again"), _("ordered in the last 30 days, after none in the 90 days before")),
        "at_risk": (_("At risk"), _("no order in the last 30 days, the last one up to 120 days ago")),
        "lost": (_("Lost"), _("the last order was more than 120 days ago")),
    }[key]


def action(key: str, name: str = "") -> str:
    """An action: the operator's own name, or that of a common one."""
    return name or {
        "nothing": pgettext("score", "Nothing"),
        "reminder": _("A reminder"),
        "coupon": _("A coupon to come back with"),
        "thanks": _("A thank-you gift"),
    }.get(key, key)


def not_eligible(key: str) -> str:
    """Why a model may not speak of somebody on their own."""
    return {
        "": _("fine"),
        "too_young": _("first order less than 30 days ago: the model says of them what it says of all"),
        "bad_history": _("their orders do not make a possible history"),
        "never_came_back": _("one purchase only: everybody's mean is used"),
        "money_missing": _("no amounts"),
        "money_negative": _("amounts below zero"),
        "money_zero": _("came back, but never paid"),
    }.get(key, key)


def dropped(key: str) -> str:
    """Why a feature is not used."""
    return {
        "unknown": _("not known on some of the days that were learned from"),
        "constant": _("the same for all"),
        "leaks": _("knows the answer already, so it would be cheating"),
        "same_as": _("says the same as another"),
    }[key]


def missing(
    *, known: bool, ordered: bool, days: int, has_rhythm: bool, has_run: bool, has_score: bool
) -> dict[str, str]:
    """What a portrait has nothing to say about, and why; empty sentences where it has."""
    if not ordered:
        nothing = (
            _("No order yet, so there is nothing to say of what they like, of their rhythm or their value.")
            if known
            else _("A visitor who never signed in and never ordered: all that is known is what was looked at.")
        )
        return {"orders": nothing, "scores": _("Scores speak of members with an order.")}
    rhythm = "" if has_rhythm else _("A rhythm needs orders on five days or more; there are %(days)s.") % {"days": days}
    scores = (
        ""
        if has_score
        else _("The last run did not know of these orders yet; the next one will.")
        if has_run
        else _("No scores have been made yet.")
    )
    return {"rhythm": rhythm, "scores": scores}
