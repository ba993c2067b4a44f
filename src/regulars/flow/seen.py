"""What members were seen with, kept with the events that say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from regulars.flow.batch import Case, Outcome
from regulars.referrals import marks


def keep_marks(cursor: Any, cases: Iterable[Case], outcomes: Sequence[Outcome | None], now: datetime) -> None:
    """Remember the marks of the events that were taken, when there are any."""
    marked = [case for case in cases if case.incoming.marks]
    if not marked:
        return
    found = []
    for case in marked:
        outcome = outcomes[case.place]
        if outcome is not None and outcome.status == "accepted":
            found += [(case.member_id, kind, digest) for kind, digest in case.incoming.marks]
    marks.keep(cursor, found, now.date())
