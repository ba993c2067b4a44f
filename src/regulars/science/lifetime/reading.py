"""Purchases out of any library's table, and moments out of whatever names one: read strictly, refused in sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

ISO = (
    r"^(?P<day>\d{4}-\d{2}-\d{2})(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r" ?(?P<zone>Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?$"
)
_HINT = "as '%d/%m/%Y'"
_UNREADABLE = (pl.exceptions.PolarsError, nw.exceptions.NarwhalsError, TypeError, ValueError, NotImplementedError)


def purchases(
    table: Any, customer: str, moment: str, value: str | None, written: str | None
) -> tuple[pl.DataFrame, tzinfo | None]:
    """``customer``, ``at`` and ``value`` of each purchase, as Polars, and the zone whose clock ``at`` shows.

    Raises ``ValueError`` for what is missing, infinite or cannot be read, and ``TypeError`` for what is no table.
    """
    given = () if isinstance(table, pl.LazyFrame) else _names(table)
    for name, what in ((customer, "customer_id_col"), (moment, "datetime_col"), (value or "", "monetary_value_col")):
        if not isinstance(name, str):
            raise TypeError(f"{what} must be the name of a column, as text, not {name!r}")
    if written is not None and not isinstance(written, str):
        raise TypeError(f"datetime_format must be text, {_HINT}, not {written!r}")
    twice = sorted({str(name) for name in given if given.count(name) > 1})
    if twice:
        raise ValueError(f"the table has more than one column {', '.join(map(repr, twice))}: rename or drop one")
    try:
        frame = nw.from_native(table)
    except TypeError:
        raise TypeError(
            f"the transactions must be a table of pandas, Polars, Arrow or DuckDB, not {type(table).__name__}"
        ) from None
    picked = _picked(frame, {"customer": customer, "at": moment} | ({} if value is None else {"value": value}))
    try:
        rows = picked.collect("polars").to_native() if isinstance(picked, nw.LazyFrame) else picked.to_polars()
    except Exception as error:  # each library has its own
        raise ValueError(f"the table cannot be read: {' '.join(str(error).split())}") from error
    wanted = {"customer": customer, "at": moment, "value": value}
    for name in rows.columns:
        read = rows[name]
        if read.dtype == pl.Null and read.len():
            raise ValueError(f"{wanted[name]!r} has missing values only")
        if read.null_count() or (read.dtype.is_float() and read.is_nan().any()):
            raise ValueError(f"{wanted[name]!r} has missing values: drop those rows or fill them first")
    if value is not None and rows.height:
        rows = rows.with_columns(_money(rows["value"], value))
    at, zone = moments(rows["at"], f"the column {moment!r}", written)
    return rows.with_columns(at.alias("at")), zone


def _picked(frame: Any, wanted: dict[str, str]) -> Any:
    try:
        names = frame.collect_schema().names()
    except AttributeError:
        raise TypeError("the transactions must be a table of pandas, Polars, Arrow or DuckDB, not one column") from None
    except _UNREADABLE as error:
        raise ValueError(f"the table cannot be read: {' '.join(str(error).split())}") from error
    missing = [name for name in wanted.values() if name not in names]
    if missing:
        raise ValueError(
            f"the table has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, names))}"
        )
    return frame.select(*[nw.col(name).alias(to) for to, name in wanted.items()])


def _names(table: Any) -> list[Any]:
    """As the table itself has them, before anybody refuses two of one name. Arrow's ``columns`` are not names."""
    for kept in ("column_names", "columns"):
        found = getattr(table, kept, None)
        if found is not None and not callable(found):
            return list(found)
    return []


def _money(read: pl.Series, name: str) -> pl.Series:
    if not read.dtype.is_numeric():
        raise ValueError(f"{name!r} must be numbers, not {read.dtype}: turn it into numbers first")
    if read.dtype.is_integer():
        return read
    read = read.cast(pl.Float64)
    if not read.is_finite().all():
        raise ValueError(f"{name!r} has infinite values: drop those rows or mend them first")
    return read


def moments(read: pl.Series, name: str, written: str | None) -> tuple[pl.Series, tzinfo | None]:
    """A column of days or moments as clock times without a zone, and the zone whose clock that is.

    Text is ISO 8601, or as ``written`` says. Text with one offset throughout keeps its clock; with several, or with an
    offset in ``written``, it is UTC. name: of the column, for the sentence of what is refused.
    """
    kind = read.dtype
    if kind == pl.Date:
        return read.cast(pl.Datetime("us")), None
    if isinstance(kind, pl.Datetime):
        zone = ZoneInfo(kind.time_zone) if kind.time_zone else None
        return read.dt.replace_time_zone(None).cast(pl.Datetime("us")), zone
    if not read.len():
        return pl.Series(name, [], pl.Datetime("us")), None
    text = kind in (pl.String, pl.Categorical, pl.Enum)
    if not text and not (kind.is_integer() and written is not None):
        raise ValueError(f"{name} must be days, moments or text, not {kind}: {_example(read)}")
    read = read.cast(pl.String)
    return _iso(read, name) if written is None else _as_written(read, name, written)


def _example(read: pl.Series) -> str:
    return f"the first is {read[0]!r}; turn it into dates, or give datetime_format, {_HINT}"


def _as_written(read: pl.Series, name: str, written: str) -> tuple[pl.Series, tzinfo | None]:
    try:
        found = read.str.to_datetime(written, strict=False, time_unit="us")
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"datetime_format {written!r} reads no moment: it needs year, month and day") from error
    if found.null_count():
        first = read.filter(found.is_null())[0]
        raise ValueError(f"{name} has {first!r}, which is not written as datetime_format {written!r} says")
    aware = isinstance(found.dtype, pl.Datetime) and found.dtype.time_zone is not None
    return found.dt.replace_time_zone(None), UTC if aware else None


def _iso(read: pl.Series, name: str) -> tuple[pl.Series, tzinfo | None]:
    parts = read.str.extract_groups(ISO).struct
    clock = parts.field("clock").fill_null("00:00")
    clock = pl.select(pl.when(clock.str.len_bytes() == 5).then(clock + ":00").otherwise(clock)).to_series()
    found = (parts.field("day") + "T" + clock).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    if found.null_count():
        first = read.filter(found.is_null())[0]
        raise ValueError(
            f"{name} has {first!r}, which is not a date as ISO 8601 writes it (2026-01-31 or 2026-01-31T10:00:00): "
            f"give datetime_format, {_HINT}"
        )
    offsets = parts.field("zone")
    if offsets.null_count() == len(offsets):
        return found, None
    if offsets.null_count():
        first = read.filter(offsets.is_null())[0]
        raise ValueError(f"{name} has {first!r} without a zone beside moments with one: write all with a zone, or none")
    different = {one: _offset(one) for one in offsets.unique()}
    if len(set(different.values())) == 1:
        return found, timezone(next(iter(different.values())))
    minutes = {one: by // timedelta(minutes=1) for one, by in different.items()}
    by = offsets.replace_strict(minutes, return_dtype=pl.Int64)
    return found - (by * 60_000_000).cast(pl.Duration("us")), UTC


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    digits = zone[1:].replace(":", "")
    by = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -by if zone[0] == "-" else by


def moment(given: Any, name: str, written: str | None, zone: tzinfo | None) -> pl.Series:
    """One moment, by the clock of ``zone``; a moment without a zone, or for purchases without one, by its own clock.

    given: text (ISO 8601, or as ``written``), a date, a datetime, NumPy's ``datetime64``, pandas' ``Timestamp`` or
    ``Period`` (its end). name: of the argument, for the sentence of what is refused.
    """
    found, own = _one(given, name, written)
    if zone is not None and own is not None:
        found = found.replace(tzinfo=own).astimezone(zone).replace(tzinfo=None)
    return pl.Series("at", [found], pl.Datetime("us"))


def _one(given: Any, name: str, written: str | None) -> tuple[datetime, tzinfo | None]:
    if isinstance(given, str):
        read, own = moments(pl.Series([given]), name, written)
        found: datetime = read.item()
        return found, own
    if type(given).__name__ == "Period" and hasattr(given, "end_time"):
        given = given.end_time
    if isinstance(given, np.datetime64):
        given = given.astype("datetime64[us]").item()
    if isinstance(given, datetime) and given == given:
        clock = time(given.hour, given.minute, given.second, given.microsecond)
        return datetime.combine(date(given.year, given.month, given.day), clock), given.tzinfo
    if isinstance(given, date) and given == given:
        return datetime.combine(given, time()), None
    if given is None or isinstance(given, date):
        raise ValueError(f"{name} is missing: give a day, as '2026-01-31'")
    raise TypeError(f"{name} must be a day, a moment or text, as '2026-01-31', not {type(given).__name__}")
