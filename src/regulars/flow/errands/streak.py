"""A streak's calendar: which days, weeks or months were kept, and what each one to come would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from regulars.flow import phrases
from regulars.flow.errands.names import Names
from regulars.flow.errands.read import Doer, doer, is_for
from regulars.flow.history.rulewords import currency_name
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.programmes.task_words import gifts_words
from regulars.rules.days import day_date, day_number, month_first, plus_months, window_of, year_month
from regulars.rules.flat import PER
from regulars.rules.programme import EarnRule, Programme
from regulars.rules.task_state import Coming, Counters, coming, first_day, state, windows
from regulars.tiers import badges

WEEK_DAYS = 7
LISTED_BEFORE, LISTED_AFTER = 7, 5
"""Of weeks and months: how many before this one are listed, and how many after it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One day, week or month. ``run``: how long the run was with it, 0 when it was not kept. gives: what it would give
    in words, empty for none or the past; points, whole: the points among that, and whether all of the streak is kept
    then and brings more."""

    first: date
    last: date
    kept: bool
    run: int
    is_now: bool
    is_past: bool
    gives: str
    points: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Streak:
    """How a member's streak looks in a month (of days), or around today (of weeks and months).

    weeks: of days: rows of seven slots, from Monday, None outside the month. slots: the others, oldest first.
    before, after: the first of the months before and after, when there is something to see.
    """

    rule: EarnRule
    run: int
    month: date
    weeks: list[list[Slot | None]]
    slots: list[Slot]
    before: date | None
    after: date | None


def streak_of(member_id: int, key: str, month: date | None = None, now: datetime | None = None) -> Streak | None:
    """The calendar of the streak called ``key`` in a month (any day of it; None: this one). None when the running
    programme has no such streak for this member, or the month is before they joined or too far ahead.

    Days are local to the programme. Raises ``programmes.reads.NoProgramme``.
    """
    now = now or timezone.now()
    line = programmes.timeline()
    programme = line.tables[line.at(programmes.microseconds(now))].programme
    task = next((one for one in programme.tasks if one.key == key), None)
    if task is None or task.goal is None or task.goal.kind != "streak":
        return None
    one = doer(member_id, programme, now)
    if not is_for(task, one):
        return None
    by_day = task.goal.per == "day"
    shown = year_month(day_number(month)) if month is not None and by_day else year_month(one.day)
    here, earliest = year_month(one.day), year_month(one.joined_day)
    latest = here + 1
    if not earliest <= shown <= latest:
        return None
    first, last = _span(task, shown, one)
    kept = _kept(member_id, task, first, last, one.day)
    has = {badge.key for badge in badges.of_member(member_id)} if any(g.kind == "badge" for g in task.gifts) else set()
    slots = list(_slots(task, kept, programme, first, last, one.day, has))
    return Streak(
        rule=task,
        run=state(task, kept, one.day).done,
        month=day_date(month_first(shown)),
        weeks=_weeks(slots) if by_day else [],
        slots=[] if by_day else slots,
        before=day_date(month_first(shown - 1)) if by_day and shown > earliest else None,
        after=day_date(month_first(shown + 1)) if by_day and shown < latest else None,
    )


def _span(task: EarnRule, month: int, one: Doer) -> tuple[int, int]:
    """The first and last day that are shown; of weeks and months none before the member joined."""
    assert task.goal is not None
    if task.goal.per == "day":
        return month_first(month), month_first(month + 1) - 1
    if task.goal.per == "week":
        return max(one.day - LISTED_BEFORE * WEEK_DAYS, one.joined_day), one.day + LISTED_AFTER * WEEK_DAYS
    return max(plus_months(one.day, -LISTED_BEFORE), one.joined_day), plus_months(one.day, LISTED_AFTER)


def _kept(member_id: int, task: EarnRule, first: int, last: int, today: int) -> Counters:
    """The counters of every period between two days, and those that today's standing hangs on."""
    assert task.goal is not None
    per = PER[task.goal.per]
    asked = windows(task, today) | set(range(window_of(first, per), window_of(last, per) + 1))
    if task.at_most is not None:
        asked |= {-1 - window_of(day, PER[task.at_most.per]) for day in range(today, max(last, today) + 1)}
    return points.counters(member_id, {task.key: asked}).get(task.key, {})


def _slots(
    task: EarnRule, kept: Counters, programme: Programme, first: int, last: int, today: int, has: set[str]
) -> Iterable[Slot]:
    """The periods between two days. has: badges that the member won before, which are won once only."""
    goal = task.goal
    assert goal is not None
    per = PER[goal.per]
    ahead = {one.period: one for one in coming(task, kept, today, max(last, today))}
    said = _promises(task, programme, ahead.values(), has)
    for period in range(window_of(first, per), window_of(last, per) + 1):
        run, times = kept.get(period, (0, 0))
        gives, more = said.get(period, ("", False))
        yield Slot(
            first=day_date(first_day(period, goal.per)),
            last=day_date(first_day(period + 1, goal.per)) - timedelta(days=1),
            kept=times > 0,
            run=run if times > 0 else 0,
            is_now=period == window_of(today, per),
            is_past=period < window_of(today, per),
            gives=gives,
            points=ahead[period].points if period in ahead else 0,
            whole=more,
        )


def _promises(
    task: EarnRule, programme: Programme, ahead: Iterable[Coming], has: set[str]
) -> dict[int, tuple[str, bool]]:
    """What each coming period would give, in words, and whether that is more than its points."""
    name, names = currency_name(programme, task.gives), Names(programme)
    found = {}
    won = set(has)
    for one in ahead:
        gives = [phrases.counted(one.points, name)] if one.points else []
        gifts = [gift for gift in task.gifts if one.whole and not (gift.kind == "badge" and gift.key in won)]
        if gifts:
            won |= {gift.key for gift in gifts if gift.kind == "badge"}
            gives.append(gifts_words(gifts, programme, names))
        found[one.period] = (phrases.listed(gives), bool(gifts))
    return found


def _weeks(slots: list[Slot]) -> list[list[Slot | None]]:
    cells: list[Slot | None] = [None] * slots[0].first.weekday() + list(slots)
    cells += [None] * (-len(cells) % WEEK_DAYS)
    return [cells[place : place + WEEK_DAYS] for place in range(0, len(cells), WEEK_DAYS)]
