"""The demo year as a stream of events for the ingestion: households, orders, and what is simulated around them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import msgspec

from regulars.connect import complete_journey, native
from regulars.events.models import Event as LoggedEvent
from regulars.flow.ingest import Incoming, Outcome
from regulars.members.who import Who
from regulars.project.config import HOME
from regulars.rules.events import Event

PROFILE_EVENT = "Profile Updated"
_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder().decode


def shift_days(now: datetime) -> int:
    """By how many days the year is moved: as it was when its first order was loaded, else so that it ends now."""
    first = complete_journey.first_basket_id()
    loaded = (
        LoggedEvent.objects.filter(source=complete_journey.SOURCE, message_id=complete_journey.message_id(first))
        .values_list("occurred_at", flat=True)
        .first()
    )
    if loaded is None:
        return complete_journey.shift_days_to(now)
    return complete_journey.shift_days_of(first, loaded)


def orders_and_households(days: int) -> Iterator[Incoming]:
    """The year's orders; each household introduces itself just before its first."""
    profiles = {household.user_id: household.traits for household in complete_journey.households()}
    for basket in complete_journey.baskets(days):
        traits = profiles.pop(basket.user_id, None)
        if traits is not None:
            yield _profile(basket.user_id, traits, basket.event.occurred_at)
        yield incoming(basket.user_id, basket.event)


def incoming(user_id: str, event: Event) -> Incoming:
    """A typed event as it would have come in."""
    body = native.body(user_id, event)
    return Incoming(event=event, who=Who(user_id), body_hash=_digest(body), body=body)


def _profile(user_id: str, traits: dict[str, str], at: datetime) -> Incoming:
    event = Event(
        name=PROFILE_EVENT,
        source=complete_journey.SOURCE,
        message_id=f"cj-{user_id}",
        occurred_at=at,
        properties=traits,
    )
    body = native.body(user_id, event)
    return Incoming(event=event, who=Who(user_id), body_hash=_digest(body), body=body, traits=dict(traits))


def _digest(body: dict[str, Any]) -> bytes:
    return hashlib.blake2b(_encode(body), digest_size=16).digest()
