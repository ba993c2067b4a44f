"""Members by how lately, how often and for how much they bought (RFM), with cuts that can be read out.

Each of the three gets a score from 1 to 5 by four cuts, which are values that occur: days, orders, minor units. Whoever
has the same value has the same score, so a cut never runs through equals; where many are equal (most have one order) a
score may stay empty, which is right: there is nothing to tell them apart by. The score of frequency and that of money
together are ``fm``, their mean rounded up; a published table (``GROUPS``) names each pair of recency and ``fm``.

Hughes, A. M. (1994), Strategic Database Marketing, where each score takes a fifth of the customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.science.measures.groups import kept_orders, revenue, seen, total

SCORES = (1, 2, 3, 4, 5)
WINDOW_DAYS = 365

CHAMPIONS, LOYAL, POTENTIAL, NEW, ATTENTION = "champions", "loyal", "potential", "new", "attention"
AT_RISK, CANT_LOSE, HIBERNATING, LOST = "at_risk", "cant_lose", "hibernating", "lost"
NAMES = (CHAMPIONS, LOYAL, POTENTIAL, NEW, ATTENTION, CANT_LOSE, AT_RISK, HIBERNATING, LOST)

GROUPS: dict[int, tuple[str, str, str, str, str]] = {
    5: (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
    4: (NEW, POTENTIAL, LOYAL, LOYAL, CHAMPIONS),
    3: (ATTENTION, ATTENTION, LOYAL, LOYAL, LOYAL),
    2: (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
    1: (LOST, LOST, AT_RISK, CANT_LOSE, CANT_LOSE),
}
"""The group of each cell: by the score of recency, then of frequency and money together, 1 to 5."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where each score ends. Score 5 of recency: at most ``recency_days[0]`` days ago, 4: at most the next, …, 1:
    longer ago than all four. Score 1 of frequency: at most ``orders[0]`` orders, …, 5: more than all four; money
    alike."""

    recency_days: tuple[int, int, int, int]
    orders: tuple[int, int, int, int]
    spent_minor: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        """Raises ValueError where cuts are not four each or fall."""
        for name, cuts in asdict(self).items():
            if len(cuts) != len(SCORES) - 1 or list(cuts) != sorted(cuts):
                raise ValueError(f"the cuts of {name} must be four that do not fall: {cuts}")


def group_of(r: int, f: int, m: int) -> str:
    """The group of three scores from 1 to 5. Raises LookupError for others."""
    if not all(score in SCORES for score in (r, f, m)):
        raise LookupError(f"scores go from 1 to 5: {(r, f, m)}")
    return GROUPS[r][together(f, m) - 1]


def together(f: int, m: int) -> int:
    """The score of frequency and money: their mean, rounded up."""
    return (f + m + 1) // 2


def history(orders: ir.Table, until: date, *, window_days: int | None = WINDOW_DAYS) -> ir.Table:
    """What the scores rest on, a row for each member who ever bought (orders given back whole do not count).

    Columns: ``member``, ``recency_days`` (from the last order to ``until``), ``orders`` and ``spent_minor`` (of the
    last ``window_days`` days; of all time when None; who bought only earlier has 0 of both).
    """
    if window_days is not None and window_days < 1:
        raise ValueError("the window must be a day or longer")
    rows = seen(kept_orders(orders), until)
    age = ibis.date(until).delta(rows.day, unit="day").cast("int64")
    rows = rows.select("member", age=age, spent=revenue(rows))
    if window_days is None:
        return rows.group_by("member").agg(
            recency_days=rows.age.min(), orders=rows.count(), spent_minor=total(rows.spent)
        )
    inside = rows.age < window_days
    return rows.group_by("member").agg(
        recency_days=rows.age.min(),
        orders=inside.ifelse(1, 0).sum().cast("int64"),
        spent_minor=total(inside.ifelse(rows.spent, 0)),
    )


def cuts_of(history: ir.Table) -> Cuts | None:
    """The cuts that come nearest to fifths of the members; None where nobody bought. Asks three questions."""
    found = {name: _fifths(history, name) for name in ("recency_days", "orders", "spent_minor")}
    if any(cuts is None for cuts in found.values()):
        return None
    return Cuts(**{name: cuts for name, cuts in found.items() if cuts is not None})


def scored(history: ir.Table, cuts: Cuts) -> ir.Table:
    """Each member's scores and group: the columns of ``history``, and ``r``, ``f``, ``m``, ``fm``, ``group``."""
    rows = history.mutate(
        r=(5 - _above(history.recency_days, cuts.recency_days)).cast("int64"),
        f=(1 + _above(history.orders, cuts.orders)).cast("int64"),
        m=(1 + _above(history.spent_minor, cuts.spent_minor)).cast("int64"),
    )
    rows = rows.mutate(fm=((rows.f + rows.m + 1) // 2).cast("int64"))
    cell = rows.r * 10 + rows.fm
    named = [(cell == r * 10 + fm, name) for r, names in GROUPS.items() for fm, name in enumerate(names, start=1)]
    return rows.mutate(group=ibis.cases(*named))


def cells(scored: ir.Table) -> ir.Table:
    """What stands in each cell that is not empty: ``r``, ``fm``, ``group``, ``members``, ``orders``, ``spent_minor``,
    ``recency_days`` (the mean)."""
    return scored.group_by(["r", "fm", "group"]).agg(
        members=scored.count(),
        orders=total(scored.orders),
        spent_minor=total(scored.spent_minor),
        recency_days=scored.recency_days.mean(),
    )


def members_in(scored: ir.Table, *, group: str | None = None, cell: dict[str, int] | None = None) -> ir.Table:
    """The members of a named group, or of a cell such as ``{"r": 5, "fm": 4}`` (any of r, f, m, fm): column ``member``.

    Raises LookupError for a group or score that does not exist.
    """
    rows = scored
    if group is not None:
        if group not in NAMES:
            raise LookupError(f"there is no such group: {group}")
        rows = rows.filter(rows.group == group)
    for name, score in (cell or {}).items():
        if name not in ("r", "f", "m", "fm") or score not in SCORES:
            raise LookupError(f"there is no such score: {name} {score}")
        rows = rows.filter(rows[name] == score)
    return rows.select("member")


def without_spread(cuts: Cuts) -> list[str]:
    """The names of what tells nobody apart or hardly: all four cuts are the same value."""
    return [name for name, values in asdict(cuts).items() if len(set(values)) == 1]


def _above(column: Any, cuts: Sequence[int]) -> Any:
    return sum(((column > cut).ifelse(1, 0) for cut in cuts[1:]), (column > cuts[0]).ifelse(1, 0))


def _fifths(table: ir.Table, name: str) -> tuple[int, int, int, int] | None:
    """The smallest values at or below which 1, 2, 3 and 4 fifths of the members lie: by counting, so that every engine
    gives the same."""
    counts = table.group_by(value=table[name]).agg(members=table.count())
    upto = ibis.window(order_by="value", preceding=None, following=0)
    counts = counts.mutate(
        below=counts.members.sum().over(upto),
        whole=counts.members.sum().over(ibis.window(preceding=None, following=None)),
    )
    ends = {f"cut_{i}": counts.value.min(where=counts.below * 5 >= counts.whole * i) for i in range(1, 5)}
    row = counts.agg(**ends).to_pyarrow().to_pylist()[0]
    if row["cut_1"] is None:
        return None
    return row["cut_1"], row["cut_2"], row["cut_3"], row["cut_4"]
