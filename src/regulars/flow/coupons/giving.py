"""Giving coupons by hand or by the shop's own hand, and taking them back."""

from __future__ import annotations

from datetime import UTC, datetime

from regulars.coupons import writes
from regulars.coupons.models import Coupon
from regulars.flow.coupons.known import called, ends
from regulars.flow.coupons.once import Asked, Done, once
from regulars.flow.facts import COUPON_ISSUED, COUPON_WITHDRAWN
from regulars.flow.problems import problem

REASON_MAX = 500


def give(
    member_id: int,
    key: str,
    asked: Asked,
    valid_until: datetime | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Coupon:
    """One coupon of the live offers to a member; valid as its definition says, or less long when ``valid_until`` says
    so. Raises Problem: unknown coupon, already over, message id used for something else."""
    moment = now or datetime.now(UTC)
    found, coupon = called(key, moment)
    until = ends(found, coupon, moment, valid_until)
    if until is not None and until <= moment:
        raise problem("coupon-over", "valid_until" if valid_until else "coupon", given=key)
    said = {"coupon": key, "valid_until": valid_until, "reason": reason}

    def do() -> Done:
        more = {"how": "given"} | ({"reason": reason} if reason else {})
        return Done(writes.give(key, [member_id], moment, until)[0], more)

    return once(asked, COUPON_ISSUED, member_id, said, moment, do)


def withdraw(member_id: int, coupon_id: int, reason: str, asked: Asked, now: datetime | None = None) -> Coupon:
    """Take an open coupon back for good, with a reason. Raises Problem: no reason, not theirs, not open any more."""
    if not reason.strip():
        raise problem("reason-missing", "reason")
    moment = now or datetime.now(UTC)

    def do() -> Done:
        try:
            return Done(writes.withdraw(coupon_id, member_id), {"reason": reason.strip()})
        except writes.TakenError:
            mine = Coupon.objects.filter(pk=coupon_id, member_id=member_id).exists()
            raise problem("coupon-closed" if mine else "unknown-coupon", "coupon_id") from None

    return once(asked, COUPON_WITHDRAWN, member_id, {"coupon_id": coupon_id, "reason": reason}, moment, do)
