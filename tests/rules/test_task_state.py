# ruff: noqa: E501 (one case a line)
"""How far a task is, as it is read: the same as what the step then does. Laws over tasks and what somebody did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.rules import layout as y
from regulars.rules.days import day_date, day_number
from regulars.rules.programme import EarnRule, Goal
from regulars.rules.task_state import Counters, coming, state, windows
from tests.rules.shop import Customer, customer, steps, streak, task

IN, REVIEW, PROFILE = "Checked In", "Product Reviewed", "Profile Completed"
FIRST = day_date(20_500)

CAPS = [None, ("times", 1, "ever"), ("times", 2, "ever"), ("times", 1, "week"), ("times", 2, "month")]
caps = st.sampled_from(CAPS)
counts = st.builds(
    lambda reaches, per, every: Goal("count", reaches=reaches, per=per, every=every),
    st.integers(1, 3),
    st.sampled_from(["day", "week", "month", "ever"]),
    st.booleans(),
)
streaks = st.builds(
    lambda points, per, then: streak(*points, per=per, then=then),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from(["repeat", "last", "stop"]),
)
stairs = st.builds(
    lambda within, order: steps(IN, REVIEW, PROFILE, within_days=within, in_order=order),
    st.sampled_from([0, 3]),
    st.booleans(),
)
histories = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([IN, IN, REVIEW, PROFILE])), max_size=14)


def after(rule: EarnRule, history: list[tuple[int, str]]) -> Customer:
    """Somebody who did that, each on so many days after the first."""
    one = customer(rule)
    for days, name in sorted(history, key=lambda done: done[0]):
        one.does(_on(days), name)
    return one


def _on(days: int) -> str:
    return (FIRST + timedelta(days=days)).isoformat()


def read(one: Customer, rule: EarnRule, day: int, until: int | None = None) -> Counters:
    """The counters that are looked at, as they would be loaded."""
    wanted = set().union(*(windows(rule, number) for number in range(day, (until or day) + 1)))
    rows = [one.state.counters[k : k + y.KW] for k in range(0, one.state.scalars[y.NK] * y.KW, y.KW)]
    return {row[y.K_WINDOW]: (row[y.K_POINTS], row[y.K_TIMES]) for row in rows if row[y.K_WINDOW] in wanted}


@settings(max_examples=120, deadline=None)
@given(goal=streaks, cap=caps, history=histories, ahead=st.integers(0, 40))
def test_each_coming_period_gives_what_was_promised(
    goal: Goal, cap: Any, history: list[tuple[int, str]], ahead: int
) -> None:
    rule = task(IN, goal=goal, at_most=cap, gives={"badge": "whole"})
    one = after(rule, history)
    today = day_number(FIRST) + 12
    promised = list(coming(rule, read(one, rule, today, today + ahead), today, today + ahead))
    kept = []
    for number in range(today, today + ahead + 1):
        before, badges = one.available(), len(one.given)
        found = state(rule, read(one, rule, number), number)
        one.does(day_date(number).isoformat(), IN)
        kept.append((found.is_done, one.available() - before, len(one.given) > badges))
        assert not found.is_done or kept[-1][1:] == (0, False)
    paid = [(points, whole) for _done, points, whole in kept if points or whole]
    assert paid == [(each.points, each.whole) for each in promised if each.points or each.whole]


@settings(max_examples=120, deadline=None)
@given(goal=st.one_of(counts, stairs, st.none()), cap=caps, history=histories)
def test_done_is_done_and_open_can_be_done(goal: Goal | None, cap: Any, history: list[tuple[int, str]]) -> None:
    """What is called done gives nothing that day, and gives again on the day that is said. What is open gives with as
    many events as are said to be missing."""
    when = "" if goal is not None and goal.kind == "steps" else IN
    extra = {} if cap is None else {"at_most": cap}
    rule = task(when, goal=goal, **extra)
    one = after(rule, history)
    today = day_number(FIRST) + 12
    found = state(rule, read(one, rule, today), today)
    if found.is_done:
        before = one.available()
        _everything(one, today, 3)
        assert one.available() == before
        if found.again_day is None:
            return
        today = found.again_day
        found = state(rule, read(one, rule, today), today)
        assert not found.is_done
    before = one.available()
    if goal is not None and goal.kind == "steps":
        missing = [step.when for step, taken in zip(goal.steps, found.taken, strict=True) if not taken]
    else:
        missing = [IN] * (found.of - found.done)
    for name in missing[:-1]:
        one.does(day_date(today).isoformat(), name)
    assert one.available() == before
    one.does(day_date(today).isoformat(), missing[-1])
    assert one.available() > before


def _everything(one: Customer, day: int, times: int) -> None:
    for name in (IN, REVIEW, PROFILE) * times:
        one.does(day_date(day).isoformat(), name)


SEEN: list[tuple[str, EarnRule, list[tuple[int, str]], tuple[int, int, bool, int | None]]] = [
    ("nothing yet", task(IN, goal=Goal("count", reaches=3, per="week")), [], (0, 3, False, None)),
    ("two of three", task(IN, goal=Goal("count", reaches=3, per="ever")), [(1, IN), (2, IN)], (2, 3, False, None)),
    ("done for today", task(IN, goal=Goal("count", reaches=1, per="day")), [(12, IN)], (1, 1, True, 1)),
    ("done for good", task(IN, goal=Goal("count", reaches=1)), [(3, IN)], (1, 1, True, None)),
    ("the rest of the second time", task(IN, goal=Goal("count", reaches=2, every=True)), [(1, IN)] * 3, (1, 2, False, None)),
    ("a run that today goes on", task(IN, goal=streak(1, 2, 3)), [(10, IN), (11, IN)], (2, 3, False, None)),
    ("kept today", task(IN, goal=streak(1, 2, 3)), [(11, IN), (12, IN)], (2, 3, True, 1)),
    ("a gap", task(IN, goal=streak(1, 2, 3)), [(9, IN), (10, IN)], (0, 3, False, None)),
    ("the whole streak, and nothing after", task(IN, goal=streak(1, 2, then="stop")), [(10, IN), (11, IN)], (2, 2, True, None)),
    ("two steps of three", task(goal=steps(IN, REVIEW, PROFILE)), [(1, IN), (2, PROFILE)], (2, 3, False, None)),
    ("steps that took too long", task(goal=steps(IN, REVIEW, within_days=5)), [(1, IN)], (0, 2, False, None)),
    ("all steps", task(goal=steps(IN, REVIEW)), [(1, IN), (2, REVIEW)], (2, 2, True, None)),
    ("once ever", task(IN), [(2, IN)], (1, 1, True, None)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "history", "seen"), [pytest.param(*case[1:], id=case[0]) for case in SEEN])
def test_how_far(rule: EarnRule, history: list[tuple[int, str]], seen: tuple[int, int, bool, int | None]) -> None:
    today = day_number(FIRST) + 12
    one = after(rule, history)
    found = state(rule, read(one, rule, today), today)
    again = None if found.again_day is None else found.again_day - today
    assert (found.done, found.of, found.is_done, again) == seen
