"""A shop with coupons of every kind, and members to have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from regulars.members.models import Member, OutsideId
from regulars.offers import writes as offers
from regulars.offers.models import Version
from regulars.tiers.models import Standing

OFFERS = """
currency: USD
time_zone: Asia/Shanghai
offers: []
coupons:
  - {key: ten-off, name: {en: Ten off, zh-Hans: 立减十元}, kind: amount, off: 10.00, valid_days: 7,
     where: {net: {at_least: 50}}}
  - {key: tea-fifth, kind: percent, off_percent: 20, off_at_most: 6.00, goods: {category: [tea]}}
  - {key: gold-only, kind: delivery, off_percent: 100, for: {member.tier: [gold]}, valid_days: 30}
  - {key: regular, kind: amount, off: 3.00, for: {member.joined_days: {at_least: 30}}}
  - {key: everybody, kind: percent, off_percent: 5, codes: {public: WELCOME}}
  - {key: gone, kind: amount, off: 1.00, valid: {from: 2026-01-01, until: 2026-01-02}}
"""
_numbers = count(1)


def publish(text: str = OFFERS) -> Version:
    """The offers, in effect for as long as anybody remembers, so that tests may choose any day."""
    return offers.apply(text)


def somebody(tier: str = "", joined_days_ago: int = 100) -> int:
    """A new member's id; the shop calls them ``c-<number>``."""
    then = datetime.now(UTC) - timedelta(days=joined_days_ago)
    member = Member.objects.create(first_seen_at=then, identified_at=then)
    OutsideId.objects.create(member=member, kind=OutsideId.USER, value=f"c-{next(_numbers)}")
    if tier:
        Standing.objects.create(member=member, level=tier, spent_minor=0, since=then)
    return member.pk


@pytest.fixture
def shop(db: None) -> None:
    """The offers published."""
    publish()
