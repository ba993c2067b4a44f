"""Tasks: who is on the way, how often each was done, what it gave; and the members behind the numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zlib import crc32

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from regulars.console import charts as dressed
from regulars.console.club import charts
from regulars.console.reads import programme_of
from regulars.flow import phrases
from regulars.flow.task_figures import (
    DAYS,
    TaskFigures,
    begins,
    members_on_the_way,
    task_figures,
    times_done,
)
from regulars.members.models import OutsideId
from regulars.points.by_rule import progress
from regulars.points.models import Counter
from regulars.programmes.task_words import cap_words, gives_words, goal_words
from regulars.rules.programme import EarnRule, Programme
from regulars.screens.figures import in_language
from regulars.screens.read_only import ReadOnlyAdmin

PER_PAGE = 50
_REMEMBERED_SECONDS = 60
WAY, DONE = "way", "done"


@admin.register(Counter)
class TasksAdmin(ReadOnlyAdmin):
    """All counters at once: the list of them is the report of the tasks."""

    def get_urls(self) -> list[Any]:
        """The report, and a page for each task; a counter by itself has no page."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="points_counter_changelist"),
            path("<str:key>/", view(self.task_view), name="points_task"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every task of the programme in force; ``?q=`` narrows to those whose name or key has it."""
        programme = self._programme(request)
        asked = request.GET.get("q", "").strip()
        found = _remembered(programme) if programme is not None else []
        rows = [one for one in found if programme is not None and _fits(one.task, asked)]
        named = [(_name(one.task), one.days) for one in rows if any(one.days.values())]
        language = translation.get_language() or "en"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tasks"),
            "programme": programme,
            "any": bool(found),
            "q": asked,
            "rows": [_row(one, programme) for one in rows if programme is not None],
            "chart": dressed.specs(lambda: charts.done_by_day(named), language) if named else None,
        }
        return TemplateResponse(request, "console/club/tasks.html", context)

    def task_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """One task: its figures, and the members. ``?state=way`` (default) or ``done``; ``?from=`` pages on."""
        programme = self._programme(request)
        task = next((one for one in programme.tasks if one.key == key), None) if programme else None
        if programme is None or task is None:
            raise Http404
        now = timezone.now()
        [figures] = [one for one in _remembered(programme) if one.task.key == key]
        state = request.GET.get("state") or (DONE if task.goal is None else WAY)
        if state not in (WAY, DONE):
            raise Http404
        language = translation.get_language() or "en"
        days = [(_name(task), figures.days)] if figures.done(DAYS) else []
        context = {
            **self.admin_site.each_context(request),
            "title": _name(task),
            "key": key,
            "row": _row(figures, programme),
            "state": state,
            "limit": cap_words(task.at_most),
            "chart": dressed.specs(lambda: charts.done_by_day(days), language) if figures.done(DAYS) else None,
            "days": DAYS,
            **_members(task, programme, state, _number(request.GET.get("from")), now),
        }
        return TemplateResponse(request, "console/club/task.html", context)

    def _programme(self, request: HttpRequest) -> Programme | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return programme_of(request)


def _remembered(programme: Programme) -> list[TaskFigures]:
    """The figures, at most a minute old: they read the last month of the ledger."""
    name = f"console.tasks.{crc32(repr(programme.tasks).encode())}"
    known: list[TaskFigures] | None = cache.get(name)
    if known is None:
        known = task_figures(programme, timezone.now())
        cache.set(name, known, _REMEMBERED_SECONDS)
    return known


def _fits(task: EarnRule, asked: str) -> bool:
    return asked.casefold() in f"{task.key} {_name(task)}".casefold()


def _name(task: EarnRule) -> str:
    return in_language(task.name, task.key)


def _row(one: TaskFigures, programme: Programme) -> dict[str, Any]:
    names = {currency.key: in_language(currency.name, currency.key) for currency in programme.points}
    given = [phrases.counted(points, names.get(key, key)) for key, points in one.points.items()]
    return {
        "key": one.task.key,
        "name": _name(one.task),
        "what": goal_words(one.task, programme),
        "gives": gives_words(one.task, programme),
        "on_the_way": one.on_the_way,
        "today": one.done(1),
        "week": one.done(7),
        "month": one.done(DAYS),
        "points": phrases.listed(given),
    }


def _members(task: EarnRule, programme: Programme, state: str, start: int | None, now: datetime) -> dict[str, Any]:
    """A page of members, and where the next one begins."""
    if state == WAY:
        today = phrases.local_date(now, programme.time_zone)
        counters = members_on_the_way(task, today, start or 0, PER_PAGE + 1)
        shown = counters[:PER_PAGE]
        ids = _shop_ids([one.member_id for one in shown])
        members = []
        for one in shown:
            done, of = progress(task, one.points, one.times)
            percent = min(100, 100 * done // of) if of else 0
            members.append(
                {"id": one.member_id, "shop_id": ids.get(one.member_id), "done": done, "of": of, "percent": percent}
            )
        more = shown[-1].member_id if len(counters) > PER_PAGE else None
    else:
        times = times_done(task, begins(programme, now), start, PER_PAGE + 1)
        ids = _shop_ids([member for _row_id, member, _at in times])
        members = [{"id": member, "shop_id": ids.get(member), "at": at} for _row_id, member, at in times[:PER_PAGE]]
        more = times[PER_PAGE - 1][0] if len(times) > PER_PAGE else None
    return {"members": members, "more": more, "paged": start is not None, "unit": _unit(task)}


def _unit(task: EarnRule) -> str:
    """How the progress of a task is to be read: a sum is in its own smallest unit and shown as a share only."""
    return "" if task.goal is None or task.goal.kind == "sum" else task.goal.kind


def _shop_ids(members: list[int]) -> dict[int, str]:
    rows = OutsideId.objects.filter(kind=OutsideId.USER, member_id__in=members).order_by("-id")
    return dict(rows.values_list("member_id", "value"))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
