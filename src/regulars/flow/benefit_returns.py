"""A use of a benefit that was recorded by mistake counts no more; the log keeps both."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from regulars.flow.facts import BENEFIT_TAKEN_BACK, Fact, record
from regulars.flow.problems import problem
from regulars.flow.retrying import retried
from regulars.tiers import benefits
from regulars.tiers.models import Use

REASON_MAX = 300


def take_back(number: int, reason: str, by: str, now: datetime | None = None) -> None:
    """Take back one use, once. ``by``: who does it, for the record. Raises Problem: no such use, taken back before, or
    too old to know which period it counted in; no reason."""
    said = reason.strip()
    if not said:
        raise problem("reason-missing", "reason")

    def work() -> None:
        at = now or datetime.now(UTC)
        with transaction.atomic():
            use = Use.objects.select_for_update().filter(pk=number).first()
            if use is None:
                raise problem("no-such-use", "use")
            if use.taken_back_at is not None:
                raise problem("use-taken-back", "use")
            if use.window is None:
                raise problem("use-too-old", "use")
            benefits.take_back(use, at, by, said[:REASON_MAX])
            facts = {"benefit": use.key, "event_id": use.event_id, "reason": use.reason}
            record([Fact(BENEFIT_TAKEN_BACK, use.member_id, facts, message_id=f"benefit-back-{use.pk}")], at)

    retried(work)
