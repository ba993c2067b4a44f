"""What to do with a group of members: its name, what it is, and a note that says which tool of Regulars fits.

A segment's own note comes first; where nobody has written one, the group's stands, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Group:
    """A group in words: what it is called, who is in it, and what to do."""

    name: _StrPromise
    who: _StrPromise
    note: _StrPromise


RFM: dict[str, Group] = {
    "champions": Group(
        pgettext_lazy("members", "Champions"),
        _("Bought lately, often and for much."),
        _(
            "They buy without a discount: give them standing instead. Early access and benefits of the top"
            " tier, a gift on"
            " their birthday, and an invitation code, for they bring friends like themselves. Ask them for reviews."
        ),
    ),
    "loyal": Group(
        pgettext_lazy("members", "Loyal"),
        _("Buy steadily; the shop is part of their routine."),
        _(
            "Keep the routine: a task such as three orders in a month for bonus points, and the way to the next tier"
            " shown with what is missing. Offer bundles of what they already buy rather than price cuts."
        ),
    ),
    "potential": Group(
        pgettext_lazy("members", "Potential"),
        _("Bought lately and more than once, not yet often."),
        _(
            "Make the next order easy: a coupon that begins at a little more than their usual order and"
            " lasts two weeks,"
            " and a first task with a quick reward. Show what their points are worth already."
        ),
    ),
    "new": Group(
        pgettext_lazy("members", "New"),
        _("Bought lately, with few orders so far."),
        _(
            "The second order decides. Welcome points for a full profile, a coupon for the second order within 30 days,"
            " and a word on what the club gives. Leave friends' invitations for after the second order."
        ),
    ),
    "attention": Group(
        pgettext_lazy("members", "Wavering"),
        _("Neither lately nor long ago, with few orders or little money."),
        _(
            "Remind them before they drift: points that will expire, a limited offer in the category they bought last,"
            " a check-in that takes a moment. Small and soon is better than large and late."
        ),
    ),
    "cant_lose": Group(
        pgettext_lazy("members", "Can't lose"),
        _("Bought very often and for much, and have stopped."),
        _(
            "Worth a personal word and the best offer you have: a coupon for them alone, their tier kept for a while"
            " (grace), a call by service staff. Ask what went wrong before you offer anything."
        ),
    ),
    "at_risk": Group(
        pgettext_lazy("members", "At risk"),
        _("Used to buy well; the last order lies longer back than is usual."),
        _(
            "Win them back within weeks: multiplied points on their next order, a coupon in their favourite"
            " category with"
            " an end date, and a note on what has changed since. Measure against a part that gets nothing."
        ),
    ),
    "hibernating": Group(
        pgettext_lazy("members", "Hibernating"),
        _("Few orders, the last of them long ago."),
        _(
            "Spend little: a seasonal offer or a small gift for points, now and then. If a message brings nothing three"
            " times, write less often. Good ground for a trial with a control group."
        ),
    ),
    "lost": Group(
        pgettext_lazy("members", "Lost"),
        _("Longest without an order, and few or small ones before."),
        _(
            "Let them rest. One honest farewell with a reason to return, then only the big occasions. What"
            " they teach you:"
            " look at their first order and campaign, and change who you invite."
        ),
    ),
}
"""By ``science.rfm.NAMES``."""

LIFE_CYCLE: dict[str, Group] = {
    "new": Group(
        pgettext_lazy("members", "New"),
        _("First order this month."),
        _("A coupon for the second order within 30 days, welcome points for a full profile, a first easy task."),
    ),
    "growing": Group(
        pgettext_lazy("members", "Growing"),
        _("Ordered this month, not yet in most months."),
        _("Build the habit: a task for an order in each of three months, offers in a second category."),
    ),
    "loyal": Group(
        pgettext_lazy("members", "Loyal"),
        _("Ordered this month and in most months before it."),
        _("Benefits of the tier rather than discounts, early access, and an invitation code for friends."),
    ),
    "back": Group(
        pgettext_lazy("members", "Back again"),
        _("Ordered this month after none in three months."),
        _("Thank them, and make the next order soon: points multiplied for two weeks, and what is new since then."),
    ),
    "at_risk": Group(
        pgettext_lazy("members", "At risk"),
        _("No order this month; the last one to three months ago."),
        _("A reminder of points that will expire and a limited offer in the category they bought last."),
    ),
    "lost": Group(
        pgettext_lazy("members", "Lost"),
        _("No order for more than three months."),
        _("One good reason to return, then only the big occasions. Keep the money for those who answer."),
    ),
}
"""By ``science.measures.lifecycle.STATES``."""

TRAITS: dict[tuple[str, bool], _StrPromise] = {
    ("orders", True): _(
        "Reward the habit: a task for a number of orders in a month, benefits of the tier, an"
        " invitation code."
    ),
    ("orders", False): _("The next order is the step: a coupon for it with an end date, and a first easy task."),
    ("recency_days", True): _(
        "They have been away: points that will expire, and one offer in the category they bought"
        " last."
    ),
    ("recency_days", False): _("They are here now: show the way to the next tier while they are."),
    ("average_order_minor", True): _(
        "They buy large: thresholds with a gift above their usual order, free delivery as a"
        " benefit."
    ),
    ("average_order_minor", False): _("They buy small: bundles and thresholds a little above their usual order."),
    ("tenure_days", True): _("They have been with you long: say so; an anniversary gift costs little."),
    ("tenure_days", False): _("They are new: welcome points, and a coupon for the second order within 30 days."),
    ("categories", True): _("They know the whole shop: ask them for reviews, let them try what is new first."),
    ("categories", False): _("They know a corner of the shop: an offer in a category that goes with what they buy."),
    ("discount_share", True): _(
        "They wait for offers: give points or gifts instead of price cuts, and an end date with each"
        " offer."
    ),
    ("discount_share", False): _("They pay full price: no discounts here; standing, service and early access."),
    ("returned_share", True): _(
        "They return much: better descriptions and advice before the order; no offers that reward"
        " volume."
    ),
    ("returned_share", False): _("They keep what they buy: good people to ask for reviews."),
}  # fmt: skip
"""What to do where a found group stands out: by feature (``science.clusters.FEATURES``), and"
" whether above everybody."""


def of_traits(traits: list[Mapping[str, Any]]) -> list[str]:
    """What to do with a group that a model found, by its two strongest traits."""
    return [str(TRAITS[(trait["feature"], trait["apart"] > 0)]) for trait in traits[:2]]


def default_note(definition: Mapping[str, Any]) -> str:
    """The note of a segment that rests on a model's group and has none of its own; empty where there is no such."""
    if definition.get("model") == "rfm":
        group = RFM.get(str(definition.get("group", "")))
        return str(group.note) if group else ""
    if definition.get("model") == "clusters":
        return " ".join(of_traits(definition.get("traits") or []))
    if definition.get("measure") in ("life_cycle", "life_cycle_flows"):
        cell = definition.get("cell") or {}
        group = LIFE_CYCLE.get(str(cell.get("state") or cell.get("after") or ""))
        return str(group.note) if group else ""
    return ""
