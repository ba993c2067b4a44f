"""A large lake's busiest tables, copied into memory in DuckDB's own format: it reads that twice as fast as Parquet.

The copy is of one state of the lake and lives as long as the connection. Questions are the same for both
(decision 0026).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.science.lake.manifest import Manifest
from regulars.science.lake.opened import Lake

TABLES = ("standing", "orders", "order_lines", "visits")
ROWS_MIN = 1_000_000
"""A lake with fewer rows in these tables answers at once without a copy."""
_COPY = "copied"
_PLACE = (_COPY, "main")
_NAMES_APART = 16
"""So many kinds of visits have a table each, the commonest; the others share one."""
_MEMBER_BITS = 21
"""Groups by member find their place by the member's number up to 2 ** this, without hashing."""


def pays(manifest: Manifest) -> bool:
    """Whether the lake is so large that a copy is worth its memory (300 MB for a million members of a year)."""
    return sum(file.rows for name in TABLES for file in manifest.tables.get(name, [])) >= ROWS_MIN


def with_copy(lake: Lake, name: str) -> Lake:
    """The lake with one of ``TABLES`` read from a copy, made now. Raises duckdb.Error, for want of memory above all."""
    tables: dict[str, Any] = {name: copied(lake.connection, name, getattr(lake, name))}
    return replace(lake, **tables)


def copied(connection: Any, name: str, table: ir.Table) -> ir.Table:
    """A copy of a table, on the same DuckDB connection. Raises duckdb.Error."""
    connection.raw_sql(f"ATTACH IF NOT EXISTS ':memory:' AS {_COPY} (COMPRESS)")
    connection.raw_sql(f"SET perfect_ht_threshold = {_MEMBER_BITS}")
    if "name" in table.columns:
        _by_name(connection, name, table)
    else:
        connection.create_table(name, table, database=_PLACE)
    connection.raw_sql(f"CHECKPOINT {_COPY}")
    return connection.table(name, database=_PLACE)


def _by_name(connection: Any, title: str, table: ir.Table) -> None:
    """A table a name and a view of all: what asks for some names leaves the tables of the others alone."""
    counted = table.group_by("name").aggregate(rows=table.count()).order_by([ibis.desc("rows"), "name"])
    names = connection.to_polars(counted)["name"].to_list()
    apart, others = names[:_NAMES_APART], names[_NAMES_APART:]
    parts = []
    for place, name in enumerate(apart):
        rows = table.filter(table.name == name).drop("name")
        mine = connection.create_table(f"{title}_{place}", rows, database=_PLACE)
        parts.append(mine.mutate(name=ibis.literal(name)).select(*table.columns))
    if others or not apart:  # an empty table beside them would hide how far the others' numbers reach
        parts.append(connection.create_table(f"{title}_others", table.filter(~table.name.isin(apart)), database=_PLACE))
    whole, *more = parts
    connection.create_view(title, whole.union(*more) if more else whole, database=_PLACE)
