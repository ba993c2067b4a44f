"""The smallest programme, and what settings in it come to mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.rules.language import read
from regulars.rules.programme import Currency, EarnRule, Programme

D = Decimal
LEVELS = [{"key": "gold", "from": 2, "name": "Gold", "earns_times": D("1.25")}]


def programme(**sections: Any) -> dict[str, Any]:
    """The smallest programme, with some sections replaced."""
    return {
        "programme": "corner-shop",
        "name": "Corner Shop",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "points": {"points": {"name": "points"}},
        "earn": [{"key": "purchase", "when": "Order Completed", "rate": {"points": 1, "per": 1}}],
    } | sections


def accepted(data: dict[str, Any]) -> Programme:
    result, problems = read(data)
    assert problems == []
    assert result is not None
    return result


def refused(data: Any) -> list[tuple[tuple[str | int, ...], str]]:
    result, problems = read(data)
    assert result is None
    return [(problem.path, problem.message) for problem in problems]


def rule(**settings: Any) -> EarnRule:
    settings = {"key": "r", "when": "Order Completed", **settings}
    if "points" not in settings and "rate" not in settings:
        settings["points"] = 1
    tiers = {"measure": "spending", "levels": [
        {"key": "gold", "from": 1, "name": "Gold"}, {"key": "diamond", "from": 2, "name": "Diamond"},
    ]}  # fmt: skip
    return accepted(programme(earn=[settings], tiers=tiers)).earn[0]


def currency(**settings: Any) -> Currency:
    return accepted(programme(points={"points": {"name": "points", **settings}})).points[0]
