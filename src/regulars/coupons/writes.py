"""Giving coupons, setting them aside, using them and giving them back: the only code that changes a coupon."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from regulars.coupons.models import Batch, Coupon, Tries
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


def withdraw(coupon_id: int, member_id: int) -> Coupon:
    """Take an open coupon of a member back for good. Raises TakenError when it is not theirs or not open."""
    coupon = Coupon.objects.select_for_update().filter(pk=coupon_id, member_id=member_id, state=Coupon.OPEN).first()
    if coupon is None:
        raise TakenError([coupon_id])
    coupon.state = Coupon.WITHDRAWN
    coupon.save(update_fields=["state"])
    return coupon


def adopt(coupon: Coupon, member_id: int, now: datetime, valid_until: datetime | None) -> None:
    """Make a coupon that is nobody's a member's own. The caller holds its row's lock."""
    coupon.member_id, coupon.given_at, coupon.valid_until = member_id, now, valid_until
    coupon.save(update_fields=["member_id", "given_at", "valid_until"])


def expire(now: datetime, at_most: int) -> list[Coupon]:
    """End open coupons whose time has run out, those that ended first leading; the ones that ended. Rows somebody
    holds are left for the next time."""
    due = Coupon.objects.filter(state=Coupon.OPEN, valid_until__lte=now).order_by("valid_until")
    ended = list(due.select_for_update(skip_locked=True)[:at_most])
    Coupon.objects.filter(pk__in=[one.pk for one in ended]).update(state=Coupon.EXPIRED)
    return ended


def notice(now: datetime, until: datetime, at_most: int) -> list[Coupon]:
    """Mark members' open coupons that end after ``now`` and by ``until`` as noticed; those not noticed before."""
    due = Coupon.objects.filter(
        state=Coupon.OPEN, member_id__isnull=False, noticed_at=None, valid_until__gt=now, valid_until__lte=until
    ).order_by("valid_until")
    found = list(due.select_for_update(skip_locked=True)[:at_most])
    Coupon.objects.filter(pk__in=[one.pk for one in found]).update(noticed_at=now)
    return found


def count_try(member_id: int, now: datetime, window: timedelta) -> int:
    """Count one more try of a code by a member; how many there have been since the window began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO coupons_tries AS t (member_id, since, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (member_id) DO UPDATE SET"
            " count = CASE WHEN t.since > %s THEN t.count + 1 ELSE 1 END,"
            " since = CASE WHEN t.since > %s THEN t.since ELSE excluded.since END RETURNING count",
            [member_id, now, now - window, now - window],
        )
        return int(cursor.fetchone()[0])


def forget_tries(member_id: int) -> None:
    """The code was right: what was tried before it is forgotten."""
    Tries.objects.filter(member_id=member_id).update(count=0)


def take_back(coupon_id: int) -> bool:
    """Withdraw a coupon that was given, if it is open; whether it was."""
    open_ones = Coupon.objects.filter(pk=coupon_id, state=Coupon.OPEN)
    return bool(open_ones.update(state=Coupon.WITHDRAWN))


def _settle(checkout: UUID, before: str, after: str, **settings: object) -> list[Coupon]:
    coupons = list(Coupon.objects.filter(checkout_id=checkout, state=before).order_by("id").select_for_update())
    Coupon.objects.filter(pk__in=[one.pk for one in coupons]).update(state=after, **settings)
    return coupons
