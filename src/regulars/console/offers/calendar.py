"""The calendar of offers: a month, a row an offer, a bar for the days it can hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regulars.console.offers.listing import may_see
from regulars.console.reads import programme_of
from regulars.flow.phrases import month as month_words
from regulars.offers import reads
from regulars.offers.models import Version
from regulars.offers.standing import Run, runs
from regulars.rules.offers.model import Coupon, Offer, Offers
from regulars.screens.figures import day, in_language

ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """Days of a row: a bar (``words`` says its days) or a gap. before, after: it goes on beyond the month."""

    days: int
    words: str = ""
    before: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """An offer's month. whole: it holds on every day of it."""

    key: str
    name: str
    coupon: bool
    cells: list[Cell]
    whole: bool
    first: date

    @property
    def words(self) -> list[str]:
        """Its days, for reading."""
        return [cell.words for cell in self.cells if cell.words]


@dataclass(frozen=True, slots=True)
class Span:
    """An offers file, and the days of the month that it is in effect on."""

    offers: Offers
    first: date
    last: date


def spans(first: date, last: date, zone: ZoneInfo) -> list[Span]:
    """The versions in effect from ``first`` to ``last`` (local days), the oldest first; on the day of a change, the
    newer."""
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    versions = list(Version.objects.filter(effective_at__lt=end).order_by("effective_at"))
    found: list[Span] = []
    for place, version in enumerate(versions):
        begins = version.effective_at.astimezone(zone).date()
        after = versions[place + 1].effective_at.astimezone(zone).date() if place + 1 < len(versions) else None
        until = last if after is None else min(after - timedelta(days=1), last)
        start = max(begins, first)
        if start <= until:
            found.append(Span(reads.parse(version.text), start, until))
    return found


def rows(found: list[Span], first: date, last: date, zone: ZoneInfo) -> list[CalendarRow]:
    """Every offer with a day in the month: those of some days first, by their first day; then those of all days."""
    days: dict[str, list[Run]] = {}
    latest: dict[str, tuple[Offer, bool]] = {}
    for span in found:
        every: list[Offer | Coupon] = [*span.offers.offers, *span.offers.coupons]
        for one in every:
            offer = one.offer if isinstance(one, Coupon) else one
            held = runs(offer, span.first, span.last, zone)
            if held:
                latest[offer.key] = (offer, isinstance(one, Coupon))
                days.setdefault(offer.key, []).extend(held)
    made = []
    for key, held in days.items():
        offer, coupon = latest[key]
        joined = _joined(held)
        beyond = bool(runs(offer, first - timedelta(days=1), first - timedelta(days=1), zone))
        goes_on = bool(runs(offer, last + timedelta(days=1), last + timedelta(days=1), zone))
        cells = _cells(joined, first, last, beyond, goes_on)
        whole = joined == [Run(first, last)]
        made.append(CalendarRow(key, in_language(offer.name, key), coupon, cells, whole, joined[0].first))
    return sorted(made, key=lambda row: (row.whole, row.first))


def _joined(held: list[Run]) -> list[Run]:
    """Rows of days that touch, as one."""
    out: list[Run] = []
    for run in sorted(held, key=lambda run: run.first):
        if out and run.first <= out[-1].last + timedelta(days=1):
            out[-1] = Run(out[-1].first, max(out[-1].last, run.last))
        else:
            out.append(run)
    return out


def _cells(held: list[Run], first: date, last: date, beyond: bool, goes_on: bool) -> list[Cell]:
    cells: list[Cell] = []
    at = first
    for run in held:
        if run.first > at:
            cells.append(Cell((run.first - at).days))
        cells.append(
            Cell(
                (run.last - run.first).days + 1,
                day(run.first)
                if run.first == run.last
                else _("%(first)s to %(last)s") % {"first": day(run.first), "last": day(run.last)},
                beyond and run.first == first,
                goes_on and run.last == last,
            )
        )
        at = run.last + timedelta(days=1)
    if at <= last:
        cells.append(Cell((last - at).days + 1))
    return cells


def calendar(request: HttpRequest) -> HttpResponse:
    """One month of offers."""
    may_see(request)
    programme = programme_of(request)
    last_version = Version.objects.order_by("-effective_at").first()
    name = reads.parse(last_version.text).time_zone if last_version else programme.time_zone if programme else "UTC"
    zone = ZoneInfo(name)
    today = datetime.now(UTC).astimezone(zone).date()
    first = _first(request.GET.get("month", ""), today)
    following = (first + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    found = rows(spans(first, last, zone), first, last, zone)
    context = {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": _("Calendar of offers"),
        "here": "calendar",
        "month": month_words(first),
        "previous": f"{first - timedelta(days=1):%Y-%m}",
        "next": f"{following:%Y-%m}",
        "this_month": first == today.replace(day=1),
        "days": [
            (on, on == today, on.weekday() >= 5)
            for on in (first + timedelta(days=n) for n in range((last - first).days + 1))
        ],
        "rows": found[:ROWS_MAX],
        "more": max(len(found) - ROWS_MAX, 0),
        "any": last_version is not None,
        "may_publish": request.user.has_perm("offers.add_version"),
    }
    return TemplateResponse(request, "console/offers/calendar.html", context)


def _first(asked: str, today: date) -> date:
    """The first day of the month asked for (``2026-12``); of this month when it is none."""
    if re.fullmatch(r"(199\d|20\d\d|210\d)-(0[1-9]|1[0-2])", asked):
        return date.fromisoformat(f"{asked}-01")
    return today.replace(day=1)
