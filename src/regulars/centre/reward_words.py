"""Gifts, projects and groups in the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_timedelta
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.flow.phrases import counted, listed, named
from regulars.flow.rewards.catalogue import GiftView
from regulars.rewards.models import Redemption
from regulars.rules.programme import Programme
from regulars.screens.figures import locale


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the pages that belong together under "Rewards"."""

    name: str
    address: str
    current: bool


def shelves(here: str) -> list[Shelf]:
    """The pages, ``here`` being the current one: ``gifts``, ``charity``, ``groups``, ``games`` or ``redemptions``."""
    names = [
        ("gifts", _("Gifts")),
        ("charity", _("Charity")),
        ("groups", _("Group buys")),
        ("games", _("Games")),
        ("redemptions", pgettext("gifts that I have taken", "My gifts")),
    ]
    return [Shelf(name, reverse(f"centre:{key}"), key == here) for key, name in names]


def why_words(one: GiftView, programme: Programme) -> str:
    """Why I cannot have a gift now; empty when I can."""
    if one.why == "points":
        return _("%(points)s more") % {"points": counted(one.missing, named(one.currency.name, one.currency.key))}
    if one.why == "tier":
        levels = programme.tiers.levels if programme.tiers else ()
        names = {level.key: named(level.name, level.key) for level in levels}
        tiers = [names.get(key, key) for key in one.tiers]
        return _("For %(tiers)s") % {"tiers": listed(tiers)} if tiers else _("For another tier")
    words = {
        "": "",
        "sold_out": _("Sold out"),
        "used_up": _("You have had it as often as it may be had"),
        "not_yet": _("Not yet"),
        "over": _("No longer"),
    }
    return words.get(one.why, _("Not for your membership yet"))


def state_words(row: Redemption) -> str:
    """What became of a gift that I took."""
    if row.state == Redemption.CANCELLED:
        return _("Cancelled, your points are back")
    if row.kind == Redemption.COUPON:
        return _("In your wallet")
    return _("Sent") if row.state == Redemption.HANDED_OVER else _("Waiting to be sent")


def left_words(deadline: datetime, now: datetime) -> str:
    """How long there is until a moment, roughly: ``5 hours``."""
    return format_timedelta(deadline - now, locale=locale(), threshold=1.5)
