"""Loyalty in three layers, and one index of them.

What members *think* (their answers), what they *do* (orders and visits) and what they *feel* (reviews, shares,
referrals, suggestions: what nobody does for money alone). After Oliver, "Whence Consumer Loyalty?" (Journal of
Marketing 63, 1999): cognitive, conative and affective loyalty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, seen, total
from regulars.science.measures.periods import Period, days_between, last_whole, number, start

WINDOW_DAYS = 365
FEEL_EVENTS = ("Product Reviewed", "Product Shared", "Referral Counted", "Suggestion Made", "Suggestion Adopted")
FULL_ORDERS = 12
FULL_VISITS = 52
FULL_RECENCY_DAYS = 365
FULL_FEEL = 6
WEIGHTS = {"think": 0.25, "do": 0.5, "feel": 0.25}


def think(answers: ir.Table, until: date) -> ir.Table:
    """What each member said in the last 365 days, on one scale: ``member``, ``answers``, ``think`` (0–100).

    CSAT 1–5, NPS 0–10 and CES 1–7 are stretched linearly to 0–100 and averaged. Who said nothing has no row.
    """
    rows = _recent(answers, until)
    score = rows.score.cast("float64")
    stretched = ibis.cases(
        (rows.kind == "csat", (score - 1) / 4), (rows.kind == "nps", score / 10), (rows.kind == "ces", (score - 1) / 6)
    )
    rows = rows.select("member", share=stretched).filter(lambda t: t.share.notnull())
    return rows.group_by("member").agg(answers=rows.count(), think=rows.share.mean() * 100)


def do(orders: ir.Table, visits: ir.Table, until: date) -> ir.Table:
    """What each member did in the last 365 days: ``member``, ``orders``, ``visits`` (days), ``silent_days`` (since
    the last order), ``do`` (0–100).

    do = 50 × min(orders, 12)/12 + 25 × min(visit days, 52)/52 + 25 × (1 − silent days/365); without an order the last
    part is 0.
    """
    bought = _recent(orders, until)
    bought = bought.group_by("member").agg(
        orders=bought.count(), silent_days=days_between(bought.day.max(), ibis.date(until))
    )
    days = _recent(visits, until).select("member", "day").distinct()
    came = days.group_by("member").agg(visits=days.count())
    zero = ibis.literal(0).cast("int64")
    both = ibis.union(
        bought.select("member", "orders", "silent_days", visits=zero),
        came.select("member", orders=zero, silent_days=ibis.null("int64"), visits=came.visits),
    )
    members = both.group_by("member").agg(
        orders=total(both.orders), silent_days=both.silent_days.max(), visits=total(both.visits)
    )
    fresh = (1 - members.silent_days.cast("float64") / FULL_RECENCY_DAYS).fill_null(0.0)
    return members.select(
        "member",
        "orders",
        "visits",
        "silent_days",
        do=_capped(members.orders, FULL_ORDERS) * 50 + _capped(members.visits, FULL_VISITS) * 25 + fresh * 25,
    )


def feel(visits: ir.Table, until: date, names: Sequence[str] = FEEL_EVENTS) -> ir.Table:
    """How often each member spoke for the shop in the last 365 days: ``member``, ``acts``, ``feel`` (0–100).

    feel = 100 × min(acts, 6)/6, where an act is one of the named events. Who did nothing has no row.
    """
    rows = _recent(visits, until)
    rows = rows.filter(rows.name.isin(list(names)))
    acts = rows.group_by("member").agg(acts=rows.count())
    return acts.mutate(feel=_capped(acts.acts, FULL_FEEL) * 100)


def loyalty_index(members: ir.Table, orders: ir.Table, visits: ir.Table, answers: ir.Table, until: date) -> ir.Table:
    """One number for each member's loyalty: ``member``, ``think``, ``do``, ``feel``, ``index`` (all 0–100).

    index = 0.25 × think + 0.5 × do + 0.25 × feel. Who was never heard (no answer) has think null, and her index is
    (0.5 × do + 0.25 × feel) / 0.75: silence is no opinion. ``members`` has a row a member and says who is counted.
    """
    said, did, felt = think(answers, until), do(orders, visits, until), feel(visits, until)
    joined = members.select("member").distinct().left_join(said.select("member", "think"), "member")
    joined = joined.select("member", "think").left_join(did.select("member", "do"), "member")
    joined = joined.select("member", "think", "do").left_join(felt.select("member", "feel"), "member")
    layers = joined.select("member", "think", do=joined["do"].fill_null(0.0), feel=joined.feel.fill_null(0.0))
    rest = layers["do"] * WEIGHTS["do"] + layers.feel * WEIGHTS["feel"]
    heard = layers.think * WEIGHTS["think"] + rest
    return layers.mutate(index=heard.fill_null(rest / (WEIGHTS["do"] + WEIGHTS["feel"])))


def loyalty_layers(index: ir.Table, *, cut: ir.Table | None = None, by: Sequence[str] = ()) -> ir.Table:
    """The means of a ``loyalty_index`` by group: ``by``…, ``members``, ``heard`` (who answered), ``think``, ``do``,
    ``feel``, ``index``."""
    rows = cut_into(index, cut, by)
    return rows.agg(
        by=list(by),
        members=rows.count(),
        heard=total(rows.think.notnull().cast("int64")),
        think=rows.think.mean(),
        do=rows["do"].mean(),
        feel=rows.feel.mean(),
        index=rows["index"].mean(),
    )


def interactions(
    visits: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Brand-interaction volume: events by platform (the channel they came through) and period.

    Columns: ``by``…, ``period``, ``channel`` (null where none was said), ``events``, ``members`` (who took part),
    ``share`` (of the period's events), ``complete``.
    """
    visits = seen(visits, until)
    rows = visits.select("member", "channel", at=number(visits.day, period))
    members = rows.group_by("member", "channel", "at").agg(events=rows.count())
    members = cut_into(members, cut, by)
    sums = members.group_by([*by, "at", "channel"]).agg(events=total(members.events), members=members.count())
    whole = ibis.window(group_by=[*by, "at"])
    return sums.select(
        *by,
        period=start(sums["at"], period),
        channel=sums.channel,
        events=sums.events,
        members=sums.members,
        share=sums.events.cast("float64") / sums.events.sum().over(whole).cast("float64"),
        complete=sums["at"] <= last_whole(until, period),
    )


def _recent(table: ir.Table, until: date) -> ir.Table:
    """The rows of the last 365 days, ``until`` included."""
    table = seen(table, until)
    return table.filter(table.day > ibis.date(until - timedelta(days=WINDOW_DAYS)))


def _capped(count: ir.IntegerValue, full: int) -> ir.FloatingValue:
    """A count as a share of what is full marks, at most 1."""
    return ibis.least(count, full).cast("float64") / float(full)
