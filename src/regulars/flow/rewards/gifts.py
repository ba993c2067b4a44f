"""A gift for points: taken, handed over, or cancelled. Each is one transaction: stock and the member's limit under
their counters' locks, the points through the ledger, the coupon where it is one, and the fact in the log."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial

from django.db import transaction

from regulars.coupons import writes as coupons
from regulars.flow import facts, holds
from regulars.flow.problems import Problem, problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import OvertakenError, retried
from regulars.flow.rewards.who import NOT_NOW, facts_about, why_not
from regulars.offers import reads as offers
from regulars.offers import writes as counters
from regulars.programmes.reads import moment
from regulars.rewards import reads, writes
from regulars.rewards.models import Redemption
from regulars.rules.offers import PointsGift
from regulars.rules.offers.model import Gift
from regulars.rules.pricing.left import room
from regulars.rules.pricing.taken import Taken

REASON_MAX = 300


def redeem(member_id: int, gift_key: str, message_id: str, source: str, now: datetime | None = None) -> Redemption:
    """Take one of a gift for a member. The same message again gets the first redemption.

    Raises Problem: unknown, not now, not for this member, sold out, had often enough, too few points.
    """
    return retried(partial(_redeem, member_id, gift_key, message_id, source, now or datetime.now(UTC)))


def _redeem(member_id: int, gift_key: str, message_id: str, source: str, now: datetime) -> Redemption:
    with transaction.atomic():
        before = reads.redemption(source, message_id)
        if before is not None:
            if (before.member_id, before.gift) != (member_id, gift_key):
                raise reused(message_id)
            return before
        found, gift = _gift(gift_key, now)
        why = why_not(gift.offer, facts_about(member_id, found.zone, now))
        if why:
            raise problem("not-now" if why in NOT_NOW else "gift-not-for-member", "gift", why=why)
        charges = _take(found, gift, member_id, now)
        about = {"gift": gift.key, "name": dict(gift.offer.name)}
        spent = holds.spend(member_id, gift.points, gift.currency, about, message_id, source)
        if spent.again:
            raise OvertakenError
        taken = Redemption(
            member_id=member_id,
            gift=gift.key,
            name=dict(gift.offer.name),
            kind=Redemption.COUPON if gift.coupon else Redemption.PRODUCT,
            product_id="" if gift.coupon else _product(gift),
            sku=gift.sku,
            points=spent.points,
            currency=spent.currency,
            hold_id=spent.hold_id,
            period=next((charge.period for charge in charges if charge.member_id), None),
            source=source,
            message_id=message_id,
            ordered_at=now,
        )
        if gift.coupon:
            _give_coupon(found, gift, taken, now)
        taken.save(force_insert=True)
        said = _said(taken) | {"product_id": taken.product_id} if taken.product_id else _said(taken)
        facts.record([facts.Fact(facts.GIFT_REDEEMED, member_id, said)], now)
        return taken


def cancel(
    redemption_id: int, reason: str, message_id: str, source: str, author: str = "", now: datetime | None = None
) -> Redemption:
    """Not to be sent after all: the points go back to the lots they came from, the gift to the stock.

    A coupon can be taken back while it is open. ``author`` is who did it by hand; ``reason`` is for the member's
    history. The same message again changes nothing.

    Raises Problem: no reason, unknown, settled before, the coupon is used.
    """
    reason = reason.strip()[:REASON_MAX]
    if not reason:
        raise problem("reason-missing", "reason")
    hand = writes.Hand(author, source, message_id, now or datetime.now(UTC))
    with transaction.atomic():
        redemption, done = _for_settling(redemption_id, hand, Redemption.CANCELLED)
        if done:
            return redemption
        try:
            writes.cancel(redemption, reason, hand)
        except writes.SettledError as settled:
            raise problem("redemption-settled", state=settled.state) from None
        if redemption.coupon_id is not None and not coupons.take_back(redemption.coupon_id):
            raise problem("coupon-used")
        counters.give_back(_charges(redemption))
        about = {"gift": redemption.gift, "name": redemption.name, "reason": reason}
        holds.give_back(redemption.hold_id, about, message_id, source, author)
        context = {"author": author} if author else {}
        fact = facts.Fact(facts.GIFT_CANCELLED, redemption.member_id, _said(redemption), context=context)
        facts.record([fact], hand.at)
        return redemption


def hand_over(
    redemption_id: int, message_id: str, source: str, author: str = "", now: datetime | None = None
) -> Redemption:
    """The member has the gift, or it is on its way. The same message again changes nothing.

    Raises Problem: unknown, settled before.
    """
    hand = writes.Hand(author, source, message_id, now or datetime.now(UTC))
    with transaction.atomic():
        redemption, done = _for_settling(redemption_id, hand, Redemption.HANDED_OVER)
        if done:
            return redemption
        try:
            writes.hand_over(redemption, hand)
        except writes.SettledError as settled:
            raise problem("redemption-settled", state=settled.state) from None
        context = {"author": author} if author else {}
        fact = facts.Fact(facts.GIFT_HANDED_OVER, redemption.member_id, _said(redemption), context=context)
        facts.record([fact], hand.at)
        return redemption


def _for_settling(redemption_id: int, hand: writes.Hand, state: str) -> tuple[Redemption, bool]:
    """The redemption, locked, and whether this very message has settled it so before."""
    try:
        redemption = writes.locked(redemption_id)
    except Redemption.DoesNotExist:
        raise problem("unknown-redemption", "redemption") from None
    return redemption, redemption.state == state and redemption.settled_message == hand.message


def _gift(key: str, now: datetime) -> tuple[offers.Live, PointsGift]:
    unknown: Problem = problem("unknown-gift", "gift", given=key)
    try:
        found = offers.live(now)
    except offers.NoOffers:
        raise unknown from None
    gift = found.gifts.get(key)
    if gift is None:
        raise unknown
    return found, gift


def _take(found: offers.Live, gift: PointsGift, member_id: int, now: datetime) -> list[counters.Charge]:
    """One of the stock and one of the member's times, or the problem that there is none."""
    try:
        return counters.take(found, [Taken(gift.key, 1, 1, 1, 0)], member_id, now)
    except counters.RunOutError:
        left = offers.left_of(found, [gift.key], member_id, now)[gift.key]
        sold_out = room(gift.offer, left).closed == "sold_out"
        raise problem("gift-sold-out" if sold_out else "gift-used-up", "gift") from None


def _charges(redemption: Redemption) -> list[counters.Charge]:
    """What ``_take`` took for it."""
    charges = [counters.Charge(redemption.gift, 0, "", 1, 1, 0)]
    if redemption.period is not None:
        charges.append(counters.Charge(redemption.gift, redemption.member_id, redemption.period, 1, 1, 0))
    return charges


def _give_coupon(found: offers.Live, gift: PointsGift, taken: Redemption, now: datetime) -> None:
    """The coupon is in the member's wallet at once."""
    kind = next(coupon for coupon in found.offers.coupons if coupon.offer.key == gift.coupon)
    ends = []
    if kind.valid_days is not None:
        # good through the last of so many days after today, in the shop's time
        last = now.astimezone(found.zone).date() + timedelta(days=kind.valid_days)
        ends.append(datetime.combine(last + timedelta(days=1), time(), found.zone).astimezone(UTC))
    if kind.offer.valid_until_us is not None:
        ends.append(moment(kind.offer.valid_until_us))
    until = min(ends, default=None)
    [coupon] = coupons.give(gift.coupon, [taken.member_id], now, until)
    taken.coupon_id, taken.state, taken.settled_at = coupon.pk, Redemption.HANDED_OVER, now
    said = {
        "coupon": coupon.pk,
        "key": gift.coupon,
        "gift": gift.key,
        "valid_until": None if until is None else until.isoformat(),
    }
    facts.record([facts.Fact(facts.COUPON_ISSUED, taken.member_id, said)], now)


def _product(gift: PointsGift) -> str:
    assert isinstance(gift.offer.deal, Gift)
    return gift.offer.deal.product_id


def _said(redemption: Redemption) -> dict[str, object]:
    """What a fact says of a redemption."""
    said: dict[str, object] = {
        "redemption": redemption.pk,
        "gift": redemption.gift,
        "points": redemption.points,
        "currency": redemption.currency,
    }
    return said | {"coupon": redemption.coupon_id} if redemption.coupon_id is not None else said
