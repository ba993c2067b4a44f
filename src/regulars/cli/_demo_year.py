"""The demo year as a stream of events for the ingestion: households, orders, and what is simulated around them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

import msgspec

from regulars.connect import complete_journey, native
from regulars.events.models import Event as LoggedEvent
from regulars.events.quarantine import digest
from regulars.flow import holds
from regulars.flow.batch import Incoming, Outcome
from regulars.flow.intake import reader, take
from regulars.flow.wire.read import Reader
from regulars.members.who import Who
from regulars.programmes.reads import microseconds, timeline
from regulars.project.config import HOME
from regulars.rules import events as ev
from regulars.rules.decide import HoldRequest

_encode = msgspec.json.Encoder(order="deterministic").encode
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


def orders_and_households(days: int, part: tuple[int, int] = (0, 1)) -> Iterator[Incoming]:
    """The year's orders; each household that is known introduces itself just before its first.

    part: as in ``complete_journey.baskets``.
    """
    profiles = {household.user_id: household.traits for household in complete_journey.households()}
    read = reader(complete_journey.SOURCE)
    for basket in complete_journey.baskets(days, part):
        traits = profiles.pop(basket.user_id, None)
        if traits is not None:
            at = basket.event.occurred_at
            yield read_one(read, native.introduction(basket.user_id, traits, at, f"cj-{basket.user_id}"))
        body = native.body(basket.user_id, basket.event)
        # The event is typed already; only what a shop would have sent is still to be said of it.
        yield Incoming(basket.event, Who(basket.user_id), digest(_encode(body)), body)


def read_one(read: Reader, body: dict[str, Any]) -> Incoming:
    """An event that must be right. Raises the problem of one that is not."""
    found = read.read(body)
    if not isinstance(found, Incoming):
        raise found.problem
    return found


def simulator(name: str = "simulate.py") -> ModuleType | None:
    """A file of ``examples`` of this source tree; None where there is none (an installed wheel)."""
    path = HOME / "examples" / name
    spec = spec_from_file_location(f"regulars_examples_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def send_mishaps() -> None:
    """A few bad events, for the quarantine to have something to show."""
    module = simulator()
    if module is None:
        return
    take(module.mishaps(datetime.now(UTC)), reader(module.SOURCE), odd=True)


class Lively:
    """The year with returns, reviews and points spent among its orders, in time.

    module: has ``SOURCE``, ``Simulator`` and ``Spending`` as ``examples/simulate.py`` has them.
    """

    def __init__(self, module: Any, now: datetime) -> None:
        self._source: str = module.SOURCE
        self._spending_type: type = module.Spending
        self._simulator = module.Simulator()
        self._now = now
        self._read = reader(self._source)
        self._closing: list[tuple[datetime, Incoming]] = []

    def among(self, year: Iterator[Incoming]) -> Iterator[Incoming]:
        """The year's events with the simulated ones in their places; the last come after its end, up to now."""
        for incoming in year:
            yield from self._due(incoming.event.occurred_at)
            yield incoming
        yield from self._due(self._now)

    def observe(self, batch: Sequence[Incoming], outcomes: Sequence[Outcome]) -> None:
        """What was loaded: what follows from it is planned."""
        for incoming, outcome in zip(batch, outcomes, strict=True):
            event = incoming.event
            if event.name == ev.ORDER_COMPLETED and outcome.decision and incoming.who.user_id:
                self._simulator.after(incoming.who.user_id, event, lambda answer=outcome.decision: _available(answer))

    def _due(self, until: datetime) -> Iterator[Incoming]:
        for what in self._simulator.due(until):
            yield from self._closed(what.at)
            if isinstance(what, self._spending_type):
                yield self._place(what)
            else:
                yield read_one(self._read, what.body)
        yield from self._closed(until)

    def _closed(self, until: datetime) -> Iterator[Incoming]:
        while self._closing and self._closing[0][0] <= until:
            yield self._closing.pop(0)[1]

    def _place(self, spending: Any) -> Incoming:
        """Points set aside, as ``flow.holds`` does it, only in the past; their end is put on the list."""
        currency = next(one for one in timeline().tables[0].programme.points if one.spendable).key
        number = timeline().tables[0].registry.currencies.index(currency)
        expires_us = microseconds(spending.expires_at)
        hold = self._known_hold(spending.message_id) or holds.next_hold()
        said = {"points": spending.points, "currency": currency, "order_id": None}
        placed = ev.Event(
            ev.HOLD_PLACED,
            self._source,
            spending.message_id,
            spending.at,
            {**said, "hold": hold, "expires_us": expires_us},
        )
        if spending.ending != "lapse":
            self._closing.append((spending.ends_at, self._end(spending, hold, currency, number)))
            self._closing.sort(key=lambda one: (one[0], one[1].event.message_id))
        request = HoldRequest(spending.points, number, hold, expires_us)
        return self._ledger(spending.user_id, placed, request)

    def _end(self, spending: Any, hold: int, currency: str, number: int) -> Incoming:
        captured = spending.ending == "capture"
        properties: dict[str, Any] = {"hold": hold, "currency": currency}
        if captured:
            properties |= {"points": None, "order_id": None}
        event = ev.Event(
            ev.HOLD_CAPTURED if captured else ev.HOLD_RELEASED,
            self._source,
            f"{spending.message_id}-{spending.ending}",
            spending.ends_at,
            properties,
        )
        return self._ledger(spending.user_id, event, HoldRequest(-1, number, hold))

    def _ledger(self, user_id: str, event: ev.Event, request: HoldRequest) -> Incoming:
        body_hash = digest(_encode([event.name, event.message_id, user_id, event.occurred_at, request.points]))
        return Incoming(event, Who(user_id), body_hash, hold=request)

    def _known_hold(self, message_id: str) -> int | None:
        """The hold's number, if an earlier load that was stopped has placed it."""
        return (
            LoggedEvent.objects.filter(source=self._source, message_id=message_id)
            .values_list("properties__hold", flat=True)
            .first()
        )


def _available(decision: bytes) -> int:
    """How many points a decision left its member to spend, of the first currency that can be spent."""
    balances = (_decode(decision) or {}).get("balances", {})
    for currency in timeline().tables[0].programme.points:
        if currency.spendable and currency.key in balances:
            return int(balances[currency.key]["available"])
    return 0
