"""One rule of a programme: what it asks for, what it gives, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from regulars.rules.condition import Condition

Text = Mapping[str, str]
"""A text in several languages, keyed ``en``, ``zh-Hans``, ``zh-Hant``; ``en`` is always there."""

Per = Literal["day", "week", "month", "year", "ever"]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many points (``kind='points'``) or so many times (``kind='times'``) in each ``per``."""

    kind: Literal["points", "times"]
    limit: int
    per: Per


@dataclass(frozen=True, slots=True)
class Gift:
    """One thing a rule gives: ``points`` of the currency called ``key``, or one coupon or badge of that key."""

    kind: Literal["points", "coupon", "badge"]
    key: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class StepOf:
    """One step of a task: an event, under conditions."""

    when: str
    where: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Goal:
    """What must have been done before a task gives.

    kind ``count``: so many events in each ``per``; ``sum``: so much ``of`` what the events say. ``reaches`` is a number
    of events, thousandths of a property, or minor units when ``of`` is an amount of an order (``is_money``).
    ``every``: again at every multiple.
    kind ``streak``: an event in each ``per`` (day, week, month) without a gap; ``points`` of each period in turn, and
    what follows the last (``then``).
    kind ``steps``: each of ``steps`` once, within so many days of the first (0: at any time), in any or their order.
    """

    kind: Literal["count", "sum", "streak", "steps"]
    reaches: int = 1
    of: str = ""
    is_money: bool = False
    per: Per = "ever"
    every: bool = False
    points: tuple[int, ...] = ()
    then: Literal["repeat", "last", "stop"] = "repeat"
    steps: tuple[StepOf, ...] = ()
    within_days: int = 0
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class EarnRule:
    """One earning rule: ``rate`` points per minor unit of the qualifying amount, a fixed number of ``points``, or
    several ``gifts`` (then ``gives`` is the first currency among them, else the programme's first).

    goal: what a task asks for before it gives; None: one event is enough. A task of steps has no ``when`` of its own.

    of: what counts of an order: ``net`` (after discounts, before delivery and tax), ``gross`` (net with tax),
    ``list`` (before discounts), ``paid`` (all the customer paid: net, tax and delivery; whole orders only).
    valid_from_day/valid_until_day: local day numbers, from included, until excluded; None = unbounded.
    """

    key: str
    when: str
    gives: str
    rate: Fraction | None = None
    points: int = 0
    of: Literal["net", "gross", "list", "paid"] = "net"
    times_tier: bool = False
    where: Condition = field(default_factory=Condition)
    member: Condition = field(default_factory=Condition)
    valid_from_day: int | None = None
    valid_until_day: int | None = None
    at_most: Cap | None = None
    rounding: Literal["floor", "nearest", "up"] = "floor"
    name: Text = field(default_factory=dict)
    gifts: tuple[Gift, ...] = ()
    goal: Goal | None = None
