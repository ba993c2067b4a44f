"""A programme flattened for the step: integer tables, and for each event name the rules that speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.columns import EARNING, EARNING_POINTS, Reader
from regulars.rules.conditions import LinePick, event_predicate, line_fields, line_pick
from regulars.rules.days import FIRST_DAY, midnights
from regulars.rules.programme import Cap, Condition, Currency, EarnRule, Level, Programme, Tiers
from regulars.rules.values import Predicate

_END = {None: y.END_NONE, "month": y.END_MONTH, "quarter": y.END_QUARTER, "year": y.END_YEAR}
_PER = {"day": y.PER_DAY, "week": y.PER_WEEK, "month": y.PER_MONTH, "year": y.PER_YEAR, "ever": y.PER_EVER}
_ROUND = {"floor": y.ROUND_FLOOR, "nearest": y.ROUND_NEAREST, "up": y.ROUND_UP}
_MEASURE = {"spending": y.MEASURE_SPENDING, "orders": y.MEASURE_ORDERS, "growth": y.MEASURE_GROWTH}
_WINDOW = {
    "ever": y.WINDOW_EVER,
    "rolling": y.WINDOW_ROLLING,
    "calendar": y.WINDOW_CALENDAR,
    "anniversary": y.WINDOW_ANNIVERSARY,
}
_AMOUNT = {
    "net": EARNING,
    "list": "list_minor",
    "gross": f"{EARNING} + tax_minor",
    "paid": f"{EARNING} + tax_minor",
    "once": "list_minor",
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


@dataclass(frozen=True, slots=True)
class Registry:
    """The numbers of currencies and rules, the same in every version of a programme: keys only ever join."""

    currencies: tuple[str, ...]
    rules: tuple[str, ...]

    @classmethod
    def of(cls, programmes: Iterable[Programme]) -> Registry:
        """Number the keys of ``programmes`` in the order of their versions."""
        currencies: dict[str, None] = {}
        rules: dict[str, None] = {}
        for programme in programmes:
            currencies.update((c.key, None) for c in programme.points)
            rules.update((r.key, None) for r in programme.earn)
        return cls(tuple(currencies), tuple(rules))


@dataclass(frozen=True, slots=True)
class Clause:
    """What one rule asks of an event: tests on the event, which lines it picks (None: all), which amount counts.

    amount: the fields of lines that add up to it, as ``rules.columns`` names them. basis: the same for all rules for
    which the same counts of a whole order.
    """

    rule: int
    of: str
    fixed: bool
    with_points_paid: bool
    amount: str
    basis: str
    where: Condition
    event_test: Predicate | None
    lines: LinePick | None


@dataclass(frozen=True, slots=True)
class Tables:
    """One programme version, ready to decide with.

    numbers: the flat table ``T`` of the step. clauses: by event name. matures: by event name, a bit mask of the
    currencies whose pending points it makes available. names: the events anything is decided for.
    readers: by event name, what its rules ask of lines.
    """

    programme: Programme
    version: int
    registry: Registry
    numbers: list[int]
    midnights: Sequence[int]
    clauses: dict[str, tuple[Clause, ...]]
    matures: dict[str, int]
    names: frozenset[str]
    readers: dict[str, Reader]
    levels: tuple[str, ...] = field(default=())

    def level_number(self, key: str) -> int:
        """The number of a level on this ladder, 0 for none or an unknown key."""
        return self.levels.index(key) if key in self.levels else 0

    def level_map(self, old: Tables) -> list[int]:
        """For each level of ``old`` its number here: the same key, else the highest level that asks no more."""
        out = [0]
        for level in old.programme.tiers.levels if old.programme.tiers else ():
            if level.key in self.levels:
                out.append(self.levels.index(level.key))
            else:
                mine = self.programme.tiers.levels if self.programme.tiers else ()
                out.append(sum(1 for candidate in mine if candidate.threshold <= level.threshold))
        return out


def build(programme: Programme, version: int = 1, registry: Registry | None = None) -> Tables:
    """Flatten a checked programme. Without ``registry`` its own keys are numbered in file order."""
    registry = registry or Registry.of([programme])
    levels = ("", *(level.key for level in programme.tiers.levels)) if programme.tiers else ("",)
    currencies = {c.key: c for c in programme.points}
    clauses: dict[str, list[Clause]] = {}
    for rule in programme.earn:
        clauses.setdefault(rule.when, []).append(_clause(rule, programme, registry, currencies[rule.gives]))
    matures: dict[str, int] = {}
    for currency in programme.points:
        if currency.pending_until:
            bit = 1 << registry.currencies.index(currency.key)
            matures[currency.pending_until] = matures.get(currency.pending_until, 0) | bit
    names = frozenset({ev.ORDER_COMPLETED, *ev.REFUND_NAMES, *ev.LEDGER_NAMES, *clauses, *matures})
    return Tables(
        programme=programme,
        version=version,
        registry=registry,
        numbers=_numbers(programme, registry, levels),
        midnights=midnights(programme.time_zone),
        clauses={name: tuple(found) for name, found in clauses.items()},
        matures=matures,
        names=names,
        readers={name: _reader(clauses.get(name, ())) for name in {ev.ORDER_COMPLETED, *clauses}},
        levels=levels,
    )


def _reader(clauses: Iterable[Clause]) -> Reader:
    asked = {clause.amount for clause in clauses}
    return Reader.of(asked.union(*[line_fields(clause.where.of_lines) for clause in clauses]))


def _clause(rule: EarnRule, programme: Programme, registry: Registry, currency: Currency) -> Clause:
    where = rule.where
    of = rule.of if rule.rate is not None else "once"
    amount = _AMOUNT[of]
    if currency.earns_on_points_paid and amount != "list_minor":
        amount += f" + {EARNING_POINTS}"
    return Clause(
        rule=registry.rules.index(rule.key),
        of=of,
        fixed=rule.rate is None,
        with_points_paid=currency.earns_on_points_paid,
        amount=amount,
        basis=f"{of} of {amount}",
        where=where,
        event_test=event_predicate(where.of_event, programme.minor_digits) if where.of_event else None,
        lines=line_pick(where.of_lines, programme.minor_digits) if where.of_lines else None,
    )


def _numbers(programme: Programme, registry: Registry, levels: tuple[str, ...]) -> list[int]:
    own_rules = {rule.key: rule for rule in programme.earn}
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
    for key in registry.rules:
        body += _rule_row(own_rules.get(key), registry, levels)
    for level in tiers.levels if tiers else ():
        body += _level_row(level)
    return head + body


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


def _rule_row(rule: EarnRule | None, registry: Registry, levels: tuple[str, ...]) -> list[int]:
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
    row[y.R_TIMES] = int(rule.times_tier)
    if rule.valid_from_day is not None:
        row[y.R_FROM] = rule.valid_from_day
    if rule.valid_until_day is not None:
        row[y.R_UNTIL] = rule.valid_until_day
    row[y.R_ROUND] = _ROUND[rule.rounding]
    _cap(row, rule.at_most)
    _member_tests(row, rule.member, levels)
    row[y.R_ASKS] = int(any(row[place] != value for place, value in _ASKS_NOTHING.items()))
    return row


def _cap(row: list[int], cap: Cap | None) -> None:
    if cap is not None:
        row[y.R_CAP] = y.CAP_POINTS if cap.kind == "points" else y.CAP_TIMES
        row[y.R_LIMIT] = cap.limit
        row[y.R_PER] = _PER[cap.per]


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


def _level_row(level: Level) -> list[int]:
    row = [0] * y.VW
    row[y.V_THRESHOLD] = level.threshold
    row[y.V_NUM], row[y.V_DEN] = level.earns_times.numerator, level.earns_times.denominator
    return row
