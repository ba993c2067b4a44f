"""What members make of each task: how many are on the way, how often it was done of late, what it gave.

Measured from the ledger (points), the log (coupons and badges of tasks that give no points) and the counters (who is on
the way). A streak is done each time that it gives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from regulars.events.given import given_by
from regulars.events.models import Event
from regulars.flow.facts import BADGE_WON, COUPON_ISSUED
from regulars.points import by_rule, day_sums
from regulars.points.models import Counter as Progress
from regulars.rules import layout as y
from regulars.rules.days import day_number
from regulars.rules.programme import EarnRule, Programme

DAYS = 30
THINGS = (COUPON_ISSUED, BADGE_WON)


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """One task over the last ``DAYS`` days. on_the_way: members; None where one event does it. days: how often it was
    done on each local day, the oldest first. points: by currency, returns not taken off."""

    task: EarnRule
    on_the_way: int | None
    days: dict[date, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)

    def done(self, last: int) -> int:
        """How often it was done in the last so many days, today included."""
        return sum(list(self.days.values())[-last:])


def task_figures(programme: Programme, now: datetime, only: str = "") -> list[TaskFigures]:
    """Every task of the programme, or the one called ``only``, in the file's order."""
    tasks = [task for task in programme.tasks if only in ("", task.key)]
    zone = ZoneInfo(programme.time_zone)
    today = now.astimezone(zone).date()
    since = begins(programme, now)
    done: Counter[tuple[str, date]] = Counter()
    points: defaultdict[str, Counter[str]] = defaultdict(Counter)
    of_points = {task.key for task in tasks if gives_points(task)}
    for one in day_sums.moved(since.date(), today) if of_points else ():
        if one.kind == y.EARN and one.rule in of_points:
            done[one.rule, one.day] += one.times
            points[one.rule][one.currency] += one.points
    of_things = [task.key for task in tasks if not gives_points(task)]
    if of_things:
        rows = given_by(of_things, THINGS, first_fact(since), since)
        counted = rows.values_list("of_rule", TruncDate("occurred_at", tzinfo=zone))
        for rule, day, times in counted.annotate(times=Count("because", distinct=True)).order_by():
            done[rule, day] += times
    on_the_way = by_rule.on_the_way(tasks, day_number(today))
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    return [
        TaskFigures(
            task,
            None if task.goal is None else on_the_way.get(task.key, 0),
            {day: done[task.key, day] for day in days},
            dict(points[task.key]),
        )
        for task in tasks
    ]


def begins(programme: Programme, now: datetime) -> datetime:
    """The local midnight from which the figures count."""
    zone = ZoneInfo(programme.time_zone)
    first = now.astimezone(zone).date() - timedelta(days=DAYS - 1)
    return datetime.combine(first, datetime.min.time(), zone)


def first_fact(since: datetime) -> int:
    """From which row the log has to be read."""
    return by_rule.first_row(Event, "received_at", since)


def gives_points(task: EarnRule) -> bool:
    """Whether each time that the task is done shows in the ledger."""
    streak = task.goal is not None and task.goal.kind == "streak" and any(task.goal.points)
    return streak or any(gift.kind == "points" for gift in task.gifts)


def members_on_the_way(task: EarnRule, today: date, after: int, limit: int) -> list[Any]:
    """Counters of members who are on the way, by member from ``after`` on."""
    asked = by_rule.is_on_the_way(task, day_number(today))
    if asked is None:
        return []
    return list(Progress.objects.filter(asked, member_id__gt=after).order_by("member_id")[:limit])


def times_done(task: EarnRule, since: datetime, before: int | None, limit: int) -> list[tuple[int, int, datetime]]:
    """(row, member, when) of the times that it was done since then, the newest first, from before row ``before``."""
    rows: Any
    if gives_points(task):
        rows = by_rule.earned_since([task.key], since).values_list("pk", "member_id", "effective_at")
    else:
        rows = given_by([task.key], THINGS, first_fact(since), since).values_list("pk", "member_id", "occurred_at")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])
