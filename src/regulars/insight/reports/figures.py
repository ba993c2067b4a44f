"""What a report counts: a period and the twelve before it, all by the measures that pages show too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.insight.reports.periods import UNIT, earlier
from regulars.science import measures
from regulars.science.lake.opened import Lake
from regulars.science.measures.groups import revenue, seen, total
from regulars.science.measures.periods import Period, number, start

PERIODS = 13


@dataclass(frozen=True, slots=True)
class Counts:
    """One period. Money in minor units; ``owed`` at its end; ``nps`` −100 to 100 and ``csat`` 0 to 1, None without
    answers; points are those of the lake's currency, the programme's first."""

    first: date
    orders: int = 0
    buyers: int = 0
    revenue_minor: int = 0
    returning_minor: int = 0
    returned_minor: int = 0
    returned_orders: int = 0
    joined: int = 0
    members: int = 0
    active: int = 0
    earned: int = 0
    spent: int = 0
    owed: int = 0
    nps: float | None = None
    nps_answers: int = 0
    csat: float | None = None
    csat_answers: int = 0

    @property
    def average_minor(self) -> int:
        """What an order brought, rounded down."""
        return self.revenue_minor // self.orders if self.orders else 0


def counts(lake: Lake, kind: str, first: date, last: date, currency: str) -> list[Counts]:
    """The period from ``first`` to ``last`` and the twelve before it, oldest first; empty ones are zero.

    Periods before the shop's first order are left out.
    """
    period: Period = UNIT[kind]  # type: ignore[assignment]
    firsts = [earlier(kind, first, back) for back in range(PERIODS - 1, -1, -1)]
    ledger = lake.ledger.filter(lake.ledger.currency == currency)
    said = measures.answers(lake.visits, lake.events)
    asked = {
        "buying": (measures.average_order(lake.orders, period, last), ("orders", "revenue_minor")),
        "buyers": (measures.purchase_frequency(lake.orders, period, last), ("buyers",)),
        "returning": (measures.returning_share(lake.orders, period, last), ("returning_minor",)),
        "back": (_returns(lake.orders, period, last), ("returned_minor", "returned_orders")),
        "joined": (_joined(lake.standing, period), ("joined",)),
        "active": (measures.active_rate(lake.standing, ledger, period, last), ("members", "active")),
        "points": (measures.redemption_rate(ledger, period, last), ("earned", "spent")),
        "owed": (measures.points_owed(ledger, period, last), ("owed",)),
        "nps": (measures.nps(said, period, last), ("nps", "answers")),
        "csat": (measures.csat(said, period, last), ("csat", "answers")),
    }
    found: dict[date, dict[str, Any]] = {one: {} for one in firsts}
    for key, (table, columns) in asked.items():
        for row in _rows(table.select("period", *columns)):
            at = row.pop("period")
            if key in ("nps", "csat"):
                row[f"{key}_answers"] = row.pop("answers")
            if at in found:
                found[at] |= row
            elif key == "owed" and at < firsts[0]:
                found[firsts[0]].setdefault("owed", row["owed"])
    _carry(found, "owed")
    opened = lake.orders.day.min().to_pyarrow().as_py()
    return [
        Counts(at, **{name: value for name, value in row.items() if value is not None})
        for at, row in found.items()
        if opened is None or at >= earlier(kind, _first_of(kind, opened), 0) or at == first
    ]


def began(lake: Lake) -> date | None:
    """The first day of which the lake knows anything: an order, a visit, points or somebody who joined."""
    days = [
        table.select(day=column)
        for table, column in (
            (lake.orders, lake.orders.day), (lake.visits, lake.visits.day), (lake.ledger, lake.ledger.day),
            (lake.standing, lake.standing.joined),
        )
    ]  # fmt: skip
    first: date | None = ibis.union(*days).day.min().to_pyarrow().as_py()
    return first


def _first_of(kind: str, day: date) -> date:
    from_monday = date.fromordinal(day.toordinal() - day.weekday())
    return from_monday if UNIT[kind] == "week" else day.replace(day=1)


def _carry(found: dict[date, dict[str, Any]], name: str) -> None:
    """A period in which nothing moved ends as the one before did."""
    last = 0
    for row in found.values():
        last = row.setdefault(name, last)


def _returns(orders: ir.Table, period: Period, last: date) -> ir.Table:
    """What came back by now of the orders of each period."""
    orders = seen(orders, last)
    back = orders.filter(orders.returned_minor > 0).select(at=number(orders.day, period), minor=orders.returned_minor)
    sums = back.group_by("at").agg(returned_minor=total(back.minor), returned_orders=back.count())
    return sums.select("returned_minor", "returned_orders", period=start(sums["at"], period))


def _joined(standing: ir.Table, period: Period) -> ir.Table:
    joined = standing.filter(standing.joined.notnull()).select(at=number(standing.joined, period))
    sums = joined.group_by("at").agg(joined=joined.count())
    return sums.select("joined", period=start(sums["at"], period))


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sorted(table.to_pyarrow().to_pylist(), key=lambda row: row["period"])
    return rows


def spending(orders: ir.Table, since: date, last: date) -> ir.Table:
    """What each member's orders from ``since`` to ``last`` brought: ``member``, ``orders``, ``minor``."""
    rows = orders.filter((orders.day >= since) & (orders.day <= last))
    rows = rows.select("member", minor=revenue(rows))
    return rows.group_by("member").agg(orders=rows.count(), minor=total(rows.minor))
