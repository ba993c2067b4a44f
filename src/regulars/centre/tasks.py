"""The task centre: what there is to do, how far I am, the calendar of a streak, and checking in."""

from __future__ import annotations

from datetime import date

from babel.dates import get_day_names
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.centre.tabs import task_tabs
from regulars.flow import phrases
from regulars.flow.errands import sending
from regulars.flow.errands.names import Names
from regulars.flow.errands.read import order_to_do, tasks_of
from regulars.flow.errands.sending import Earned
from regulars.flow.errands.streak import Streak, streak_of
from regulars.flow.errands.view import DONE, LOCKED
from regulars.flow.errands.words import gives_words, run_words, what_words
from regulars.flow.history.rulewords import currency_name
from regulars.programmes import reads as programmes
from regulars.rules.programme import Programme
from regulars.screens.figures import locale

_WITH_BUTTON = ("home", "tasks", "streak")


@require_GET
@for_members
def tasks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything that is mine to do: what is open, what is done for now, what a higher tier would bring."""
    _version, programme = programmes.current()
    found = tasks_of(visit.member_id)
    context = {
        "open": order_to_do(found),
        "locked": [task for task in found if task.state == LOCKED],
        "done": [task for task in found if task.state == DONE],
        "tabs": task_tabs(programme, "tasks"),
    }
    return render(request, "centre/tasks.html", about(programme, visit, "tasks") | context)


@require_GET
@for_members
def streak(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """The calendar of one streak, a month at a time."""
    _version, programme = programmes.current()
    found = streak_of(visit.member_id, key, _month(request.GET.get("month")))
    if found is None:
        raise Http404
    what = what_words(found.rule, programme)
    task = next(one for one in tasks_of(visit.member_id) if one.key == key)
    context = {
        "streak": found,
        "task": task,
        "title": phrases.named(found.rule.name) or what,
        "gives": gives_words(found.rule, programme, Names(programme)),
        "week_days": _week_days(),
        "marks": _marks(found),
        "tabs": task_tabs(programme, "tasks"),
    }
    return render(request, "centre/streak.html", about(programme, visit, "tasks") | context)


@require_POST
@for_members
def check_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """I check in: once a day, and only where a task of mine waits for it."""
    _version, programme = programmes.current()
    found = [task for task in tasks_of(visit.member_id) if task.rule.when == sending.CHECKED_IN]
    if any(task.sendable for task in found):
        messages.success(request, _said(sending.check_in(visit.member_id), visit, programme))
    elif any(task.state == DONE for task in found):
        messages.success(request, _("You have checked in for today already."))
    else:
        raise Http404
    return redirect(_back(request))


def _said(earned: Earned, visit: Visit, programme: Programme) -> str:
    """What checking in brought."""
    if not earned.is_new:
        return _("You have checked in for today already.")
    names = Names(programme)
    brought = [
        phrases.counted(points, currency_name(programme, currency)) for currency, points in earned.points.items()
    ]
    brought += [names.coupon(key) if kind == "coupon" else names.badge(key) for kind, key in earned.things]
    runs = [
        run_words(task.rule.goal, task.figures.done)
        for task in tasks_of(visit.member_id)
        if task.rule.when == sending.CHECKED_IN and task.rule.goal is not None and task.kind == "streak"
    ]
    said = _("Checked in.")
    if brought:
        said = _("Checked in: +%(brought)s.") % {"brought": phrases.listed(brought)}
    return _("%(said)s %(run)s.") % {"said": said, "run": phrases.listed(runs)} if runs else said


def _back(request: HttpRequest) -> str:
    """The page that the button stood on, if it is one that has such a button."""
    asked = request.POST.get("next", "")
    try:
        page = resolve(asked)
    except Resolver404:
        return reverse("centre:tasks")
    return asked if page.app_name == "centre" and page.url_name in _WITH_BUTTON else reverse("centre:tasks")


def _month(text: str | None) -> date | None:
    """A month as an address has it, ``2026-11``."""
    if text is None:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None


def _week_days() -> list[tuple[str, str]]:
    """The days of a week from Monday, short and in full."""
    short, full = (
        get_day_names(width, locale=locale()) for width in ("short" if _is_chinese() else "abbreviated", "wide")
    )
    return [(short[number], full[number]) for number in range(7)]


def _is_chinese() -> bool:
    return bool(locale().language == "zh")


def _marks(found: Streak) -> list[str]:
    """What the signs of the calendar mean, as far as it has them."""
    slots = [slot for week in found.weeks for slot in week if slot is not None]
    marks = ["kept"] if any(slot.kept for slot in slots) else []
    return marks + (["gives"] if any(slot.gives for slot in slots) else [])
