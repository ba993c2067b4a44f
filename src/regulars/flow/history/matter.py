"""What an entry is made of: all that is known of it, and the words that are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from regulars.flow import phrases
from regulars.flow.history.grouping import Group
from regulars.flow.history.refunds import Returned
from regulars.flow.history.rulewords import currency_name
from regulars.points.models import Lot, Transfer
from regulars.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class Part:
    """What one rule contributed to an entry.

    points: signed. why: the rule in plain words. arithmetic: how the number came about, in one line.
    steps: the same as rows (label, figure). The rest is for operators: rule key, what counted (minor units), factor.
    """

    points: int
    why: str
    arithmetic: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)
    rule: str | None = None
    base_minor: int | None = None
    times_num: int = 1
    times_den: int = 1


@dataclass(frozen=True, slots=True)
class Matter:
    """All that is known of an entry: its transfers, the programme version that decided them, their lots, what became of
    those (``after``: matured, paid a debt), for a refund what came back, and the local day it is told on."""

    group: Group
    programme: Programme
    lots: list[Lot]
    after: list[Transfer]
    returned: Returned | None
    today: date

    @property
    def order_id(self) -> str | None:
        """The order that it is about."""
        first = self.group.first
        if first.event.order_id is not None:
            return first.event.order_id
        return first.hold.order_id if first.hold is not None else None

    def counted(self, points: int) -> str:
        """So many points of the entry's currency, in words."""
        return phrases.counted(points, currency_name(self.programme, self.group.first.currency))

    def day(self, row: Transfer) -> str:
        """The local day of a transfer, in words."""
        return phrases.day(phrases.local_date(row.effective_at, self.programme.time_zone), self.today)


@dataclass(frozen=True, slots=True)
class Told:
    """The words of an entry."""

    title: str
    why: str
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    available_on: date | None = None
