"""Tasks and gifts as the file would say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from regulars.rules.language.plainly import condition, filled, local_day
from regulars.rules.language.tasks import ONCE
from regulars.rules.programme import Cap, EarnRule, Gift, Goal, StepOf

Amount = Callable[[int], int | Decimal]


def task(rule: EarnRule, amount: Amount, first: str) -> dict[str, Any]:
    """One task; ``first`` is the programme's first currency of points."""
    goal = rule.goal
    is_once = rule.at_most == ONCE and (goal is None or goal.kind == "steps")
    said: dict[str, Any] = {
        "key": rule.key,
        "name": dict(rule.name),
        "for": condition(rule.member.tests),
        "when": rule.when or None,
        "where": condition(rule.where.tests),
    }
    if goal is not None:
        said |= _goal(goal, amount, rule.gives if rule.gives != first else None)
    said |= {
        "gives": gifts(rule.gifts),
        "times": None if is_once or rule.at_most is None else times(rule.at_most),
        "valid": filled({"from": local_day(rule.valid_from_day), "until": local_day(rule.valid_until_day)}),
    }
    return filled(said)


def _goal(goal: Goal, amount: Amount, gives: str | None) -> dict[str, Any]:
    if goal.kind == "streak":
        then = goal.then if goal.then != "repeat" else None
        return {"streak": filled({"points": list(goal.points), "per": goal.per, "then": then, "gives": gives})}
    if goal.kind == "steps":
        within, order = goal.within_days or None, goal.in_order or None
        return {"steps": [_step(step) for step in goal.steps], "within_days": within, "in_order": order}
    period = {"per": goal.per if goal.per != "ever" else None, "every": goal.every or None}
    if goal.kind == "count":
        return {"count": filled({"reaches": goal.reaches, **period})}
    reaches = amount(goal.reaches) if goal.is_money else _thousandths(goal.reaches)
    return {"sum": filled({"of": goal.of, "reaches": reaches, **period})}


def _step(step: StepOf) -> str | dict[str, Any]:
    return {"when": step.when, "where": condition(step.where.tests)} if step.where.tests else step.when


def _thousandths(number: int) -> int | Decimal:
    return number // 1_000 if number % 1_000 == 0 else Decimal(number).scaleb(-3).normalize()


def times(cap: Cap) -> int | dict[str, Any]:
    """So many times in each period."""
    return cap.limit if cap.per == "ever" else {"times": cap.limit, "per": cap.per}


def gifts(given: Sequence[Gift]) -> dict[str, Any]:
    """What a rule gives."""
    said: dict[str, Any] = {gift.key: gift.points for gift in given if gift.kind == "points"}
    for kind in ("coupon", "badge"):
        keys = [gift.key for gift in given if gift.kind == kind]
        if keys:
            said[kind] = keys[0] if len(keys) == 1 else keys
    return said
