"""The claim centre: a coupon of a batch to whoever asks first, and a code that becomes a member's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from regulars.coupons import batches, reads, writes
from regulars.coupons.models import Batch, Coupon, Tries
from regulars.flow.coupons.known import called, ends, known
from regulars.flow.coupons.members import not_for, standing_of
from regulars.flow.coupons.once import Asked, Done, once
from regulars.flow.facts import COUPON_ISSUED
from regulars.flow.problems import Problem, problem

TRIES_MAX = 10
TRIES_WINDOW = timedelta(hours=1)
"""So many wrong codes may a member try in such a time."""

_PROBLEMS = {
    "unknown": "unknown-batch",
    "stopped": "claim-stopped",
    "not_yet": "claim-not-yet",
    "over": "claim-over",
    "sold_out": "claim-sold-out",
    "had": "claimed-before",
}


def claim(member_id: int, batch_id: int, asked: Asked, now: datetime | None = None) -> Coupon:
    """One coupon of a claimable batch to a member.

    Raises Problem: no such batch, not yet, over, sold out, had as many as one may, not for this member.
    """
    moment = now or datetime.now(UTC)

    def do() -> Done:
        batch = Batch.objects.filter(pk=batch_id, kind=Batch.CLAIMED).first()
        if batch is None:
            raise problem("unknown-batch", "batch")
        found, coupon = called(batch.key, moment, "batch")
        why = not_for(coupon.offer, standing_of(member_id, found.zone, moment), moment)
        if why:
            raise problem("coupon-over" if why == "over" else "coupon-not-for-member", "batch", given=batch.key)
        try:
            until = ends(found, coupon, moment, batch.valid_until)
            return Done(batches.claim(batch_id, member_id, moment, until), {"how": "claimed"})
        except batches.NotToBeHad as refused:
            raise problem(_PROBLEMS[refused.why], "batch") from None

    return once(asked, COUPON_ISSUED, member_id, {"batch": batch_id}, moment, do)


def add_code(member_id: int, code: str, asked: Asked, now: datetime | None = None) -> Coupon:
    """Put the coupon of a code into a member's wallet.

    Wrong codes are counted, and who tried too many must wait. Raises Problem: too many tries, unknown, public (it is
    typed in when paying), used, another's, expired, had as many as one may.
    """
    moment = now or datetime.now(UTC)
    # Counted before the look, in a transaction of its own: a hundred tries at once are a hundred tries.
    if writes.count_try(member_id, moment, TRIES_WINDOW) > TRIES_MAX:
        raise problem("too-many-tries", "code", minutes=TRIES_WINDOW // timedelta(minutes=1))
    text = reads.normal(code) if "\0" not in code else ""
    found = known(moment)
    if text and any(one.codes and reads.normal(one.codes.public) == text for one in found.coupons.values()):
        writes.forget_tries(member_id)
        raise problem("code-is-public", "code")

    def do() -> Done:
        # The member's row of tries is their lock: two codes of one batch at once are looked at one after the other.
        Tries.objects.select_for_update().get(pk=member_id)
        coupon = Coupon.objects.select_for_update(of=("self",)).select_related("batch").filter(code=text).first()
        refusal = _cannot_add(coupon, member_id, moment)
        if coupon is None or refusal is not None:
            raise refusal or problem("unknown-code", "code")
        defined = found.coupons[coupon.key]
        writes.adopt(coupon, member_id, moment, ends(found, defined, moment, coupon.valid_until))
        return Done(coupon, {"how": "code"})

    added = once(asked, COUPON_ISSUED, member_id, {"code": text}, moment, do)
    writes.forget_tries(member_id)
    return added


def _cannot_add(coupon: Coupon | None, member_id: int, now: datetime) -> Problem | None:
    """Why a code cannot be added. Of another's code no more is said than that it is used."""
    if coupon is None:
        return problem("unknown-code", "code")
    if coupon.member_id == member_id:
        return problem("code-yours", "code")
    if coupon.member_id is not None or coupon.state in (Coupon.USED, Coupon.RESERVED):
        return problem("code-used", "code")
    if coupon.state != Coupon.OPEN or (coupon.valid_until is not None and coupon.valid_until <= now):
        return problem("code-expired", "code")
    found = known(now)
    if coupon.key not in found.coupons:
        return problem("code-expired", "code")
    why = not_for(found.coupons[coupon.key].offer, standing_of(member_id, found.zone, now), now)
    if why:
        return problem("code-expired" if why == "over" else "coupon-not-for-member", "code")
    batch = coupon.batch
    if batch is not None and reads.had(member_id, [batch.pk]).get(batch.pk, 0) >= batch.per_member:
        return problem("claimed-before", "code")
    return None
