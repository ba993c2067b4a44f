"""What two segments are compared by: every measure, cut by segment, and which of its numbers say most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.inquiries.sight import Sight
from regulars.science import measures as m
from regulars.science import rfm
from regulars.science.measures.funnels import ORDERED

BY = ("segment",)
SHARE, NUMBER, MONEY, DAYS, SECONDS, POINTS = "share", "number", "money", "days", "seconds", "points"
BRACKETS = ((2, 3), (4, 6), (7, 12))
STEPS = ("Product Viewed", "Product Added", "Checkout Started", ORDERED)
"""The way to an order, as shops send it; of these, the steps that anybody has taken."""
FUNNEL_DAYS = 30
PATH = 3
PAIRS_MIN = 5
MOST = 5
ARROW = " → "


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure's table cut by segment, and which of its columns are shown, each with its unit.

    ``last``: only the rows of the last whole period count; ``latest``: a segment's newest, which hold until something
    moves. ``each``: a column whose values are rows of their own;
    ``most``: only so many of them, those with the largest figures.
    """

    measure: str
    table: Callable[[], ir.Table]
    shown: tuple[tuple[str, str], ...]
    last: str = ""
    latest: str = ""
    each: str = ""
    most: int = 0


def asked_of(sight: Sight, cut: ir.Table, keys: Sequence[str]) -> list[Asked]:
    """Every measure, in the order in which it is shown. ``cut``: who (``member``) is in which of ``keys``."""
    how: dict[str, Any] = {"cut": cut, "by": BY}
    return [
        *_buying(sight, cut, how), *_baskets(sight, cut, keys), *_coming(sight, how), *_ways(sight, how),
        *_thinking(sight, how), *_taking_part(sight, how),
    ]  # fmt: skip


def _buying(sight: Sight, cut: ir.Table, how: dict[str, Any]) -> list[Asked]:
    orders, until = sight.lake.orders, sight.until
    year = rfm.history(orders, until)
    since = (until.replace(day=1) - timedelta(days=330)).replace(day=1)
    return [
        Asked("rfm", lambda: _means(year, cut), (("orders", NUMBER), ("spent_minor", MONEY), ("recency_days", DAYS))),
        Asked("repurchase_rate", lambda: m.repurchase_rate(orders, until, **how), (("rate", SHARE),)),
        Asked(
            "time_to_second_order",
            lambda: m.time_to_second_order(orders, until, 180, quantiles=[0.5], **how),
            (("days", DAYS),),
        ),
        Asked(
            "second_order_by_day",
            lambda: m.second_order_by_day(orders, until, 180, **how).filter(lambda t: t.n.isin([30, 90, 180])),
            (("rate", SHARE),),
            each="n",
        ),
        Asked("inter_purchase_time", lambda: m.inter_purchase_time(orders, until, **how), (("median_days", DAYS),)),
        Asked("retention", lambda: _retention(orders, until, since, how), (("rate", SHARE),), each="n"),
        Asked("bracket_retention", lambda: _brackets(orders, until, since, how), (("rate", SHARE),), each="bracket"),
        Asked("cohort_revenue", lambda: _value(orders, until, since, how), (("ltv_minor", MONEY),), each="n"),
        Asked(
            "purchase_frequency",
            lambda: m.purchase_frequency(orders, "month", until, **how),
            (("frequency", NUMBER),),
            last="period",
        ),
        Asked(
            "average_order",
            lambda: m.average_order(orders, "month", until, **how),
            (("average_minor", MONEY),),
            last="period",
        ),
        Asked(
            "returning_share",
            lambda: m.returning_share(orders, "month", until, **how),
            (("order_share", SHARE), ("revenue_share", SHARE)),
            last="period",
        ),
        Asked(
            "life_cycle", lambda: m.life_cycle(orders, until, **how), (("share", SHARE),), last="month", each="state"
        ),
        Asked(
            "life_cycle_flows",
            lambda: _flows(m.life_cycle_flows(orders, until, **how)),
            (("share", SHARE),),
            last="month",
            each="flow",
            most=MOST,
        ),
    ]


def _baskets(sight: Sight, cut: ir.Table, keys: Sequence[str]) -> list[Asked]:
    lines, until = sight.lake.order_lines, sight.until

    def pairs() -> ir.Table:
        return ibis.union(*(_pairs(lines, cut.filter(cut.segment == key), until, key) for key in keys))

    return [Asked("category_pairs", pairs, (("lift", NUMBER),), each="pair", most=MOST)]


def _coming(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    visits, until = m.with_orders(sight.lake.visits, sight.lake.orders), sight.until
    return [
        Asked(
            "active_members",
            lambda: m.active_members(visits, until, **how),
            (("mau", NUMBER), ("dau_mau", SHARE)),
            last="day",
        ),
        Asked(
            "visits_per_member",
            lambda: m.visits_per_member(visits, "month", until, **how),
            (("visits_per_member", NUMBER),),
            last="period",
        ),
        Asked("depth", lambda: m.depth(visits, "month", until, **how), (("events_per_visit", NUMBER),), last="period"),
        Asked(
            "dwell_time",
            lambda: m.dwell_time(visits, "month", until, **how),
            (("seconds_per_visit", SECONDS),),
            last="period",
        ),
        Asked(
            "breadth", lambda: m.breadth(visits, "month", until, **how), (("names_per_member", NUMBER),), last="period"
        ),
    ]


def _ways(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    """From what they look at to what they order."""
    visits, until = m.with_orders(sight.lake.visits, sight.lake.orders), sight.until
    names = sight.kept("audience.step_names", lambda: set(sight.frame(visits.select("name").distinct())["name"]))
    steps = [name for name in STEPS if name in names]
    asked = [
        Asked(
            "interactions",
            lambda: m.interactions(visits, "month", until, **how).mutate(channel=lambda t: t.channel.fill_null("")),
            (("share", SHARE),),
            last="period",
            each="channel",
        ),
        Asked("paths", lambda: m.paths(visits, PATH, until, **how), (("share", SHARE),), each="path", most=MOST),
    ]
    if len(steps) > 1:
        asked.append(Asked("funnel", lambda: _stages(visits, steps, until, how), (("of_first", SHARE),), each="stage"))
    return asked


def _thinking(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    lake, until = sight.lake, sight.until
    orders, visits = lake.orders, lake.visits
    answers = m.answers(visits, lake.events)
    return [
        Asked(
            "loyalty_layers",
            lambda: m.loyalty_layers(m.loyalty_index(lake.standing, orders, visits, answers, until), **how),
            (("index", NUMBER), ("think", NUMBER), ("do", NUMBER), ("feel", NUMBER)),
        ),
        Asked("csat", lambda: m.csat(answers, "month", until, **how), (("csat", SHARE),), last="period"),
        Asked("nps", lambda: m.nps(answers, "month", until, **how), (("nps", NUMBER),), last="period"),
        Asked("ces", lambda: m.ces(answers, "month", until, **how), (("ces", SHARE),), last="period"),
    ]


def _taking_part(sight: Sight, how: dict[str, Any]) -> list[Asked]:
    lake, until = sight.lake, sight.until
    return [
        Asked(
            "tier_flows", lambda: _flows(m.tier_flows(lake.tier_changes, until, **how)), (("members", NUMBER),),
            last="month", each="flow", most=MOST,
        ),
        Asked(
            "active_rate",
            lambda: m.active_rate(lake.standing, lake.ledger, "month", until, **how),
            (("rate", SHARE),),
            last="period",
        ),
        Asked(
            "redemption_rate",
            lambda: m.redemption_rate(lake.ledger, "month", until, **how),
            (("rate_so_far", SHARE),),
            latest="period",
            each="currency",
        ),
        Asked(
            "points_owed",
            lambda: m.points_owed(lake.ledger, "month", until, **how),
            (("owed", POINTS),),
            latest="period",
            each="currency",
        ),
    ]  # fmt: skip


def _means(known: ir.Table, cut: ir.Table) -> ir.Table:
    """What a member of each segment ordered and spent in a year, and how long the last order is ago, on average."""
    rows = known.inner_join(cut, "member")
    return rows.group_by("segment").agg(
        orders=rows.orders.mean(), spent_minor=rows.spent_minor.mean(), recency_days=rows.recency_days.mean()
    )


def _retention(orders: ir.Table, until: Any, since: Any, how: dict[str, Any]) -> ir.Table:
    """Of all cohorts of the last year together: the share that bought in the n-th month, of those it is over for."""
    rows = m.retention(orders, "month", until, since=since, **how)
    rows = rows.filter(rows.complete & rows.n.isin([1, 3, 6]))
    sums = rows.group_by(["segment", "n"]).agg(size=rows["size"].sum(), kept=rows.kept.sum())
    return sums.select("segment", "n", rate=sums.kept.cast("float64") / sums["size"].cast("float64").nullif(0.0))


def _brackets(orders: ir.Table, until: Any, since: Any, how: dict[str, Any]) -> ir.Table:
    """The same for stretches of months."""
    rows = m.bracket_retention(orders, "month", until, BRACKETS, since=since, **how)
    rows = rows.filter(rows.complete).mutate(bracket=lambda t: _words(t.from_n, "–", t.to_n))
    sums = rows.group_by(["segment", "bracket"]).agg(size=rows["size"].sum(), kept=rows.kept.sum())
    return sums.select("segment", "bracket", rate=sums.kept.cast("float64") / sums["size"].cast("float64").nullif(0.0))


def _value(orders: ir.Table, until: Any, since: Any, how: dict[str, Any]) -> ir.Table:
    """What a member of all cohorts of the last year together has brought by the n-th month, of those it is over for."""
    rows = m.cohort_revenue(orders, "month", until, since=since, **how)
    rows = rows.filter(rows.complete & rows.n.isin([1, 3, 6]))
    sums = rows.group_by(["segment", "n"]).agg(size=rows["size"].sum(), minor=rows.cumulative_minor.sum())
    each = sums.minor.cast("float64") / sums["size"].cast("float64").nullif(0.0)
    return sums.select("segment", "n", ltv_minor=each)


def _flows(rows: ir.Table) -> ir.Table:
    """Where members went from where they were, those who stayed left out."""
    rows = rows.mutate(before=rows.before.fill_null(""), after=rows.after.fill_null(""))
    rows = rows.filter(rows.before != rows.after)
    return rows.mutate(flow=_words(rows.before, ARROW, rows.after))


def _pairs(lines: ir.Table, members: ir.Table, until: Any, key: str) -> ir.Table:
    """Categories that one segment buys together."""
    rows = m.category_pairs(lines.semi_join(members, "member"), until, minimum=PAIRS_MIN)
    rows = rows.filter(rows["first"] < rows.second)
    return rows.select(segment=ibis.literal(key), pair=_words(rows["first"], ARROW, rows.second), lift=rows.lift)


def _stages(visits: ir.Table, steps: Sequence[str], until: Any, how: dict[str, Any]) -> ir.Table:
    rows = m.funnel(visits, steps, FUNNEL_DAYS, until, **how)
    rows = rows.filter(rows.step > 1)
    return rows.mutate(stage=_words(rows.step, ARROW, rows.name))


def _words(one: Any, between: str, other: Any) -> Any:
    return one.cast("string").concat(between, other.cast("string"))
