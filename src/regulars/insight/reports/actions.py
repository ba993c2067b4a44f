"""What is worth doing: groups of members who want something now, how many they are, and what they are worth.

Plain arithmetic on what they did, so that anybody can follow it; ``words`` says how each is worked out. Nothing here
promises that somebody comes back: the worth is what is at stake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.insight.reports import meant
from regulars.insight.reports.figures import spending
from regulars.rules.programme import Programme
from regulars.science.lake.opened import Lake
from regulars.science.measures.groups import revenue, total
from regulars.science.measures.periods import days_between

SILENT, SECOND, IDLE_POINTS, NEXT_TIER, UNHAPPY, RETURNS, DEBTS = (
    "silent", "second", "idle_points", "next_tier", "unhappy", "returns", "debts",
)  # fmt: skip
OF_ROLE = {
    "admin": (SILENT, SECOND, NEXT_TIER, IDLE_POINTS, UNHAPPY),
    "marketer": (SILENT, SECOND, NEXT_TIER, IDLE_POINTS),
    "service": (UNHAPPY, RETURNS, DEBTS),
    "analyst": (SILENT, SECOND, NEXT_TIER, IDLE_POINTS, UNHAPPY, RETURNS),
}
SHOWN = 3
REGULAR_ORDERS = 4
SILENT_DAYS_MIN, SILENT_DAYS_MAX = 21, 180
WINDOW_DAYS = 90
POINTS_MIN = 500
"""So many points are worth a reminder where the programme does not say how many pay for anything at all."""


@dataclass(frozen=True, slots=True)
class Action:
    """A group that wants something: its key, members, and what is at stake in minor units (None: no money to it).

    definition: the same members in the language of segments, None where that cannot say it. least_points: what somebody
    has at least where the action is about points, and whether the programme says so (it pays with no fewer).
    """

    key: str
    members: int
    worth_minor: int | None = None
    definition: dict[str, Any] | None = field(default=None, compare=False)
    least_points: int = field(default=POINTS_MIN, compare=False)
    least_is_the_programmes: bool = field(default=False, compare=False)


def actions(lake: Lake, role: str, first: date, last: date, programme: Programme) -> list[Action]:
    """What a role should do next, dearest first, three at most. first, last: the days that the report is about."""
    found = [FINDERS[key](lake, first, last, programme) for key in OF_ROLE[role]]
    wanted = [one for one in found if one is not None and one.members]
    return sorted(wanted, key=lambda one: -(one.worth_minor or 0))[:SHOWN]


def _silent(lake: Lake, _first: date, last: date, _programme: Programme) -> Action:
    """Regulars of four orders or more who are silent for twice their own usual gap; at stake: what they used to spend
    in 30 days, by the 90 days up to their last order."""
    orders = lake.orders.filter(lake.orders.day <= ibis.date(last))
    members = orders.group_by("member").agg(count=orders.count(), began=orders.day.min(), latest=orders.day.max())
    members = members.mutate(
        silent=days_between(members.latest, ibis.date(last)),
        gap=days_between(members.began, members.latest) / (members["count"] - 1).nullif(0),
    )
    quiet = members.filter(
        (members["count"] >= REGULAR_ORDERS)
        & (members.silent >= SILENT_DAYS_MIN)
        & (members.silent <= SILENT_DAYS_MAX)
        & (members.silent > 2 * members.gap)
    )
    joined = orders.inner_join(quiet.select("member", "latest"), "member")
    window = joined.filter(days_between(joined.day, joined.latest) < WINDOW_DAYS)
    minor = window.select(minor=revenue(window))
    return _counted(SILENT, quiet, minor, Fraction(30, WINDOW_DAYS))


def _second(lake: Lake, first: date, last: date, programme: Programme) -> Action:
    """First orders of two weeks to sixty days ago that no second followed (those that came back whole are none); at
    stake: one more average second order each."""
    definition = meant.second(first, last, programme)
    count = int(_number(meant.found(lake, definition, last, programme).count()))
    orders = lake.orders.filter(lake.orders.day <= ibis.date(last))
    turns = orders.mutate(turn=ibis.row_number().over(group_by="member", order_by=["at", "seq"]))
    second = turns.filter(turns.turn == 1)
    average = _number(second.select(minor=revenue(second)).minor.mean())
    return Action(SECOND, count, int(average) * count, definition)


def _idle_points(lake: Lake, _first: date, last: date, programme: Programme) -> Action | None:
    """Members with points enough to pay with who spent none for 90 days; at stake: what the points pay."""
    currency = next((one for one in programme.points if one.spendable and one.worth), None)
    if currency is None or currency.worth is None or currency.key != lake.manifest.currency:
        return None
    least = currency.pays_at_least_points or POINTS_MIN
    since = ibis.date(last - timedelta(days=WINDOW_DAYS))
    spent = lake.ledger.filter((lake.ledger.kind == "spent") & (lake.ledger.day > since)).select("member").distinct()
    idle = lake.standing.filter(lake.standing.points >= least).anti_join(spent, "member")
    points = int(_number(total(idle.points)))
    return Action(
        IDLE_POINTS, int(_number(idle.count())), int(points * currency.worth),
        least_points=least, least_is_the_programmes=currency.pays_at_least_points > 0,
    )  # fmt: skip


def _next_tier(lake: Lake, first: date, last: date, programme: Programme) -> Action | None:
    """Members whose spending of 365 days lacks at most a tenth of the next tier; at stake: what they lack."""
    definition = meant.next_tier(first, last, programme)
    if definition is None or programme.tiers is None:
        return None
    members = meant.found(lake, definition, last, programme)
    levels = sorted(level.threshold for level in programme.tiers.levels if level.threshold > 0)
    spent = spending(lake.orders, last - timedelta(days=meant.YEAR_DAYS - 1), last).semi_join(members, "member")
    following = ibis.cases(*((spent.minor < level, level) for level in levels), else_=None)
    missing = spent.select(minor=(following - spent.minor).cast("int64"))
    return _counted(NEXT_TIER, members, missing, definition=definition)


def _unhappy(lake: Lake, first: date, last: date, programme: Programme) -> Action:
    """Members who said in the period that they were not content; at stake: what they spent in the last 90 days."""
    definition = meant.unhappy(first, last, programme)
    members = meant.found(lake, definition, last, programme)
    spent = spending(lake.orders, last - timedelta(days=WINDOW_DAYS - 1), last).semi_join(members, "member")
    return _counted(UNHAPPY, members, spent, definition=definition)


def _returns(lake: Lake, _first: date, last: date, _programme: Programme) -> Action:
    """Members who brought something back of two or more orders of the last 90 days; at stake: what they got back."""
    since = last - timedelta(days=WINDOW_DAYS - 1)
    back = lake.orders.filter(lake.orders.returned_minor > 0)
    back = back.filter(back.day.between(ibis.date(since), ibis.date(last)))
    members = back.group_by("member").agg(count=back.count(), minor=total(back.returned_minor))
    often = members.filter(members["count"] >= 2)
    return _counted(RETURNS, often, often)


def _debts(lake: Lake, _first: date, _last: date, programme: Programme) -> Action:
    """Members who owe points after refunds; at stake: what those points pay."""
    owing = lake.standing.filter(lake.standing.points_debt > 0)
    currency = next((one for one in programme.points if one.key == lake.manifest.currency), None)
    points = int(_number(total(owing.points_debt)))
    worth = None if currency is None or currency.worth is None else int(points * currency.worth)
    return Action(DEBTS, int(_number(owing.count())), worth)


FINDERS = {
    SILENT: _silent,
    SECOND: _second,
    IDLE_POINTS: _idle_points,
    NEXT_TIER: _next_tier,
    UNHAPPY: _unhappy,
    RETURNS: _returns,
    DEBTS: _debts,
}


def _counted(
    key: str,
    members: ir.Table,
    minor: ir.Table,
    part: Fraction = Fraction(1),
    definition: dict[str, Any] | None = None,
) -> Action:
    worth = int(_number(total(minor.minor)))
    return Action(key, int(_number(members.count())), int(worth * part), definition)


def _number(scalar: ir.Scalar) -> float:
    found = scalar.to_pyarrow().as_py()
    return 0 if found is None else found
