"""The roll-forward checked from the other side: what the ledger's accounts held when each month ended.

The roll-forward sums each month's movements by kind and carries them on. Here the accounts are summed as they were at
the end of each month, debits and credits apart, from the transfers by their moment in the programme's time zone; the
last month is compared with the balances and with the lots as well. Two ways that share no arithmetic but addition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.insight.owed.months import OWED
from regulars.insight.owed.report import CurrencyOwed, one_moment, owed
from regulars.rules import layout as y

_ENDS = (
    "WITH side AS (SELECT credit AS account, amount, effective_at FROM points_transfer WHERE currency = %(currency)s"
    "  UNION ALL SELECT debit, -amount, effective_at FROM points_transfer WHERE currency = %(currency)s),"
    # a day each before the months: a ledger has many transfers a day, and every day counts for all months after it
    " daily AS (SELECT account, (effective_at AT TIME ZONE %(zone)s)::date AS day, sum(amount) AS amount FROM side"
    "  WHERE account = ANY(%(accounts)s) GROUP BY 1, 2)"
    " SELECT m.first, d.account, sum(d.amount)::bigint FROM unnest(%(firsts)s::date[]) m(first)"
    " JOIN daily d ON d.day < m.first + interval '1 month' GROUP BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class Closing:
    """One month of a currency, both ways: as the roll-forward closes it, and as the ledger's accounts stood then.

    held: what the lots hold and what the balances say, in the month that runs; None in those that are over.
    """

    currency: str
    first: date
    closing: int
    debt_closing: int
    ledger: int
    debt_ledger: int
    held: tuple[int, int] | None = None

    @property
    def ties(self) -> bool:
        """Whether all agree to the point."""
        same = (self.closing, self.debt_closing) == (self.ledger, self.debt_ledger)
        return same and (self.held is None or set(self.held) == {self.closing})

    def as_json(self) -> dict[str, Any]:
        """What ``regulars owed --check --json`` prints of it."""
        return {
            "month": f"{self.first:%Y-%m}",
            "currency": self.currency,
            "closing": self.closing,
            "ledger": self.ledger,
            "debt_closing": self.debt_closing,
            "debt_ledger": self.debt_ledger,
            "ties": self.ties,
        }


def check_months(now: datetime | None = None) -> list[Closing]:
    """Every month of every currency both ways, from one state of the ledger. Reads only. Raises NoProgramme."""
    with one_moment():
        report = owed(now or datetime.now(UTC))
        return [
            closing
            for currency in report.currencies
            for closing in _of(currency, ZoneInfo(report.time_zone))
            if currency.months
        ]


def _of(currency: CurrencyOwed, zone: ZoneInfo) -> list[Closing]:
    stood = _accounts(currency, zone)
    found = []
    for month in currency.months:
        accounts = stood.get(month.first, {})
        ledger = sum(points for account, points in accounts.items() if account in OWED)
        position = currency.position
        running = month is currency.months[-1]
        found.append(
            Closing(
                currency.key,
                month.first,
                month.closing,
                month.debt_closing,
                ledger,
                -accounts.get(y.ACC_DEBT, 0),
                (position.in_lots, position.owed) if running else None,
            )
        )
    return found


def _accounts(currency: CurrencyOwed, zone: ZoneInfo) -> dict[date, dict[int, int]]:
    """What each account of the members held when each month ended, credits less debits."""
    found: dict[date, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _ENDS,
            {
                "firsts": [month.first for month in currency.months],
                "zone": zone.key,
                "currency": currency.key,
                "accounts": sorted({*OWED, y.ACC_DEBT}),
            },
        )
        rows: list[Any] = cursor.fetchall()
    for first, account, points in rows:
        found.setdefault(first, {})[account] = int(points)
    return found
