"""Why an event gave what it gave, and why it gave no more: every rule asked again, with what it saw.

The points are not worked out here a second time: the live decider decides the event on a copy of the member's state,
and its records are the truth. A rule that gave nothing, or less than it could have, is then asked what stood in its
way (``rules.obstacles``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from fractions import Fraction

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import Decider, HoldRequest, State
from regulars.rules.obstacles import CHECKS, Asked, Check, Reason, is_task, paid_with_points
from regulars.rules.programme import EarnRule
from regulars.rules.qualify import amounts, columns_of
from regulars.rules.tables import Tables
from regulars.rules.task_obstacles import TASK_CHECKS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule made of the event: ``points`` of the currency ``gives``, and why no more.

    base: what counted (minor units for a rate), rate and times: the exact factors of what it gave; all of what the
    step wrote down. lost: points that a cap kept back. also: points of other currencies, things: coupons and badges
    (kind and key) that the rule gave besides.
    """

    rule: str
    gives: str
    points: int
    reasons: tuple[Reason, ...]
    base: int = 0
    times: Fraction = Fraction(1)
    lost: int = 0
    also: tuple[tuple[str, int], ...] = ()
    things: tuple[tuple[str, str], ...] = ()

    @property
    def gave(self) -> bool:
        """Whether the rule gave anything."""
        return bool(self.points or self.also or self.things)


def explain(
    decider: Decider,
    state: State,
    event: ev.Event,
    event_id: int,
    at: int,
    day: int,
    hold: HoldRequest | None = None,
    order_tables: Tables | None = None,
) -> list[Verdict]:
    """What each rule of the version makes of the event, in the order of the programme.

    state: the member just before, their time let pass to ``at`` (microseconds UTC) under the decider's version; it is
    not changed. day: the local day the event counts for.
    """
    tables = decider.tables
    before, after = copy_of(state), copy_of(state)
    _answer, records = decider.decide(after, event, event_id, at, day, hold, order_tables)
    columns = columns_of(tables, event)
    counted = [0] * max(len(tables.registry.rules), 1)
    amounts(tables, event, columns, counted)
    joined = before.scalars[y.JOINED]
    asked = Asked(
        tables,
        event,
        before,
        columns,
        counted,
        before.scalars[y.LEVEL],
        day,
        day if joined == -y.NEVER else joined,
        after,
    )
    found = [_verdict(asked, rule, records, event_id) for rule in tables.programme.rules]
    # of a level that was not reached there is nothing to say
    reached = {rule.key for rule in tables.programme.rules if not rule.when and not (rule.goal and rule.goal.steps)}
    return [one for one in found if one.gave or one.rule not in reached]


def copy_of(state: State) -> State:
    """The same state, sharing nothing."""
    found = {one.name: getattr(state, one.name) for one in fields(state)}
    return State(**{name: value.copy() if hasattr(value, "copy") else value for name, value in found.items()})


def _verdict(asked: Asked, rule: EarnRule, records: list[int], event_id: int) -> Verdict:
    number = asked.tables.registry.rules.index(rule.key)
    made = Verdict(rule.key, rule.gives, 0, ())
    for o in range(0, len(records), y.OW):
        row = records[o : o + y.OW]
        if row[y.O_EVENT] != event_id or row[y.O_RULE] != number:
            continue
        currency = asked.tables.registry.currencies[row[y.O_CURRENCY]]
        if row[y.O_KIND] == y.EARN and currency != rule.gives:
            made = replace(made, also=(*made.also, (currency, row[y.O_AMOUNT])))
        elif row[y.O_KIND] == y.GRANT:
            made = replace(made, things=(*made.things, asked.tables.registry.things[row[y.O_CREDIT]]))
        elif row[y.O_KIND] == y.EARN:
            times = Fraction(row[y.O_NUM], row[y.O_DEN])
            made = replace(made, points=made.points + row[y.O_AMOUNT], base=row[y.O_BASE], times=times)
        elif row[y.O_KIND] == y.CAPPED:
            made = replace(made, lost=made.lost + row[y.O_AMOUNT])
    return replace(made, reasons=tuple(_reasons(asked, rule, made)))


def _reasons(asked: Asked, rule: EarnRule, made: Verdict) -> list[Reason]:
    if is_task(rule):
        checks: tuple[Check, ...] = () if made.gave else TASK_CHECKS
    elif made.points:
        return [*_cut(asked, rule, made), *_part_paid(asked, rule)]
    else:
        checks = CHECKS
    for check in checks:
        found = check(asked, rule)
        if found:
            return found
    return [] if made.gave else [Reason("unknown")]


def _cut(asked: Asked, rule: EarnRule, made: Verdict) -> list[Reason]:
    """The cap let only a part through."""
    if not made.lost or rule.at_most is None:
        return []
    would = made.points + made.lost
    return [Reason("cut", {"cap": rule.at_most, "used": asked.used(rule), "would": would, "given": made.points})]


def _part_paid(asked: Asked, rule: EarnRule) -> list[Reason]:
    """A part of what would count was paid with points."""
    paid = paid_with_points(asked, rule)
    return [Reason("part-paid-with-points", {"amount_minor": paid})] if paid else []
