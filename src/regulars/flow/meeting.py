"""Orders and the refunds that came at the same moment, and so did not see each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import transaction

from regulars.events import append as log
from regulars.events import quarantine
from regulars.flow.batch import Incoming, Outcome
from regulars.members.who import Who
from regulars.programmes.reads import let_deciding_end
from regulars.store.questions import ask


def meet(
    order_ids: list[str], now: datetime | None, take: Callable[[Sequence[Incoming], datetime | None], list[Outcome]]
) -> None:
    """A refund and its order that came at the same moment did not see each other. Once everybody who was deciding when
    the refund began to wait has finished, one look is enough: whoever came later has seen it waiting."""
    with transaction.atomic():
        let_deciding_end()
    come = log.known([], order_ids)
    ask(come)
    for order_id in sorted(come.answer[1]):
        with transaction.atomic():
            for refusal in quarantine.waiting_for(order_id):
                typed = quarantine.typed_of(refusal)
                incoming = Incoming(typed.event, Who(*typed.who), bytes(refusal.body_hash), refusal.body)
                [outcome] = take([incoming], now)
                if outcome.event_id is not None:
                    quarantine.settle(refusal, datetime.now(UTC), outcome.event_id)
