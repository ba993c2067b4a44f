"""A member accepts an invitation in the member centre: an event like one that a shop sends."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from regulars.flow.batch import Incoming
from regulars.flow.ingest import ingest
from regulars.flow.referrals.follow import INVITATION_ACCEPTED
from regulars.members.who import Who
from regulars.rules import events as ev

SOURCE = "centre"


def accept(member_id: int, code: str, at: datetime, now: datetime | None = None) -> None:
    """The member accepted the invitation with that code at ``at``; the same one again changes nothing."""
    name = f"invited-{member_id}-{code}"
    event = ev.Event(INVITATION_ACCEPTED, SOURCE, name, at, {"code": code})
    body_hash = blake2b(name.encode(), digest_size=16).digest()
    ingest([Incoming(event, Who(), body_hash, member_id=member_id)], now)
