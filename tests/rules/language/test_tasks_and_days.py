"""What tasks, gifts and days come to mean, and what is wrong with some."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.rules.programme import Cap, EarnRule, Gift, Goal
from tests.rules.language.small import D, accepted, programme, refused


def task(**settings: Any) -> EarnRule:
    settings = {"key": "t", **settings}
    if "steps" not in settings:
        settings.setdefault("when", "Checked In")
    if "streak" not in settings:
        settings.setdefault("gives", {"points": 10})
    return accepted(programme(tasks=[settings])).tasks[0]


def wrong(**settings: Any) -> list[tuple[str, str]]:
    """What is wrong with one task, by its setting."""
    found = refused(programme(tasks=[{"key": "t", "gives": {"points": 1}, **settings}]))
    return [(".".join(map(str, path[2:])), message) for path, message in found]


def test_a_task_of_one_event_is_once_ever() -> None:
    one = task()
    assert (one.at_most, one.goal, one.gifts) == (Cap("times", 1, "ever"), None, (Gift("points", "points", 10),))
    assert task(times=3).at_most == Cap("times", 3, "ever")
    assert task(at_most={"times": 2, "per": "week"}).at_most == Cap("times", 2, "week")
    assert task(steps=["Checked In", "Product Reviewed"]).at_most == Cap("times", 1, "ever")
    assert task(count=3).at_most is None


def test_a_sum_is_in_thousandths_or_in_minor_units() -> None:
    seconds = task(sum={"of": "seconds", "reaches": D("1.5"), "per": "day"}).goal
    assert seconds == Goal("sum", 1_500, "seconds", False, "day")
    assert task(when="Order Completed", sum={"of": "net", "reaches": 20}).goal == Goal("sum", 2_000, "net", True)


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("nothing to do", {}, "", "needs `when` or `steps`"),
    (
        "two goals",
        {"when": "X", "count": 3, "sum": {"of": "a", "reaches": 1}},
        "sum",
        "does not go with `count`; keep one of the two",
    ),
    ("a time for what has no steps", {"when": "X", "within_days": 3}, "within_days", "only goes with `steps`"),
    (
        "an event beside steps",
        {"when": "X", "steps": ["A", "B"]},
        "when",
        "does not go with `steps`: write it in the step",
    ),
    ("one step is none", {"steps": ["A"]}, "steps", "needs at least two steps; for one write `when`"),
    ("a refund is no task", {"when": "Order Refunded"}, "when", "moves points by itself; it cannot earn"),
    ("a step neither", {"steps": ["A", "Points Held"]}, "steps.1", "moves points by itself; it cannot earn"),
    (
        "of the member in a step",
        {"steps": ["A", {"when": "B", "where": {"member.joined_days": 3}}]},
        "steps.1.where.member.joined_days",
        "is asked of the whole task: write it in `for`",
    ),
    ("nothing to reach", {"when": "X", "sum": {"of": "a"}}, "sum", "needs `reaches`"),
    (
        "too fine a sum",
        {"when": "X", "sum": {"of": "a", "reaches": D("0.0001")}},
        "sum.reaches",
        "must have at most 3 decimals",
    ),
    ("a sum of nothing", {"when": "X", "sum": {"of": "a", "reaches": 0}}, "sum.reaches", "must be above 0"),
    (
        "the total of some lines",
        {"when": "Order Completed", "sum": {"of": "total", "reaches": 9}, "where": {"line.category": "tea"}},
        "sum.of",
        "counts whole orders; it does not go with a condition on line.*",
    ),
    (
        "two limits",
        {"when": "X", "times": 3, "at_most": {"times": 1, "per": "day"}},
        "at_most",
        "does not go with `times`; keep one of the two",
    ),
    (
        "a gift of no currency",
        {"when": "X", "gives": {"star": 3}},
        "gives.star",
        "is not a known setting here; known are points, coupon or badge",
    ),
    (
        "a segment nobody fills yet",
        {"when": "X", "for": {"member.segments": "vip"}},
        "for.member.segments",
        "is not available yet: a rule can ask for member.tier or member.joined_days",
    ),
]


@pytest.mark.parametrize(("settings", "at", "message"), [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_what_is_wrong_with_a_task(settings: dict[str, Any], at: str, message: str) -> None:
    assert (at, message) in wrong(**settings)


def test_an_earning_rule_may_list_what_it_gives() -> None:
    one = accepted(programme(earn=[{"key": "r", "when": "X", "gives": {"points": 5, "coupon": "tea"}}])).earn[0]
    assert one.gifts == (Gift("points", "points", 5), Gift("coupon", "tea"))
    assert one.at_most is None
    problems = refused(
        programme(earn=[{"key": "r", "when": "X", "gives": {"points": 5}, "rate": {"points": 1, "per": 1}}])
    )
    assert (("earn", 0, "rate"), "does not go with `gives` that lists what is given") in problems


DAYS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no day", {"when": {}}, "when", "must be birthday, or have `holiday`, `day_of_month` or `date`"),
    ("another word", {"when": "easter"}, "when", "must be birthday"),
    (
        "two kinds of day",
        {"when": {"day_of_month": 8, "date": "2027-01-01"}},
        "when.date",
        "does not go with `day_of_month`; keep one of the two",
    ),
    ("day 0", {"when": {"day_of_month": 0}}, "when.day_of_month", "must be at least 1"),
    ("a day long ago", {"when": {"date": date(1980, 1, 1)}}, "when.date", "must be a day from 1990 to 2119"),
    ("no dates", {"when": {"dates": []}}, "when.dates", "must not be empty"),
    ("a holiday without a country", {"when": {"holiday": {"name": "X"}}}, "when.holiday", "needs `country`"),
    (
        "a day asks nothing of an order",
        {"for": {"total": 5}},
        "for.total",
        "is not about the member: a day has no order",
    ),
    (
        "too fine a multiplier",
        {"earns_times": D("1.001")},
        "earns_times",
        "must be a simple number such as 1.2 or 1.25",
    ),
    ("too large a one", {"earns_times": 101}, "earns_times", "must be a simple number such as 1.2 or 1.25"),
]


@pytest.mark.parametrize(("settings", "at", "message"), [pytest.param(*row[1:], id=row[0]) for row in DAYS])
def test_what_is_wrong_with_a_day(settings: dict[str, Any], at: str, message: str) -> None:
    found = refused(programme(calendar=[{"key": "d", "when": "birthday", "earns_times": 2, **settings}]))
    assert (at, message) in [(".".join(map(str, path[2:])), said) for path, said in found]


def test_a_day_that_does_nothing_says_so() -> None:
    found = refused(programme(calendar=[{"key": "d", "when": "birthday"}]))
    assert (("calendar", 0), "needs `gives` or `earns_times`") in found
