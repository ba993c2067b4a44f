"""How a checkout ends: committed, cancelled, or expired by itself. Each end happens once."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from regulars.checkouts import writes as checkouts
from regulars.checkouts.models import Checkout, GiftCardEntry
from regulars.coupons import writes as coupons
from regulars.flow import facts, groups, holds
from regulars.flow.problems import Problem, problem
from regulars.flow.retrying import retried
from regulars.offers import writes as offers
from regulars.points.models import Hold
from regulars.rules import layout as y

_ENDED = {
    Checkout.COMMITTED: "checkout-committed",
    Checkout.CANCELLED: "checkout-cancelled",
    Checkout.EXPIRED: "checkout-expired",
}
_AT_ONCE = 200


def commit(checkout_id: UUID, by: str, now: datetime, order_id: str = "", total: str | None = None) -> Checkout:
    """The shop took the order: coupons are used, points spent, gift cards charged.

    by: who asks, with their message id; the same again gets the same answer. order_id: the shop's own, the checkout's
    id when left out. total: the price the customer saw; another one is refused.
    Raises Problem: unknown, ended otherwise, expired, a stale price, an order id of another checkout.
    """
    _let_expire(checkout_id, now)
    return retried(partial(_commit, checkout_id, by, now, order_id, total))


def _commit(checkout_id: UUID, by: str, now: datetime, order_id: str, total: str | None) -> Checkout:
    with transaction.atomic():
        checkout = _locked(checkout_id)
        if checkout.state == Checkout.COMMITTED and checkout.settled_by == by:
            return checkout
        _must_be_open(checkout, now)
        if total is not None and total != checkout.answer["total"]:
            raise problem("stale-price", "total", given=total, total=checkout.answer["total"])
        finish(checkout, by, now, order_id or str(checkout.pk))
        return checkout


def finish(checkout: Checkout, by: str, now: datetime, order_id: str) -> None:
    """Commit a checkout that is locked and open."""
    try:
        with transaction.atomic():
            checkouts.settle(checkout, Checkout.COMMITTED, now, by, order_id=order_id)
    except IntegrityError:
        raise problem("order-of-another-checkout", "order_id", order_id=order_id) from None
    groups.paid(checkout.pk, now)
    used = coupons.use(checkout.pk, checkout.member_id, order_id, now)
    if checkout.hold_id is not None:
        holds.capture(checkout.hold_id, None, order_id, f"checkout-{checkout.pk}-commit", facts.SOURCE, now)
    about = {"checkout": str(checkout.pk), "total": checkout.answer["total"], "currency": checkout.currency}
    facts.record(
        [
            facts.Fact(facts.CHECKOUT_COMMITTED, checkout.member_id, about, order_id),
            *(
                facts.Fact(facts.COUPON_USED, checkout.member_id, {"coupon": one.key, "coupon_id": one.pk}, order_id)
                for one in used
            ),
        ],
        now,
    )


def cancel(checkout_id: UUID, by: str, now: datetime) -> Checkout:
    """The shop gives the order up: everything that was set aside goes back. Cancelling twice is the same as once.

    Raises Problem: unknown, committed, expired.
    """
    _let_expire(checkout_id, now)
    return retried(partial(_cancel, checkout_id, by, now))


def _cancel(checkout_id: UUID, by: str, now: datetime) -> Checkout:
    with transaction.atomic():
        checkout = _locked(checkout_id)
        if checkout.state != Checkout.CANCELLED:
            _must_be_open(checkout, now)
            _undo(checkout, Checkout.CANCELLED, facts.CHECKOUT_CANCELLED, by, now)
        return checkout


def expire_due(now: datetime) -> int:
    """Let every checkout whose time has run out expire; how many did. Each in a transaction of its own, those that
    somebody else holds are left for the next time."""
    count = 0
    due = Checkout.objects.filter(state=Checkout.RESERVED, expires_at__lte=now).order_by("expires_at")
    for checkout_id in due.values_list("pk", flat=True)[:_AT_ONCE]:
        count += _let_expire(checkout_id, now)
    return count


def _let_expire(checkout_id: UUID, now: datetime) -> int:
    return retried(partial(_expire, checkout_id, now))


def _expire(checkout_id: UUID, now: datetime) -> int:
    with transaction.atomic():
        due = Checkout.objects.filter(pk=checkout_id, state=Checkout.RESERVED, expires_at__lte=now)
        checkout = due.select_for_update(skip_locked=True).first()
        if checkout is None:
            return 0
        _undo(checkout, Checkout.EXPIRED, facts.CHECKOUT_EXPIRED, "", now)
        return 1


def _undo(checkout: Checkout, state: str, fact: str, by: str, now: datetime) -> None:
    checkouts.settle(checkout, state, now, by)
    offers.give_back(
        offers.Charge(one.offer, one.member_id, one.period, one.units, one.times, one.amount_minor)
        for one in checkout.claims.all()
    )
    groups.leave(checkout.pk, now)
    coupons.release(checkout.pk)
    checkouts.give_cards_back(checkout, checkouts.paid_with_cards(checkout), GiftCardEntry.RELEASED, now)
    if checkout.hold_id is not None and Hold.objects.filter(pk=checkout.hold_id, state=y.HOLD_OPEN).exists():
        try:
            holds.release(checkout.hold_id, f"checkout-{checkout.pk}-release", facts.SOURCE, now=now)
        except Problem as refused:
            if refused.kind != "hold-closed":  # it lapsed this moment: the points are back
                raise
    facts.record([facts.Fact(fact, checkout.member_id, {"checkout": str(checkout.pk)})], now)


def _locked(checkout_id: UUID) -> Checkout:
    try:
        return checkouts.lock(checkout_id)
    except Checkout.DoesNotExist:
        raise problem("unknown-checkout", "checkout") from None


def _must_be_open(checkout: Checkout, now: datetime) -> None:
    if checkout.state == Checkout.RESERVED and checkout.expires_at <= now:
        raise problem("checkout-expired", "checkout")  # somebody is just letting it
    if checkout.state != Checkout.RESERVED:
        raise problem(_ENDED[checkout.state], "checkout")
