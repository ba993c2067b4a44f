"""The flat integer table ``T`` of a programme version, as the step reads it (``rules.layout``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.rules import layout as y
from regulars.rules.days import FIRST_DAY
from regulars.rules.programme import Cap, Condition, Currency, EarnRule, Goal, Level, Occasion, Programme, Tiers
from regulars.rules.registry import Registry

_END = {None: y.END_NONE, "month": y.END_MONTH, "quarter": y.END_QUARTER, "year": y.END_YEAR}
PER = {"day": y.PER_DAY, "week": y.PER_WEEK, "month": y.PER_MONTH, "year": y.PER_YEAR, "ever": y.PER_EVER}
_ROUND = {"floor": y.ROUND_FLOOR, "nearest": y.ROUND_NEAREST, "up": y.ROUND_UP}
_MEASURE = {"spending": y.MEASURE_SPENDING, "orders": y.MEASURE_ORDERS, "growth": y.MEASURE_GROWTH}
_WINDOW = {
    "ever": y.WINDOW_EVER,
    "rolling": y.WINDOW_ROLLING,
    "calendar": y.WINDOW_CALENDAR,
    "anniversary": y.WINDOW_ANNIVERSARY,
}
_ALL_LEVELS = (1 << 62) - 1
_FAR = 1 << 40
_ASKS_NOTHING = {
    y.R_FROM: -_FAR,
    y.R_UNTIL: _FAR,
    y.R_MASK: _ALL_LEVELS,
    y.R_JOINED_MIN: -_FAR,
    y.R_JOINED_MAX: _FAR,
}
"""A rule for everybody, always."""


Days = Mapping[str, Sequence[int]]
"""By an occasion's key its local days, ascending."""


def numbers_of(programme: Programme, registry: Registry, levels: tuple[str, ...], days: Days) -> list[int]:
    """The table ``T``: its head, then currencies, rules, levels, the gifts of rules and the points of streaks."""
    own_rules = {rule.key: rule for rule in programme.rules}
    own_currencies = {currency.key: currency for currency in programme.points}
    tiers = programme.tiers
    head = [0] * y.TW
    head[y.T_CURRENCIES] = len(registry.currencies)
    head[y.T_RULES] = len(registry.rules)
    head[y.T_CUR0] = y.TW
    head[y.T_RULE0] = head[y.T_CUR0] + len(registry.currencies) * y.CW
    head[y.T_LEVEL0] = head[y.T_RULE0] + len(registry.rules) * y.RW
    head[y.T_GROWTH] = -1
    head[y.T_DAY0] = FIRST_DAY
    if tiers:
        _tier_head(head, tiers, programme, registry)
    body: list[int] = []
    for key in registry.currencies:
        body += _currency_row(own_currencies.get(key))
    gifts: list[int] = []
    has_times = any(occasion.earns_times is not None for occasion in programme.calendar)
    gift0 = head[y.T_LEVEL0] + head[y.T_LEVELS] * y.VW
    for key in registry.rules:
        rule = own_rules.get(key)
        by_day = has_times and rule is not None and rule.rate is not None and rule.gives == programme.multiplied
        row = _rule_row(rule, registry, levels, by_day)
        if rule is not None and (rule.gifts or rule.goal is not None):
            gifts += _gifts(row, rule, registry, gift0 + len(gifts))
        body += row
    for level in tiers.levels if tiers else ():
        body += _level_row(level, registry)
    head[y.T_TIMES0] = len(head) + len(body) + len(gifts)
    times = [occasion for occasion in programme.calendar if occasion.earns_times is not None]
    head[y.T_TIMES] = len(times)
    rows: list[int] = []
    lists: list[int] = []
    for occasion in times:
        after = head[y.T_TIMES0] + len(times) * y.MW + len(lists)
        rows += _times_row(occasion, levels, days.get(occasion.key, occasion.dates), after)
        if occasion.kind in ("dates", "holiday"):
            lists += days.get(occasion.key, occasion.dates)
    return head + body + gifts + rows + lists


def _times_row(occasion: Occasion, levels: tuple[str, ...], days: Sequence[int], at: int) -> list[int]:
    rule = [0] * y.RW
    for place, value in _ASKS_NOTHING.items():
        rule[place] = value
    _member_tests(rule, occasion.member, levels)
    row = [0] * y.MW
    assert occasion.earns_times is not None
    row[y.M_NUM], row[y.M_DEN] = occasion.earns_times.numerator, occasion.earns_times.denominator
    row[y.M_MASK] = rule[y.R_MASK]
    row[y.M_JOINED_MIN], row[y.M_JOINED_MAX] = rule[y.R_JOINED_MIN], rule[y.R_JOINED_MAX]
    row[y.M_DAYS], row[y.M_DAY0] = len(days), at
    if occasion.kind == "birthday":
        row[y.M_DAYS] = y.ON_BIRTHDAY
    elif occasion.kind == "day_of_month":
        row[y.M_DAYS], row[y.M_DAY0] = y.ON_DAY_OF_MONTH, occasion.day_of_month
    return row


def _tier_head(head: list[int], tiers: Tiers, programme: Programme, registry: Registry) -> None:
    head[y.T_LEVELS] = len(tiers.levels)
    head[y.T_MEASURE] = _MEASURE[tiers.measure]
    head[y.T_WINDOW] = _WINDOW[tiers.window]
    head[y.T_WINDOW_DAYS] = tiers.window_days
    head[y.T_KEEP_DAYS] = tiers.keep_days
    head[y.T_GRACE_DAYS] = tiers.grace_days
    head[y.T_THEN] = y.ONE_STEP if tiers.then == "one_step" else y.LEVEL_EARNED
    growth = growth_currency(programme)
    if growth:
        head[y.T_GROWTH] = registry.currencies.index(growth)


def growth_currency(programme: Programme) -> str | None:
    """The currency that counts as growth: the one the tiers name, else the one called ``growth``, else the only one
    that cannot be spent."""
    if programme.tiers is not None and programme.tiers.measure == "growth" and programme.tiers.currency:
        return programme.tiers.currency
    keys = [c.key for c in programme.points if not c.spendable]
    return "growth" if "growth" in keys else keys[0] if len(keys) == 1 else None


def _currency_row(currency: Currency | None) -> list[int]:
    row = [0] * y.CW
    if currency is None:
        return row
    row[y.C_SPENDABLE] = int(currency.spendable)
    row[y.C_PENDING] = int(bool(currency.pending_until or currency.pending_days))
    row[y.C_PENDING_DAYS] = currency.pending_days
    if currency.expires:
        row[y.C_MONTHS] = currency.expires.after_months
        row[y.C_DAYS] = currency.expires.after_days
        row[y.C_END_OF] = _END[currency.expires.at_end_of]
        row[y.C_SLIDING] = int(currency.expires.sliding)
    row[y.C_ZERO] = int(currency.beyond_balance == "zero" or not currency.spendable)
    row[y.C_GRACE_DAYS] = currency.grace_days
    return row


def _rule_row(rule: EarnRule | None, registry: Registry, levels: tuple[str, ...], by_day: bool) -> list[int]:
    row = [0] * y.RW
    row[y.R_DEN] = 1
    for place, value in _ASKS_NOTHING.items():
        row[place] = value
    if rule is None:
        return row
    row[y.R_GIVES] = registry.currencies.index(rule.gives)
    if rule.rate is not None:
        row[y.R_NUM], row[y.R_DEN] = rule.rate.numerator, rule.rate.denominator
    row[y.R_POINTS] = rule.points
    row[y.R_TIMES] = y.TIMES_TIER * rule.times_tier + y.TIMES_DAY * by_day
    if rule.valid_from_day is not None:
        row[y.R_FROM] = rule.valid_from_day
    if rule.valid_until_day is not None:
        row[y.R_UNTIL] = rule.valid_until_day
    row[y.R_ROUND] = _ROUND[rule.rounding]
    _cap(row, rule.at_most)
    _member_tests(row, rule.member, levels)
    row[y.R_ASKS] = int(any(row[place] != value for place, value in _ASKS_NOTHING.items()))
    return row


def _gifts(row: list[int], rule: EarnRule, registry: Registry, at: int) -> list[int]:
    """Say in the rule's row what it asks for and where its gifts lie, from ``at`` on; the numbers of those gifts."""
    row[y.R_KIND] = y.GIFTS
    row[y.R_GIFT0], row[y.R_GIFTS] = at, len(rule.gifts)
    numbers: list[int] = []
    for gift in rule.gifts:
        if gift.kind == "points":
            numbers += [gift.points, registry.currencies.index(gift.key)]
        else:
            numbers += [0, registry.things.index((gift.kind, gift.key))]
    if rule.goal is not None:
        row[y.R_LIST0] = at + len(numbers)
        numbers += _goal(row, rule.goal)
    return numbers


def _goal(row: list[int], goal: Goal) -> tuple[int, ...]:
    row[y.R_WINDOW] = PER[goal.per]
    if goal.kind == "streak":
        row[y.R_KIND] = y.STREAK
        row[y.R_WAY] = {"repeat": y.THEN_REPEAT, "last": y.THEN_LAST, "stop": y.THEN_STOP}[goal.then]
        row[y.R_LIST] = len(goal.points)
        return goal.points
    if goal.kind == "steps":
        row[y.R_KIND] = y.STEPS
        row[y.R_WAY] = int(goal.in_order)
        row[y.R_WITHIN] = goal.within_days
        row[y.R_LIST] = len(goal.steps)
        return ()
    row[y.R_KIND] = y.COUNT
    row[y.R_REACHES] = goal.reaches
    row[y.R_WAY] = int(goal.every)
    return ()


def _cap(row: list[int], cap: Cap | None) -> None:
    if cap is not None:
        row[y.R_CAP] = y.CAP_POINTS if cap.kind == "points" else y.CAP_TIMES
        row[y.R_LIMIT] = cap.limit
        row[y.R_PER] = PER[cap.per]


def _member_tests(row: list[int], member: Condition, levels: tuple[str, ...]) -> None:
    """Fold ``member.*`` tests into the rule's masks; the language has refused what cannot be folded."""
    for test in member.tests:
        if test.name == "member.tier":
            row[y.R_MASK] &= _tier_mask(test.op, test.value, levels)
            continue
        days = int(test.value)  # type: ignore[arg-type]
        low, high = {
            "at_least": (days, _FAR),
            "at_most": (-_FAR, days),
            "above": (days + 1, _FAR),
            "below": (-_FAR, days - 1),
        }.get(test.op, (days, days))
        row[y.R_JOINED_MIN] = max(row[y.R_JOINED_MIN], low)
        row[y.R_JOINED_MAX] = min(row[y.R_JOINED_MAX], high)


def _tier_mask(op: str, value: Any, levels: tuple[str, ...]) -> int:
    named = value if isinstance(value, tuple) else (value,)
    mask = 0
    for key in named:
        if key == "none":
            mask |= 1
        elif key in levels:
            mask |= 1 << levels.index(key)
    if op == "exists":
        mask = _ALL_LEVELS - 1 if value else 1
    return _ALL_LEVELS & ~mask if op == "none_of" else mask


def _level_row(level: Level, registry: Registry) -> list[int]:
    row = [0] * y.VW
    row[y.V_THRESHOLD] = level.threshold
    row[y.V_NUM], row[y.V_DEN] = level.earns_times.numerator, level.earns_times.denominator
    row[y.V_RULE] = registry.rules.index(level.rule_key) if level.gifts else -1
    return row
