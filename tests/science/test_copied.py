"""A copied table says what the files said."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import ibis
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from regulars.rules.segments import read_who
from regulars.science import segments
from regulars.science.lake import copied
from regulars.science.lake.tables import ORDER_LINES, ORDERS, STANDING, VISITS

SCHEMAS = {"orders": ORDERS, "order_lines": ORDER_LINES, "standing": STANDING, "visits": VISITS}
NAMES = ["Product Viewed", 'It\'s "quoted"; DROP TABLE visits', "签到", "", "Checked In"]
WHO = {
    "any": [
        {"did": {"event": "签到", "at_least": 2}},
        {"all": [{"orders": {"at_most": 1}}, {"did": {"event": NAMES[1], "at_most": 1}}]},
        {"sequence": {"steps": [{"event": "Checked In"}, {"event": "Order Completed"}]}},
    ]
}


def frames(rows: int) -> dict[str, pl.DataFrame]:
    """Tables of a few members, every other number missing."""
    made = {}
    for table, schema in SCHEMAS.items():
        columns: dict[str, Any] = {}
        for name, kind in schema.items():
            number = pl.int_range(rows, eager=True)
            if name == "member":
                values = number % 7 + 1 if table != "standing" else number + 1
            elif name == "name":
                values = pl.Series([NAMES[place * place % len(NAMES)] for place in range(rows)], dtype=pl.String)
            elif name == "seq":
                values = number
            elif kind == pl.String:
                values = pl.Series([None if place % 2 else f"{name} {place % 3}" for place in range(rows)], dtype=kind)
            elif kind in (pl.Date, pl.Datetime("us", "UTC")):
                values = pl.Series([date(2026, 1 + place % 6, 1 + place % 28) for place in range(rows)], dtype=pl.Date)
            else:
                values = pl.Series([None if name == "returned_minor" else place % 5 for place in range(rows)])
            columns[name] = values.cast(pl.Datetime("us")).dt.replace_time_zone("UTC") if name == "at" else values
        made[table] = pl.DataFrame({name: column.cast(schema[name]) for name, column in columns.items()})
    return made


@pytest.mark.parametrize("rows", [0, 1, 60])
@pytest.mark.parametrize("apart", [0, 2, 16])
def test_the_same_rows_and_the_same_answers(rows: int, apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "_NAMES_APART", apart)
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    made = frames(rows)
    files = {name: connection.create_table(f"file_{name}", frame.to_arrow()) for name, frame in made.items()}
    copies = {name: copied.copied(connection, name, files[name]) for name in copied.TABLES}
    for name in copied.TABLES:
        key = "member" if name == "standing" else "seq"
        before, after = connection.to_polars(files[name]), connection.to_polars(copies[name])
        assert copies[name].schema() == files[name].schema()
        assert_frame_equal(before.sort(key), after.sort(key))
    who, problems = read_who(WHO, "USD", 2)
    assert who is not None, problems
    found = [
        sorted(connection.to_polars(segments.members(lake, who, date(2026, 7, 1)))["member"])
        for lake in (SimpleNamespace(**files), SimpleNamespace(**copies))
    ]
    assert found[0] == found[1]
    assert bool(found[0]) == bool(rows)


def test_it_is_in_memory_and_ends_with_the_connection() -> None:
    connection = ibis.duckdb.connect()
    table = connection.create_table("file_orders", frames(5)["orders"].to_arrow())
    copied.copied(connection, "orders", table)
    [(path,)] = connection.raw_sql("SELECT path FROM duckdb_databases() WHERE database_name = 'copied'").fetchall()
    assert path is None
    with pytest.raises(duckdb.Error):  # twice is a mistake of whoever asks
        copied.copied(connection, "orders", table)
