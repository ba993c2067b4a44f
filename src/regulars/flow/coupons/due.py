"""What happens by itself: coupons end, members are told before, and the codes that an offers file asks for are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from regulars.coupons import batches, writes
from regulars.coupons.models import Batch
from regulars.flow.coupons.known import ends, of_version
from regulars.flow.coupons.once import Asked, of_coupon
from regulars.flow.facts import COUPON_EXPIRED, COUPON_EXPIRING, record
from regulars.offers import reads as offers
from regulars.offers.models import Version
from regulars.rules.offers.model import Coupon as Defined

AT_ONCE = 1_000
"""Coupons of one transaction."""


def expire(now: datetime | None = None) -> int:
    """End the coupons whose time has run out, with a ``Coupon Expired`` for each that a member had; how many."""
    moment = now or datetime.now(UTC)
    total = 0
    while True:
        with transaction.atomic():
            ended = writes.expire(moment, AT_ONCE)
            record([of_coupon(COUPON_EXPIRED, one, Asked()) for one in ended if one.member_id is not None], moment)
        total += len(ended)
        if len(ended) < AT_ONCE:
            return total


def notice(now: datetime | None = None, days: int | None = None) -> int:
    """A ``Coupon Expiring`` for each member's open coupon that ends within so many days (the setting's, when not
    given), once in its life; how many."""
    moment = now or datetime.now(UTC)
    until = moment + timedelta(days=settings.CONFIG.coupon_notice_days if days is None else days)
    total = 0
    while True:
        with transaction.atomic():
            found = writes.notice(moment, until, AT_ONCE)
            record([of_coupon(COUPON_EXPIRING, one, Asked()) for one in found], moment)
        total += len(found)
        if len(found) < AT_ONCE:
            return total


def make_codes_of_files(now: datetime | None = None) -> list[Batch]:
    """Begin the batches of codes that the offers in effect, or published for later, ask for; those that are new.

    Looked for every minute and not begun by whoever publishes: so it does not matter through which door a version
    came, and nothing is lost when a process dies between the two. A coupon's codes of one prefix and length are one
    batch for ever; a file that asks for more of them makes it grow.
    """
    moment = now or datetime.now(UTC)
    newest = Version.objects.filter(effective_at__lte=moment).order_by("-effective_at").values("effective_at")[:1]
    versions = Version.objects.filter(effective_at__gte=newest).order_by("effective_at").values_list("id", flat=True)
    if not versions:
        versions = Version.objects.order_by("effective_at").values_list("id", flat=True)
    wanted = {_message(one): (version, one) for version in versions for one in _with_codes(version)}
    there = {batch.message_id: batch for batch in Batch.objects.filter(message_id__in=list(wanted))}
    begun = []
    for message_id, (version, coupon) in wanted.items():
        assert coupon.codes is not None
        before = there.get(message_id)
        if before is not None:
            if before.wanted < coupon.codes.count:
                batches.widen(before.pk, coupon.codes.count)
            continue
        begun.append(_begin(version, coupon, message_id, moment))
    return begun


def _begin(version: int, coupon: Defined, message_id: str, now: datetime) -> Batch:
    assert coupon.codes is not None
    batch = Batch(
        key=coupon.offer.key,
        name=coupon.offer.name.get("en", coupon.offer.key),
        kind=Batch.GENERATED,
        wanted=coupon.codes.count,
        prefix=coupon.codes.prefix,
        length=coupon.codes.length,
        # A code nobody has taken lasts as long as its offer; its days begin when it is somebody's.
        valid_until=ends(of_version(offers.by_id(version)), without_days(coupon), now),
        message_id=message_id,
    )
    with transaction.atomic():
        return batches.begin(batch)


def without_days(coupon: Defined) -> Defined:
    """The coupon as it is before it is anybody's: its days have not begun."""
    return Defined(coupon.offer, None, coupon.exclusive, coupon.codes)


def _with_codes(version: int) -> list[Defined]:
    return [one for one in offers.by_id(version).offers.coupons if one.codes is not None and one.codes.count]


def _message(coupon: Defined) -> str:
    assert coupon.codes is not None
    return f"offers/{coupon.offer.key}/{coupon.codes.prefix}/{coupon.codes.length}"
