"""Asking for a rehearsal, and its answer: rows that the console writes and the process with the past answers."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from regulars.programmes.models import Rehearsal

CHANNEL = "regulars_rehearsals"
"""PostgreSQL tells whoever listens there that something was asked."""
FRESH_MINUTES = 30
"""So long an answer counts: the past grows meanwhile, by little."""
KEPT_DAYS = 7
_POLL_SECONDS = 0.015


def ask(kind: str, text: str, against: str, asker: str = "") -> Rehearsal:
    """The rehearsal of ``text`` beside ``against``: one that is there already, if it is fresh, or a new question.

    asker: who asks; a later question of the same one passes over their earlier ones that still wait.
    """
    digest = hashlib.sha256("\0".join((kind, text, against)).encode()).hexdigest()
    since = timezone.now() - timedelta(minutes=FRESH_MINUTES)
    known = (
        Rehearsal.objects.filter(digest=digest, asked_at__gte=since)
        .exclude(state__in=[Rehearsal.FAILED, Rehearsal.PASSED])
        .defer("changed")
        .order_by("-id")
        .first()
    )
    if known is not None:
        return known
    with transaction.atomic(), connection.cursor() as cursor:
        if asker:
            Rehearsal.objects.filter(asker=asker, kind=kind, state=Rehearsal.ASKED).update(state=Rehearsal.PASSED)
        row = Rehearsal.objects.create(kind=kind, digest=digest, text=text, against=against, asker=asker)
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.pk)])
    return row


def wait(row: Rehearsal, seconds: float) -> Rehearsal:
    """The rehearsal as it is when it is over, or after that many seconds."""
    until = time.monotonic() + seconds
    while row.state in (Rehearsal.ASKED, Rehearsal.WORKING) and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        state = Rehearsal.objects.values_list("state", flat=True).filter(pk=row.pk).first()
        if state not in (Rehearsal.ASKED, Rehearsal.WORKING):
            break
    return Rehearsal.objects.defer("changed").filter(pk=row.pk).first() or row


def waiting() -> bool:
    """Whether anything waits for an answer."""
    return Rehearsal.objects.filter(state=Rehearsal.ASKED).exists()


def claim(kind: str | None = None) -> Rehearsal | None:
    """The question to answer next, marked as begun: standings before months, the newest first."""
    with transaction.atomic():
        asked = Rehearsal.objects.select_for_update(skip_locked=True).filter(state=Rehearsal.ASKED)
        if kind is not None:
            asked = asked.filter(kind=kind)
        row = asked.order_by("kind", "-id").first()
        if row is not None:
            Rehearsal.objects.filter(pk=row.pk).update(state=Rehearsal.WORKING)
        return row


def tell_progress(row: Rehearsal, percent: int) -> None:
    """How far the answer is."""
    Rehearsal.objects.filter(pk=row.pk).update(progress_percent=percent)


def clear_up() -> None:
    """Forget what was asked long ago, and what was being answered when a process ended."""
    Rehearsal.objects.filter(asked_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
    Rehearsal.objects.filter(state=Rehearsal.WORKING).update(state=Rehearsal.ASKED)
