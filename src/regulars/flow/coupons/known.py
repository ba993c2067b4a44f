"""What the live offers file says of a coupon, and until when one is valid that is given now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from regulars.flow.problems import problem
from regulars.offers.reads import Live, NoOffers, by_id, live
from regulars.programmes.reads import moment
from regulars.rules.offers.model import Coupon


@dataclass(frozen=True, slots=True)
class Known:
    """The coupons of one version of the offers file, by key in the file's order."""

    version_id: int
    currency: str
    zone: ZoneInfo
    coupons: Mapping[str, Coupon]


_NONE = Known(0, "", ZoneInfo("UTC"), {})


def known(now: datetime | None = None) -> Known:
    """The coupons in effect; none before the first offers file is."""
    try:
        return _of(live(now).version_id)
    except NoOffers:
        return _NONE


@lru_cache(maxsize=8)
def _of(version_id: int) -> Known:
    return of_version(by_id(version_id))


def of_version(found: Live) -> Known:
    """The coupons of a version."""
    coupons = {coupon.offer.key: coupon for coupon in found.offers.coupons}
    return Known(found.version_id, found.offers.currency, found.zone, coupons)


def called(key: str, now: datetime | None = None, field: str = "coupon") -> tuple[Known, Coupon]:
    """The coupon of that key, with the rest of its file. Raises Problem: the live offers have none."""
    found = known(now)
    coupon = found.coupons.get(key)
    if coupon is None:
        raise problem("no-such-coupon", field, given=key)
    return found, coupon


def ends(found: Known, coupon: Coupon, given: datetime, *limits: datetime | None) -> datetime | None:
    """Until when a coupon given at that moment is valid (that moment excluded): the end of the local day ``valid_days``
    after the day it is given, or an earlier one of the offer's own end and ``limits``; None: for ever."""
    candidates = [limit for limit in limits if limit is not None]
    if coupon.valid_days is not None:
        day = given.astimezone(found.zone).date() + timedelta(days=coupon.valid_days + 1)
        candidates.append(datetime.combine(day, time(), found.zone).astimezone(UTC))
    if coupon.offer.valid_until_us is not None:
        candidates.append(moment(coupon.offer.valid_until_us))
    return min(candidates, default=None)
