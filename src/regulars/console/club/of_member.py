"""On a member's page: the tasks they are on the way with, the badges they have won, the benefits of their tier."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest

from regulars.flow import phrases
from regulars.flow.benefits import of_standing
from regulars.flow.standing_view import StandingView
from regulars.points.by_rule import is_on_the_way, progress
from regulars.points.models import Counter
from regulars.programmes.task_words import goal_words
from regulars.rules.days import day_number
from regulars.rules.programme import Programme
from regulars.screens.figures import in_language
from regulars.tiers import badges
from regulars.tiers.models import Use

USES_SHOWN = 10


def club(request: HttpRequest, member_id: int, view: StandingView | None, now: datetime) -> dict[str, Any]:
    """The three sections, each for who may see it; without a programme only what was won."""
    found: dict[str, Any] = {}
    programme = view.programme if view is not None else None
    if programme is not None and request.user.has_perm("points.view_counter"):
        found |= {"may_see_tasks": True, "tasks": _tasks(member_id, programme, now)}
    if request.user.has_perm("tiers.view_badge"):
        found |= {"may_see_badges": True, "badges": badges.of_member(member_id)}
    if view is not None and request.user.has_perm("tiers.view_use"):
        found |= {"may_see_benefits": True, **_benefits(request, view, now)}
    return found


def _tasks(member_id: int, programme: Programme, now: datetime) -> list[dict[str, Any]]:
    """The tasks that the member has begun and is not done with now."""
    day = day_number(phrases.local_date(now, programme.time_zone))
    asked = {task.key: is_on_the_way(task, day) for task in programme.tasks}
    any_of = Q(pk=None)
    for one in asked.values():
        any_of = any_of if one is None else any_of | one
    counters = {row.rule: row for row in Counter.objects.filter(any_of, member_id=member_id)}
    rows = []
    for task in programme.tasks:
        row = counters.get(task.key)
        if row is not None:
            done, of = progress(task, row.points, row.times)
            percent = min(100, 100 * done // of) if of else 0
            is_sum = task.goal is not None and task.goal.kind == "sum"
            name = in_language(task.name, task.key)
            rows.append(
                {"key": task.key, "name": name, "what": goal_words(task, programme), "done": done, "of": of}
                | {"percent": percent, "is_sum": is_sum}
            )
    return rows


def _benefits(request: HttpRequest, view: StandingView, now: datetime) -> dict[str, Any]:
    level = view.tier.level if view.tier is not None else ""
    return {
        "benefits": of_standing(view.programme, view.member_id, level, now),
        "uses": list(Use.objects.filter(member_id=view.member_id).order_by("-pk")[:USES_SHOWN]),
        "may_record": request.user.has_perm("tiers.change_use"),
        "once": uuid4(),
    }
