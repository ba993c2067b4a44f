"""The way in for whatever a shop sends: read each event, take in the good ones, keep the bad ones.

One call is one transaction: what was refused is kept together with what was taken, or neither is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import transaction

from regulars.events import quarantine
from regulars.flow.batch import Incoming, Outcome
from regulars.flow.ingest import ingest
from regulars.flow.problems import problem
from regulars.flow.retrying import retried
from regulars.flow.wire.marks import COMPARED
from regulars.flow.wire.read import CALLS, Reader, Refused
from regulars.members import reads as members
from regulars.programmes.reads import Timeline, microseconds, timeline
from regulars.referrals.models import Mark

_ALIAS = CALLS["alias"]


def reader(source: str, now: datetime | None = None, derive_ids: bool = False) -> Reader:
    """A reader for events that come from ``source`` now. Raises NoProgramme when none has been applied."""
    now = now or datetime.now(UTC)
    line = timeline()
    programme = line.tables[line.at(microseconds(now))].programme
    return Reader(source, now, programme.currency, programme.minor_digits, derive_ids, kinds_of_marks(line))


def kinds_of_marks(line: Timeline) -> frozenset[str]:
    """The kinds of marks that any version of the programme has a use for: none without referrals."""
    if not line.referrals:
        return frozenset()
    return frozenset((Mark.NETWORK, *(COMPARED[one] for one in line.compared if one in COMPARED)))


def take(events: Sequence[Any], read: Reader, odd: bool = False, at: str | None = None) -> list[Outcome]:
    """Read and ingest decoded events, an outcome for each in order.

    odd: the JSON gave a reason to look through it (``wire.numbers.decode``). at: the name of the list they stood in
    (``events``), for the field of a problem; None for an event by itself.
    """
    found = [read.read(event, "" if at is None else f"{at}[{place}].", odd) for place, event in enumerate(events)]
    found = [_check_alias(one, place, at) for place, one in enumerate(found)]
    good = [one for one in found if isinstance(one, Incoming)]
    if len(good) == len(found):
        return ingest(good)
    return retried(partial(_mixed, found, good, read.source))


def _mixed(found: Sequence[Incoming | Refused], good: Sequence[Incoming], source: str) -> list[Outcome]:
    with transaction.atomic():
        outcomes = iter(ingest(good))
        # In one order for everybody, so that two batches with the same bad events wait for each other.
        bad = sorted((one.body_hash, place) for place, one in enumerate(found) if isinstance(one, Refused))
        kept = {place: _keep(source, found[place]) for _, place in bad}
        return [kept[place] if place in kept else next(outcomes) for place in range(len(found))]


def _keep(source: str, refused: Incoming | Refused) -> Outcome:
    assert isinstance(refused, Refused)
    details = refused.problem.as_json()
    quarantine.keep_raw(
        source, refused.message_id, refused.name, refused.body, refused.body_hash, details, refused.order_id
    )
    return Outcome("refused", problem=details)


def _check_alias(one: Incoming | Refused, place: int, at: str | None) -> Incoming | Refused:
    """An alias joins a visitor to a customer; two customers stay two."""
    if not isinstance(one, Incoming) or one.event.name != _ALIAS:
        return one
    previous = members.by_shop_id(one.who.anonymous_id or "")
    own = members.by_shop_id(one.who.user_id or "")
    if previous is None or (own is not None and own.pk == previous.pk):
        return one
    field = "previous_id" if at is None else f"{at}[{place}].previous_id"
    event = one.event
    return Refused(
        problem("alias-of-member", field), event.message_id, event.name, one.body, one.body_hash, event.order_id
    )
