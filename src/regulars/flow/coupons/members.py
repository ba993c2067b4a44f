"""Whether a coupon is for a member: the offer's ``for``, asked of their tier, segments and days since joining."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from regulars.members import reads as members
from regulars.members.models import Member
from regulars.points import reads as points
from regulars.programmes.reads import microseconds
from regulars.rules.days import day_date
from regulars.rules.offers.model import Offer
from regulars.rules.pricing.facts import Facts, checks_of
from regulars.rules.programme import Condition
from regulars.tiers import reads as tiers


@dataclass(frozen=True, slots=True)
class Standing:
    """What ``for`` may ask about a member: the key of their tier (empty: none), whole local days since they joined,
    the keys of their segments."""

    tier: str
    joined_days: int
    segments: tuple[str, ...] = ()


def standing_of(member_id: int, zone: ZoneInfo, now: datetime) -> Standing:
    """A member's standing now. Raises Member.DoesNotExist."""
    row = tiers.standing(member_id)
    account = points.account(member_id)
    if account is None:  # nothing was decided for them yet
        member = Member.objects.get(pk=member_id)
        joined = (member.identified_at or member.first_seen_at).astimezone(zone).date()
    else:
        joined = day_date(account.joined_day)
    days = max((now.astimezone(zone).date() - joined).days, 0)
    return Standing(row.level if row else "", days, members.segments_of(member_id))


def not_for(offer: Offer, member: Standing, now: datetime) -> str:
    """Why a member cannot get the offer: ``over``, ``tier``, ``segment``, ``joined_days``; empty when they can.

    One that has not begun yet can be had already; it can be used when it has.
    """
    facts = Facts(
        at_us=microseconds(now),
        weekday="",
        day=0,
        month=0,
        hour=0,
        date="",
        tier=member.tier or "none",
        segments=list(member.segments),
        joined_days=member.joined_days,
        properties={},
    )
    asked = replace(offer, where=Condition(), valid_from_us=None)
    return next((why for why, holds in checks_of(asked) if not holds(facts)), "")
