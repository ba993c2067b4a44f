"""What can stand in the way of a task, and of other rules that give several things, in the order the step asks."""

from __future__ import annotations

from regulars.rules.days import window_of
from regulars.rules.flat import PER
from regulars.rules.obstacles import Asked, Check, Reason, conditions, membership, validity
from regulars.rules.programme import EarnRule


def _wants(asked: Asked, rule: EarnRule) -> list[int]:
    """What the event adds to the task, by each of its wants of such events."""
    number = asked.tables.registry.rules.index(rule.key)
    wants = asked.tables.wants.get(asked.event.name, ())
    return [want.of(asked.event, asked.columns) for want in wants if want.rule == number]


def _other_event(asked: Asked, rule: EarnRule) -> list[Reason]:
    if _wants(asked, rule):
        return []
    goal = rule.goal
    wanted = goal.steps[0].when if goal is not None and goal.steps else rule.when
    return [Reason("other-event", {"wants": wanted, "saw": asked.event.name})]


def _nothing_counts(asked: Asked, rule: EarnRule) -> list[Reason]:
    """It is such an event, but fails the conditions, or says nothing that could be added."""
    if any(_wants(asked, rule)):
        return []
    return conditions(asked, rule) or [Reason("nothing-counts")]


def _goal(asked: Asked, rule: EarnRule) -> list[Reason]:
    """The task is not done yet, or was done before."""
    goal, after = rule.goal, asked.after
    if goal is None or after is None:
        return []
    window = 0 if goal.kind == "steps" else window_of(asked.day, PER[goal.per])
    _, before = asked.counter(asked.state, rule, window)
    points, times = asked.counter(after, rule, window)
    if goal.kind == "streak":
        return [Reason("again" if before else "progress", {"goal": goal, "done": points})]
    if times > before:
        return []
    if goal.kind == "steps":
        missing = tuple(step.when for place, step in enumerate(goal.steps) if not points >> place & 1)
        return [Reason("steps", {"goal": goal, "missing": missing})]
    if times and not goal.every:
        return [Reason("again", {"goal": goal, "done": points})]
    return [Reason("progress", {"goal": goal, "done": points - times * goal.reaches})]


def _capped(asked: Asked, rule: EarnRule) -> list[Reason]:
    if rule.at_most is None or asked.used(rule) < rule.at_most.limit:
        return []
    would = sum([gift.points for gift in rule.gifts if gift.key == rule.gives])
    return [Reason("capped", {"cap": rule.at_most, "used": asked.used(rule), "would": would})]


TASK_CHECKS: tuple[Check, ...] = (_other_event, _nothing_counts, validity, membership, _goal, _capped)
"""What can stand in a task's way, in the order in which the step asks."""
