# ruff: noqa: E501 (rows stay in one line)
"""What earning rules and conditions come to mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from regulars.rules.programme import Cap
from regulars.rules.programme import Test as Comparison
from tests.rules.language.small import D, accepted, programme, refused, rule

CONDITIONS = [
    ("a bare text", {"coupon": "x"}, [Comparison("coupon", "equal", "x")]),
    ("true", {"gift": True}, [Comparison("gift", "equal", True)]),
    ("a list", {"line.category": ["tea", 7]}, [Comparison("line.category", "any_of", ("tea", 7))]),
    ("an amount stays in the major unit", {"total": {"at_least": D("99.90")}}, [Comparison("total", "at_least", D("99.90"))]),
    ("two bounds", {"total": {"above": 1, "below": 5}}, [Comparison("total", "above", 1), Comparison("total", "below", 5)]),
    ("one excluded", {"channel": {"none_of": "app"}}, [Comparison("channel", "none_of", ("app",))]),
    ("existence", {"coupon": {"exists": False}}, [Comparison("coupon", "exists", False)]),
    ("a nested name", {"context.page.path": {"contains": "/tea"}}, [Comparison("context.page.path", "contains", "/tea")]),
    ("a day is its text", {"delivered_on": date(2026, 12, 1)}, [Comparison("delivered_on", "equal", "2026-12-01")]),
]  # fmt: skip


@pytest.mark.parametrize(("where", "tests"), [c[1:] for c in CONDITIONS], ids=[c[0] for c in CONDITIONS])
def test_conditions(where: dict[str, Any], tests: list[Comparison]) -> None:
    assert list(rule(where=where).where.tests) == tests


def test_where_and_for_are_merged_by_what_they_ask() -> None:
    earn = rule(
        where={"line.category": "tea", "member.joined_days": {"at_least": 30}},
        **{"for": {"member.tier": ["gold", "diamond"], "source": "app"}},
    )
    assert earn.where.tests == (Comparison("line.category", "equal", "tea"), Comparison("source", "equal", "app"))
    assert earn.member.tests == (
        Comparison("member.joined_days", "at_least", 30),
        Comparison("member.tier", "any_of", ("gold", "diamond")),
    )


def test_validity_in_local_days() -> None:
    earn = rule(valid={"from": date(1970, 1, 2).replace(year=2000), "until": "2027-01-01"})
    assert (earn.valid_from_day, earn.valid_until_day) == (10_958, 20_819)
    assert rule(valid={"from": date(2026, 12, 1)}).valid_until_day is None


@pytest.mark.parametrize("day", [datetime(2026, 12, 1, 8), "2026-12-1", "tomorrow", 20261201, None])  # noqa: DTZ001
def test_a_day_is_a_whole_day(day: Any) -> None:
    data = programme()
    data["earn"][0]["valid"] = {"from": day}
    assert refused(data) == [(("earn", 0, "valid", "from"), "must be a day such as 2026-12-01")]


def test_caps_times_and_rounding() -> None:
    earn = rule(
        rate={"points": 1, "per": 1}, of="gross", times="tier", rounding="up", at_most={"times": 3, "per": "ever"}
    )
    assert earn.at_most == Cap("times", 3, "ever")
    assert (earn.of, earn.times_tier, earn.rounding) == ("gross", True, "up")


def test_rules_give_the_first_currency_unless_they_say() -> None:
    points = {"stars": {"name": "stars"}, "growth": {"name": "growth", "spendable": False}}
    data = programme(points=points)
    data["earn"].append({"key": "grow", "when": "Order Completed", "rate": {"points": 1, "per": 1}, "gives": "growth"})
    assert [earn.gives for earn in accepted(data).earn] == ["stars", "growth"]
