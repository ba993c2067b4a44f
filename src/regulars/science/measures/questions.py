"""A measure asked by its name with plain parameters, as an address or a file holds them.

``ask(question(lake, "retention", {"unit": "month", "by": "tier"}, until=day))`` is the same as calling the measure by
hand. Who asks for numbers and who asks for the members behind a number read the parameters here, so that both speak of
the same members.

Parameters, all optional, of any measure: ``from`` and ``to`` (days, as texts), one filter a dimension (``tier``,
``source``, ``channel``, ``first_category``, ``first_product``, ``campaign``, ``segment``: a list of values, the empty
text for members without one) and ``by`` (a dimension to cut by). Of those with periods: ``unit`` (day, week, month). Of
single measures: ``kind`` (retention: classic, rolling), ``brackets`` (pairs of periods, or a text as ``1,2-3``),
``days`` (second order), ``steps`` and ``within_days`` (funnel), ``length`` and ``top`` (paths), ``minimum`` (pairs of
categories), ``currency`` (points). ``accepted`` says which measure takes which; another one is refused.

Channel, category and product are those of a member's first order, the campaign that of the first visit; tier, source
and segment as they stand now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import ibis
from ibis.expr import types as ir

from regulars.science.measures.accepted import DIMENSIONS, refusal
from regulars.science.measures.funnels import with_orders
from regulars.science.measures.groups import by_column, by_first_order, by_first_visit
from regulars.science.measures.periods import PERIODS, Period, a_day
from regulars.science.measures.satisfaction import answers

GROUP = "group"
"""The column that a cut names its groups in."""
REST = "~"
"""The group of all values that are not among the ``GROUPS_MOST`` with most members."""
GROUPS_MOST = 8


class Tables(Protocol):
    """What of a lake is asked: its tables of the same names."""

    @property
    def events(self) -> ir.Table: ...
    @property
    def orders(self) -> ir.Table: ...
    @property
    def order_lines(self) -> ir.Table: ...
    @property
    def visits(self) -> ir.Table: ...
    @property
    def ledger(self) -> ir.Table: ...
    @property
    def standing(self) -> ir.Table: ...
    @property
    def tier_changes(self) -> ir.Table: ...


class BadQuestion(ValueError):
    """A parameter that no measure understands; its text says which and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A measure, the tables of the members it looks at, and its parameters, read."""

    measure: str
    params: Mapping[str, Any]
    period: Period
    since: date | None
    until: date
    by: tuple[str, ...]
    cut: ir.Table | None
    orders: ir.Table
    order_lines: ir.Table
    visits: ir.Table
    ledger: ir.Table
    standing: ir.Table
    tier_changes: ir.Table
    events: ir.Table

    @property
    def steps(self) -> ir.Table:
        """All that members did: visits and orders, one after the other. A day with an order is a day somebody came."""
        return with_orders(self.visits, self.orders)

    @property
    def answers(self) -> ir.Table:
        """What was answered in surveys."""
        return answers(self.visits, self.events)

    def whole(self, name: str, otherwise: int, least: int, most: int) -> int:
        """A whole number among the parameters. Raises BadQuestion beyond its ends."""
        try:
            given = int(self.params.get(name, otherwise))
        except (TypeError, ValueError):
            raise BadQuestion(f"{name}: a whole number, please") from None
        if not least <= given <= most:
            raise BadQuestion(f"{name}: from {least} to {most}, not {given}")
        return given

    def since_first(self, table: ir.Table) -> ir.Table:
        """The rows of members whose first order does not lie before ``from``."""
        if self.since is None:
            return table
        firsts = self.orders.group_by("member").agg(first_day=self.orders.day.min())
        return table.semi_join(firsts.filter(firsts.first_day >= ibis.date(self.since)), "member")

    def since_day(self, table: ir.Table) -> ir.Table:
        """The rows from ``from`` on."""
        return table if self.since is None else table.filter(table.day >= ibis.date(self.since))


def question(
    lake: Tables,
    measure: str,
    params: Mapping[str, Any],
    *,
    until: date,
    memberships: ir.Table | None = None,
) -> Question:
    """Parameters read, tables narrowed to the members that the filters name.

    ``until`` is the last whole day there is; ``memberships`` (``member``, ``segment``) is needed where segments are
    named. Raises BadQuestion for what cannot be read, and for what the measure does not take.
    """
    refused = refusal(measure, params)
    if refused:
        raise BadQuestion(refused)
    unit = params.get("unit", "month")
    if unit not in PERIODS:
        raise BadQuestion(f"unit: one of {', '.join(PERIODS)}, not {unit!r}")
    since, to = _day(params, "from"), _day(params, "to")
    last = a_day(until) if to is None else min(to, a_day(until))
    if since is not None and since > last:
        raise BadQuestion(f"from: {since} lies after {last}")
    kept = _kept(lake, params, memberships)

    def of(table: ir.Table) -> ir.Table:
        return table if kept is None else table.semi_join(kept, "member")

    by = params.get("by") or ""
    return Question(
        measure=measure, params=params, period=unit, since=since, until=last,
        by=(GROUP,) if by else (), cut=_groups(lake, by, memberships) if by else None,
        orders=of(lake.orders), order_lines=of(lake.order_lines), visits=of(lake.visits), ledger=of(lake.ledger),
        standing=of(lake.standing), tier_changes=of(lake.tier_changes), events=lake.events,
    )  # fmt: skip


def dimension(lake: Tables, name: str, memberships: ir.Table | None = None) -> ir.Table:
    """Which value of a dimension each member has: ``member``, ``group``. Raises BadQuestion for one there is not."""
    if name in ("tier", "source"):
        table = by_column(lake.standing, [name])
    elif name in ("channel", "first_category"):
        table = by_first_order(lake.orders, [name])
    elif name == "first_product":
        table = by_first_order(lake.orders, ["first_product_id"])
    elif name == "campaign":
        table = by_first_visit(lake.visits, [name])
    elif name == "segment":
        if memberships is None:
            raise BadQuestion("segment: nobody said who is in which")
        table = memberships
    else:
        raise BadQuestion(f"a cut or filter is one of {', '.join(DIMENSIONS)}, not {name!r}")
    value = next(column for column in table.columns if column != "member")
    return table.select("member", **{GROUP: table[value].cast("string")})


def _groups(lake: Tables, name: str, memberships: ir.Table | None) -> ir.Table:
    """The groups of a cut: the greatest by their own name, all others as one."""
    each = dimension(lake, name, memberships).distinct()
    counts = each.filter(each[GROUP].notnull()).group_by(GROUP).agg(members=lambda t: t.count())
    most = counts.order_by([ibis.desc("members"), GROUP]).limit(GROUPS_MOST).select(shown=counts[GROUP])
    joined = each.left_join(most, each[GROUP] == most.shown)
    named = joined[GROUP].notnull().ifelse(joined.shown.fill_null(REST), ibis.null("string"))
    return joined.select("member", **{GROUP: named}).distinct()


def _kept(lake: Tables, params: Mapping[str, Any], memberships: ir.Table | None) -> ir.Table | None:
    """The members that every filter lets through; None without filters."""
    kept: ir.Table | None = None
    for name in DIMENSIONS:
        wanted = params.get(name)
        if not wanted:
            continue
        values = [wanted] if isinstance(wanted, str) else list(wanted)
        table = dimension(lake, name, memberships)
        named = table.filter(table[GROUP].isin([value for value in values if value] or [REST])).select("member")
        if "" in values:
            nameless = lake.standing.anti_join(table.filter(table[GROUP].notnull()), "member").select("member")
            named = ibis.union(named, nameless)
        named = named.distinct()
        kept = named if kept is None else kept.semi_join(named, "member")
    return kept


def _day(params: Mapping[str, Any], name: str) -> date | None:
    given = params.get(name)
    if not given:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise BadQuestion(f"{name}: a day as 2026-01-31, not {given!r}") from None
