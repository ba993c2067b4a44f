"""What can stand in a rule's way: its checks, asked in the order in which the step asks.

A new kind of rule adds its own check to ``CHECKS``: a function of what was asked that says what stood in the way, or
nothing. Answers are keys and values; ``flow.explain`` has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.columns import Columns
from regulars.rules.conditions import EVENT_MONEY, EVENT_TEXT, LINE_MONEY, event_predicate, line_fields, line_pick
from regulars.rules.days import window_of
from regulars.rules.decide import State
from regulars.rules.flat import PER
from regulars.rules.membership import fits
from regulars.rules.programme import EarnRule, Test
from regulars.rules.tables import Clause, Tables
from regulars.rules.values import value_at


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stood in a rule's way, or is worth knowing of what it gave.

    kind and its values:

    ``other-event``: wants, saw (names of events); ``condition``: test, saw (None: missing); ``no-order``;
    ``no-line``: test, saw (what the lines had); ``no-line-all``: tests; ``nothing-counts``;
    ``paid-with-points``: amount_minor; ``part-paid-with-points``: amount_minor; ``not-yet``: day, from_day;
    ``over``: day, until_day; ``tier``: test, level (key, empty for none); ``tenure``: test, days;
    ``rounded``: base, exact (Fraction); ``capped``: cap, used, would (points); ``cut``: cap, used, would, given;
    of tasks ``progress``: goal, done (events, or what was summed up, in the goal's unit); ``again``: goal (done before,
    or counted already in this period); ``steps``: goal, missing (names of events);
    ``unknown``: nothing of the above.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a check may look at: the event, the member as they were just before, and what counted for each rule."""

    tables: Tables
    event: ev.Event
    state: State
    columns: Columns
    amounts: Sequence[int]
    level: int
    day: int
    joined_day: int
    after: State | None = None
    """The member just after, with the counters as they then were."""

    def counter(self, state: State, rule: EarnRule, window: int) -> tuple[int, int]:
        """The points and times that a rule's counter of a window holds."""
        number = self.tables.registry.rules.index(rule.key)
        for k in range(0, state.scalars[y.NK] * y.KW, y.KW):
            row = state.counters[k : k + y.KW]
            if row[y.K_RULE] == number and row[y.K_WINDOW] == window:
                return row[y.K_POINTS], row[y.K_TIMES]
        return 0, 0

    def clause(self, rule: EarnRule) -> Clause:
        """What the rule asks of the event."""
        number = self.tables.registry.rules.index(rule.key)
        return next(clause for clause in self.tables.clauses[rule.when] if clause.rule == number)

    def amount(self, rule: EarnRule) -> int:
        """What counted for the rule, 0 when it did not apply."""
        return self.amounts[self.tables.registry.rules.index(rule.key)]

    def used(self, rule: EarnRule) -> int:
        """How much of the rule's cap the member had used in the window of the event's day."""
        assert rule.at_most is not None
        window = window_of(self.day, PER[rule.at_most.per])
        if is_task(rule):
            window = -1 - window
        points, times = self.counter(self.state, rule, window)
        return points if rule.at_most.kind == "points" else times

    def exact(self, rule: EarnRule) -> Fraction:
        """What the rule comes to before rounding and cap, as the member then was."""
        times = Fraction(1)
        tiers = self.tables.programme.tiers
        if rule.times_tier and self.level and tiers is not None:
            times = tiers.levels[self.level - 1].earns_times
        return times * (self.amount(rule) * rule.rate if rule.rate is not None else rule.points)


Check = Callable[[Asked, EarnRule], list[Reason]]


def is_task(rule: EarnRule) -> bool:
    """Whether the step takes the rule on as a task: it has a goal, or gives several things."""
    return rule.goal is not None or bool(rule.gifts)


def paid_with_points(asked: Asked, rule: EarnRule) -> int:
    """How much of the order was paid with points and so does not count for the rule, in minor units."""
    order = asked.event.order
    if order is None or rule.rate is None or rule.of == "list" or asked.clause(rule).with_points_paid:
        return 0
    clause = asked.clause(rule)
    if clause.lines is None:
        return sum(line.points_minor for line in order.lines)
    places = clause.lines({**asked.columns, "place": range(len(order.lines))}, "place")
    return sum(order.lines[place].points_minor for place in places)


def _other_event(asked: Asked, rule: EarnRule) -> list[Reason]:
    if rule.when == asked.event.name:
        return []
    return [Reason("other-event", {"wants": rule.when, "saw": asked.event.name})]


def conditions(asked: Asked, rule: EarnRule) -> list[Reason]:
    """Every test on the event that failed, with the value it saw."""
    digits = asked.tables.programme.minor_digits
    return [
        Reason("condition", {"test": test, "saw": value_of(test, asked.event)})
        for test in rule.where.of_event
        if not event_predicate([test], digits)(asked.event)
    ]


def _no_order(asked: Asked, rule: EarnRule) -> list[Reason]:
    return [Reason("no-order")] if asked.event.order is None and rule.rate is not None else []


def _lines(asked: Asked, rule: EarnRule) -> list[Reason]:
    """No product of the order met the tests on products."""
    clause = asked.clause(rule)
    if clause.lines is None or asked.event.order is None or clause.lines(asked.columns, "net_minor"):
        return []
    digits = asked.tables.programme.minor_digits
    found = []
    for test in rule.where.of_lines:
        if not line_pick([test], digits)(asked.columns, "net_minor"):
            [name] = line_fields([test])
            found.append(Reason("no-line", {"test": test, "saw": _seen(test, asked.columns[name])}))
    return found or [Reason("no-line-all", {"tests": rule.where.of_lines})]


def _seen(test: Test, values: Sequence[Any]) -> tuple[Any, ...]:
    """What the lines had of what a test is about, each value once, in the order of the lines."""
    if values and isinstance(values[0], dict):
        values = [value_at(test.name.removeprefix("line.").split("."))(value) for value in values]
    seen: list[Any] = []
    for value in values:
        if value not in (None, "") and value not in seen:
            seen.append(value)
    return tuple(seen)


def _amount(asked: Asked, rule: EarnRule) -> list[Reason]:
    """It applied, but nothing counted."""
    if asked.amount(rule) > 0:
        return []
    paid = paid_with_points(asked, rule)
    return [Reason("paid-with-points", {"amount_minor": paid}) if paid else Reason("nothing-counts")]


def validity(asked: Asked, rule: EarnRule) -> list[Reason]:
    """The day is before the rule begins, or after it ended."""
    if rule.valid_from_day is not None and asked.day < rule.valid_from_day:
        return [Reason("not-yet", {"day": asked.day, "from_day": rule.valid_from_day})]
    if rule.valid_until_day is not None and asked.day >= rule.valid_until_day:
        return [Reason("over", {"day": asked.day, "until_day": rule.valid_until_day})]
    return []


def membership(asked: Asked, rule: EarnRule) -> list[Reason]:
    """Every test on the member that failed: their tier, how long they have been here."""
    found = []
    level = asked.tables.levels[asked.level]
    tenure = asked.day - asked.joined_day
    for test in rule.member.tests:
        if fits(test, level, tenure):
            continue
        if test.name == "member.tier":
            found.append(Reason("tier", {"test": test, "level": level}))
        else:
            found.append(Reason("tenure", {"test": test, "days": tenure}))
    return found


def _rounding(asked: Asked, rule: EarnRule) -> list[Reason]:
    """What it came to is less than a point."""
    exact = asked.exact(rule)
    least = {"floor": Fraction(1), "nearest": Fraction(1, 2), "up": Fraction(0)}[rule.rounding]
    if exact >= least and exact > 0:
        return []
    return [Reason("rounded", {"base": asked.amount(rule), "exact": exact})]


def _cap(asked: Asked, rule: EarnRule) -> list[Reason]:
    """The cap of the window was used up."""
    if rule.at_most is None or asked.used(rule) < rule.at_most.limit:
        return []
    values = {"cap": rule.at_most, "used": asked.used(rule), "would": int(asked.exact(rule))}
    return [Reason("capped", values)]


CHECKS: tuple[Check, ...] = (
    _other_event,
    conditions,
    _no_order,
    _lines,
    _amount,
    validity,
    membership,
    _rounding,
    _cap,
)
"""What can stand in a rule's way, in the order in which the step asks."""


def value_of(test: Test, event: ev.Event) -> Any:
    """What the event has of what a test is about: amounts in minor units; None when it is missing."""
    if test.name in EVENT_MONEY:
        return None if event.order is None else getattr(event.order, EVENT_MONEY[test.name])
    if test.name in ("source", "currency"):
        return getattr(event, test.name)
    parts = test.name.split(".")
    if parts[0] == "context":
        return value_at(parts[1:])(event.context)
    return event.properties.get(test.name) if test.name in EVENT_TEXT else value_at(parts)(event.properties)


def is_money(test: Test) -> bool:
    """Whether the values of a test are amounts of money."""
    return test.name in EVENT_MONEY or test.name.removeprefix("line.") in {*LINE_MONEY, "gross"}
