"""Jobs of the coupons: the making of codes, which a worker does, and which goes on by itself after a crash."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regulars.coupons import codes
from regulars.coupons.models import Batch


@app.task(name="coupons.make_codes")
def make_codes(batch_id: int) -> None:
    """Make the codes that a batch lacks."""
    codes.make(batch_id)


def enqueue(batch_id: int) -> None:
    """Let a worker make the codes of a batch, in the caller's transaction if there is one."""
    try:
        with transaction.atomic():  # a savepoint: finding the job there already must not end the caller's transaction
            make_codes.configure(queueing_lock=f"coupons.make_codes.{batch_id}").defer(batch_id=batch_id)
    except AlreadyEnqueued:
        pass


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="coupons.go_on_making", name="coupons.go_on_making")
def go_on_making(timestamp: int) -> None:
    """Batches whose maker died are taken up again; where one is at work, the new job finds the row locked and ends."""
    for batch_id in Batch.objects.filter(state=Batch.MAKING).order_by("id").values_list("pk", flat=True):
        enqueue(batch_id)
