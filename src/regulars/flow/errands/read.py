"""Every task that is a member's, and how far they are: the one answer behind ``GET /api/members/{id}/tasks``, the task
centre and the home page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from regulars.flow import phrases
from regulars.flow.errands import sending
from regulars.flow.errands.names import Names
from regulars.flow.errands.view import DONE, LOCKED, OPEN, StepView, TaskView
from regulars.flow.errands.words import do_words, gives_words, progress_words, terms_words, what_words
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.rules.days import day_date, day_number
from regulars.rules.membership import fits
from regulars.rules.programme import EarnRule, Level, Programme
from regulars.rules.task_state import Counters, TaskState, state, windows
from regulars.tiers import reads as tiers


@dataclass(frozen=True, slots=True)
class Doer:
    """A member as tasks ask about them: the key of their level (empty for none), and their local days."""

    member_id: int
    level: str
    day: int
    joined_day: int

    @property
    def tenure_days(self) -> int:
        """How long they have been here."""
        return self.day - self.joined_day


def doer(member_id: int, programme: Programme, now: datetime) -> Doer:
    """The member at this moment. Two queries."""
    day = day_number(phrases.local_date(now, programme.time_zone))
    account = points.account(member_id)
    standing = tiers.standing(member_id)
    return Doer(member_id, standing.level if standing else "", day, account.joined_day if account else day)


def tasks_of(member_id: int, now: datetime | None = None) -> list[TaskView]:
    """The tasks that are the member's at ``now``, in the programme's order; at most three queries if there are any.

    What is for others is left out, but for tasks that a higher tier has: those are ``locked``.
    Raises ``programmes.reads.NoProgramme`` when none was applied yet.
    """
    now = now or timezone.now()
    line = programmes.timeline()
    programme = line.tables[line.at(programmes.microseconds(now))].programme
    if not programme.tasks:
        return []
    one = doer(member_id, programme, now)
    chosen = [(task, lacking_tier(task, programme, one)) for task in programme.tasks if is_on(task, one.day)]
    shown = [(task, level) for task, level in chosen if level is not None or is_for(task, one)]
    kept = counters(member_id, [task for task, level in shown if level is None], one.day)
    names = Names(programme)
    return [_view(task, level, kept.get(task.key, {}), programme, names, one, now) for task, level in shown]


def is_for(task: EarnRule, one: Doer) -> bool:
    """Whether the task is for this member, as they are now."""
    return all(fits(test, one.level, one.tenure_days) for test in task.member.tests)


def counters(member_id: int, tasks: Iterable[EarnRule], day: int) -> Mapping[str, Counters]:
    """The tasks' counters that tell how far each is on ``day``, by its key. One query."""
    return points.counters(member_id, {task.key: windows(task, day) for task in tasks})


def order_to_do(tasks: Iterable[TaskView]) -> list[TaskView]:
    """Tasks that are open: first those that come again every day, then what is begun, then the others."""
    opened = [task for task in tasks if task.state == OPEN]
    return sorted(opened, key=lambda task: (not task.sendable, not task.is_daily, not task.is_begun))


def is_on(task: EarnRule, day: int) -> bool:
    """Whether the rule is valid on that local day."""
    begun = task.valid_from_day is None or task.valid_from_day <= day
    return begun and (task.valid_until_day is None or day < task.valid_until_day)


def lacking_tier(task: EarnRule, programme: Programme, one: Doer) -> Level | None:
    """The lowest level above the member's that the rule is for, when only that is missing."""
    if is_for(task, one) or programme.tiers is None:
        return None
    levels = programme.tiers.levels
    rank = next((place for place, level in enumerate(levels, 1) if level.key == one.level), 0)
    return next((level for level in levels[rank:] if is_for(task, replace(one, level=level.key))), None)


def _view(
    task: EarnRule,
    from_tier: Level | None,
    kept: Counters,
    programme: Programme,
    names: Names,
    one: Doer,
    now: datetime,
) -> TaskView:
    found = state(task, kept, one.day)
    today = day_date(one.day)
    what = what_words(task, programme)
    goal = task.goal
    flags = found.taken or (False,) * (len(goal.steps) if goal is not None else 0)
    steps = zip(goal.steps if goal is not None else (), flags, strict=True)
    is_open = from_tier is None and not found.is_done
    return TaskView(
        rule=task,
        state=LOCKED if from_tier is not None else DONE if found.is_done else OPEN,
        title=phrases.named(task.name) or what,
        what=what if task.name else "",
        gives=gives_words(task, programme, names),
        progress=progress_words(task, found, programme, today) if from_tier is None else "",
        figures=found,
        done=_exact(task, found.done, programme),
        of=_exact(task, found.of, programme),
        terms=terms_words(task, programme, today),
        steps=[StepView(do_words(step.when), done) for step, done in steps],
        from_tier=phrases.named(from_tier.name, from_tier.key) if from_tier is not None else "",
        again_on=_date(found.again_day) if from_tier is None else None,
        until=_until(task, found),
        sendable=is_open and sending.advances(task, programme, now),
    )


def _until(task: EarnRule, found: TaskState) -> date | None:
    ends = [] if task.valid_until_day is None else [task.valid_until_day - 1]
    ends += [] if found.until_day is None else [found.until_day]
    return day_date(min(ends)) if ends else None


def _exact(task: EarnRule, amount: int, programme: Programme) -> str:
    """A figure of the task as an exact decimal, for machines."""
    goal = task.goal
    if goal is None or goal.kind != "sum":
        return str(amount)
    if goal.is_money:
        return phrases.decimal_text(amount, programme.minor_digits)
    return phrases.decimal_text(amount, 3).rstrip("0").rstrip(".")


def _date(day: int | None) -> date | None:
    return None if day is None else day_date(day)
