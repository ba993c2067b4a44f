"""The last count of what is owed, kept in the data folder: a pass over the whole ledger is no work for a page.

A job counts every hour and whoever wants it newer asks for it on the page. Plain JSON of the report's own parts.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings

from regulars.insight.owed.months import Month
from regulars.insight.owed.position import Position
from regulars.insight.owed.report import CurrencyOwed, Owed, owed
from regulars.points.fence import fence

FILE = "owed-count.json"
FRESH = timedelta(hours=2)
"""An older count means that the job has not run: it is counted anew."""
LONG = 200_000
"""Transfers."""
_VERSION = 1


def count() -> Owed:
    """Count now and keep it in place of the last count, whole or not at all. Raises NoProgramme."""
    found = owed()
    target = settings.CONFIG.data_dir / FILE
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(_plain(found)), encoding="utf-8")
    draft.replace(target)
    return found


def last(now: datetime) -> Owed | None:
    """The last count, unless it is older than ``FRESH``."""
    found = newest()
    return found if found is not None and timedelta(0) <= now - found.at < FRESH else None


def newest() -> Owed | None:
    """The last count however old; None where there is none, or none of this version of Regulars."""
    try:
        known = json.loads((settings.CONFIG.data_dir / FILE).read_text(encoding="utf-8"))
        return _report(known) if known.get("version") == _VERSION else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def takes_long() -> bool:
    """Whether the ledger is so long that nobody should wait for a count: a million transfers take two seconds."""
    return fence()[0] > LONG


def _plain(found: Owed) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "at": found.at.isoformat(),
        "time_zone": found.time_zone,
        "money": found.money,
        "currencies": [
            {
                "key": one.key,
                "name": dict(one.name),
                "spendable": one.spendable,
                "worth": None if one.worth is None else [one.worth.numerator, one.worth.denominator],
                "digits": one.digits,
                "tied": dict(one.tied),
                "position": {
                    **{name: getattr(one.position, name) for name in ("pending", "available", "held", "debt", "ages")},
                    "months": [[_text(first), points] for first, points in one.position.months.items()],
                },
                "months": [
                    {name: getattr(month, name) for name in _OF_MONTH} | {"first": _text(month.first)}
                    for month in one.months
                ],
            }
            for one in found.currencies
        ],
    }


_OF_MONTH = (
    *("opening", "moves", "closing", "debt_opening", "debt_arisen", "debt_settled", "debt_closing", "late"),
)  # fmt: skip


def _report(known: dict[str, Any]) -> Owed:
    at = datetime.fromisoformat(known["at"])
    return Owed(at, known["time_zone"], known["money"], [_currency(one) for one in known["currencies"]])


def _currency(one: dict[str, Any]) -> CurrencyOwed:
    about = one["position"]
    position = Position(one["key"], about["pending"], about["available"], about["held"], about["debt"], about["ages"])
    position.months = {_day(first): points for first, points in about["months"]}
    months = [Month(**{**month, "first": date.fromisoformat(month["first"])}) for month in one["months"]]
    worth = None if one["worth"] is None else Fraction(*one["worth"])
    return CurrencyOwed(one["key"], one["name"], one["spendable"], worth, one["digits"], position, months, one["tied"])


def _text(first: date | None) -> str | None:
    return None if first is None else first.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
