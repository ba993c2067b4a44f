"""Retention: of the members who first bought in one period, how many bought again, and when.

A cohort is everybody whose first order lies in one day, week or month. ``n`` counts periods after that one; in period 0
everybody bought, by definition. Sources: classic, rolling and bracket retention as in Ries, "The Lean Startup" (2011),
ch. 7, and as Amplitude and Mixpanel name them.

Two roads give the same numbers. Where at most 62 periods are shown, what a member did becomes one integer, a bit a
period, in a single grouping of the orders by member: half the work of finding the distinct pairs of member and period,
which is the other road.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import Period, last_whole, number, number_of, start

Kind = Literal["classic", "rolling"]
_BITS = 62


@ibis.udf.agg.builtin(name="bit_or")
def _bit_or(bits: int) -> int:  # type: ignore[empty-body]
    """Every bit that any row has. Ibis's own is not known to Spark, though Spark has it under the same name."""


@ibis.udf.scalar.builtin(name="bit_count")
def _bit_count(bits: int) -> int:  # type: ignore[empty-body]
    """How many bits are set."""


def retention(
    orders: ir.Table,
    period: Period,
    until: date,
    *,
    kind: Kind = "classic",
    since: date | None = None,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """The share of each cohort that bought in its n-th period (classic), or in that or any later one (rolling).

    ``until``: the last day seen, whole. ``since``: cohorts that began before its period are not shown; saying it makes
    the answer faster. ``orders`` needs ``member`` and ``day``.

    Columns: ``by``…, ``cohort`` (first day of its period), ``n`` (periods after it), ``size`` (members in the
    cohort), ``kept`` (of them, who bought), ``rate`` (kept / size), ``complete`` (whether that period had ended). A
    row for every n up to ``until``, also where nobody came. Raises ValueError for an unknown period or kind.
    """
    if kind not in ("classic", "rolling"):
        raise ValueError(f"retention is classic or rolling, not {kind!r}")
    last = number_of(until, period)
    if since is not None and last - number_of(since, period) < _BITS:
        grid = _counted_by_bits(orders, period, until, number_of(since, period), kind, cut, by)
    else:
        first = None if since is None else number_of(since, period)
        counts = _counted_by_pairs(orders, period, until, first, kind, cut, by)
        grid = _every_period(counts, last, by)
    if kind == "rolling":
        later = ibis.window(group_by=[*by, "began"], order_by=ibis.desc("n"), preceding=None, following=0)
        grid = grid.mutate(kept=grid.kept.sum().over(later).cast("int64"))
    grid = grid.mutate(size=grid.kept.max().over(ibis.window(group_by=[*by, "began"])))
    return grid.select(
        *by,
        "n",
        "size",
        "kept",
        cohort=start(grid.began, period),
        rate=part(grid.kept, grid.size),
        complete=grid.began + grid.n <= last_whole(until, period),
    ).relocate(*by, "cohort")


def bracket_retention(
    orders: ir.Table,
    period: Period,
    until: date,
    brackets: Sequence[tuple[int, int]],
    *,
    since: date | None = None,
    cut: ir.Table | None = None,
    by: Sequence[str] = (),
) -> ir.Table:
    """The share of each cohort that bought at least once in a range of periods after its first: ``(1, 3)`` is the first
    to the third, both included.

    Columns: ``by``…, ``cohort``, ``from_n``, ``to_n``, ``size``, ``kept``, ``rate``, ``complete`` (whether the range's
    last period had ended). Raises ValueError for a range that ends before it begins or begins before 1.
    """
    for low, high in brackets:
        if not 1 <= low <= high:
            raise ValueError(f"a range of periods begins at 1 or later and ends no earlier: ({low}, {high})")
    pairs = bought_periods(orders, period, until)
    if since is not None:
        pairs = pairs.filter(pairs.began >= number_of(since, period))
    hits = {f"_{i}": pairs.n.between(*bracket).cast("int64").max() for i, bracket in enumerate(brackets)}
    members = cut_into(pairs.group_by("member", "began").agg(**hits), cut, by)
    sizes = members.group_by([*by, "began"]).agg(size=members.count(), **{name: total(members[name]) for name in hits})
    rows = [
        sizes.select(
            *by,
            cohort=start(sizes.began, period),
            from_n=ibis.literal(low, "int64"),
            to_n=ibis.literal(high, "int64"),
            size=sizes["size"],
            kept=sizes[f"_{i}"],
            rate=part(sizes[f"_{i}"], sizes["size"]),
            complete=sizes.began + high <= last_whole(until, period),
        )
        for i, (low, high) in enumerate(brackets)
    ]
    return rows[0] if len(rows) == 1 else ibis.union(*rows)


def bought_periods(orders: ir.Table, period: Period, until: date) -> ir.Table:
    """Each period in which a member bought, once: member, began, n."""
    orders = seen(orders, until)
    bought = orders.select("member", at=number(orders.day, period)).distinct()
    firsts = bought.group_by("member").agg(began=bought["at"].min())
    joined = bought.inner_join(firsts, "member")
    return joined.select("member", "began", n=joined["at"] - joined["began"])


def _counted_by_pairs(
    orders: ir.Table,
    period: Period,
    until: date,
    since: int | None,
    kind: Kind,
    cut: ir.Table | None,
    by: Sequence[str],
) -> ir.Table:
    """How many members of a cohort bought in period n (classic), or for the last time then (rolling)."""
    pairs = bought_periods(orders, period, until)
    if since is not None:
        pairs = pairs.filter(pairs.began >= since)
    if kind == "rolling":
        pairs = pairs.group_by("member", "began").agg(n=pairs.n.max())
    pairs = cut_into(pairs, cut, by)
    return pairs.group_by([*by, "began", "n"]).agg(kept=pairs.count())


def _counted_by_bits(
    orders: ir.Table,
    period: Period,
    until: date,
    since: int,
    kind: Kind,
    cut: ir.Table | None,
    by: Sequence[str],
) -> ir.Table:
    """As ``_counted_by_pairs``, with every n: bit i + 1 of a mask says that its member bought in period ``since + i``,
    bit 0 that she bought before, so belongs to an older cohort than those shown."""
    orders = seen(orders, until)
    periods = orders.select("member", at=number(orders.day, period))
    bit = ibis.literal(1).cast("int64") << ibis.greatest(periods["at"] - (since - 1), 0)
    members = periods.group_by("member").agg(mask=_bit_or(bit))
    members = members.filter((members.mask & 1) == 0)
    zeros = _bit_count((members.mask & -members.mask) - 1)  # below the lowest bit
    members = cut_into(members.mutate(began=zeros.cast("int64") + (since - 1)), cut, by)
    shown = range(number_of(until, period) - since + 1)
    if kind == "rolling":  # only the highest bit counts
        held = {f"_{i}": _sum_if((members.mask >> (i + 1)) == 1) for i in shown}
    else:
        held = {f"_{i}": total((members.mask >> (i + 1)) & 1) for i in shown}
    wide = members.group_by([*by, "began"]).agg(**held)
    long = wide.pivot_longer(list(held), names_to="place", values_to="kept", names_transform=lambda name: int(name[1:]))
    long = long.mutate(n=(long.place + since - long["began"]).cast("int64"))
    return long.filter(long.n >= 0).select(*by, "began", "n", "kept")


def _sum_if(condition: ir.BooleanValue) -> ir.IntegerScalar:
    return total(condition.cast("int64"))


def _every_period(counts: ir.Table, last: int, by: Sequence[str]) -> ir.Table:
    """The counts with a row of 0 wherever there is none between a cohort's first period and the last seen."""
    cohorts = counts.select(*by, "began").distinct()
    nothing = cohorts.select(*by, "began", n=ibis.range(0, last - cohorts.began + 1).unnest())
    nothing = nothing.mutate(n=nothing.n.cast("int64"), kept=ibis.literal(0).cast("int64"))
    both = ibis.union(nothing, counts.select(*by, "began", "n", "kept"))
    return both.group_by([*by, "began", "n"]).agg(kept=total(both.kept))
