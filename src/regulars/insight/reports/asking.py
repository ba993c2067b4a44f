"""Asking for a report: a row first, then a job makes it in a process of its own. For pages and jobs; imports nothing
heavy."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from regulars.insight.reports.models import Report
from regulars.insight.reports.periods import last_whole
from regulars.programmes.reads import NoProgramme, current

STUCK_AFTER = timedelta(minutes=10)
"""A report that was asked for and is not made by then lost its maker."""


def today() -> date:
    """The day it is for the shop."""
    try:
        _, programme = current()
    except NoProgramme:
        return timezone.now().date()
    return timezone.now().astimezone(ZoneInfo(programme.time_zone)).date()


def ask(kind: str, role: str, language: str, first: date | None = None, anew: bool = False) -> Report:
    """The report of the last whole week or month (or the one that begins with ``first``), asked for unless it is made.

    anew: even then; what was made stays until it is made again. The caller sees to it that a job makes what is asked
    (``reports.tasks.make``).
    """
    first_day, last = last_whole(kind, today())
    if first is not None and first != first_day:
        found = Report.objects.filter(kind=kind, role=role, language=language, first=first).first()
        if found is not None:
            return found
        first_day, last = first, _last_of(kind, first)
    now = timezone.now()
    with transaction.atomic():
        report, created = Report.objects.select_for_update().get_or_create(
            kind=kind, role=role, language=language, first=first_day, defaults={"last": last, "asked_at": now}
        )
        stuck = report.state == Report.ASKED and report.asked_at < now - STUCK_AFTER
        if not created and (anew or stuck or report.state == Report.FAILED):
            report.state, report.asked_at = Report.ASKED, now
            report.save(update_fields=["state", "asked_at"])
    return report


def make_apart(report_id: int) -> None:
    """Make an asked report in a process of its own: it needs the lake's engine and the charts' for a moment.

    A process that dies is told in the report.
    """
    command = [sys.executable, "-m", "regulars.cli.main", "report", "--number", str(report_id)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        fail(report_id, said[:500])


def fail(report_id: int, said: str) -> None:
    """Note why a report could not be made."""
    Report.objects.filter(pk=report_id, state=Report.ASKED).update(state=Report.FAILED, said=said)


def _last_of(kind: str, first: date) -> date:
    later = first + timedelta(days=7 if kind == "weekly" else 32)
    return last_whole(kind, later)[1] if kind == "monthly" else first + timedelta(days=6)
