"""What single rules gave of late, row by row, and whom they have on the way, for those who run the shop.

Neither the ledger nor the counters are kept by rule: the ledger is read from the first row of the time that is asked
about, the counters once for all rules together. How much a rule gave on each day is in ``points.day_sums``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet

from regulars.points.models import Counter, Transfer
from regulars.rules import layout as y
from regulars.rules.days import window_of
from regulars.rules.flat import PER
from regulars.rules.programme import EarnRule


def earned_since(rules: Collection[str], since: datetime) -> QuerySet[Transfer]:
    """The points that these rules gave from ``since`` on, by when they were effective."""
    first = first_row(Transfer, "recorded_at", since)
    return Transfer.objects.filter(pk__gte=first, kind=y.EARN, rule__in=rules, effective_at__gte=since)


def first_row(model: type[Model], column: str, since: datetime) -> int:
    """The lowest id whose rows can be of ``since`` or later, where ids and ``column`` rise together: found by halving,
    in one trip. Rows beside each other may be written in another order, so it begins a little before."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_HALVING.format(table=table, column=column), [since])
        [found] = cursor.fetchone()
    return max(0, int(found) - _MARGIN)


_MARGIN = 10_000
_HALVING = """
    WITH RECURSIVE part(low, high) AS (
        SELECT coalesce(min(id), 0), coalesce(max(id), 0) + 1 FROM {table}
        UNION ALL
        SELECT CASE WHEN late THEN low ELSE middle + 1 END, CASE WHEN late THEN middle ELSE high END
        FROM (
            SELECT low, high, (low + high) / 2 AS middle,
                coalesce(
                    (SELECT {column} >= %s FROM {table} WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1), true
                ) AS late
            FROM part WHERE low < high
        ) halves
    )
    SELECT max(low) FROM part
"""


def is_on_the_way(task: EarnRule, day: int) -> Q | None:
    """The counters of members who have begun the task and are not done with it on that local day; None of a task that
    one event does, which nobody is on the way to."""
    goal = task.goal
    if goal is None:
        return None
    mine = Q(rule=task.key)
    if goal.kind == "steps":
        begun = Q(window=0, points__gt=0)
        if not goal.within_days:
            return mine & begun
        in_time = Counter.objects.filter(
            member=OuterRef("member"), rule=OuterRef("rule"), window=1, points__gte=day - goal.within_days
        )
        return mine & begun & Q(Exists(in_time))
    period = window_of(day, PER[goal.per])
    if goal.kind == "streak":
        # of a run that goes on today, the newest counter alone stands for it
        kept = Counter.objects.filter(member=OuterRef("member"), rule=OuterRef("rule"), window=period, times__gt=0)
        return mine & Q(times__gt=0) & (Q(window=period) | (Q(window=period - 1) & ~Q(Exists(kept))))
    more = Q(points__gt=F("times") * goal.reaches)
    return mine & Q(window=period) & more & (Q() if goal.every else Q(times=0))


def on_the_way(tasks: Iterable[EarnRule], day: int) -> dict[str, int]:
    """How many members are on the way with each task on that local day."""
    found = [asked for asked in (is_on_the_way(task, day) for task in tasks) if asked is not None]
    if not found:
        return {}
    any_of = found[0]
    for asked in found[1:]:
        any_of |= asked
    rows = Counter.objects.filter(any_of).values_list("rule").annotate(members=Count("member", distinct=True))
    return dict(rows.order_by())


def progress(task: EarnRule, points: int, times: int) -> tuple[int, int]:
    """How far a counter of ``is_on_the_way`` is, and how far it goes: in the goal's unit."""
    goal = task.goal
    assert goal is not None
    if goal.kind == "steps":
        return points.bit_count(), len(goal.steps)
    if goal.kind == "streak":
        return points, len(goal.points)
    return points - times * goal.reaches, goal.reaches
