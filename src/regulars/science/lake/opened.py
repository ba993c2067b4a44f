"""The lake as tables for questions: Ibis on DuckDB here, or on a Spark session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from regulars.science.lake import manifest as mf
from regulars.science.lake.manifest import LakeDamaged, Manifest
from regulars.science.lake.root import Root
from regulars.science.lake.tables import TABLES


@dataclass(frozen=True, slots=True)
class Lake:
    """The tables of one state of a lake (``science.lake.tables`` says what is in them), and the manifest of that state.

    ``connection`` is Ibis's, for questions of one's own.
    """

    connection: Any
    manifest: Manifest
    events: ir.Table
    lines: ir.Table
    orders: ir.Table
    order_lines: ir.Table
    visits: ir.Table
    ledger: ir.Table
    standing: ir.Table
    tier_changes: ir.Table
    scores: ir.Table
    merges: ir.Table


def open(url: str | Path, spark: Any = None) -> Lake:
    """The lake under ``url`` as its last sync left it: on a DuckDB connection of its own, or on a Spark session.

    What is synced later is not seen; open it again for that. Raises FileNotFoundError when there is no lake,
    LakeDamaged when a file that counts is missing, not whole or no Parquet.
    """
    root = Root(url)
    manifest = mf.read(root)
    if manifest is None:
        raise FileNotFoundError(f"there is no lake under {root.url}; `regulars lake sync` makes one")
    mf.check(root, manifest, root.sizes())
    connection = _duckdb(root) if spark is None else _spark(spark)
    add = _add_to_duckdb if spark is None else _add_to_spark
    tables = {}
    for name in TABLES:
        files = [root.address(file.path) for file in manifest.tables.get(name, [])]
        try:
            tables[name] = add(connection, name, files) if files else _empty(connection, name, spark)
        except Exception as error:
            _say_which(root, manifest, name)
            raise LakeDamaged(f"the table {name} under {root.url} cannot be read: {_first_line(error)}") from error
    return Lake(connection, manifest, **tables)


def _duckdb(root: Root) -> Any:
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    # DuckDB draws a bar on the standard output when a question takes long, into the JSON of a command
    connection.raw_sql("SET enable_progress_bar = false")
    if not root.local:
        connection.con.register_filesystem(root.fs)
    return connection


def _spark(session: Any) -> Any:
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return ibis.pyspark.connect(session)


def _add_to_duckdb(connection: Any, name: str, files: list[str]) -> ir.Table:
    return connection.read_parquet(files, table_name=name, hive_partitioning=False)


def _add_to_spark(connection: Any, name: str, files: list[str]) -> ir.Table:
    connection._session.read.parquet(*files).createOrReplaceTempView(name)
    return connection.table(name)


def _empty(connection: Any, name: str, spark: Any) -> ir.Table:
    """A table that has no file yet, with its columns."""
    nothing = pl.DataFrame(schema=TABLES[name]).with_columns(pl.col(pl.Categorical).cast(pl.String)).to_arrow()
    if spark is None:
        connection.con.register(name, nothing)
        return connection.table(name)
    return connection.create_view(name, ibis.memtable(nothing), overwrite=True)


def _say_which(root: Root, manifest: Manifest, table: str) -> None:
    """Raises LakeDamaged for the first file of a table that is no Parquet."""
    for file in manifest.tables.get(table, []):
        try:
            root.frame(file.path, [])
        except (pl.exceptions.PolarsError, OSError) as error:
            raise LakeDamaged(f"{root.address(file.path)} cannot be read: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
