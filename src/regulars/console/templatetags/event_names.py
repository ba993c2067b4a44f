"""``{% load event_names %}``: the names of events as people say them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def event_title(name: str) -> str:
    """An event's name in the active language; a name that is not known here stays as the shop wrote it."""
    known = {
        "Order Completed": _("Order Completed"),
        "Order Delivered": _("Order Delivered"),
        "Order Refunded": _("Order Refunded"),
        "Order Cancelled": _("Order Cancelled"),
        "Product Viewed": _("Product Viewed"),
        "Product Added": _("Product Added"),
        "Product Reviewed": _("Product Reviewed"),
        "Product Shared": _("Product Shared"),
        "Survey Answered": _("Survey Answered"),
        "Suggestion Made": _("Suggestion Made"),
        "Cart Viewed": _("Cart Viewed"),
        "Checkout Started": _("Checkout Started"),
        "Products Searched": _("Products Searched"),
        "Suggestion Adopted": _("Suggestion Adopted"),
        "Checked In": _("Checked In"),
        "Page Viewed": _("Page Viewed"),
        "Screen Viewed": _("Screen Viewed"),
        "Identified": _("Identified"),
        "Aliased": _("Aliased"),
        "Group Joined": _("Group Joined"),
        "Signed Up": _("Signed Up"),
        "Live Room Entered": _("Live Room Entered"),
        "Live Room Watched": _("Live Room Watched"),
        "Tier Changed": _("Tier Changed"),
        "Score Changed": _("Score Changed"),
        "Segment Entered": _("Segment Entered"),
        "Segment Left": _("Segment Left"),
        "Coupon Issued": _("Coupon Issued"),
        "Coupon Used": _("Coupon Used"),
        "Coupon Returned": _("Coupon Returned"),
        "Coupon Expiring": _("Coupon Expiring"),
        "Coupon Expired": _("Coupon Expired"),
        "Coupon Withdrawn": _("Coupon Withdrawn"),
        "Coupon Missing": _("Coupon Missing"),
        "Birthday Came": _("Birthday Came"),
        "Occasion Came": _("Occasion Came"),
        "Benefit Used": _("Benefit Used"),
        "Invitation Accepted": _("Invitation Accepted"),
        "Referral Counted": _("Referral Counted"),
        "Referral Held": _("Referral Held"),
        "Referral Refused": _("Referral Refused"),
        "Referral Returned": _("Referral Returned"),
        "Benefit Use Taken Back": _("Benefit Use Taken Back"),
        "Badge Won": _("Badge Won"),
        "Points Held": _("Points Held"),
        "Hold Captured": _("Hold Captured"),
        "Hold Released": _("Hold Released"),
        "Points Redeemed": _("Points Redeemed"),
        "Points Adjusted": _("Points Adjusted"),
        "Points Donated": _("Points Donated"),
        "Hold Returned": _("Hold Returned"),
        "Gift Redeemed": _("Gift Redeemed"),
        "Gift Cancelled": _("Gift Cancelled"),
        "Gift Handed Over": _("Gift Handed Over"),
        "Group Buy Opened": _("Group Buy Opened"),
        "Group Buy Joined": _("Group Buy Joined"),
        "Group Buy Formed": _("Group Buy Formed"),
        "Group Buy Failed": _("Group Buy Failed"),
        "Game Played": _("Game Played"),
        "Quiz Begun": _("Quiz Begun"),
        "Contest Settled": _("Contest Settled"),
        "Game Stopped": _("Game Stopped"),
    }
    return known.get(name, name)


@register.filter
def reader_title(name: str) -> str:
    """What a follower of the log does, in words; one that is not known here keeps its own name."""
    known = {"day-counts": _("Counting events by day"), "play-contests": _("Counting for contests")}
    return known.get(name) or _("Reader %(name)s") % {"name": name}
