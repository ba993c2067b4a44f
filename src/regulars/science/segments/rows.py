"""What the passes over tables share: days, bounds, and what an event says besides what its table keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.rules.condition import Test
from regulars.rules.segments.model import Bounds, Window
from regulars.science.conditions import event_place
from regulars.science.segments import asked

EPOCH = date(1970, 1, 1).toordinal()
_OWN = {"channel": "channel", "coupon": "coupon", "shipping": "shipping_minor", "tax": "tax_minor"}
"""What the tables of the lake say themselves, by the name of a test."""
_SAID, _KNOWN = "said_", "said_known"


@dataclass(frozen=True, slots=True)
class Asking:
    """What every pass needs. until: the last whole day, as days since 1970-01-01; digits: decimals of the money."""

    lake: Any
    until: int
    digits: int

    def within(self, window: Window, day: ir.DateValue) -> ir.BooleanValue:
        """Whether a day lies in the window; null for no day."""
        first, last = window.days(self.until)
        holds = day <= ibis.date(_day(last))
        if first is not None:
            holds &= day >= ibis.date(_day(first))
        return holds

    def event_tests(self, tests: Iterable[Test], rows: ir.Table) -> ir.BooleanValue:
        """Tests of events on rows that ``with_said`` gave."""
        return asked.every(self._event_test(test, rows) for test in tests)

    def _event_test(self, test: Test, rows: ir.Table) -> ir.BooleanValue:
        own = _OWN.get(test.name)
        if own in rows.columns:
            return self._tested(test, rows[own])
        return rows[_KNOWN] & self._tested(test, rows[_SAID + event_place(test)[1]])

    def _tested(self, test: Test, value: Any) -> ir.BooleanValue:
        kind, _column, names = event_place(test)
        if kind == "money":
            return asked.whole(test, value, self.digits)
        return asked.text(test, value) if kind == "text" else asked.json(test, value, names)

    def with_said(self, rows: ir.Table, tests: Iterable[Test], names: Collection[str]) -> ir.Table:
        """Rows of events of these names, and what the log says of each that the tests need and they have not. Of what
        somebody did before signing in the lake does not say more than ``visits``: no such test holds for it, not even
        one for what is missing."""
        places = {event_place(test)[1] for test in tests if _OWN.get(test.name) not in rows.columns}
        if not places:
            return rows
        events = self.lake.events
        said = events.filter(events.name.isin(sorted(names))).select(
            said_seq=events.seq, **{_SAID + place: events[place] for place in sorted(places)}
        )
        joined = rows.left_join(said, rows.seq == said.said_seq)
        return joined.mutate(**{_KNOWN: joined.said_seq.notnull()}).drop("said_seq")


def holds(bounds: Bounds, value: ir.NumericValue) -> ir.BooleanValue:
    """Whether an integer lies in bounds; false for null."""
    return asked.every(asked.COMPARE[name](value, bound) for name, bound in said(bounds).items()).fill_null(False)


def said(bounds: Bounds) -> dict[str, int | Decimal]:
    """The bounds that there are, by name."""
    found = {name: getattr(bounds, name) for name in ("at_least", "at_most", "above", "below")}
    return {name: bound for name, bound in found.items() if bound is not None}


def kept(orders: ir.Table) -> ir.Table:
    """The orders that did not come back whole, with what each brought as ``brought``."""
    rows = orders.mutate(brought=(orders.net_minor - orders.returned_minor.fill_null(0)).cast("int64"))
    return rows.filter((rows.net_minor == 0) | (rows.brought > 0))


def _day(number: int) -> date:
    return date.fromordinal(max(1, number + EPOCH))
