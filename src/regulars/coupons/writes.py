"""Giving coupons, setting them aside, using them and giving them back: the only code that changes a coupon."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from regulars.coupons.models import Batch, Coupon
from regulars.coupons.reads import still_valid


class TakenError(Exception):
    """A coupon is no longer to be had: used, set aside elsewhere, or expired."""

    def __init__(self, coupon_ids: Collection[int]) -> None:
        super().__init__(", ".join(map(str, sorted(coupon_ids))))
        self.coupon_ids = coupon_ids


def give(
    key: str,
    member_ids: Sequence[int],
    now: datetime,
    valid_until: datetime | None = None,
    batch: Batch | None = None,
) -> list[Coupon]:
    """One coupon of that kind to each of those members."""
    coupons = [
        Coupon(key=key, batch=batch, member_id=member_id, given_at=now, valid_until=valid_until)
        for member_id in member_ids
    ]
    return Coupon.objects.bulk_create(coupons)


def set_aside(coupon_ids: Collection[int], checkout_id: UUID, now: datetime) -> None:
    """Keep open coupons for a checkout; all of them, or raises TakenError and the caller's transaction must end.

    Locked in the order of their ids: two checkouts of one coupon wait for each other, and one of them gets it.
    """
    found = Coupon.objects.filter(still_valid(now), pk__in=coupon_ids, state=Coupon.OPEN)
    locked = list(found.order_by("id").select_for_update(of=("self",)).values_list("pk", flat=True))
    if len(locked) != len(set(coupon_ids)):
        raise TakenError(set(coupon_ids) - set(locked))
    Coupon.objects.filter(pk__in=locked).update(state=Coupon.RESERVED, checkout_id=checkout_id)


def use(checkout_id: UUID, member_id: int, order_id: str | None, now: datetime) -> list[Coupon]:
    """The checkout was committed: what was set aside for it is used, by that member."""
    return _settle(checkout_id, Coupon.RESERVED, Coupon.USED, member_id=member_id, order_id=order_id, used_at=now)


def release(checkout_id: UUID) -> list[Coupon]:
    """The checkout came to nothing: what was set aside for it is open again. One whose time has run out meanwhile ends
    by itself."""
    return _settle(checkout_id, Coupon.RESERVED, Coupon.OPEN, checkout_id=None)


def give_back(checkout_id: UUID, until: datetime | None = None) -> list[Coupon]:
    """The order was returned: its coupons are open again, and valid at least ``until``."""
    returned = _settle(checkout_id, Coupon.USED, Coupon.OPEN, checkout_id=None, order_id=None, used_at=None)
    if until is not None:
        short = [one.pk for one in returned if one.valid_until is not None and one.valid_until < until]
        Coupon.objects.filter(pk__in=short).update(valid_until=until)
    return returned


def take_back(coupon_id: int) -> bool:
    """Withdraw a coupon that was given, if it is open; whether it was."""
    open_ones = Coupon.objects.filter(pk=coupon_id, state=Coupon.OPEN)
    return bool(open_ones.update(state=Coupon.WITHDRAWN))


def _settle(checkout: UUID, before: str, after: str, **settings: object) -> list[Coupon]:
    coupons = list(Coupon.objects.filter(checkout_id=checkout, state=before).order_by("id").select_for_update())
    Coupon.objects.filter(pk__in=[one.pk for one in coupons]).update(state=after, **settings)
    return coupons
