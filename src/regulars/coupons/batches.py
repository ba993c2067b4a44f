"""Batches: begun, stopped, taken up again, and given out of. Only here and in ``codes`` does a batch change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from regulars.coupons.models import Batch, Coupon
from regulars.coupons.tasks import enqueue


class NotToBeHad(Exception):
    """Nothing can be claimed of a batch; ``why`` is ``unknown``, ``stopped``, ``not_yet``, ``over``, ``sold_out`` or
    ``had`` (this member has had as many as one may)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def begin(batch: Batch) -> Batch:
    """Save a new batch. One of generated codes has them made by a worker; the others are ready."""
    batch.state = Batch.MAKING if batch.kind == Batch.GENERATED else Batch.READY
    batch.save(force_insert=True)
    if batch.state == Batch.MAKING:
        enqueue(batch.pk)
    return batch


def filled(batch: Batch, count: int) -> None:
    """All of a batch was written at once: so many."""
    batch.wanted = batch.made = count
    batch.save(update_fields=["wanted", "made"])


def widen(batch_id: int, wanted: int) -> bool:
    """Have a batch of generated codes grow to ``wanted``; whether it did. It never shrinks: codes are out."""
    grew = Batch.objects.filter(pk=batch_id, kind=Batch.GENERATED, wanted__lt=wanted).update(
        wanted=wanted, state=Batch.MAKING
    )
    if grew:
        enqueue(batch_id)
    return bool(grew)


def stop(batch_id: int) -> bool:
    """Make no more codes, or give no more to claim; whether there was anything to stop. What was made stays good."""
    open_ones = Q(state=Batch.MAKING) | Q(state=Batch.READY, kind=Batch.CLAIMED)
    return bool(Batch.objects.filter(open_ones, pk=batch_id).update(state=Batch.STOPPED))


def go_on(batch_id: int) -> bool:
    """Take a stopped batch up again; whether it was one."""
    if Batch.objects.filter(pk=batch_id, state=Batch.STOPPED, kind=Batch.CLAIMED).update(state=Batch.READY):
        return True
    if not Batch.objects.filter(pk=batch_id, state=Batch.STOPPED, kind=Batch.GENERATED).update(state=Batch.MAKING):
        return False
    enqueue(batch_id)
    return True


def why_not(batch: Batch, had: int, now: datetime) -> str:
    """Why a member who has had so many of a claimable batch can claim none now; empty when one can."""
    if batch.state == Batch.STOPPED:
        return "stopped"
    if batch.claim_from is not None and now < batch.claim_from:
        return "not_yet"
    if batch.claim_until is not None and now >= batch.claim_until:
        return "over"
    if had >= batch.per_member:
        return "had"
    return "sold_out" if batch.made >= batch.wanted else ""


def claim(batch_id: int, member_id: int, now: datetime, valid_until: datetime | None) -> Coupon:
    """One coupon of a claimable batch to a member, or raises NotToBeHad and the caller's transaction must end.

    The count is raised first, and only below ``wanted``: whoever comes at the same time waits for the row and then
    sees the new count. The member's own share is looked at under that lock, so it is exact as well.
    """
    in_time = (Q(claim_from=None) | Q(claim_from__lte=now)) & (Q(claim_until=None) | Q(claim_until__gt=now))
    open_ones = Batch.objects.filter(in_time, pk=batch_id, kind=Batch.CLAIMED, state=Batch.READY, made__lt=F("wanted"))
    if not open_ones.update(made=F("made") + 1):
        found = Batch.objects.filter(pk=batch_id, kind=Batch.CLAIMED).first()
        raise NotToBeHad("unknown" if found is None else why_not(found, 0, now) or "sold_out")
    batch = Batch.objects.get(pk=batch_id)
    if Coupon.objects.filter(member_id=member_id, batch=batch).count() >= batch.per_member:
        raise NotToBeHad("had")
    return Coupon.objects.create(key=batch.key, batch=batch, member_id=member_id, given_at=now, valid_until=valid_until)


def same(batch: Batch, wanted: dict[str, Any]) -> bool:
    """Whether a batch was asked for with those settings."""
    return all(getattr(batch, name) == value for name, value in wanted.items())
