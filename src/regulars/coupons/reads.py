"""Questions about coupons: a member's wallet, a code's coupon."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from regulars.coupons.models import Batch, Coupon
from regulars.store.columns import TEXT, Array
from regulars.store.questions import Known, Question


def still_valid(now: datetime) -> Q:
    """Whether a coupon's time has not run out."""
    return Q(valid_until__isnull=True) | Q(valid_until__gt=now)


def wallet(member_id: int, now: datetime) -> list[Coupon]:
    """The coupons a member can use now, those that end first leading."""
    found = Coupon.objects.filter(still_valid(now), member_id=member_id, state=Coupon.OPEN)
    return list(found.order_by(F("valid_until").asc(nulls_last=True), "id"))


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon that somebody brings to the till. stopped: its batch is. by_code: found by its code, whoever's it is."""

    id: int
    key: str
    code: str
    member_id: int | None
    state: str
    valid_until: datetime | None
    stopped: bool
    by_code: bool


def brought(
    member_id: int | None, keys: Sequence[str], codes: Sequence[str], wallet: bool, now: datetime
) -> Question[Sequence[Held]]:
    """All coupons of those kinds that a member has or had, with ``wallet`` also every other that she can use now; and
    the coupons with those codes. Those that can be used lead, then other open ones, those that end first leading."""
    parts, params = [], list[Any]()
    if member_id is not None and (keys or wallet):
        hers = "c.key = ANY(%s)"
        params += [Batch.STOPPED, False, member_id, Array(TEXT, keys)]
        if wallet:
            hers = f"({hers} OR (c.state = %s AND (c.valid_until IS NULL OR c.valid_until > %s)))"
            params += [Coupon.OPEN, now]
        parts.append(f"{_HELD} WHERE c.member_id = %s AND {hers}")
    if codes:
        parts.append(f"{_HELD} WHERE c.code = ANY(%s)")
        params += [Batch.STOPPED, True, Array(TEXT, sorted({normal(code) for code in codes} - {""}))]
    if not parts:
        return Known(())

    def first(one: Held) -> tuple[Any, ...]:
        past = one.valid_until is not None and one.valid_until <= now
        return (one.state != Coupon.OPEN, past, one.valid_until or _NEVER, one.id)

    return Question(" UNION ALL ".join(parts), params, lambda rows: sorted([Held(*row) for row in rows], key=first))


_HELD = (
    "SELECT c.id, c.key, coalesce(c.code, ''), c.member_id, c.state, c.valid_until, coalesce(b.state = %s, false), %s"
    " FROM coupons_coupon c LEFT JOIN coupons_batch b ON b.id = c.batch_id"
)
_NEVER = datetime.max.replace(tzinfo=UTC)


def past(member_id: int, now: datetime, limit: int = 50) -> list[Coupon]:
    """A member's coupons that are no longer open: set aside, used, expired, withdrawn; the newest first."""
    over = ~Q(state=Coupon.OPEN) | Q(valid_until__lte=now)
    return list(Coupon.objects.filter(over, member_id=member_id).order_by("-id")[:limit])


def by_codes(codes: Collection[str]) -> dict[str, Coupon]:
    """The coupons with those codes, by code as ``normal`` writes it."""
    wanted = {normal(code) for code in codes} - {""}
    return {coupon.code or "": coupon for coupon in Coupon.objects.filter(code__in=wanted).select_related("batch")}


def normal(code: str) -> str:
    """A code as it is kept: capital letters, no spaces around it and no hyphens within."""
    return code.strip().replace("-", "").replace(" ", "").upper()[:64]


def claimable(now: datetime) -> list[Batch]:
    """Batches in the claim centre: those that can be claimed from now or later, and those whose coupons are all gone.
    The ones that close first lead."""
    found = Batch.objects.filter(Q(claim_until=None) | Q(claim_until__gt=now), kind=Batch.CLAIMED, state=Batch.READY)
    return list(found.order_by(F("claim_until").asc(nulls_last=True), "id"))


def had(member_id: int, batch_ids: Collection[int]) -> dict[int, int]:
    """How many coupons of each of those batches a member has had; those of none are missing."""
    found = Coupon.objects.filter(member_id=member_id, batch__in=batch_ids).order_by()
    return dict(found.values_list("batch").annotate(Count("id")))


def of_prefix(prefix: str, length: int) -> int:
    """How many codes of that prefix and length are made or will be."""
    found = Batch.objects.filter(kind=Batch.GENERATED, prefix=prefix, length=length).values_list("wanted", flat=True)
    return sum(found)


def states(batch_id: int) -> dict[str, int]:
    """How many coupons of a batch are in each state."""
    return dict(Coupon.objects.filter(batch=batch_id).order_by().values_list("state").annotate(Count("id")))


def owned(batch_id: int) -> int:
    """How many coupons of a batch are members' own."""
    return Coupon.objects.filter(batch=batch_id, member_id__isnull=False).count()


def used_by_day(batch_id: int, zone: tzinfo) -> list[tuple[date, int]]:
    """How many coupons of a batch were used on each local day, oldest first; days without any are missing."""
    used = Coupon.objects.filter(batch=batch_id, state=Coupon.USED, used_at__isnull=False)
    by_day = used.annotate(day=TruncDate("used_at", tzinfo=zone)).order_by("day").values_list("day")
    return list(by_day.annotate(Count("id")))


def every_code(batch_id: int) -> Iterator[tuple[str | None, str, datetime | None, datetime | None, str | None]]:
    """Code, state, end, use and order of every coupon of a batch that has a code, read as they are asked for."""
    found = Coupon.objects.filter(batch=batch_id, code__isnull=False).order_by()
    return found.values_list("code", "state", "valid_until", "used_at", "order_id").iterator(chunk_size=5_000)


def batch(batch_id: int) -> Batch | None:
    """The batch of that number."""
    return Batch.objects.select_related("created_by").filter(pk=batch_id).first()


def batches(key: str | None, before_id: int | None, limit: int) -> list[Batch]:
    """Batches, the newest first; of one coupon, or those before one of them, when asked."""
    found = Batch.objects.order_by("-id")
    if key is not None:
        found = found.filter(key=key)
    return list((found if before_id is None else found.filter(pk__lt=before_id))[:limit])
