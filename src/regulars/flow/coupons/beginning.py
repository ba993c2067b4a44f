"""New batches: of generated codes, of a shop's own codes, for the claim centre, or given to chosen members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
from django.db import IntegrityError, transaction

from regulars.coupons import batches, codes, reads, writes
from regulars.coupons.models import Batch, Coupon
from regulars.flow.coupons.due import AT_ONCE, without_days
from regulars.flow.coupons.known import called, ends
from regulars.flow.coupons.lists import CODES_MAX, CodeList, Unfit
from regulars.flow.coupons.once import Asked, issued
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.rules.offers.codes import COUNT_MAX, LENGTH_MAX, PREFIX_MAX, length_for

MEMBERS_MAX = 10_000
"""Members one batch is given to at most."""
PER_MEMBER_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new batch shall be; see ``coupons.models.Batch``. codes: of an imported one. members: of a given one."""

    coupon: str
    kind: str
    name: str = ""
    count: int = 0
    prefix: str = ""
    length: int = 0
    per_member: int = 1
    claim_from: datetime | None = None
    claim_until: datetime | None = None
    valid_until: datetime | None = None
    codes: CodeList = field(default_factory=CodeList)
    members: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """The batch, and of an imported one the codes that were not taken."""

    batch: Batch
    unfit: Sequence[Unfit] = ()


def begin(wanted: Wanted, asked: Asked, user_id: int | None = None, now: datetime | None = None) -> Begun:
    """A new batch; asked for again under the same message id, the first one.

    Raises Problem, with the field: unknown coupon, too many or too few, codes that could be guessed, a window that
    ends before it begins, no code that could be taken.
    """
    moment = now or datetime.now(UTC)
    batch = _checked(wanted, moment)
    batch.created_by_id = user_id
    # Ids of any length fit, and two shops' keys may be alike.
    batch.message_id = f"{asked.source}/{sha256(asked.message_id.encode()).hexdigest()}" if asked.message_id else None
    try:
        with transaction.atomic():
            before = Batch.objects.filter(message_id=batch.message_id).first() if batch.message_id else None
            return _again(before, batch, asked) if before else _written(batch, wanted, asked, moment)
    except IntegrityError as error:
        # The same request twice at once: the other one was first.
        if not batch.message_id or not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
            raise
        return _again(Batch.objects.get(message_id=batch.message_id), batch, asked)


def _checked(wanted: Wanted, now: datetime) -> Batch:
    found, coupon = called(wanted.coupon, now)
    count = _count(wanted)
    prefix = wanted.prefix.strip().upper()
    if not (prefix.isascii() and (prefix.isalnum() or not prefix) and len(prefix) <= PREFIX_MAX):
        raise problem("bad-prefix", "prefix", most=PREFIX_MAX)
    length = 0
    if wanted.kind == Batch.GENERATED:
        least = length_for(count + reads.of_prefix(prefix, wanted.length))
        length = wanted.length or max(length_for(count), 8)
        if length < least:
            raise problem("code-too-short", "length", least=least)
        if length > LENGTH_MAX:
            raise problem("not-a-whole-number", "length", least=least, most=LENGTH_MAX)
    if not 1 <= wanted.per_member <= PER_MEMBER_MAX:
        raise problem("not-a-whole-number", "per_member", least=1, most=PER_MEMBER_MAX)
    first, until = wanted.claim_from, wanted.claim_until
    if until is not None and (until <= now or (first is not None and until <= first)):
        raise problem("bad-window", "claim_until")
    if wanted.valid_until is not None and wanted.valid_until <= now:
        raise problem("bad-window", "valid_until")
    # Codes and what is claimed last as long as their offer; a coupon's own days begin when it is somebody's.
    valid_until = ends(found, without_days(coupon), now, wanted.valid_until)
    if valid_until is not None and valid_until <= now:
        raise problem("coupon-over", "coupon")
    claimed = wanted.kind == Batch.CLAIMED
    return Batch(
        key=wanted.coupon,
        name=wanted.name.strip()[:200] or coupon.offer.name.get("en", wanted.coupon),
        kind=wanted.kind,
        wanted=count,
        prefix=prefix if wanted.kind == Batch.GENERATED else "",
        length=length,
        per_member=wanted.per_member,
        claim_from=first if claimed else None,
        claim_until=until if claimed else None,
        valid_until=valid_until,
    )


def _count(wanted: Wanted) -> int:
    if wanted.kind == Batch.GIVEN:
        count, most, name = len(wanted.members), MEMBERS_MAX, "members"
    elif wanted.kind == Batch.IMPORTED:
        count, most, name = len(wanted.codes.lines), CODES_MAX, "codes"
        if not count:
            raise problem("no-codes", name, count=len(wanted.codes.unfit))
    else:
        count, most, name = wanted.count, COUNT_MAX, "count"
    if count < 1 or (count > most and name == "count"):
        raise problem("not-a-whole-number", name, least=1, most=most)
    if count > most:
        raise problem("too-many", name, count=count, most=most)
    return count


_ALIKE = ("key", "kind", "wanted", "prefix", "length", "per_member", "claim_from", "claim_until")


def _again(before: Batch, batch: Batch, asked: Asked) -> Begun:
    # An imported batch counts what was taken of its list, which may be less than was sent.
    names = [name for name in _ALIKE if name != "wanted" or batch.kind != Batch.IMPORTED]
    if not batches.same(before, {name: getattr(batch, name) for name in names}):
        raise reused(asked.message_id)
    return Begun(before)


def _written(batch: Batch, wanted: Wanted, asked: Asked, now: datetime) -> Begun:
    if wanted.kind == Batch.IMPORTED:
        return _imported(batch, wanted.codes)
    batch = batches.begin(batch)
    if wanted.kind == Batch.GIVEN:
        found, coupon = called(wanted.coupon, now)
        until = ends(found, coupon, now, batch.valid_until)
        for start in range(0, len(wanted.members), AT_ONCE):
            some = wanted.members[start : start + AT_ONCE]
            issued(writes.give(batch.key, some, now, until, batch), "given", asked, now)
        batches.filled(batch, batch.wanted)
    return Begun(batch)


def _imported(batch: Batch, given: CodeList) -> Begun:
    batch = batches.begin(batch)
    every = list(given.lines)
    taken = 0
    for start in range(0, len(every), codes.AT_ONCE):
        taken += codes.insert(batch, every[start : start + codes.AT_ONCE])
    if not taken:
        raise problem("no-codes", "codes", count=len(every) + len(given.unfit))
    unfit = list(given.unfit)
    if taken < len(every):
        mine = set(Coupon.objects.filter(batch=batch).order_by().values_list("code", flat=True))
        unfit += [Unfit(line, code, "exists") for code, line in given.lines.items() if code not in mine]
    batches.filled(batch, taken)
    return Begun(batch, sorted(unfit, key=lambda one: one.line))
