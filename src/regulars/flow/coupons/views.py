"""What pages and the API show of coupons: a member's own, and those there are to claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from regulars.coupons import batches, reads
from regulars.coupons.models import Batch, Coupon
from regulars.flow.coupons.known import Known, known
from regulars.flow.coupons.members import not_for, standing_of
from regulars.flow.coupons.words import gives, last_day, terms, tier_names
from regulars.rules.offers.model import Coupon as Defined
from regulars.screens.figures import in_language

PAST_MAX = 50


@dataclass(frozen=True, slots=True)
class Card:
    """What a kind of coupon is, in the active language. A kind that the live offers have no more has its key for a
    name, and nothing else to say."""

    key: str
    name: str
    gives: str
    terms: list[str]
    in_offers: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A member's coupon.

    state: as in the table, but ``expired`` as soon as its time has run out. ends_on: the last local day it is good.
    soon: whether it ends within the days of the notice.
    """

    coupon: Coupon
    card: Card
    state: str
    ends_on: date | None
    soon: bool

    def as_json(self) -> dict[str, Any]:
        """The coupon as the API tells it."""
        return {
            "id": self.coupon.pk,
            "coupon": self.coupon.key,
            "name": self.card.name,
            "gives": self.card.gives,
            "terms": self.card.terms,
            "state": self.state,
            "code": self.coupon.code,
            "batch": self.coupon.batch_id,
            "given_at": self.coupon.given_at,
            "valid_until": self.coupon.valid_until,
            "used_at": self.coupon.used_at,
            "order_id": self.coupon.order_id,
        }


@dataclass(frozen=True, slots=True)
class Claimable:
    """A batch in the claim centre, as one member sees it. why_not: empty when they can claim; else ``not_yet``,
    ``sold_out``, ``had``, or what of the coupon's ``for`` they are not: ``tier``, ``segment``, ``joined_days``."""

    batch: Batch
    card: Card
    left: int
    mine: int
    why_not: str


def card_of(found: Known, key: str, tiers: dict[str, str]) -> Card:
    """A kind of coupon in words."""
    coupon: Defined | None = found.coupons.get(key)
    if coupon is None:
        return Card(key, key, "", [], in_offers=False)
    name = in_language(coupon.offer.name, key)
    worth = gives(coupon.offer, found.currency)
    return Card(key, name, worth, terms(coupon, found.currency, found.zone, tiers), in_offers=True)


def held(coupons: Iterable[Coupon], now: datetime | None = None) -> list[Held]:
    """Coupons as their member sees them, in the same order."""
    moment = now or datetime.now(UTC)
    rows = list(coupons)
    found = known(moment)
    tiers = tier_names() if rows else {}
    cards = {key: card_of(found, key, tiers) for key in dict.fromkeys(row.key for row in rows)}
    soon = moment + timedelta(days=settings.CONFIG.coupon_notice_days)
    shown = []
    for row in rows:
        until = row.valid_until
        is_over = row.state == Coupon.OPEN and until is not None and until <= moment
        shown.append(
            Held(
                row,
                cards[row.key],
                Coupon.EXPIRED if is_over else row.state,
                last_day(until, found.zone) if until else None,
                row.state == Coupon.OPEN and not is_over and until is not None and until <= soon,
            )
        )
    return shown


def wallet(member_id: int, now: datetime | None = None) -> list[Held]:
    """A member's coupons: those they can use first, those that end first leading; then the newest of the past."""
    moment = now or datetime.now(UTC)
    return held([*reads.wallet(member_id, moment), *past(member_id, moment)], moment)


def past(member_id: int, now: datetime) -> list[Coupon]:
    """The newest coupons that a member cannot use any more, or not now."""
    return reads.past(member_id, now, PAST_MAX)


def claimable(member_id: int, now: datetime | None = None) -> list[Claimable]:
    """What there is in the claim centre for a member, what they can claim leading."""
    moment = now or datetime.now(UTC)
    found = known(moment)
    open_ones = [batch for batch in reads.claimable(moment) if batch.key in found.coupons]
    if not open_ones:
        return []
    had = reads.had(member_id, [batch.pk for batch in open_ones])
    standing = standing_of(member_id, found.zone, moment)
    tiers = tier_names()
    shown = []
    for batch in open_ones:
        why = not_for(found.coupons[batch.key].offer, standing, moment)
        if why == "over":
            continue
        mine = had.get(batch.pk, 0)
        why = batches.why_not(batch, mine, moment) or why
        shown.append(Claimable(batch, card_of(found, batch.key, tiers), batch.wanted - batch.made, mine, why))
    return sorted(shown, key=lambda one: bool(one.why_not))
