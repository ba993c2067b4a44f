"""What goes into the straight line (``flow.ingest``), and what comes back, event by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from regulars.events.append import KnownOrder, Row
from regulars.members.who import Who
from regulars.referrals.marks import Seen as Mark
from regulars.rules import events as ev
from regulars.rules.decide import HoldRequest


@dataclass(slots=True)
class Incoming:
    """One event as parsed at a door. ``body`` is what was received, for the quarantine; ``personal`` and ``traits`` are
    what an identify event says of the person; ``hold`` is the points part of a ledger event; ``marks`` are what the
    member was seen with (kind and keyed hash)."""

    event: ev.Event
    who: Who
    body_hash: bytes
    body: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    hold: HoldRequest | None = None
    member_id: int | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Case:
    """One event on its way through a batch. ``placed``: the order a refund is of, where it came in the same batch."""

    place: int
    incoming: Incoming
    member_id: int = 0
    at: int = 0
    about: KnownOrder | None = None
    decided: bool = False
    row: Row | None = None
    placed: Case | None = None


@dataclass(slots=True)
class Outcome:
    """What became of one event. ``decision`` is the answer as JSON text; ``status`` is ``accepted``, ``duplicate``,
    ``waiting`` or ``refused``, the last two with their ``problem``."""

    status: str
    event_id: int | None = None
    decision: bytes | None = None
    problem: dict[str, Any] | None = None
