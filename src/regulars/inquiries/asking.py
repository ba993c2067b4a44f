"""Asking the lake: what is known comes back at once, the rest is answered by the process that waits for it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.inquiries.models import Inquiry, LakeState

CHANNEL = "regulars_inquiries"
"""PostgreSQL tells whoever listens there that something was asked."""
DONE, WAITING, FAILED, NO_LAKE = "done", "waiting", "failed", "no_lake"
RETRY_AFTER = timedelta(seconds=60)
"""What could not be answered is tried again when somebody asks later than this."""
_POLL_SECONDS = 0.01
_ANSWERING = ("rules", "science", "insight", "audience", "inquiries")
"""The rooms whose code makes answers: the modules of ``settings.INQUIRY_HANDLERS``, and what they compute with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a question.

    ``state``: ``DONE``; ``WAITING`` for the process that answers; ``FAILED``, and ``said`` says why; ``NO_LAKE`` where
    nothing was ever synced. ``result``: the handler's plain data; unless ``DONE``, that of the last lake which had one,
    or None. ``stale``: the result is of an older lake than there is. ``as_of``: when the result's lake was synced;
    ``until``: the last whole day of the lake there is.
    """

    state: str
    result: Any = None
    stale: bool = False
    as_of: datetime | None = None
    until: Any = None
    said: str = ""


def ask(name: str, params: Mapping[str, Any] | None = None, *, wait_seconds: float = 0.2) -> Answer:
    """The answer to a question, as far as it is known after at most ``wait_seconds``.

    name: that of a handler, as ``insight.retention``. params: plain data that JSON can hold; what two questions say is
    compared as sorted JSON. Must not be called in a transaction that has written: nobody would see the question.
    """
    lake = LakeState.objects.first()
    if lake is None:
        return Answer(NO_LAKE)
    plain = plainly(params or {})
    digest = digest_of(name, plain)
    row = Inquiry.objects.filter(digest=digest, lake_state=lake.state).first()
    if row is None or (
        row.state == Inquiry.FAILED and (row.answered_at or row.asked_at) < timezone.now() - RETRY_AFTER
    ):
        row = _put(name, plain, digest, lake.state, row)
    elif row.ahead:
        Inquiry.objects.filter(pk=row.pk).update(ahead=False, wanted_at=timezone.now())
    row = _wait(row, wait_seconds)
    if row.state == Inquiry.DONE:
        return Answer(DONE, row.result, False, row.as_of, lake.until)
    last = Inquiry.objects.filter(digest=digest, state=Inquiry.DONE).exclude(pk=row.pk).order_by("-id").first()
    state = FAILED if row.state == Inquiry.FAILED else WAITING
    said = lake.problem or (row.said and _(row.said))  # written where nobody has a language
    if last is None:
        return Answer(state, None, False, None, lake.until, said)
    return Answer(state, last.result, True, last.as_of, lake.until, said)


def plainly(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON gives them back: tuples are lists, days are texts."""
    found: dict[str, Any] = json.loads(json.dumps(params, cls=DjangoJSONEncoder, sort_keys=True))
    return found


def digest_of(name: str, plain: Mapping[str, Any]) -> str:
    """What one question is known by. To another version of what answers, it is another question."""
    return hashlib.sha256(f"{name}\0{json.dumps(plain, sort_keys=True)}\0{code()}".encode()).hexdigest()


@cache
def code() -> str:
    """A digest of the sources that answers are computed by: after an update nobody is shown what the one before said.
    It takes a few hundredths of a second, once a process."""
    package = Path(__file__).parents[1]
    found = hashlib.sha256()
    for room in _ANSWERING:
        for path in sorted((package / room).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _put(name: str, plain: dict[str, Any], digest: str, state: str, old: Inquiry | None) -> Inquiry:
    """Put a question in the queue, or one that failed back into it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if old is not None:
            Inquiry.objects.filter(pk=old.pk).update(state=Inquiry.ASKED, said="", wanted_at=timezone.now())
        else:
            Inquiry.objects.bulk_create(
                [Inquiry(name=name, params=plain, digest=digest, lake_state=state)], ignore_conflicts=True
            )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, name])
    return Inquiry.objects.get(digest=digest, lake_state=state)


def _wait(row: Inquiry, seconds: float) -> Inquiry:
    """The question as it is when it is answered, or after so many seconds."""
    until = time.monotonic() + seconds
    while row.state in (Inquiry.ASKED, Inquiry.WORKING) and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        # by what it is, not by its number: it may meanwhile be of a newer lake
        found = Inquiry.objects.filter(digest=row.digest).order_by("-id").first()
        row = found or row
    return row
