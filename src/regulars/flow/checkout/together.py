"""What becomes of the checkouts of a group that did not form in time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.checkouts import reads
from regulars.flow import facts, groups
from regulars.flow.checkout import settle
from regulars.flow.problems import Problem


def release_failed(now: datetime) -> int:
    """Fail the groups whose time is over, give back what their open checkouts had set aside, and ask for the refund of
    orders that were paid (the fact ``Refund Due``: the shop has the money). Returns how many checkouts that were.

    Safe to repeat: whatever was not done is told again the next time.
    """
    count = 0
    for release in groups.end_due(now):
        if release.paid:
            _ask_for_refund(release, now)
        else:
            try:
                settle.cancel(release.checkout_id, "group-failed", now)
            except Problem:  # it has ended by itself: only its place is left to be given up
                groups.leave(release.checkout_id, now)
        count += 1
    return count


def _ask_for_refund(release: groups.Release, now: datetime) -> None:
    checkout = reads.find(str(release.checkout_id))
    with transaction.atomic():
        if groups.leave(release.checkout_id, now) and checkout is not None:
            about = {"checkout": str(checkout.pk), "group": str(release.group_id), "reason": "group-failed"}
            facts.record([facts.Fact(facts.REFUND_DUE, checkout.member_id, about, checkout.order_id)], now)
