"""What is worth doing: groups of members who want something now, how many they are, and what they are worth.

Plain arithmetic on what they did, so that anybody can follow it; ``words`` says how each is worked out. Nothing here
promises that somebody comes back: the worth is what is at stake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import ibis
from ibis.expr import types as ir

from regulars.insight.reports.figures import spending
from regulars.rules.programme import Programme
from regulars.science import measures
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
SECOND_FROM_DAYS, SECOND_TO_DAYS = 14, 60
WINDOW_DAYS = 90
NEAR_PERCENT = 10
YEAR_DAYS = 365
POINTS_MIN = 500


@dataclass(frozen=True, slots=True)
class Action:
    """A group that wants something: its key, members, and what is at stake in minor units (None: no money to it)."""

    key: str
    members: int
    worth_minor: int | None = None


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


def _second(lake: Lake, _first: date, last: date, _programme: Programme) -> Action:
    """First orders of two weeks to sixty days ago that no second followed; at stake: as many second orders as the shop
    usually sees, at their average."""
    orders = lake.orders.filter(lake.orders.day <= ibis.date(last))
    turns = orders.mutate(turn=ibis.row_number().over(group_by="member", order_by=["at", "seq"]))
    members = turns.group_by("member").agg(count=turns.count(), began=turns.day.min())
    ago = days_between(members.began, ibis.date(last))
    fresh = members.filter((members["count"] == 1) & (ago >= SECOND_FROM_DAYS) & (ago <= SECOND_TO_DAYS))
    second = turns.filter(turns.turn == 1)
    average = _number(second.select(minor=revenue(second)).minor.mean())
    count = _number(fresh.count())
    return Action(SECOND, int(count), int(average) * int(count))


def _idle_points(lake: Lake, _first: date, last: date, programme: Programme) -> Action | None:
    """Members with points enough to pay with who spent none for 90 days; at stake: what the points pay."""
    currency = next((one for one in programme.points if one.spendable and one.worth), None)
    if currency is None or currency.worth is None or currency.key != lake.manifest.currency:
        return None
    least = POINTS_MIN
    since = ibis.date(last - timedelta(days=WINDOW_DAYS))
    spent = lake.ledger.filter((lake.ledger.kind == "spent") & (lake.ledger.day > since)).select("member").distinct()
    idle = lake.standing.filter(lake.standing.points >= least).anti_join(spent, "member")
    points = int(_number(total(idle.points)))
    return Action(IDLE_POINTS, int(_number(idle.count())), int(points * currency.worth))


def _next_tier(lake: Lake, _first: date, last: date, programme: Programme) -> Action | None:
    """Members whose spending of 365 days lacks at most a tenth of the next tier; at stake: what they lack."""
    if programme.tiers is None or programme.tiers.measure != "spending":
        return None
    levels = sorted(level.threshold for level in programme.tiers.levels if level.threshold > 0)
    spent = spending(lake.orders, last - timedelta(days=YEAR_DAYS - 1), last)
    following = ibis.cases(*((spent.minor < level, level) for level in levels), else_=None)
    near = spent.mutate(missing=(following - spent.minor).cast("int64"), next=following)
    near = near.filter(near.next.notnull() & (near.missing * 100 <= near.next * NEAR_PERCENT))
    return _counted(NEXT_TIER, near, near.select(minor=near.missing))


def _unhappy(lake: Lake, first: date, last: date, _programme: Programme) -> Action:
    """Members who said in the period that they were not content; at stake: what they spent in the last 90 days."""
    said = measures.answers(lake.visits, lake.events)
    bad = (
        ((said.kind == "nps") & (said.score <= 6))
        | ((said.kind == "csat") & (said.score <= 2))
        | ((said.kind == "ces") & (said.score <= 3))
    )
    members = said.filter(bad & said.day.between(ibis.date(first), ibis.date(last))).select("member").distinct()
    spent = spending(lake.orders, last - timedelta(days=WINDOW_DAYS - 1), last).semi_join(members, "member")
    return _counted(UNHAPPY, members, spent)


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


def _counted(key: str, members: ir.Table, minor: ir.Table, part: Fraction = Fraction(1)) -> Action:
    worth = int(_number(total(minor.minor)))
    return Action(key, int(_number(members.count())), int(worth * part))


def _number(scalar: ir.Scalar) -> float:
    found = scalar.to_pyarrow().as_py()
    return 0 if found is None else found
