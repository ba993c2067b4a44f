"""The monthly roll-forward: what was owed when a month began, what came and went in it, what was owed when it ended.

Every transfer counts in the month of its effective moment, in the programme's time zone. ``Move.of_owed`` and
``Move.of_debt`` say what one changes; nothing else is counted, so a month's columns add up to its closing by
construction, and the last closing must be what the balances say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.rules import layout as y

OWED = frozenset({y.ACC_PENDING, y.ACC_AVAILABLE, y.ACC_HELD})
"""The accounts whose points are owed."""
COLUMNS = ("earned", "redeemed", "donated", "expired", "taken_back", "given_back", "settled", "adjusted", "other")
"""What changes the points owed. settled: points that became available and paid a member's debt; other: nothing, unless
a kind of transfer is added that this file does not know."""
_FIRST_YEAR = 1990
_BY_KIND = {
    y.EARN: "earned",
    y.CAPTURE: "redeemed",
    y.EXPIRE: "expired",
    y.CLAW_BACK: "taken_back",
    y.GIVE_BACK: "given_back",
    y.REPAY: "settled",
    y.ADJUST: "adjusted",
}


@dataclass(frozen=True, slots=True)
class Move:
    """The transfers of one month that are alike: how many points went from one account to another. late: those that
    were written down after the month had ended."""

    month: date
    kind: int
    debit: int
    credit: int
    points: int
    late: int = 0

    @property
    def sign_of_owed(self) -> int:
        """Whether the points owed rise (1), fall (-1) or stay (0)."""
        return (self.credit in OWED) - (self.debit in OWED)

    @property
    def of_owed(self) -> int:
        """What it changes of the points owed."""
        return self.points * self.sign_of_owed

    @property
    def of_debt(self) -> int:
        """What it changes of what members owe."""
        return self.points * ((self.debit == y.ACC_DEBT) - (self.credit == y.ACC_DEBT))

    @property
    def column(self) -> str:
        """Which column of the roll-forward it belongs to."""
        if self.credit == y.DONATED:
            return "donated"
        return _BY_KIND.get(self.kind, "other")


@dataclass(slots=True)
class Month:
    """One local month of one currency. ``moves``: by column, signed as they change what is owed.

    late: how much of the change of owed and debt was written down after the month had ended (an import, a late event).
    """

    first: date
    opening: int
    moves: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    closing: int = 0
    debt_opening: int = 0
    debt_arisen: int = 0
    debt_settled: int = 0
    debt_closing: int = 0
    late: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether opening and the columns make the closing, of what is owed and of debt."""
        owed = self.opening + sum(self.moves.values()) == self.closing
        return owed and self.debt_opening + self.debt_arisen - self.debt_settled == self.debt_closing


def roll_forward(moves: Iterable[Move], until: date) -> list[Month]:
    """All months from the first move to that of ``until``, oldest first, empty ones included."""
    by_month: dict[date, list[Move]] = {}
    for move in moves:
        by_month.setdefault(move.month, []).append(move)
    if not by_month:
        return []
    months: list[Month] = []
    first, last = min(by_month), max(until.replace(day=1), max(by_month))
    owed = debt = 0
    while first <= last:
        month = Month(first, owed, debt_opening=debt)
        for move in by_month.get(first, ()):
            owed += move.of_owed
            debt += move.of_debt
            if move.sign_of_owed:
                month.moves[move.column] += move.of_owed
            if move.of_debt > 0:
                month.debt_arisen += move.points
            elif move.of_debt < 0:
                month.debt_settled += move.points
            month.late += move.late * (move.sign_of_owed - (move.of_debt > 0) + (move.of_debt < 0))
        month.closing, month.debt_closing = owed, debt
        months.append(month)
        first = _next(first)
    return months


def moves_by_currency(zone: ZoneInfo, now: datetime) -> dict[str, list[Move]]:
    """All transfers ever, summed by currency, local month, kind and accounts: one pass over the ledger.

    The month is found by a search among the months' beginnings, which is far cheaper than turning the moment of each
    transfer into a local date.
    """
    firsts = _firsts(now.astimezone(zone).date())
    begins = [datetime.combine(first, datetime.min.time(), zone) for first in firsts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, month, kind, debit, credit, sum(amount)::bigint,"
            " coalesce(sum(amount) FILTER (WHERE recorded_at >= (%(begins)s::timestamptz[])[month + 1]), 0)::bigint"
            " FROM (SELECT currency, kind, debit, credit, amount, recorded_at,"
            "  greatest(width_bucket(effective_at, %(begins)s::timestamptz[]), 1) AS month FROM points_transfer) t"
            " GROUP BY 1, 2, 3, 4, 5",
            {"begins": begins},
        )
        rows: list[Any] = cursor.fetchall()
    found: dict[str, list[Move]] = {}
    for currency, month, kind, debit, credit, points, late in rows:
        found.setdefault(currency, []).append(Move(firsts[month - 1], kind, debit, credit, int(points), int(late)))
    return found


def _firsts(today: date) -> list[date]:
    """The first day of every month from the first year that the rules know to the one after that of ``today``."""
    firsts = [date(_FIRST_YEAR, 1, 1)]
    while firsts[-1] <= today:
        firsts.append(_next(firsts[-1]))
    return firsts


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
