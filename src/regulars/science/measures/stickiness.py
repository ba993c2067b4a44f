"""Stickiness: how many come by, how often, and how much they do then.

A visit is a member's day: everything that a member does on one local day. The log has single events and no sessions
that every shop would define alike. Tables: ``visits`` of the lake (``member``, ``day``, ``name``, ``seconds``);
orders can be put to it first, should buying count as a visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import Period, last_whole, number, number_of, start

WEEK_DAYS = 7
MONTH_DAYS = 30


def active_members(visits: ir.Table, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """Daily, weekly and monthly active members for each local day, and their ratios.

    Columns: ``by``…, ``day``, ``dau`` (active that day), ``wau`` (in the 7 days that end with it), ``mau`` (in the
    30), ``dau_wau``, ``dau_mau``, ``complete`` (whether 30 days had been seen by then). A row for every day from the
    first visit to ``until``.
    """
    visits = seen(visits, until)
    days = visits.select("member", at=number(visits.day, "day")).distinct()
    days = cut_into(days, cut, by)
    turns = ibis.window(group_by=[*by, "member"], order_by="at")
    days = days.mutate(following=days["at"].lead().over(turns))
    # a member stays in the count of the last 7 days until 7 days are over or she comes again, whichever is sooner:
    # then a running sum of who enters and leaves is the count, and nothing distinct needs counting day after day
    steps = []
    for name, length in (("dau", 1), ("wau", WEEK_DAYS), ("mau", MONTH_DAYS)):
        leaves = ibis.least(days["at"] + length, days.following.fill_null(days["at"] + length))
        for at, change in ((days["at"], 1), (leaves, -1)):
            changes = {each: ibis.literal(change * (each == name)).cast("int64") for each in ("dau", "wau", "mau")}
            steps.append(days.select(*by, at=at, **changes))
    last = number_of(until, "day")
    zero = ibis.literal(0).cast("int64")
    spans = days.agg(by=list(by), began=days["at"].min())
    empty = spans.select(*by, at=ibis.range(spans.began, last + 1).unnest())
    empty = empty.mutate(at=empty["at"].cast("int64"), dau=zero, wau=zero, mau=zero)
    changes_by_day = ibis.union(empty, *steps)
    summed = changes_by_day.group_by([*by, "at"]).agg(
        **{name: total(changes_by_day[name]) for name in ("dau", "wau", "mau")}
    )
    so_far = ibis.window(group_by=list(by), order_by="at", preceding=None, following=0)
    counts = summed.mutate(**{name: summed[name].sum().over(so_far).cast("int64") for name in ("dau", "wau", "mau")})
    counts = counts.mutate(began=counts["at"].min().over(ibis.window(group_by=list(by))))
    counts = counts.filter(counts["at"] <= last)
    return counts.select(
        *by,
        day=start(counts["at"], "day"),
        dau=counts.dau,
        wau=counts.wau,
        mau=counts.mau,
        dau_wau=part(counts.dau, counts.wau),
        dau_mau=part(counts.dau, counts.mau),
        complete=counts["at"] - counts.began >= MONTH_DAYS - 1,
    )


def visits_per_member(
    visits: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """On how many days of the period each active member came by.

    Columns: ``by``…, ``period``, ``members``, ``visits`` (member-days), ``visits_per_member``, ``complete``.
    """
    days = _visit_days(visits, period, until)
    members = days.group_by("member", "at").agg(visits=days.count())
    members = cut_into(members, cut, by)
    sums = members.group_by([*by, "at"]).agg(members=members.count(), visits=total(members.visits))
    return _dated(sums, by, period, until, visits_per_member=part(sums.visits, sums.members))


def depth(
    visits: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """How much happens in a visit: events on each member's day.

    Columns: ``by``…, ``period``, ``visits``, ``events``, ``events_per_visit``, ``complete``.
    """
    days = cut_into(_visit_days(visits, period, until), cut, by)
    sums = days.group_by([*by, "at"]).agg(visits=days.count(), events=total(days.events))
    return _dated(sums, by, period, until, events_per_visit=part(sums.events, sums.visits))


def dwell_time(
    visits: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """How long a visit lasts, of the visits for which any event says its seconds.

    Columns: ``by``…, ``period``, ``visits`` (with seconds), ``seconds``, ``seconds_per_visit``, ``complete``.
    """
    days = _visit_days(visits, period, until)
    days = cut_into(days.filter(days.seconds.notnull()), cut, by)
    sums = days.group_by([*by, "at"]).agg(visits=days.count(), seconds=total(days.seconds))
    return _dated(sums, by, period, until, seconds_per_visit=part(sums.seconds, sums.visits))


def breadth(
    visits: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """How many different things an active member does in the period: distinct names of events.

    Columns: ``by``…, ``period``, ``members``, ``uses`` (pairs of member and name), ``names_per_member``, ``complete``.
    """
    visits = seen(visits, until)
    used = visits.select("member", "name", at=number(visits.day, period)).distinct()
    members = used.group_by("member", "at").agg(names=used.count())
    members = cut_into(members, cut, by)
    sums = members.group_by([*by, "at"]).agg(members=members.count(), uses=total(members.names))
    return _dated(sums, by, period, until, names_per_member=part(sums.uses, sums.members))


def _visit_days(visits: ir.Table, period: Period, until: date) -> ir.Table:
    """A row a member's day: member, at (its period), events, seconds (null where no event says any)."""
    visits = seen(visits, until)
    days = visits.group_by("member", "day").agg(events=visits.count(), seconds=visits.seconds.sum().cast("int64"))
    return days.select("member", "events", "seconds", at=number(days.day, period))


def _dated(sums: ir.Table, by: Sequence[str], period: Period, until: date, **figures: ir.Value) -> ir.Table:
    counts = [name for name in sums.columns if name not in (*by, "at")]
    return sums.select(
        *by,
        *counts,
        period=start(sums["at"], period),
        complete=sums["at"] <= last_whole(until, period),
        **figures,
    ).relocate(*by, "period")
