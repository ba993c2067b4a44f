"""The quarantine: what could not be taken, whole, with its reason, until someone mends or drops it.

A refusal is kept once: the same body sent again and refused again is the same refusal, whatever became of it. Personal
data is not kept here (``flow.wire`` takes it out first). A refund of an order that has not come yet waits here, typed,
and goes in with its order; when its time is up it becomes an ordinary refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from regulars.events.models import Refusal
from regulars.rules.events import Event
from regulars.store.columns import TEXT, Array
from regulars.store.questions import Known, Question

WAIT_HOURS = 72
"""How long a refund waits for its order."""

_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


class Typed(msgspec.Struct):
    """A waiting event as it was typed, and whom it is about: ``(user id, anonymous id)``."""

    event: Event
    who: tuple[str | None, str | None]


_decode_typed = msgspec.json.Decoder(Typed, float_hook=Decimal).decode


def _json(value: Any) -> Any:
    """``value`` as a parameter of a query, its numbers as they are."""
    return Jsonb(value, dumps=_encode)


def keep(event: Event, body: Any, body_hash: bytes, problem: Mapping[str, Any]) -> int:
    """Keep a typed event that was refused. Returns the refusal's id."""
    return keep_raw(event.source, event.message_id, event.name, body, body_hash, problem, event.order_id)


def keep_raw(
    source: str,
    message_id: str,
    name: str,
    body: Any,
    body_hash: bytes,
    problem: Mapping[str, Any],
    order_id: str | None = None,
) -> int:
    """Keep what was refused before it was an event; message id and name may be empty. Returns the refusal's id."""
    return _insert(source, message_id, name, body, body_hash, problem, Refusal.OPEN, order_id)


def wait(
    event: Event,
    who: Sequence[str | None],
    body: Any,
    body_hash: bytes,
    problem: Mapping[str, Any],
    now: datetime,
) -> int:
    """Let a refund wait for its order, until ``WAIT_HOURS`` after ``now``. Returns the refusal's id."""
    typed = _encode(Typed(event, (who[0], who[1]))).decode()
    return _insert(
        event.source,
        event.message_id,
        event.name,
        body,
        body_hash,
        problem,
        Refusal.WAITING,
        event.order_id,
        now + timedelta(hours=WAIT_HOURS),
        typed,
    )


def _insert(
    source: str,
    message_id: str,
    name: str,
    body: Any,
    body_hash: bytes,
    problem: Mapping[str, Any],
    state: str,
    order_id: str | None,
    wait_until: datetime | None = None,
    typed: str = "",
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, state FROM events_refusal WHERE source = %s AND message_id = %s AND body_hash = %s FOR UPDATE",
            (source, message_id, body_hash),
        )
        before = cursor.fetchone()
        if before:
            return _again(cursor, before[0], before[1], problem, state, wait_until, typed)
        cursor.execute(
            "INSERT INTO events_refusal (source, message_id, name, received_at, body, body_hash, problem, state,"
            " order_id, wait_until, typed) VALUES (%s, %s, %s, now(), %s, %s, %s, %s, %s, %s, %s)"
            # Two at once: the other one's row is as good.
            " ON CONFLICT DO NOTHING RETURNING id",
            (
                source,
                message_id,
                name,
                _json(body),
                body_hash,
                _json(dict(problem)),
                state,
                order_id,
                wait_until,
                typed,
            ),
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def _again(
    cursor: Any,
    refusal_id: int,
    before: str,
    problem: Mapping[str, Any],
    state: str,
    wait_until: datetime | None,
    typed: str,
) -> int:
    """The same body again: what waited and cannot be taken is open now; what was given up may wait once more."""
    waits_no_more = before == Refusal.WAITING and state == Refusal.OPEN
    waits_again = before in (Refusal.OPEN, Refusal.DROPPED) and state == Refusal.WAITING
    if waits_no_more or waits_again:
        cursor.execute(
            "UPDATE events_refusal SET state = %s, problem = %s, wait_until = %s, typed = %s, settled_at = NULL,"
            " settled_by_id = NULL WHERE id = %s",
            (state, _json(dict(problem)), wait_until, typed, refusal_id),
        )
    return refusal_id


def awaited(order_ids: Collection[str]) -> Question[set[str]]:
    """Those of the orders that refunds are waiting for."""
    if not order_ids:
        return Known(set())
    return Question(
        "SELECT DISTINCT order_id FROM events_refusal WHERE state = 'waiting' AND order_id = ANY(%s)",
        (Array(TEXT, list(order_ids)),),
        lambda rows: {row[0] for row in rows},
    )


def waiting_for(order_id: str) -> list[Refusal]:
    """The refunds that wait for that order, in the order they came; locked until the transaction ends."""
    found = Refusal.objects.filter(state=Refusal.WAITING, order_id=order_id).order_by("id")
    return list(found.select_for_update())


def typed_of(refusal: Refusal) -> Typed:
    """A waiting event as it was typed; numbers with a fraction are Decimal."""
    return _decode_typed(refusal.typed)


def settle(refusal: Refusal, now: datetime, event_id: int | None = None, by: User | None = None) -> None:
    """What was kept has gone into the log (as ``event_id``, if known)."""
    _close(refusal, Refusal.MENDED, now, by, event_id)


def drop(refusal_id: int, by: User) -> None:
    """Give up on a refusal. Raises Refusal.DoesNotExist when it is none, or settled already."""
    with transaction.atomic():
        refusal = Refusal.objects.select_for_update().get(pk=refusal_id, state__in=[Refusal.OPEN, Refusal.WAITING])
        drop_row(refusal, timezone.now(), by)


def drop_row(refusal: Refusal, now: datetime, by: User | None) -> None:
    """Give up on a refusal that is locked already."""
    _close(refusal, Refusal.DROPPED, now, by)


def reopen(refusal_id: int) -> bool:
    """Take the giving up back; False when the refusal was not given up."""
    changed = Refusal.objects.filter(pk=refusal_id, state=Refusal.DROPPED).update(
        state=Refusal.OPEN, settled_at=None, settled_by=None
    )
    return changed == 1


def _close(refusal: Refusal, state: str, now: datetime, by: User | None, event_id: int | None = None) -> None:
    refusal.state = state
    refusal.settled_at = now
    refusal.settled_by = by
    refusal.event_id = event_id
    refusal.save(update_fields=["state", "settled_at", "settled_by", "event"])


def late_waiting(now: datetime) -> int:
    """Those whose order did not come in time become open refusals. Returns how many."""
    late = Refusal.objects.filter(state=Refusal.WAITING, wait_until__lte=now)
    problem = {
        "type": "/api/problems/unknown-order",
        "title": "Unknown order",
        "status": 422,
        "detail": "No order with this id has come.",
        "field": "properties.order_id",
    }
    return late.update(state=Refusal.OPEN, problem=problem, wait_until=None)


def digest(raw: bytes) -> bytes:
    """What tells two bodies apart: 16 bytes."""
    return hashlib.sha256(raw).digest()[:16]
