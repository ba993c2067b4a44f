"""Mending what is in the quarantine: the corrected body goes in by the same door as any other."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import transaction

from regulars.events import quarantine
from regulars.events.models import Refusal
from regulars.flow.batch import Outcome
from regulars.flow.ingest import ingest
from regulars.flow.intake import reader
from regulars.flow.problems import Problem, problem
from regulars.flow.wire.numbers import decode
from regulars.flow.wire.read import Refused


def mend(refusal_id: int, text: str | bytes, by: User | None, now: datetime | None = None) -> Outcome:
    """Read the corrected event ``text`` (JSON) and take it in; the refusal is then settled.

    Raises Problem when it still cannot be taken (the refusal then stays as it is, with its first body and reason), and
    Refusal.DoesNotExist when it is none or was settled already.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        refusal = Refusal.objects.select_for_update().get(pk=refusal_id, state__in=[Refusal.OPEN, Refusal.WAITING])
        body, odd = decode(text.encode() if isinstance(text, str) else text)
        read = reader(refusal.source, now, derive_ids=refusal.message_id.startswith("body-"))
        found = read.read(body, odd=odd)
        if isinstance(found, Refused):
            raise found.problem
        outcome = ingest([found])[0]
        if outcome.status == "refused":
            # Also undoes the second refusal that ingest has kept.
            raise Problem.of(outcome.problem or problem("internal").as_json())
        if outcome.status != "waiting":
            quarantine.settle(refusal, now, outcome.event_id, by)
        elif found.body_hash != bytes(refusal.body_hash):
            # The corrected refund waits in a row of its own.
            quarantine.drop_row(refusal, now, by)
        return outcome
