# ruff: noqa: E501 (rows stay in one line)
"""Programmes as a whole: whatever comes in is answered, and what is written reads the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.rules.language import read, write
from regulars.rules.language.money import MINOR_DIGITS
from tests.rules.language.small import LEVELS, D, accepted, programme, refused


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("EUR", 2), ("XAF", 0)])
def test_currencies_know_their_decimals(code: str, digits: int) -> None:
    assert MINOR_DIGITS[code] == digits
    assert accepted(programme(currency=code)).minor_digits == digits


@pytest.mark.parametrize("data", [None, [], "programme", 7, {}, {1: 2}, {"earn": {"a": 1}}, {"points": [], "tiers": 3}])
def test_whatever_comes_in_is_answered(data: Any) -> None:
    assert refused(data)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"referral": {}}, ("referral",)),
        ({"calendar": [{"key": "a", "when": {"day_of_month": 0}, "earns_times": 2}]},
         ("calendar", 0, "when", "day_of_month")),
        ({"calendar": [{"key": "a", "when": {}, "earns_times": 2}]}, ("calendar", 0, "when")),
    ],
)  # fmt: skip
def test_sections_name_what_they_lack(settings: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert path in [at for at, _ in refused(programme(**settings))]


def test_empty_sections_ask_for_nothing() -> None:
    empty = accepted(programme(tasks=[], calendar=[]))
    assert (empty.tasks, empty.calendar, empty.referral) == ((), (), None)


def test_a_problem_can_be_translated() -> None:
    _, problems = read(programme(currency="cny"))
    assert problems[0].template.format(**problems[0].values) == problems[0].message == "must be in capitals: CNY"


ROUND_TRIPS = [
    programme(),
    programme(currency="JPY", tiers={"measure": "spending", "levels": LEVELS, "keep": {"for_days": 1}}),
    programme(points={"p": {"name": {"en": "p", "zh-Hans": "积分"}, "worth": {"points": 3, "amount": D("0.02")},
                            "expires": {"years": 2, "at_end_of": "quarter", "sliding": True}, "pending": {"days": 7}}}),
    programme(earn=[{"key": "a", "when": "X", "points": 3, "valid": {"until": date(2027, 1, 1)}, "rounding": "nearest",
                     "where": {"a.b": {"above": 1, "at_most": D("2.50")}, "c": [1, "x"], "d": {"none_of": [True]}},
                     "for": {"member.joined_days": {"below": 30}}, "at_most": {"times": 1, "per": "ever"}}]),
    programme(earn=[{"key": "a", "when": "Order Completed", "of": "paid", "rate": {"points": D("0.05"), "per": D("7.77")}}]),
    programme(
        points={"points": {"name": "points"}, "stars": {"name": "stars"}},
        earn=[{"key": "a", "when": "X", "gives": {"points": 3, "coupon": ["c", "d"], "badge": "b"},
               "at_most": {"times": 1, "per": "day"}}],
        tasks=[
            {"key": "one", "when": "X", "gives": {"stars": 3}, "where": {"survey": "tea"}},
            {"key": "often", "when": "X", "gives": {"coupon": "c"}, "times": 3},
            {"key": "monthly", "when": "X", "gives": {"coupon": "c"}, "at_most": {"times": 3, "per": "month"}},
            {"key": "count", "when": "X", "count": 3, "gives": {"points": 1}, "name": "Three"},
            {"key": "weekly", "when": "X", "count": {"reaches": 3, "per": "week", "every": True}, "gives": {"points": 1}},
            {"key": "sum", "when": "X", "sum": {"of": "a.b", "reaches": D("0.125"), "per": "day"}, "gives": {"points": 1}},
            {"key": "money", "when": "Order Completed", "sum": {"of": "net", "reaches": D("99.50")}, "gives": {"points": 1},
             "where": {"line.category": "tea"}, "valid": {"from": date(2026, 1, 1)}},
            {"key": "streak", "when": "X", "streak": {"points": [1, 0, 3], "per": "week", "then": "last", "gives": "stars"}},
            {"key": "whole", "when": "X", "streak": {"points": [1], "per": "day"}, "gives": {"badge": "b"}},
            {"key": "steps", "steps": ["X", {"when": "Y", "where": {"photos": {"at_least": 1}}}], "within_days": 3,
             "in_order": True, "gives": {"points": 1}, "for": {"member.joined_days": {"below": 30}}, "times": 2},
        ],
    ),
    programme(
        tiers={"measure": "spending", "levels": LEVELS},
        calendar=[
            {"key": "born", "when": "birthday", "gives": {"points": 100, "coupon": "cake"}, "earns_times": 2, "name": "Born"},
            {"key": "moon", "when": {"holiday": {"country": "CN", "name": "Mid-Autumn Festival"}}, "earns_times": D("1.25"),
             "for": {"member.joined_days": {"at_least": 30}}},
            {"key": "own", "when": {"holiday": {"country": "CN", "name": "X", "dates": [date(2027, 1, 1)]}}, "gives": {"badge": "b"}},
            {"key": "eighth", "when": {"day_of_month": 8}, "earns_times": 2},
            {"key": "once", "when": {"date": date(2027, 1, 1)}, "earns_times": 2},
            {"key": "often", "when": {"dates": [date(2027, 1, 1), date(2027, 2, 1)]}, "earns_times": 2},
        ],
    ),
    programme(
        tiers={"measure": "spending", "levels": [
            {"key": "gold", "from": 1, "name": "Gold", "benefits": ["a", "b", "c"], "gives": {"points": 5, "coupon": "c"}}]},
        benefits={"a": {"name": "A", "how": {"en": "Ask.", "zh-Hans": "问"}, "at_most": {"times": 2, "per": "month"}},
                  "b": {"at_most": 3}, "c": {}},
    ),
    programme(
        referral={
            "counts": {"when": "Order Completed", "where": {"total": {"at_least": 50}, "line.category": "tea"}, "within_days": 30},
            "gives": {"referrer": {"points": 300, "coupon": ["a", "b"]}, "friend": {"badge": "new"}},
            "at_most": {"times": 20, "per": "month"},
            "refuses": ["self"],
            "holds": {"friends_per_hour": 5, "friends_per_network": 0},
            "returned": "keep",
        },
    ),
    programme(referral={"counts": {"when": "Signed Up"}, "gives": {"friend": {"points": 5}}, "at_most": 3, "refuses": []}),
]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    ROUND_TRIPS,
    ids=[
        "smallest",
        "tiers",
        "points",
        "conditions",
        "rate",
        "tasks",
        "calendar",
        "benefits",
        "referral",
        "small referral",
    ],
)
def test_what_is_written_reads_the_same(data: dict[str, Any]) -> None:
    first = accepted(data)
    assert accepted(write(first)) == first
