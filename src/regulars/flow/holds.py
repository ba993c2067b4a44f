"""Redeeming: set points aside, then capture or release them; and points given or taken by hand.

Each is an event in the log like any other and goes the straight line (``flow.ingest``), so a replay knows of it. The
same message id again gets the first answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
from django.db import connection

from regulars.flow.batch import Incoming, Outcome
from regulars.flow.ingest import ingest
from regulars.flow.problems import Problem, problem
from regulars.flow.refusals import of_step
from regulars.flow.spends import POINTS_MAX
from regulars.members.who import Who
from regulars.points.models import Hold
from regulars.programmes.reads import microseconds, timeline
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import HoldRequest
from regulars.rules.programme import Currency

HOLD_LASTS = timedelta(minutes=30)
"""How long a hold lasts when the caller does not say."""


def place(
    member_id: int,
    points: int,
    currency: str = "",
    message_id: str = "",
    source: str = "api",
    order_id: str | None = None,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Set ``points`` of a member aside until ``expires_at``. Returns the decision, with the hold's id as ``hold``.

    now: the caller's moment, when what else it does is of the same one.
    Raises Problem: too few points, not a currency to spend, fewer points than the programme lets one pay with.
    """
    known = currency_called(currency)
    if not known.spendable:
        raise problem("not-spendable", "currency", currency=known.key)
    _count(points, max(known.pays_at_least_points, 1))
    now = now or datetime.now(UTC)
    expires_at = expires_at or now + HOLD_LASTS
    if expires_at <= now:
        raise problem("lapsed", "expires_at")
    said = {"points": points, "currency": known.key, "order_id": order_id}
    body_hash = _digest(ev.HOLD_PLACED, {**said, "member": member_id})
    hold_id = next_hold()
    properties = {**said, "hold": hold_id, "expires_us": microseconds(expires_at)}
    event = ev.Event(ev.HOLD_PLACED, source, message_id, now, properties, order_id=order_id)
    request = HoldRequest(points, _number(known.key), hold_id, microseconds(expires_at))
    answer = _run(event, body_hash, member_id, request, now)
    if answer["hold"] is None:
        answer["hold"] = hold_id
    return answer


def capture(
    hold_id: int,
    points: int | None = None,
    order_id: str | None = None,
    message_id: str = "",
    source: str = "api",
    now: datetime | None = None,
) -> dict[str, Any]:
    """Spend a hold, or ``points`` of it (the rest goes back); ``now`` as for ``place``.

    Raises Problem: unknown, closed, more than it holds.
    """
    if points is not None:
        _count(points, 1)
    hold = _hold(hold_id)
    order_id = order_id or hold.order_id
    properties = {"hold": hold_id, "points": points, "currency": hold.currency, "order_id": order_id}
    event = ev.Event(ev.HOLD_CAPTURED, source, message_id, now or datetime.now(UTC), properties, order_id=order_id)
    request = HoldRequest(-1 if points is None else points, _number(hold.currency), hold_id)
    return _run(event, _digest(event.name, properties), hold.member_id, request, now)


def release(
    hold_id: int, message_id: str = "", source: str = "api", author: str = "", now: datetime | None = None
) -> dict[str, Any]:
    """Give a hold's points back to the lots they came from; ``author`` is who did it by hand, ``now`` as for ``place``.

    Raises Problem: unknown, closed.
    """
    hold = _hold(hold_id)
    properties = {"hold": hold_id, "currency": hold.currency}
    event = ev.Event(ev.HOLD_RELEASED, source, message_id, now or datetime.now(UTC), properties, _by(author))
    request = HoldRequest(-1, _number(hold.currency), hold_id)
    return _run(event, _digest(event.name, properties), hold.member_id, request, now)


@dataclass(frozen=True, slots=True)
class Spent:
    """Points that were spent at once: by which event, under which hold; ``again``: by the same message before."""

    event_id: int
    hold_id: int
    points: int
    currency: str
    again: bool = False


def spend(member_id: int, points: int, currency: str, about: dict[str, Any], message_id: str, source: str) -> Spent:
    """Spend ``points`` on something that is no order: placed and captured in one event, as ``about`` describes it.

    Raises Problem: too few points, not a currency to spend, the message id used for something else.
    """
    return _at_once(ev.POINTS_REDEEMED, member_id, points, currency, about, message_id, source)


def donate(member_id: int, points: int, currency: str, about: dict[str, Any], message_id: str, source: str) -> Spent:
    """Give ``points`` away for good. Raises Problem as ``spend`` does."""
    return _at_once(ev.POINTS_DONATED, member_id, points, currency, about, message_id, source)


def give_back(hold_id: int, about: dict[str, Any], message_id: str, source: str, author: str = "") -> dict[str, Any]:
    """Return to their lots the points that ``spend`` took, as far as they have not been returned.

    Raises Problem: unknown, never captured, returned before.
    """
    hold = _hold(hold_id)
    properties = {"hold": hold_id, "currency": hold.currency, **about}
    event = ev.Event(ev.HOLD_RETURNED, source, message_id, datetime.now(UTC), properties, _by(author))
    request = HoldRequest(-1, _number(hold.currency), hold_id)
    return _run(event, _digest(event.name, properties), hold.member_id, request)


def _at_once(
    name: str, member_id: int, points: int, currency: str, about: dict[str, Any], message_id: str, source: str
) -> Spent:
    known = currency_called(currency)
    if not known.spendable:
        raise problem("not-spendable", "currency", currency=known.key)
    _count(points, 1)
    said = {"points": points, "currency": known.key, **about}
    now, hold_id = datetime.now(UTC), next_hold()
    event = ev.Event(name, source, message_id, now, {**said, "hold": hold_id})
    request = HoldRequest(points, _number(known.key), hold_id, microseconds(now))
    # what it is called may change between two tries of one request
    asked = {key: value for key, value in said.items() if key != "name"}
    outcome = _taken_in(event, _digest(name, {**asked, "member": member_id}), member_id, request)
    assert outcome.event_id is not None
    if outcome.status == "duplicate":
        hold_id = Hold.objects.values_list("id", flat=True).get(event_id=outcome.event_id)
    return Spent(outcome.event_id, hold_id, points, known.key, outcome.status == "duplicate")


def adjust(
    member_id: int,
    points: int,
    currency: str = "",
    reason: str = "",
    message_id: str = "",
    source: str = "api",
    author: str = "",
) -> dict[str, Any]:
    """Give (or with a negative number take) points by hand, with a reason for the history; ``author`` is who did it.

    Raises Problem: no reason, nothing to do, more taken than available.
    """
    known = currency_called(currency)
    if not reason.strip():
        raise problem("reason-missing", "reason")
    _count(abs(points), 1)
    properties = {"points": points, "currency": known.key, "reason": reason.strip()}
    event = ev.Event(ev.POINTS_ADJUSTED, source, message_id, datetime.now(UTC), properties, _by(author))
    body_hash = _digest(event.name, {**properties, "member": member_id})
    return _run(event, body_hash, member_id, HoldRequest(points, _number(known.key)))


def award(
    member_id: int,
    points: int,
    currency: str,
    reason: str,
    about: dict[str, Any],
    message_id: str,
    source: str,
    author: str = "",
) -> int:
    """Give (or with a negative number take) ``points`` that no rule of the programme gives, such as a prize, as
    ``about`` describes it; the event's id.

    Raises Problem: not a currency of the programme, more taken than available.
    """
    known = currency_called(currency)
    _count(abs(points), 1)
    said = {"points": points, "currency": known.key, "reason": reason}
    event = ev.Event(ev.POINTS_ADJUSTED, source, message_id, datetime.now(UTC), {**said, **about}, _by(author))
    body_hash = _digest(event.name, {**said, "member": member_id})
    outcome = _taken_in(event, body_hash, member_id, HoldRequest(points, _number(known.key)))
    assert outcome.event_id is not None
    return outcome.event_id


def _by(author: str) -> dict[str, str]:
    """The context of what a person did: their user name, for operators' eyes."""
    return {"author": author} if author else {}


def next_hold() -> int:
    """A number for a new hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('points_hold_seq')")
        return int(cursor.fetchone()[0])


def _taken_in(
    event: ev.Event, body_hash: bytes, member_id: int, request: HoldRequest, now: datetime | None = None
) -> Outcome:
    """What became of the event, which was taken or had been; raises Problem when it was refused."""
    if not event.message_id:
        event.message_id = f"{event.name.lower().replace(' ', '-')}-{next_hold()}"
    outcome: Outcome = ingest([Incoming(event, Who(), body_hash, hold=request, member_id=member_id)], now)[0]
    if outcome.problem is not None:
        refusal = Problem.of(outcome.problem)
        if refusal.kind == "unknown-hold":
            # callers have found the hold in the table; among the open ones it is not
            refusal = of_step(y.HOLD_CLOSED)
        raise refusal
    return outcome


def _run(
    event: ev.Event, body_hash: bytes, member_id: int, request: HoldRequest, now: datetime | None = None
) -> dict[str, Any]:
    outcome = _taken_in(event, body_hash, member_id, request, now)
    answer: dict[str, Any] = msgspec.json.decode(outcome.decision or b"{}")
    if outcome.status == "duplicate":
        assert outcome.event_id is not None
        placed = Hold.objects.filter(event_id=outcome.event_id).values_list("id", flat=True).first()
        answer["hold"] = placed or request.ref
    else:
        answer["hold"] = request.ref if request.ref >= 0 else None
    return answer


def _digest(name: str, properties: dict[str, Any]) -> bytes:
    return blake2b(msgspec.json.encode([name, properties]), digest_size=16).digest()


def _hold(hold_id: int) -> Hold:
    hold = Hold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise problem("unknown-hold", "hold")
    return hold


def _count(points: int, at_least: int) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or not at_least <= points <= POINTS_MAX:
        raise problem("points-out-of-range", "points", least=at_least, most=POINTS_MAX)


def currency_called(key: str) -> Currency:
    """The currency of points with that key; with no key the first that can be spent. Raises Problem: there is none."""
    line = timeline()
    currencies = line.tables[line.at(microseconds(datetime.now(UTC)))].programme.points
    for currency in currencies:
        if currency.key == key or (not key and currency.spendable):
            return currency
    known = ", ".join(currency.key for currency in currencies)
    raise problem("unknown-points", "currency", given=key, known=known)


def _number(key: str) -> int:
    return timeline().tables[0].registry.currencies.index(key)
