"""A programme flattened for the step: integer tables, and for each event name the rules that speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.columns import EARNING, EARNING_POINTS, Reader
from regulars.rules.conditions import LinePick, event_predicate, line_fields, line_pick
from regulars.rules.days import midnights
from regulars.rules.flat import Days, growth_currency, numbers_of
from regulars.rules.programme import Condition, Currency, EarnRule, Programme
from regulars.rules.registry import Registry
from regulars.rules.values import Predicate
from regulars.rules.wants import Want, wants_of
from regulars.rules.windows import Window, windows_of

__all__ = ["Clause", "Registry", "Tables", "build", "growth_currency"]

_AMOUNT = {
    "net": EARNING,
    "list": "list_minor",
    "gross": f"{EARNING} + tax_minor",
    "paid": f"{EARNING} + tax_minor",
    "once": "list_minor",
}
"""The fields of lines, as ``rules.columns`` names them, that add up to what an order earns on."""


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
    readers: by event name, what its rules ask of lines. wants: by event name, what tasks ask of it. windows: which
    counters a day's events may touch. rows: how many counters, and how many earnings, tasks may add by one event.
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
    wants: dict[str, tuple[Want, ...]] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    rows: int = 0

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


def build(programme: Programme, version: int = 1, registry: Registry | None = None, days: Days | None = None) -> Tables:
    """Flatten a checked programme. Without ``registry`` its own keys are numbered in file order.

    days: by an occasion's key its local days, of those that are holidays; others know theirs.
    """
    registry = registry or Registry.of([programme])
    levels = ("", *(level.key for level in programme.tiers.levels)) if programme.tiers else ("",)
    currencies = {c.key: c for c in programme.points}
    clauses: dict[str, list[Clause]] = {}
    for rule in programme.earn:
        if rule.gifts:
            continue
        clauses.setdefault(rule.when, []).append(_clause(rule, programme, registry, currencies[rule.gives]))
    wants: dict[str, list[Want]] = {}
    for rule in programme.rules:
        if rule.gifts or rule.goal is not None:
            for name, want in wants_of(rule, registry.rules.index(rule.key), programme.minor_digits):
                wants.setdefault(name, []).append(want)
    matures: dict[str, int] = {}
    for currency in programme.points:
        if currency.pending_until:
            bit = 1 << registry.currencies.index(currency.key)
            matures[currency.pending_until] = matures.get(currency.pending_until, 0) | bit
    matures[ev.BIRTHDAY_CAME] = matures.get(ev.BIRTHDAY_CAME, 0) | y.BIRTHDAY_BIT
    names = frozenset({ev.ORDER_COMPLETED, *ev.REFUND_NAMES, *ev.LEDGER_NAMES, *clauses, *wants, *matures})
    return Tables(
        programme=programme,
        version=version,
        registry=registry,
        numbers=numbers_of(programme, registry, levels, days or {}),
        midnights=midnights(programme.time_zone),
        clauses={name: tuple(found) for name, found in clauses.items()},
        matures=matures,
        names=names,
        readers={
            name: _reader(clauses.get(name, ()), wants.get(name, ())) for name in {ev.ORDER_COMPLETED, *clauses, *wants}
        },
        levels=levels,
        wants={name: tuple(found) for name, found in wants.items()},
        windows=windows_of(programme),
        rows=sum(len(rule.gifts) + 4 for rule in programme.rules if rule.gifts or rule.goal is not None),
    )


def _reader(clauses: Iterable[Clause], wants: Iterable[Want]) -> Reader:
    asked = {clause.amount for clause in clauses} | {want.amount for want in wants if want.amount}
    conditions = [clause.where for clause in clauses] + [want.where for want in wants]
    return Reader.of(asked.union(*[line_fields(where.of_lines) for where in conditions]))


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
