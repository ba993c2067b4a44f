"""What tasks ask of an event: whether it counts, and how much of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars.rules import events as ev
from regulars.rules.columns import Columns
from regulars.rules.conditions import EVENT_MONEY, LinePick, event_predicate, line_pick
from regulars.rules.programme import Condition, EarnRule
from regulars.rules.values import NUMBERS, Predicate, value_at

AMOUNTS = {
    "net": "net_minor",
    "list": "list_minor",
    "gross": "net_minor + tax_minor",
}
"""The fields of lines, as ``rules.columns`` names them, that add up to what a task counts of an order: what was spent,
whoever earns on it."""
THOUSANDTHS_MAX = 10**15
"""More than this of a property counts as this: the step's integers must not run over."""


@dataclass(frozen=True, slots=True)
class Want:
    """What one task, or one step of it, asks of an event.

    unit: what an event adds when it counts: 1, or the bit of a step. Else it adds ``amount`` (fields of the lines
    picked), ``money`` (a field of the order), or the number at ``place`` in its properties, in thousandths.
    label: tells the wants of one event name apart.
    """

    rule: int
    label: str
    unit: int
    amount: str
    money: str
    place: tuple[str, ...]
    where: Condition
    event_test: Predicate | None
    lines: LinePick | None
    number: Callable[[Any], int]

    def of(self, event: ev.Event, columns: Columns) -> int:
        """What the event adds; 0 when it does not count."""
        if self.event_test is not None and not self.event_test(event):
            return 0
        order = event.order
        if self.lines is not None:
            picked = self.lines(columns, self.amount or "list_minor") if order is not None else ()
            if not picked:
                return 0
            return self.unit or max(sum(picked), 0)
        if self.unit:
            return self.unit
        if self.amount:
            return max(sum(columns[self.amount]), 0) if order is not None else 0
        if self.money:
            return max(int(getattr(order, self.money)), 0) if order is not None else 0
        return self.number(event.properties)


def wants_of(rule: EarnRule, number: int, minor_digits: int) -> Iterator[tuple[str, Want]]:
    """What the rule asks of which events, by their names."""
    goal = rule.goal
    if goal is None and not rule.when:
        return
    if goal is not None and goal.kind == "steps":
        for place, step in enumerate(goal.steps):
            where = Condition(rule.where.tests + step.where.tests)
            yield step.when, _want(number, f"{number}.{place}", where, minor_digits, unit=1 << place)
    elif goal is not None and goal.kind == "sum":
        amount = AMOUNTS.get(goal.of, "") if goal.is_money else ""
        money = EVENT_MONEY[goal.of] if goal.is_money and not amount else ""
        place_of = () if goal.is_money else tuple(goal.of.split("."))
        yield rule.when, _want(number, str(number), rule.where, minor_digits, 0, amount, money, place_of)
    else:
        yield rule.when, _want(number, str(number), rule.where, minor_digits, unit=1)


def _want(
    rule: int,
    label: str,
    where: Condition,
    digits: int,
    unit: int = 0,
    amount: str = "",
    money: str = "",
    place: tuple[str, ...] = (),
) -> Want:
    return Want(
        rule,
        label,
        unit,
        amount,
        money,
        place,
        where,
        event_predicate(where.of_event, digits) if where.of_event else None,
        line_pick(where.of_lines, digits) if where.of_lines else None,
        thousandths_at(place) if place else _nothing,
    )


def thousandths_at(place: tuple[str, ...]) -> Callable[[Any], int]:
    """Reads the number at that place in an event's properties, in whole thousandths; 0 when there is none, or it is
    below zero."""
    follow = value_at(place)

    def read(properties: Any) -> int:
        value = follow(properties)
        if type(value) not in NUMBERS or value <= 0 or (type(value) is Decimal and not value.is_finite()):
            return 0
        return min(int(value * 1000), THOUSANDTHS_MAX)

    return read


def _nothing(_: Any) -> int:
    return 0
