"""Local days as integers: civil dates, months, windows and the midnights of a time zone.

Plain integer functions inside numba's subset. The civil-date arithmetic is Howard Hinnant's
(chrono-Compatible Low-Level Date Algorithms, 2013): days since 1970-01-01 in the proleptic Gregorian calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from regulars.rules.layout import (
    DAY_US,
    END_MONTH,
    END_NONE,
    END_QUARTER,
    PER_DAY,
    PER_MONTH,
    PER_WEEK,
    PER_YEAR,
)

FIRST_DAY = 7305
"""1990-01-01: the first local day with a midnight in the table."""
LAST_DAY = 54786
"""2120-01-01."""
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return (day - EPOCH).days


def day_date(number: int) -> date:
    """The date that many days after 1970-01-01."""
    return EPOCH + timedelta(days=number)


@lru_cache(maxsize=32)
def midnights(time_zone: str) -> tuple[int, ...]:
    """Microseconds UTC at which each local day from ``FIRST_DAY`` to ``LAST_DAY`` begins in ``time_zone``."""
    zone, one = ZoneInfo(time_zone), timedelta(days=1)
    naive = datetime.combine(day_date(FIRST_DAY), datetime.min.time())
    ahead: dict[timedelta | None, int] = {}  # a zone has few offsets, each in microseconds
    out = []
    for day in range(FIRST_DAY, LAST_DAY + 1):
        offset = zone.utcoffset(naive)
        if offset not in ahead:
            assert offset is not None
            ahead[offset] = offset // timedelta(microseconds=1)
        out.append(day * DAY_US - ahead[offset])
        naive += one
    return tuple(out)


def local_day(M: Sequence[int], at: int) -> int:
    """The local day number of the moment ``at`` (microseconds UTC), given the midnights ``M``."""
    i = (at - M[0]) // DAY_US
    if at >= M[i + 1]:
        i += 1
    elif at < M[i]:
        i -= 1
    return FIRST_DAY + i


def midnight(M: Sequence[int], day: int) -> int:
    """The moment (microseconds UTC) at which local day ``day`` begins."""
    return M[day - FIRST_DAY]


def year_month(day: int) -> int:
    """The month of a day as ``year * 12 + month - 1``."""
    z = day + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month0 = mp + 2 if mp < 10 else mp - 10
    year = yoe + era * 400 + (1 if month0 < 2 else 0)
    return year * 12 + month0


def month_first(month: int) -> int:
    """The day number of the first of ``month`` (``year * 12 + month - 1``)."""
    year = month // 12
    m = month - year * 12 + 1
    if m <= 2:
        year -= 1
    era = year // 400
    yoe = year - era * 400
    doy = (153 * (m - 3 if m > 2 else m + 9) + 2) // 5
    doe = yoe * 365 + yoe // 4 - yoe // 100 + doy
    return era * 146097 + doe - 719468


def plus_months(day: int, months: int) -> int:
    """The same day of the month ``months`` later, or that month's last day when it is shorter."""
    month = year_month(day)
    first = month_first(month + months)
    last = month_first(month + months + 1) - 1
    return min(first + day - month_first(month), last)


def end_of(day: int, period: int) -> int:
    """The last day of the month, quarter or year (``END_*``) that ``day`` is in; ``END_NONE``: the day itself."""
    if period == END_NONE:
        return day
    return last_of(year_month(day), period)


def last_of(month: int, period: int) -> int:
    """The last day of the month, quarter or year (``END_*``) that ``month`` is in."""
    if period == END_MONTH:
        return month_first(month + 1) - 1
    if period == END_QUARTER:
        return month_first((month // 3 + 1) * 3) - 1
    return month_first((month // 12 + 1) * 12) - 1


def window_of(day: int, per: int) -> int:
    """The number of the day, week (Monday to Sunday), month or year (``PER_*``) a day is in; one window for ever."""
    if per == PER_DAY:
        return day
    if per == PER_WEEK:
        return (day + 3) // 7
    if per == PER_MONTH:
        return year_month(day)
    if per == PER_YEAR:
        return year_month(day) // 12
    return 0
