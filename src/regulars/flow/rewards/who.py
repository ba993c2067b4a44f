"""Who a member is, as offers ask: tier, segments, days since joining, the moment. And whether something is for them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from regulars.members import reads as members
from regulars.points import reads as points
from regulars.programmes.reads import microseconds
from regulars.rules.days import day_number
from regulars.rules.offers import Offer
from regulars.rules.pricing import Cart, Left
from regulars.rules.pricing.facts import Facts, checks_of, facts_of
from regulars.rules.pricing.left import room
from regulars.tiers import reads as tiers

NOT_FOR_THEM = frozenset(("tier", "segment", "joined_days"))
NOT_NOW = frozenset(("not_yet", "over"))


def facts_about(member_id: int | None, zone: ZoneInfo, now: datetime) -> Facts:
    """The facts of a member at ``now``, without a cart; of nobody known for None. Three queries."""
    tier, joined_days = "", None
    segments: tuple[str, ...] = ()
    if member_id is not None:
        standing, account = tiers.standing(member_id), points.account(member_id)
        tier = standing.level or "" if standing is not None else ""
        segments = members.segments_of(member_id)
        if account is not None:
            joined_days = max(day_number(now.astimezone(zone).date()) - account.joined_day, 0)
    cart = Cart(lines=(), currency="", at_us=microseconds(now), tier=tier, joined_days=joined_days, segments=segments)
    return facts_of(cart, zone)


def why_not(offer: Offer, facts: Facts, left: Left | None = None) -> str:
    """The key of why a member cannot have it (``not_yet``, ``over``, ``tier``, ``sold_out``, ``used_up``…), or empty;
    ``left``: what is left of it, None to leave that out."""
    for why, fits in checks_of(offer):
        if not fits(facts):
            return why
    return "" if left is None else room(offer, left).closed
