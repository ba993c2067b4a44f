"""What a member may report of themselves in the member centre, and taking it in.

A member must not be able to claim what only the shop can know (an order, a review, minutes in a live room), so there is
a fixed list. It goes through the ordinary ingest under the centre's own source, once a local day. A shop that checks
its customers in at the till writes ``where: {source: …}`` into the task: then the centre's word does not count, and it
offers no button.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.utils import timezone

from regulars.flow import phrases
from regulars.flow.batch import Incoming
from regulars.flow.ingest import ingest
from regulars.members.who import Who
from regulars.programmes import reads as programmes
from regulars.rules import events as ev
from regulars.rules.conditions import event_predicate
from regulars.rules.days import day_number
from regulars.rules.programme import EarnRule, Programme

CHECKED_IN = "Checked In"
SENDABLE = frozenset({CHECKED_IN})
"""All that a member may say they did. Nothing else of a browser's becomes an event."""
SOURCE = "centre"


@dataclass(frozen=True, slots=True)
class Earned:
    """What something sent brought at once: points by currency, and what else there was (kind and key)."""

    points: dict[str, int]
    things: list[tuple[str, str]]
    is_new: bool


def advances(task: EarnRule, programme: Programme, now: datetime) -> bool:
    """Whether the centre itself can take the task further: it waits for an event that members may send, and its
    conditions hold for the event as the centre would send it."""
    if task.when not in SENDABLE or task.where.of_lines:
        return False
    event = ev.Event(task.when, SOURCE, "", now, {})
    return event_predicate(task.where.of_event, programme.minor_digits)(event)


def check_in(member_id: int, now: datetime | None = None) -> Earned:
    """The member checks in: once a local day, however often it is sent.

    now: only tests and simulations give it. Raises ``programmes.reads.NoProgramme`` when none was applied yet.
    """
    at = now or timezone.now()
    _version, programme = programmes.current(now)
    day = day_number(phrases.local_date(at, programme.time_zone))
    message_id = f"checked-in-{day}-{member_id}"
    digest = blake2b(message_id.encode(), digest_size=16).digest()
    event = ev.Event(CHECKED_IN, SOURCE, message_id, at, {})
    [outcome] = ingest([Incoming(event, Who(), digest, member_id=member_id)], now)
    decision = msgspec.json.decode(outcome.decision or b"null") or {}
    points: dict[str, int] = {}
    for transfer in decision.get("transfers", ()):
        if transfer["kind"] == "earn":
            points[transfer["currency"]] = points.get(transfer["currency"], 0) + transfer["points"]
    things = [(gift["kind"], gift["key"]) for gift in decision.get("gifts", ())]
    return Earned(points, things, outcome.status == "accepted")
