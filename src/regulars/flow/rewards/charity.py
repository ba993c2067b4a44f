"""Points to charity projects: given for good, counted in public."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from django.db import transaction

from regulars.flow import holds
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import OvertakenError, retried
from regulars.offers import reads as offers
from regulars.programmes.reads import microseconds
from regulars.rewards import reads, writes
from regulars.rewards.models import Donation
from regulars.rules.offers import Charity


def donate(
    member_id: int, charity_key: str, points: int, message_id: str, source: str, now: datetime | None = None
) -> Donation:
    """Give ``points`` of a member to a project, in whole units. The same message again gets the first donation.

    The event ``Points Donated`` in the log is the fact of it. Raises Problem: unknown, not now, no whole units, too few
    points.
    """
    return retried(partial(_donate, member_id, charity_key, points, message_id, source, now or datetime.now(UTC)))


def _donate(member_id: int, charity_key: str, points: int, message_id: str, source: str, now: datetime) -> Donation:
    before = reads.donation(source, message_id)
    if before is not None:
        if (before.member_id, before.charity, before.points) != (member_id, charity_key, points):
            raise reused(message_id)
        return before
    unknown = problem("unknown-charity", "charity", given=charity_key)
    try:
        found = offers.live(now)
    except offers.NoOffers:
        raise unknown from None
    charity = found.charities.get(charity_key)
    if charity is None:
        raise unknown
    if not is_open(charity, now):
        raise problem("not-now", "charity")
    unit = charity.unit_points
    if isinstance(points, bool) or not isinstance(points, int) or points < charity.at_least_points or points % unit:
        raise problem("not-whole-units", "points", unit=unit, least=charity.at_least_points)
    about = {"charity": charity.key, "name": dict(charity.name)}
    with transaction.atomic():
        spent = holds.donate(member_id, points, charity.currency, about, message_id, source)
        if spent.again:
            raise OvertakenError
        donation = Donation(
            member_id=member_id,
            charity=charity.key,
            name=dict(charity.name),
            points=points,
            currency=spent.currency,
            amount_minor=points // unit * charity.amount_minor,
            money=found.offers.currency,
            event_id=spent.event_id,
            source=source,
            message_id=message_id,
            at=now,
        )
        writes.donated(donation)
        return donation


def is_open(charity: Charity, now: datetime) -> bool:
    """Whether a project takes points at ``now``."""
    at = microseconds(now)
    begun = charity.valid_from_us is None or at >= charity.valid_from_us
    return begun and (charity.valid_until_us is None or at < charity.valid_until_us)
