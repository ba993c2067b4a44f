"""The answering process's side of the queue: what waits, which is next, what becomes of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from regulars.inquiries import listening
from regulars.inquiries.asking import CHANNEL, digest_of
from regulars.inquiries.models import Inquiry, LakeState

KEPT_DAYS = 14
WANTED_WITHIN = timedelta(hours=26)
"""What was asked within this time is answered ahead when the lake has moved."""
AHEAD_MAX = 200


def lake_moved(state: str, as_of: datetime, time_zone: str, problem: str = "") -> None:
    """Say which state of the lake answers come from now. What was asked lately is asked again, ahead of anybody.

    ``as_of``: when it was synced; its last whole local day is the day before. ``problem``: why it cannot be read.
    """
    was = LakeState.objects.first()
    new = {
        "state": state,
        "as_of": as_of,
        "time_zone": time_zone,
        "until": last_whole_day(as_of, time_zone),
        "problem": problem,
    }
    if was is not None and all(getattr(was, name) == value for name, value in new.items()):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        LakeState.objects.update_or_create(id=1, defaults=new)
        if was is not None and was.state != state:
            _ask_ahead(was.state, state)
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _ask_ahead(before: str, state: str) -> None:
    lately = Inquiry.objects.filter(wanted_at__gte=timezone.now() - WANTED_WITHIN).order_by("digest", "-wanted_at")
    newest = {row.digest: row for row in lately.defer("result").distinct("digest")}
    rows = sorted(newest.values(), key=lambda row: row.wanted_at, reverse=True)[:AHEAD_MAX]
    again = [
        Inquiry(
            name=row.name, params=row.params, digest=digest_of(row.name, row.params), lake_state=state, ahead=True
        )
        for row in rows
    ]  # fmt: skip
    for new, row in zip(again, rows, strict=True):
        new.wanted_at = row.wanted_at
    Inquiry.objects.bulk_create(again, ignore_conflicts=True)
    for new in again:  # bulk_create stamps "now"; when it was wanted stays, or it would be asked ahead for ever
        Inquiry.objects.filter(digest=new.digest, lake_state=state).update(wanted_at=new.wanted_at)
    Inquiry.objects.filter(lake_state=before, state__in=[Inquiry.ASKED]).delete()


def last_whole_day(as_of: datetime, time_zone: str) -> date:
    """The last local day that was over at a moment."""
    return as_of.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=1)


def waiting() -> bool:
    """Whether anything waits for an answer."""
    return Inquiry.objects.filter(state=Inquiry.ASKED).exists()


def listen() -> None:
    """Return when a question waits or may wait."""
    listening.listen(CHANNEL, waiting)


def until_asked() -> None:
    """Return when a question waits."""
    listening.until_asked(CHANNEL, waiting)


def claim() -> Inquiry | None:
    """The question to answer next, marked as begun: those that somebody waits for first, the newest of them."""
    with transaction.atomic():
        asked = Inquiry.objects.select_for_update(skip_locked=True).filter(state=Inquiry.ASKED)
        row = asked.order_by("ahead", "-id").first()
        if row is not None:
            Inquiry.objects.filter(pk=row.pk).update(state=Inquiry.WORKING)
        return row


def done(row: Inquiry, result: Any, state: str, as_of: datetime, took_ms: int) -> None:
    """Keep an answer under the state of the lake that it is of."""
    _end(row, state, {"state": Inquiry.DONE, "result": result, "as_of": as_of, "said": "", "took_ms": took_ms})


def failed(row: Inquiry, said: str, state: str) -> None:
    """Keep why there is no answer."""
    _end(row, state, {"state": Inquiry.FAILED, "said": said})


def _end(row: Inquiry, state: str, values: dict[str, Any]) -> None:
    with transaction.atomic():
        Inquiry.objects.filter(digest=row.digest, lake_state=state).exclude(pk=row.pk).delete()
        for name, value in {**values, "lake_state": state, "answered_at": timezone.now()}.items():
            setattr(row, name, value)
        # not `ahead` and `wanted_at`: somebody may have asked meanwhile
        row.save(update_fields=[*values, "lake_state", "answered_at"])


def clear_up() -> None:
    """Forget what was asked long ago, and what was being answered when a process ended."""
    Inquiry.objects.filter(asked_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
    Inquiry.objects.filter(state=Inquiry.WORKING).update(state=Inquiry.ASKED)
