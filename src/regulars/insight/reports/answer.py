"""Making a report: figures from the lake, words, pictures, paper. Runs in a process of its own, for it is heavy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from regulars.events import simulated
from regulars.insight.reports import actions, document, figures, pdf
from regulars.insight.reports.document import Page
from regulars.insight.reports.models import Report
from regulars.programmes.reads import current
from regulars.science.lake import opened
from regulars.science.lake.manifest import LakeDamaged
from regulars.science.lake.opened import Lake


class CannotMake(Exception):
    """The report cannot be made; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report: the page, its PDF (None: see ``lacks``), and when the lake was brought up to date."""

    page: Page
    pdf: bytes | None
    lacks: str
    synced_at: datetime


def open_lake() -> Lake:
    """The lake. Raises CannotMake when there is none, or it is damaged."""
    try:
        return opened.open(settings.CONFIG.lake)
    except (FileNotFoundError, LakeDamaged) as error:
        raise CannotMake(str(error)) from None


def make(lake: Lake, kind: str, role: str, language: str, first: date, last: date, with_pdf: bool = True) -> Made:
    """The report of a role in a language about the days from ``first`` to ``last``.

    Raises CannotMake when the lake does not reach so far, NoProgramme without a programme.
    """
    _, programme = current()
    zone = ZoneInfo(programme.time_zone)
    reaches = lake.manifest.synced_at.astimezone(zone).date()
    if reaches <= last:
        raise CannotMake(
            f"the lake reaches to {lake.manifest.synced_at.astimezone(zone):%Y-%m-%d %H:%M}, and the report to the end"
            f" of {last}: `regulars lake sync` brings it up to date"
        )
    series = figures.counts(lake, kind, first, last, lake.manifest.currency)
    todo = actions.actions(lake, role, first, last, programme)
    with timezone.override(zone):
        page = document.page(
            kind, role, language, series, todo, programme, last, simulated.kind(), lake.manifest.synced_at,
            settings.CONFIG.public,
        )  # fmt: skip
    lacks, printed = "", None
    if with_pdf:
        try:
            printed = pdf.to_pdf(page.html)
        except pdf.CannotPrint as error:
            lacks = f"no PDF: {error}"
        else:
            if language != "en" and not pdf.can_draw_chinese():
                lacks = "no font with Chinese is installed: the PDF has boxes (Debian: apt-get install fonts-noto-cjk)"
    return Made(page, printed, lacks, lake.manifest.synced_at)


def answer(report_id: int) -> None:
    """Make a report that was asked for and keep it, or keep why it could not be made."""
    report = Report.objects.get(pk=report_id)
    try:
        made = make(open_lake(), report.kind, report.role, report.language, report.first, report.last)
    except CannotMake as error:
        report.state, report.said = Report.FAILED, str(error)
        report.save(update_fields=["state", "said"])
        return
    report.state, report.said, report.headline = Report.MADE, made.lacks, made.page.headline
    report.html, report.mail, report.pdf = made.page.html, made.page.mail(), made.pdf
    report.made_at, report.lake_synced_at = timezone.now(), made.synced_at
    report.save()
