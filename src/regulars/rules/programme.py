"""A loyalty programme, checked and typed: what the YAML file says once every question about it is settled.

``rules.language`` reads a plain mapping into these classes; ``rules.tables`` flattens them into the integer tables
that the step works on. Everything here is frozen: a programme version never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from regulars.rules.condition import Condition as Condition
from regulars.rules.condition import Operator as Operator
from regulars.rules.condition import Scalar as Scalar
from regulars.rules.condition import Test as Test
from regulars.rules.events import BIRTHDAY_CAME, OCCASION_CAME
from regulars.rules.referral import FRIENDS_PER_HOUR as FRIENDS_PER_HOUR
from regulars.rules.referral import FRIENDS_PER_NETWORK as FRIENDS_PER_NETWORK
from regulars.rules.referral import Referral as Referral
from regulars.rules.rule import Cap as Cap
from regulars.rules.rule import EarnRule as EarnRule
from regulars.rules.rule import Gift as Gift
from regulars.rules.rule import Goal as Goal
from regulars.rules.rule import Per as Per
from regulars.rules.rule import StepOf as StepOf
from regulars.rules.rule import Text as Text


@dataclass(frozen=True, slots=True)
class Expiry:
    """When points lapse. Exactly one of ``after_months``/``after_days`` is above zero.

    ``at_end_of`` rounds up to the end of that local month, quarter or year. ``sliding``: every earning or spending of
    the currency moves the expiry of all the member's open lots of it to the same distance from then.
    """

    after_months: int = 0
    after_days: int = 0
    at_end_of: Literal["month", "quarter", "year"] | None = None
    sliding: bool = False


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency of points.

    pending_until: name of the event that makes pending points available (``Order Delivered``), or None.
    pending_days: make them available after so many days at the latest; 0 with no ``pending_until`` = at once.
    worth: money minor units that one point pays (exact), or None when the currency pays for nothing.
    beyond_balance: what a refund does with points already spent: owe them (``debt``) or forgive them (``zero``).
    paid_points: a refund gives paid points back to their own lots; if a lot has lapsed meanwhile, they live on for
    ``grace_days`` (0: they lapse again at once).
    earns_on_points_paid: whether the part of an order paid with points earns.
    """

    key: str
    name: Text
    spendable: bool = True
    pending_until: str | None = None
    pending_days: int = 0
    expires: Expiry | None = None
    worth: Fraction | None = None
    pays_at_least_points: int = 0
    pays_at_most_percent: int = 100
    beyond_balance: Literal["debt", "zero"] = "debt"
    paid_points: Literal["original_lot"] = "original_lot"
    grace_days: int = 30
    earns_on_points_paid: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry of the calendar: a day on which members are given something, or earn ``earns_times`` as much.

    kind ``dates``: the local days of ``dates``; ``holiday``: those of ``country`` that are called ``holiday``, but for
    years that ``dates`` has days of; ``day_of_month``: in shorter months their last day; ``birthday``: the member's.
    """

    key: str
    kind: Literal["birthday", "holiday", "day_of_month", "dates"] = "dates"
    country: str = ""
    holiday: str = ""
    day_of_month: int = 0
    dates: tuple[int, ...] = ()
    gifts: tuple[Gift, ...] = ()
    earns_times: Fraction | None = None
    member: Condition = field(default_factory=Condition)
    name: Text = field(default_factory=dict)

    @property
    def rule(self) -> EarnRule:
        """The rule that gives what the occasion gives, when it has come."""
        birthday = self.kind == "birthday"
        when = BIRTHDAY_CAME if birthday else OCCASION_CAME
        tests = () if birthday else (Test("occasion", "equal", self.key),)
        first = next((gift.key for gift in self.gifts if gift.kind == "points"), "")
        where = Condition(tests)
        return EarnRule(self.key, when, first, where=where, member=self.member, gifts=self.gifts, name=self.name)


@dataclass(frozen=True, slots=True)
class Level:
    """One tier. ``threshold`` is in minor units (measure spending), orders, or growth points.

    gifts: what reaching it gives, once ever.
    """

    key: str
    name: Text
    threshold: int
    earns_times: Fraction = Fraction(1)
    benefits: tuple[str, ...] = ()
    gifts: tuple[Gift, ...] = ()

    @property
    def rule_key(self) -> str:
        """The key of the rule that gives the gifts; no rule of a file can be called that."""
        return f"to:{self.key}"


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a tier brings beside points: its name, how it is used, and how often it may be (``at_most``, times)."""

    key: str
    name: Text = field(default_factory=dict)
    how: Text = field(default_factory=dict)
    at_most: Cap | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """The ladder and how a place on it is won and kept.

    window: ``rolling`` (the last ``window_days`` local days), ``calendar`` (this local year), ``anniversary`` (the
    member's own year, counted from joining), ``ever``.
    A level is kept for ``keep_days`` from reaching it, then reviewed; below it, ``grace_days`` more; then ``then``.
    keep_days 0: a level once won is never lost.
    currency: key of the currency of points that ``measure`` growth counts; empty for the other measures.
    """

    measure: Literal["spending", "orders", "growth"]
    window: Literal["rolling", "calendar", "anniversary", "ever"]
    levels: tuple[Level, ...]
    window_days: int = 0
    keep_days: int = 0
    grace_days: int = 0
    then: Literal["level_earned", "one_step"] = "level_earned"
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole programme version.

    minor_digits: decimal places of the money currency (CNY 2, JPY 0).
    tasks: what members are asked to do; like earning rules, with gifts and a goal.
    benefits: those that the file says more of than their keys; levels may name others.
    calendar: days that give something, or on which more is earned.
    referral: members who bring friends.
    """

    key: str
    name: Text
    currency: str
    minor_digits: int
    time_zone: str
    points: tuple[Currency, ...]
    tiers: Tiers | None
    earn: tuple[EarnRule, ...]
    tasks: tuple[EarnRule, ...] = ()
    calendar: tuple[Occasion, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    referral: Referral | None = None

    @property
    def rules(self) -> tuple[EarnRule, ...]:
        """Every rule that can give something, of whatever section; each has its own key."""
        days = tuple(self._with_currency(occasion.rule) for occasion in self.calendar if occasion.gifts)
        levels = self.tiers.levels if self.tiers else ()
        reached = tuple(self._reached(level) for level in levels if level.gifts)
        brought = tuple(self._with_currency(rule) for rule in self.referral.rules) if self.referral else ()
        return self.earn + self.tasks + days + reached + brought

    def _reached(self, level: Level) -> EarnRule:
        first = next((gift.key for gift in level.gifts if gift.kind == "points"), self.points[0].key)
        return EarnRule(level.rule_key, "", first, gifts=level.gifts, name=level.name)

    def _with_currency(self, rule: EarnRule) -> EarnRule:
        return rule if rule.gives else replace(rule, gives=self.points[0].key)

    @property
    def multiplied(self) -> str:
        """The currency of points that days of the calendar multiply: the first that can be spent."""
        return next((currency.key for currency in self.points if currency.spendable), "")

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything but points that the rules give, once each."""
        found = (gift for rule in self.rules for gift in rule.gifts if gift.kind != "points")
        return tuple(dict.fromkeys(found))
