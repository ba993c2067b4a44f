"""How far a member is with a task, and what the next event would bring: the counters that ``rules.step.tasks`` keeps,
read between events.

Everything here is of the local day that is asked about; days are day numbers, windows those of ``rules.days``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from regulars.rules.days import month_first, window_of
from regulars.rules.flat import PER
from regulars.rules.programme import EarnRule, Goal, Per

Counters = Mapping[int, tuple[int, int]]
"""Points and times of one rule's counters, by window."""
_NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class TaskState:
    """How far a task is.

    done, of: events, what was summed up (in the goal's unit), steps taken, or periods in a row, and how many it takes.
    times: how often it has given in the window of its cap, or of its goal. left: how often it still may; None: no cap.
    is_done: nothing more is to be had on this day. again_day: from when it is; None: never again, or not done.
    taken: of steps, which. until_day: of steps begun, the last day on which they can all be taken.
    """

    done: int
    of: int
    times: int = 0
    left: int | None = None
    is_done: bool = False
    again_day: int | None = None
    taken: tuple[bool, ...] = ()
    until_day: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A period of a streak yet to come, if none before it is missed: the run's length then, the points it gives, and
    whether the whole streak is kept with it."""

    period: int
    run: int
    points: int
    whole: bool


def windows(rule: EarnRule, day: int) -> set[int]:
    """The counters that ``state`` and ``coming`` look at on that day."""
    found = set()
    if rule.at_most is not None:
        found.add(-1 - window_of(day, PER[rule.at_most.per]))
    goal = rule.goal
    if goal is not None and goal.kind == "steps":
        found |= {0, 1}
    elif goal is not None:
        period = window_of(day, PER[goal.per])
        found |= {period, period - 1} if goal.kind == "streak" else {period}
    return found


def state(rule: EarnRule, counters: Counters, day: int) -> TaskState:
    """How far the task ``rule`` is on ``day``."""
    goal = rule.goal
    used, left = _cap(rule, counters, day)
    capped_until = _after(day, rule.at_most.per) if rule.at_most is not None and left == 0 else None
    if goal is None:
        return TaskState(int(left == 0), 1, used, left, left == 0, capped_until)
    if goal.kind == "steps":
        return _steps(goal, counters, day, left, capped_until)
    points, times = counters.get(window_of(day, PER[goal.per]), _NOTHING)
    if goal.kind == "streak":
        run = run_of(goal, counters, day)
        over = goal.then == "stop" and run >= len(goal.points)
        kept = times > 0
        again = _later(_after(day, goal.per), capped_until, left == 0) if kept else capped_until
        again = None if over else again
        return TaskState(run, len(goal.points), used, left, kept or over or left == 0, again)
    reached = times > 0 and not goal.every
    done = min(points, goal.reaches) if reached else max(points - times * goal.reaches, 0)
    again = _later(_after(day, goal.per), capped_until, left == 0) if reached else capped_until
    return TaskState(done, goal.reaches, times, left, reached or left == 0, again)


def run_of(goal: Goal, counters: Counters, day: int) -> int:
    """The length of the run that the period of ``day`` is in or would go on with."""
    period = window_of(day, PER[goal.per])
    for number in (period, period - 1):
        points, times = counters.get(number, _NOTHING)
        if times > 0:
            return points
    return 0


def coming(rule: EarnRule, counters: Counters, day: int, until_day: int) -> Iterator[Coming]:
    """The periods of a streak from ``day`` to the one that ``until_day`` is in, if the member keeps all of them."""
    goal = rule.goal
    assert goal is not None and goal.kind == "streak"
    period = window_of(day, PER[goal.per])
    if counters.get(period, _NOTHING)[1] > 0:
        period += 1
    run = run_of(goal, counters, day)
    given: dict[int, int] = {}
    for number in range(period, window_of(until_day, PER[goal.per]) + 1):
        first = max(first_day(number, goal.per), day)
        if rule.valid_until_day is not None and first >= rule.valid_until_day:
            return
        run += 1
        points, whole = points_of_run(goal, run), is_last_of_run(goal, run)
        if rule.at_most is not None and (points or whole):
            window = window_of(first, PER[rule.at_most.per])
            used = given.get(window, counters.get(-1 - window, _NOTHING)[1])
            if used >= rule.at_most.limit:
                points, whole = 0, False
            given[window] = used + 1
        yield Coming(number, run, points, whole and bool(rule.gifts))


def points_of_run(goal: Goal, run: int) -> int:
    """What a streak gives in the ``run``-th period."""
    place, many = run - 1, len(goal.points)
    if place < many:
        return goal.points[place]
    if goal.then == "stop":
        return 0
    return goal.points[place % many if goal.then == "repeat" else -1]


def is_last_of_run(goal: Goal, run: int) -> bool:
    """Whether the whole streak is kept with the ``run``-th period."""
    return run == len(goal.points) or (goal.then == "repeat" and run % len(goal.points) == 0)


def first_day(period: int, per: Per) -> int:
    """The first local day of a day, week, month or year by its number (``rules.days.window_of``)."""
    if per == "week":
        return period * 7 - 3
    if per == "month":
        return month_first(period)
    return month_first(period * 12) if per == "year" else period


def _steps(goal: Goal, counters: Counters, day: int, left: int | None, capped_until: int | None) -> TaskState:
    mask, times = counters.get(0, _NOTHING)
    began = counters.get(1, _NOTHING)[0]
    if mask and goal.within_days and day > began + goal.within_days:
        mask = 0
    everything = left == 0
    taken = tuple(everything or bool(mask >> place & 1) for place in range(len(goal.steps)))
    until = began + goal.within_days if mask and goal.within_days else None
    return TaskState(sum(taken), len(taken), times, left, everything, capped_until, taken, until)


def _cap(rule: EarnRule, counters: Counters, day: int) -> tuple[int, int | None]:
    """How often the task has given in its cap's window, and how often it still may."""
    if rule.at_most is None:
        return 0, None
    used = counters.get(-1 - window_of(day, PER[rule.at_most.per]), _NOTHING)[1]
    return used, max(rule.at_most.limit - used, 0)


def _after(day: int, per: Per) -> int | None:
    """The first day of the period after that of ``day``; None: there is none."""
    return None if per == "ever" else first_day(window_of(day, PER[per]) + 1, per)


def _later(one: int | None, other: int | None, capped: bool) -> int | None:
    """When both periods are over; ``other`` counts only of a task whose cap is used up."""
    if not capped:
        return one
    return None if one is None or other is None else max(one, other)
