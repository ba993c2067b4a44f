"""What is read of a table of purchases: dates, moments, money and customers; and what is refused, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import regulars.science.lifetime as ours

NAN, INF = float("nan"), float("inf")
CHINA = timezone(timedelta(hours=8))


def _ages(at: Any, end: Any = None, written: str | None = None, **more: Any) -> list[tuple[float, ...]]:
    rows = pl.DataFrame({"who": ["a"] * len(at), "at": at})
    found = ours.summary_data_from_transaction_data(
        rows, "who", "at", observation_period_end=end, datetime_format=written, **more
    )
    assert isinstance(found, pl.DataFrame)
    return found.select("frequency", "recency", "T").rows()


@pytest.mark.parametrize(
    ("at", "written", "expected"),
    [
        (["2026-01-01", "2026-01-31"], None, (1, 30, 30)),
        (["2026-01-01T10:00:00", "2026-01-31 23:59"], None, (1, 30, 30)),
        (["2026-01-01T10:00:00.5", "2026-01-31"], None, (1, 30, 30)),
        (["2026-01-01T10:00:00Z", "2026-01-31T10:00:00+00:00"], None, (1, 30, 30)),
        (["2026-01-01T01:00+08:00", "2026-01-31T23:00+0800"], None, (1, 30, 30)),
        (["2026-01-01T01:00+02:00", "2026-01-31T01:30+01:00"], None, (1, 31, 31)),
        (["01/02/2026", "03/02/2026"], "%d/%m/%Y", (1, 2, 2)),
        (["01/02/2026", "03/02/2026"], "%m/%d/%Y", (1, 59, 59)),
        ([20260101, 20260131], "%Y%m%d", (1, 30, 30)),
    ],
)
def test_text_that_is_read(at: list[Any], written: str | None, expected: tuple[int, ...]) -> None:
    assert _ages(at, written=written) == [expected]


@pytest.mark.parametrize(
    ("at", "written", "why"),
    [
        (["2026-01-01", "02/01/2026"], None, "column 'at' has '02/01/2026', which .* give datetime_format"),
        (["01/02/2026", "13/02/2026"], None, "'01/02/2026'"),
        (["2026/01/02"], None, "'2026/01/02'"),
        (["20260102"], None, "'20260102'"),
        (["2026-02-30"], None, "'2026-02-30'"),
        (["2026-01-02T25:00:00"], None, "'2026-01-02T25:00:00'"),
        (["2026-01-02T10:00Z", "2026-01-03"], None, "'2026-01-03' without a zone"),
        (["01/02/2026", "13/31/2026"], "%d/%m/%Y", "'13/31/2026', which is not written as"),
        ([20260101], None, "column 'at' must be days, moments or text"),
    ],
)
def test_text_that_is_refused(at: list[Any], written: str | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _ages(at, written=written)


@pytest.mark.parametrize(
    ("end", "written", "days"),
    [
        ("2026-02-10", None, 40),
        ("2026-02-10T12:00:00+03:00", None, 40),
        ("10.02.2026", "%d.%m.%Y", 40),
        ("02.10.2026", "%m.%d.%Y", 40),
        (date(2026, 2, 10), None, 40),
        (datetime.fromisoformat("2026-02-10T05:00"), None, 40),
        (np.datetime64("2026-02-10"), None, 40),
        (np.datetime64("2026-02-10T01:02:03.123456789"), None, 40),
        (pd.Timestamp("2026-02-10"), None, 40),
        (pd.Timestamp("2026-02-10", tz="Asia/Tokyo"), None, 40),
        (pd.Period("2026-02-10"), None, 40),
        (pd.Period("2026-02"), None, 58),
    ],
)
def test_ends_of_a_period(end: Any, written: str | None, days: int) -> None:
    at = ["2026-01-01"] if written is None else [date(2026, 1, 1).strftime(written)]
    assert _ages(at, end, written) == [(0, 0, days)]


@pytest.mark.parametrize(
    ("end", "written", "error", "why"),
    [
        ("10/02/2026", None, ValueError, "observation_period_end has '10/02/2026'.*give datetime_format"),
        ("2026-02-10", "%d.%m.%Y", ValueError, "observation_period_end has '2026-02-10'.*'%d.%m.%Y'"),
        (pd.NaT, None, ValueError, "observation_period_end is missing"),
        (np.datetime64("NaT"), None, ValueError, "observation_period_end is missing"),
        (20260210, None, TypeError, "observation_period_end must be a day.*not int"),
    ],
)
def test_ends_that_are_refused(end: Any, written: str | None, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        _ages(["2026-01-01"] if written is None else ["01.01.2026"], end, written)


@pytest.mark.parametrize("name", ["calibration_period_end", "observation_period_end"])
def test_the_argument_is_named(name: str) -> None:
    ends: dict[str, Any] = {
        "calibration_period_end": "2026-01-05",
        "observation_period_end": "2026-01-09",
        name: "soon",
    }
    with pytest.raises(ValueError, match=f"{name} has 'soon'"):
        ours.calibration_and_holdout_data(pl.DataFrame({"who": [1], "at": ["2026-01-01"]}), "who", "at", **ends)


@pytest.mark.parametrize(
    "at",
    [
        [datetime(2026, 1, 1, 7, tzinfo=CHINA)],
        pl.Series(["2026-01-01T07:00"]).str.to_datetime().dt.replace_time_zone("Asia/Shanghai"),
        ["2026-01-01T07:00:00+08:00"],
    ],
)
@pytest.mark.parametrize("text", [False, True])
def test_an_end_in_another_zone_is_converted(at: Any, text: bool) -> None:
    """Ten at night in London is the next morning in Shanghai."""
    if isinstance(at, list) and isinstance(at[0], datetime):
        at = pl.Series(at).dt.convert_time_zone("Asia/Shanghai")
    end = datetime(2026, 1, 10, 22, tzinfo=UTC)
    assert _ages(at, end.isoformat() if text else end) == [(0, 0, 10)]


def _pandas(columns: dict[str, list[Any]]) -> Any:
    return pd.DataFrame(columns)


def _polars(columns: dict[str, list[Any]]) -> Any:
    return pl.DataFrame(columns, strict=False)


def _arrow(columns: dict[str, list[Any]]) -> Any:
    return _polars(columns).to_arrow()


def _duckdb(columns: dict[str, list[Any]]) -> Any:
    return duckdb.from_arrow(_arrow(columns))


LIBRARIES = [_pandas, _polars, _arrow, _duckdb]
DAYS = ["2026-01-01", "2026-01-02"]


@pytest.mark.parametrize("made", LIBRARIES)
@pytest.mark.parametrize(
    ("who", "money", "why"),
    [
        ([1.0, NAN], [1.0, 2.0], "'who' has missing values"),
        ([1.0, None], [1.0, 2.0], "'who' has missing values"),
        ([1, 2], [1.0, NAN], "'spent' has missing values"),
        ([1, 2], [1.0, -INF], "'spent' has infinite values"),
        ([1, 2], ["1.0", "2"], "'spent' must be numbers, not String: turn"),
        ([1, 2], [None, None], "'spent' has missing values"),
    ],
)
def test_values_that_are_refused(
    made: Callable[[dict[str, list[Any]]], Any], who: list[Any], money: list[Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        ours.summary_data_from_transaction_data(made({"who": who, "at": DAYS, "spent": money}), "who", "at", "spent")


@pytest.mark.parametrize("made", LIBRARIES)
@pytest.mark.parametrize("name", ["T", "frequency", "recency", "monetary_value"])
def test_a_column_of_customers_named_as_a_result(made: Callable[[dict[str, list[Any]]], Any], name: str) -> None:
    table = made({name: [1, 2], "at": DAYS, "spent": [1.0, 2.0]})
    if made is _pandas:
        found = ours.summary_data_from_transaction_data(table, name, "at", "spent")
        assert (found.index.name, list(found.index), list(found["T"])) == (name, [1, 2], [1, 0])
        return
    with pytest.raises(ValueError, match=f"must not be named '{name}'"):
        ours.summary_data_from_transaction_data(table, name, "at", "spent")


def test_exact_decimals_are_money() -> None:
    table = pl.DataFrame({"who": [1, 1], "at": DAYS, "spent": [Decimal("1.10"), Decimal("2.20")]})
    assert ours.summary_data_from_transaction_data(table, "who", "at", "spent")["monetary_value"].to_list() == [2.2]


@pytest.mark.parametrize(
    ("table", "error", "why"),
    [
        (pd.DataFrame([[1, 2, "2026-01-01"]], columns=["who", "who", "at"]), ValueError, "more than one column 'who'"),
        (
            _arrow({"who": [1], "at": DAYS[:1]}).append_column("who", [[1]]),
            ValueError,
            "more than one column 'who'",
        ),
        ([1, 2], TypeError, "a table of pandas, Polars, Arrow or DuckDB, not list"),
        (None, TypeError, "not NoneType"),
        ("orders.csv", TypeError, "not str"),
        (pl.Series("who", [1]), TypeError, "a table of pandas, Polars, Arrow or DuckDB, not"),
        (pd.Series([1]), TypeError, "a table of pandas, Polars, Arrow or DuckDB, not"),
        (pd.DataFrame({"who": [1, "b"], "at": DAYS}), ValueError, "cannot be read"),
        (duckdb.sql("select 1 as who, 'soon'::date as at"), ValueError, "cannot be read: Conversion Error"),
    ],
    ids=["pandas twice", "arrow twice", "list", "none", "path", "polars column", "pandas column", "mixed", "duckdb"],
)
def test_tables_that_are_none(table: Any, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        ours.summary_data_from_transaction_data(table, "who", "at")


@pytest.mark.parametrize("multiplier", [0, -1, NAN, INF])
def test_a_unit_of_time_is_longer_than_nothing(multiplier: float) -> None:
    with pytest.raises(ValueError, match="freq_multiplier must be above zero"):
        _ages(["2026-01-01"], freq_multiplier=multiplier)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"customer_id_col": 0}, "customer_id_col must be the name of a column, as text, not 0"),
        ({"datetime_format": 3}, "datetime_format must be text"),
        ({"freq_multiplier": "7"}, "freq_multiplier must be a number, not str"),
    ],
)
def test_wrong_types(change: dict[str, Any], why: str) -> None:
    table = pl.DataFrame({"who": ["a"], "at": DAYS[:1]})
    arguments: dict[str, Any] = {"customer_id_col": "who", "datetime_col": "at"} | change
    with pytest.raises(TypeError, match=why):
        ours.summary_data_from_transaction_data(table, **arguments)
