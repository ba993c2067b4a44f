"""Why a task gave nothing, or what it gave, case by case."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from regulars.flow.explain import missing
from regulars.rules.programme import Goal
from tests.rules.shop import GROWTH, points, programme, steps, streak, task
from tests.rules.test_explain import Story, verdicts

IN, ORDER, REVIEW, PROFILE, SURVEY = (
    *("Checked In", "Order Completed", "Product Reviewed", "Profile Completed"),
    "Survey Answered",
)


def days(*numbers: int, name: str = REVIEW, **properties: Any) -> Story:
    """The event on those days of March."""
    return lambda c: [c.does(f"2026-03-{number:02}", name, properties=properties) for number in numbers]


CASES: list[tuple[str, Any, Story, str, dict[str, Any]]] = [
    ("it is about something else", task(SURVEY), days(1), "other-event", {"wants": SURVEY, "saw": REVIEW}),
    ("another survey", task(SURVEY, where=[("survey", "equal", "tea")]), days(1, name=SURVEY, survey="cups"),
     "condition", {"saw": "cups"}),
    ("two of three reviews", task(REVIEW, goal=Goal("count", reaches=3)), days(1, 2), "progress", {"done": 2}),
    ("the fourth of three", task(REVIEW, goal=Goal("count", reaches=3)), days(1, 2, 3, 4), "again", {"done": 4}),
    ("the fifth, of every three", task(REVIEW, goal=Goal("count", reaches=3, every=True)), days(1, 2, 3, 4, 5),
     "progress", {"done": 2}),
    ("a second look on one day", task(IN, goal=streak(5, 10)), days(1, 1, name=IN), "again", {"done": 1}),
    ("after the last day of a streak that stops", task(IN, goal=streak(5, then="stop")), days(1, 2, name=IN),
     "progress", {"done": 2}),
    ("one step of three", task(goal=steps(PROFILE, ORDER, REVIEW)), days(1), "steps", {"missing": (PROFILE, ORDER)}),
    ("a survey once, answered again", task(SURVEY), days(1, 2, name=SURVEY), "capped", {"used": 1, "would": 10}),
    ("steps taken twice", task(goal=steps(REVIEW, IN)),
     lambda c: [days(day, name=REVIEW if day % 2 else IN)(c) for day in (1, 2, 3, 4)],
     "capped", {"used": 1, "would": 10}),
    ("not yet", task(SURVEY, valid_from_day=30_000), days(1, name=SURVEY), "not-yet", {"from_day": 30_000}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "one", "story", "kind", "values"), CASES, ids=[case[0] for case in CASES])
def test_why_a_task_gave_nothing(case: str, one: Any, story: Story, kind: str, values: dict[str, Any]) -> None:
    verdict = verdicts((one,), story)["task"]
    assert not verdict.gave
    [reason] = verdict.reasons
    assert reason.kind == kind
    assert {name: reason.values[name] for name in values} == values


def test_everything_that_a_task_gave_is_told() -> None:
    one = task(REVIEW, gives={"points": 20, "growth": 5, "coupon": "tea", "badge": "critic"})
    verdict = verdicts((points(), GROWTH, one), days(1))["task"]
    assert (verdict.points, verdict.also) == (20, (("growth", 5),))
    assert set(verdict.things) == {("coupon", "tea"), ("badge", "critic")}
    assert verdict.reasons == ()


def test_coupons_and_badges_are_told_by_name() -> None:
    one = task(REVIEW, gives={"points": 20, "coupon": "tea", "badge": "critic"})
    parts = (points(), one)
    found: Any = SimpleNamespace(tables=SimpleNamespace(programme=programme(*parts)), day=1, level=None)
    line = missing._given(verdicts(parts, days(1))["task"], found)
    assert line.value == "+20 name, the coupon tea, the badge critic"
