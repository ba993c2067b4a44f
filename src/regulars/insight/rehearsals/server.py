"""The process that answers rehearsals: it keeps the past and the compiled rules in memory as long as somebody asks."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.db import connection

from regulars.insight.rehearsals import answer
from regulars.insight.rehearsals.answer import NotPlayable, Side, programme_of, side
from regulars.insight.rehearsals.past import Past, read
from regulars.insight.rehearsals.waiting import listen
from regulars.programmes import rehearsals
from regulars.programmes.models import Rehearsal

log = structlog.get_logger(__name__)

IDLE_SECONDS = 20 * 60
PAST_MINUTES = 30
"""A question that comes later is answered from the past as it is then."""
_SIDES_KEPT = 12


@dataclass
class Room:
    """What is kept between questions: the past, and the programmes that were replayed over it last."""

    folder: Path | None = None
    past: Past | None = None
    sides: OrderedDict[str, Side] = field(default_factory=OrderedDict)

    def the_past(self, zone: str) -> Past:
        """The past, read again when it is older than ``PAST_MINUTES``."""
        now = datetime.now(UTC)
        if self.past is None or (self.folder is None and now - self.past.read_at > timedelta(minutes=PAST_MINUTES)):
            began = time.perf_counter()
            self.sides.clear()
            self.past = None  # not two of them in memory
            self.past = read(zone, self.folder)
            log.info("past_read", events=self.past.events, seconds=round(time.perf_counter() - began, 2))
        return self.past

    def side(self, text: str, past: Past) -> Side:
        """A programme replayed over the past, kept for the next question."""
        if text not in self.sides:
            self.sides[text] = side(text, past)
            if len(self.sides) > _SIDES_KEPT:
                self.sides.popitem(last=False)
        self.sides.move_to_end(text)
        return self.sides[text]


def serve(folder: Path | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
    """Answer what is asked until nobody has asked for a while. ``folder``: take the past from this Parquet."""
    room = Room(folder)
    rehearsals.clear_up()
    until = time.monotonic() + idle_seconds
    while time.monotonic() < until:
        row = rehearsals.claim()
        if row is None:
            listen()
            continue
        _answer(row, room)
        until = time.monotonic() + idle_seconds


def _answer(row: Rehearsal, room: Room) -> None:
    began = time.perf_counter()
    try:
        past = room.the_past(programme_of(row.against).time_zone)
        if row.kind == Rehearsal.END:
            row.result, row.changed = answer.standings(room.side(row.text, past), room.side(row.against, past), past)
        else:
            row.result = answer.months(
                programme_of(row.text), programme_of(row.against), past, lambda percent: _between(row, percent, room)
            )
        row.state, row.past_at = Rehearsal.DONE, past.read_at
    except NotPlayable as error:
        row.state, row.said = Rehearsal.FAILED, str(error)
    except Exception:
        # The one who asked must hear of it; the next question may fare better.
        log.exception("rehearsal_failed", rehearsal=row.pk)
        connection.close()
        row.state, row.said = Rehearsal.FAILED, "error"
    row.progress_percent = 100
    row.save(update_fields=["state", "said", "result", "changed", "past_at", "progress_percent"])
    log.info("rehearsed", kind=row.kind, state=row.state, seconds=round(time.perf_counter() - began, 3))


def _between(row: Rehearsal, percent: int, room: Room) -> None:
    """Between two months: say how far it is, and let the sliders go first."""
    rehearsals.tell_progress(row, percent)
    while (quick := rehearsals.claim(Rehearsal.END)) is not None:
        _answer(quick, room)
