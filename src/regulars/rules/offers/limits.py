"""How long and how much: ``valid``, ``at_most``, ``units_at_most``, ``budget``, and percents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from regulars.rules.language.reading import Path, Reader
from regulars.rules.offers.model import Limit

QUANTITY_MAX = 1_000_000
KINDS = ("quantity", "times", "amount")
PER = ("member", "order", "day", "week", "month", "year")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


class Money:
    """Reads amounts of the file's currency."""

    def __init__(self, reader: Reader, currency: str, digits: int) -> None:
        self.reader = reader
        self.currency = currency
        self.digits = digits

    def of(self, settings: Mapping[str, Any], path: Path, key: str, least: int = 0) -> int | None:
        """The amount at ``key`` in minor units; None when it is not there or is none."""
        if key not in settings:
            return None
        return self.reader.money(settings[key], (*path, key), self.currency, self.digits, least)


def read_percent(reader: Reader, value: Any, path: Path) -> Fraction | None:
    """A percent above 0, at most 100, exact."""
    number = reader.number(value, path)
    if number is None:
        return None
    percent = Fraction(number)
    if not 0 <= percent <= 100:
        reader.say(path, "must be between 0 and 100")
    elif percent == 0:
        reader.say(path, "must be above 0")
    elif percent.denominator > 10_000:
        reader.say(path, "must have at most 4 decimals")
    else:
        return percent
    return None


def read_valid(reader: Reader, value: Any, path: Path, zone: str | None) -> tuple[int | None, int | None]:
    """Two local moments, as microseconds UTC; each may be missing."""
    valid = reader.section(value, path, ("from", "until"))
    if valid is None:
        return None, None
    if not valid:
        reader.say(path, "needs `from` or `until`")
    moments = {key: read_moment(reader, valid[key], (*path, key), zone) for key in ("from", "until") if key in valid}
    first, until = moments.get("from"), moments.get("until")
    if first is not None and until is not None and until <= first:
        reader.say((*path, "until"), "must be after {first} (`from`)", first=valid["from"])
    return first, until


def read_moment(reader: Reader, value: Any, path: Path, zone: str | None) -> int | None:
    """A local day or moment such as 2026-12-08T20:00, as microseconds UTC; None when it is none."""
    local = None
    if isinstance(value, str) and (_MOMENT.fullmatch(value) or re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            reader.say(path, "is no moment of the calendar")
            return None
    elif isinstance(value, date) and not isinstance(value, datetime):
        local = datetime.combine(value, time())
    if local is None:
        reader.say(path, 'must be a local moment such as "2026-12-08T20:00", or a day')
        return None
    if not 1990 <= local.year < 2120:
        reader.say(path, "must be a day from 1990 to 2119")
        return None
    return (local.replace(tzinfo=ZoneInfo(zone or "UTC")) - _EPOCH) // timedelta(microseconds=1)


def read_limit(reader: Reader, value: Any, path: Path, money: Money) -> Limit | None:
    """``{quantity: 2, per: member}``: so many units, times or so much money, in each ``per``."""
    limit = reader.section(value, path, (*KINDS, "per"), needs=("per",))
    if limit is None:
        return None
    per = reader.choice(limit["per"], (*path, "per"), PER) if "per" in limit else None
    kinds = [kind for kind in KINDS if kind in limit]
    if not kinds:
        if set(limit) <= {"per"}:
            reader.say(path, "needs `quantity`, `times` or `amount`")
        return None
    for kind in kinds[1:]:
        reader.say((*path, kind), "does not go with `{first}`; keep one of the two", first=kinds[0])
    kind = kinds[0]
    if kind == "amount":
        most = money.of(limit, path, kind, least=1)
    else:
        most = reader.whole(limit[kind], (*path, kind), 1, QUANTITY_MAX)
    return Limit(kind, most, per) if most and per else None  # type: ignore[arg-type]


def read_units(reader: Reader, value: Any, path: Path) -> tuple[int | None, bool]:
    """``units_at_most``: a number of units of the order, or ``{line: 1}`` of each line; and whether of each line."""
    if not isinstance(value, Mapping):
        return reader.whole(value, path, 1, QUANTITY_MAX), False
    units = reader.section(value, path, ("line",), needs=("line",)) or {}
    return (reader.whole(units["line"], (*path, "line"), 1, QUANTITY_MAX), True) if "line" in units else (None, False)


def read_budget(reader: Reader, value: Any, path: Path, money: Money) -> int | None:
    """``{amount: 5000.00}``: all the offer may give away."""
    budget = reader.section(value, path, ("amount",), needs=("amount",)) or {}
    return money.of(budget, path, "amount", least=1)
