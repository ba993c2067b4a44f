"""Whose cart it is: what she has, and what an order would earn her. Read without locks, written nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regulars.flow.desk import Desk, Needs, Opening
from regulars.programmes.reads import microseconds, timeline_of
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.orders import order_of
from regulars.rules.pricing import PointsWorth
from regulars.rules.tables import Tables
from regulars.store.columns import raw_cursor
from regulars.store.questions import Question


class Customer:
    """A customer in front of the till, as she stands at ``now``.

    Her standing lies on a desk of its own that is never saved: ``opening`` is asked with whatever else is asked then,
    ``hear`` takes it in, and an order may be decided on it once. member_id: None for somebody not known yet, who earns
    as a new member would. versions: the ids of the programme's versions; without any, she has and earns nothing.
    """

    def __init__(self, member_id: int | None, versions: tuple[int, ...], now: datetime) -> None:
        self.member_id = member_id
        self.now = now
        self.tier = ""
        self.joined_days: int | None = None
        self.available = 0
        self.worth: PointsWorth | None = None
        self.currency = ""
        self._at = microseconds(now)
        self._tables: Tables | None = None
        self._desk: Desk | None = None
        self.opening: Opening | tuple[Question[Any], ...] = ()
        if not versions:
            return
        line = timeline_of(versions)
        self._tables = line.tables[line.at(self._at)]
        self._desk = Desk(raw_cursor(), line)
        self.opening = self._desk.opening([member_id] if member_id else [], locked=False)
        paying = next((one for one in self._tables.programme.points if one.spendable and one.worth is not None), None)
        if paying is not None and paying.worth is not None:
            self.currency = paying.key
            self.worth = PointsWorth(
                paying.worth, at_least=paying.pays_at_least_points, at_most_percent=paying.pays_at_most_percent
            )

    def hear(self) -> None:
        """Lay out what was asked."""
        if self._desk is None or self._tables is None:
            return
        assert isinstance(self.opening, Opening)
        self._desk.open(self.opening)
        if not self.member_id:
            self._desk.welcome(0)
            return
        one = self._desk.members[self.member_id]
        if not one.is_new:
            joined_day = one.state.scalars[y.JOINED]
            self.joined_days = max(0, local_day(self._tables.midnights, self._at) - joined_day)
        self.tier = next((level for _, level, *_ in self.opening.standings.answer), "")
        self.available = sum(row[3] for row in self.opening.balances.answer if row[1] == self.currency)

    def points_to_earn(self, properties: Mapping[str, Any]) -> dict[str, int]:
        """Points by currency that the order with these properties would earn her now, by the very rules that will
        decide it; none without a programme. Raises Unfit when the order's sums do not fit."""
        if self._desk is None or self._tables is None:
            return {}
        order = order_of(properties, self._tables.programme.minor_digits)
        event = ev.Event(
            ev.ORDER_COMPLETED, "quote", "quote", self.now, properties, order=order, order_id=order.order_id
        )
        member = self.member_id or 0
        at = max(self._at, self._desk.clock(member))
        needs = Needs(members={member}, until=at)
        needs.days[member] = {local_day(self._tables.midnights, at)}
        self._desk.load(needs)
        _, version, records = self._desk.decide(member, event, 0, at)
        tables = self._desk.tables[version]
        out = {currency.key: 0 for currency in tables.programme.points}
        for o in range(0, len(records), y.OW):
            if records[o] == y.EARN:
                key = tables.registry.currencies[records[o + y.O_CURRENCY]]
                out[key] = out.get(key, 0) + records[o + y.O_AMOUNT]
        return out
