"""All that is said of the points owed, from one consistent look at the ledger: as JSON, and as rows for accounting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regulars.insight.owed.months import COLUMNS, Month, moves_by_currency, roll_forward
from regulars.insight.owed.position import AGES, Position, positions, ties
from regulars.programmes import reads as programmes
from regulars.rules.programme import Currency, Programme

MONTH_COLUMNS = (
    *("month", "currency", "opening", *COLUMNS, "closing"),
    *("debt_opening", "debt_arisen", "debt_settled", "debt_closing"),
    *("recorded_later", "closing_money", "money"),
)
POSITION_COLUMNS = ("currency", "of", "part", "points", "amount", "money")


@dataclass(frozen=True, slots=True)
class CurrencyOwed:
    """One currency of points: what is owed of it now, and its months, oldest first.

    worth: minor units of money that one point pays, None when it pays for nothing. tied: see ``position.ties``, and
    ``months``: every month adds up and begins where the one before ended.
    """

    key: str
    name: Mapping[str, str]
    spendable: bool
    worth: Fraction | None
    digits: int
    position: Position
    months: list[Month]
    tied: Mapping[str, bool]

    @property
    def ties(self) -> bool:
        """Whether all ways of counting agree to the point."""
        return all(self.tied.values())

    def worth_minor(self, points: int) -> int | None:
        """What so many points pay in minor units, rounded down once, as wherever a point pays; None when nothing."""
        return None if self.worth is None else points * self.worth.numerator // self.worth.denominator

    def worth_text(self, points: int) -> str:
        """The same as an exact decimal in the major unit, empty when it pays for nothing."""
        minor = self.worth_minor(points)
        return "" if minor is None else str(Decimal(minor).scaleb(-self.digits))

    def as_json(self) -> dict[str, Any]:
        """The currency as the API and ``regulars owed --json`` show it."""
        p = self.position
        return {
            "currency": self.key,
            "spendable": self.spendable,
            "pending": p.pending,
            "available": p.available,
            "held": p.held,
            "owed": p.owed,
            "debt": p.debt,
            "worth": self.worth_text(p.owed) or None,
            "debt_worth": self.worth_text(p.debt) or None,
            "by_age": [
                {"age": age, "points": points, "worth": self.worth_text(points) or None}
                for age, points in zip(AGES, p.ages, strict=True)
            ],
            "by_expiry": [
                {"month": _month(month), "points": points, "worth": self.worth_text(points) or None}
                for month, points in p.months.items()
            ],
            "months": [month_json(month) for month in self.months],
            "ties": dict(self.tied),
        }


@dataclass(frozen=True, slots=True)
class Owed:
    """The report as of ``at``; months are those of ``time_zone``, amounts of ``money``."""

    at: datetime
    time_zone: str
    money: str
    currencies: list[CurrencyOwed]

    @property
    def ties(self) -> bool:
        """Whether every currency ties to the ledger."""
        return all(currency.ties for currency in self.currencies)

    def as_json(self) -> dict[str, Any]:
        """The body of ``GET /api/owed``."""
        return {
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "time_zone": self.time_zone,
            "money": self.money,
            "ties": self.ties,
            "currencies": [currency.as_json() for currency in self.currencies],
        }

    def month_rows(self) -> Iterator[list[Any]]:
        """The roll-forward as rows of ``MONTH_COLUMNS``, a currency after the other."""
        for currency in self.currencies:
            for month in currency.months:
                yield [
                    f"{month.first:%Y-%m}",
                    currency.key,
                    month.opening,
                    *(month.moves[column] for column in COLUMNS),
                    month.closing,
                    month.debt_opening,
                    month.debt_arisen,
                    -month.debt_settled,
                    month.debt_closing,
                    month.late,
                    currency.worth_text(month.closing),
                    self.money if currency.worth is not None else "",
                ]

    def position_rows(self) -> Iterator[list[Any]]:
        """What is owed now as rows of ``POSITION_COLUMNS``: by account, by age, by month of the last good day."""
        for currency in self.currencies:
            p = currency.position
            parts: list[tuple[str, str, int]] = [
                *(("account", name, getattr(p, name)) for name in ("pending", "available", "held", "debt")),
                *(("age", age, points) for age, points in zip(AGES, p.ages, strict=True)),
                *(("expiry", _month(month) or "never", points) for month, points in p.months.items()),
            ]
            for of, part, points in parts:
                money = self.money if currency.worth is not None else ""
                yield [currency.key, of, part, points, currency.worth_text(points), money]


def month_json(month: Month) -> dict[str, Any]:
    """A month of the roll-forward; columns are signed as they change what is owed."""
    return {
        "month": _month(month.first),
        "opening": month.opening,
        **month.moves,
        "closing": month.closing,
        "debt_opening": month.debt_opening,
        "debt_arisen": month.debt_arisen,
        "debt_settled": -month.debt_settled,
        "debt_closing": month.debt_closing,
        "recorded_later": month.late,
    }


def owed(now: datetime | None = None) -> Owed:
    """What is owed at this moment, by three queries that see one state of the ledger.

    now: the reader's moment, for ages and the month that runs; only tests give it. Raises NoProgramme when none has
    been applied.
    """
    now = now or datetime.now(UTC)
    with one_moment():
        programme = programmes.current(now)[1]
        zone = ZoneInfo(programme.time_zone)
        held = positions(zone, now)
        moves = moves_by_currency(zone, now)
    today = now.astimezone(zone).date()
    known = {currency.key: currency for currency in programme.points}
    found = []
    for key in [*known, *sorted({*held, *moves} - set(known))]:
        # of an earlier version of the programme: still owed, though nothing earns it now
        currency = known.get(key, Currency(key, {"en": key}, spendable=False))
        months = roll_forward(moves.get(key, ()), today)
        found.append(_of(currency, held.get(key, Position(key)), months, programme))
    return Owed(now, programme.time_zone, programme.currency, found)


def _of(currency: Currency, position: Position, months: list[Month], programme: Programme) -> CurrencyOwed:
    closing, debt = (months[-1].closing, months[-1].debt_closing) if months else (0, 0)
    chained = all(a.closing == b.opening for a, b in pairwise(months))
    tied = {"months": chained and all(month.adds_up for month in months), **ties(position, closing, debt)}
    return CurrencyOwed(
        currency.key,
        currency.name,
        currency.spendable,
        currency.worth,
        programme.minor_digits,
        position,
        months,
        tied,
    )


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is read from one state of the database."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _month(first: date | None) -> str | None:
    return None if first is None else f"{first:%Y-%m}"
