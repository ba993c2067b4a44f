"""Questions about coupons: a member's wallet, a code's coupon."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from regulars.coupons.models import Coupon


def still_valid(now: datetime) -> Q:
    """Whether a coupon's time has not run out."""
    return Q(valid_until__isnull=True) | Q(valid_until__gt=now)


def wallet(member_id: int, now: datetime) -> list[Coupon]:
    """The coupons a member can use now, those that end first leading."""
    found = Coupon.objects.filter(still_valid(now), member_id=member_id, state=Coupon.OPEN)
    return list(found.order_by(F("valid_until").asc(nulls_last=True), "id"))


def held(member_id: int, keys: Collection[str]) -> list[Coupon]:
    """All coupons of those kinds that a member has or had, the open ones that end first leading."""
    found = Coupon.objects.filter(member_id=member_id, key__in=keys)
    return sorted(found.order_by(F("valid_until").asc(nulls_last=True), "id"), key=lambda one: one.state != Coupon.OPEN)


def past(member_id: int, limit: int = 50) -> list[Coupon]:
    """A member's used, expired and withdrawn coupons, the newest first."""
    return list(Coupon.objects.filter(member_id=member_id).exclude(state=Coupon.OPEN).order_by("-id")[:limit])


def by_codes(codes: Collection[str]) -> dict[str, Coupon]:
    """The coupons with those codes, by code as ``normal`` writes it."""
    wanted = {normal(code) for code in codes} - {""}
    return {coupon.code or "": coupon for coupon in Coupon.objects.filter(code__in=wanted).select_related("batch")}


def normal(code: str) -> str:
    """A code as it is kept: capital letters, no spaces around it and no hyphens within."""
    return code.strip().replace("-", "").replace(" ", "").upper()[:64]
