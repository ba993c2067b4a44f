"""One measure computed where somebody wants it: on DuckDB here, or on a Spark session, over the same lake."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import ibis
import polars as pl

from regulars.audience.segments.memberships import memberships_of
from regulars.audience.segments.reads import by_key
from regulars.inquiries.queue import last_whole_day
from regulars.insight.measures.answering import filled, in_order
from regulars.insight.measures.catalogue import SPECS
from regulars.science.lake.opened import open
from regulars.science.measures import DIMENSIONS, BadQuestion, ask, question, with_orders
from regulars.science.measures.questions import GROUP, dimension


class SparkGone(RuntimeError):
    """Spark could not be reached, or stopped before it had answered; the message says which."""


def compute(url: str, name: str, params: Mapping[str, Any], spark: Any = None) -> pl.DataFrame:
    """The rows of a measure over the lake under ``url``, in the order of the console's table.

    params: as ``science.measures.questions`` has them; without ``from`` the whole history is told, of which the
    console's pages show the end. spark: a session, to compute there. Raises KeyError for a
    measure there is not, BadQuestion or CannotAnswer for a parameter nobody understands or a segment there is not,
    FileNotFoundError without a lake, LakeDamaged, SparkGone.
    """
    spec = SPECS[name]
    if spark is None:
        return _compute(url, spec, params, None)
    with _said_of_spark():
        return _compute(url, spec, params, spark)


def _compute(url: str, spec: Any, params: Mapping[str, Any], spark: Any) -> pl.DataFrame:
    lake = open(url, spark)
    until = last_whole_day(lake.manifest.synced_at, lake.manifest.time_zone)
    full = filled(spec, params, until)
    if not params.get("from"):
        full.pop("from", None)
    _check_segments(params)
    asked = question(lake, spec.name, full, until=until, memberships=memberships_of(full))
    table = lake.connection.to_pyarrow(ask(asked))
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return in_order(found)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A filter's value that nobody in the lake has; ``there``: the ones that somebody has, the most frequent first."""

    name: str
    value: str
    there: tuple[str, ...]


def unmatched(url: str, params: Mapping[str, Any]) -> list[Unmatched]:
    """The values among a measure's filters (and its currency and steps) that nobody in the lake under ``url`` has.

    Segments are no part of the lake; ``compute`` refuses those that there are not.
    """
    lake = open(url)
    own = {
        "currency": lambda: lake.ledger.select(group=lake.ledger.currency),
        "steps": lambda: with_orders(lake.visits, lake.orders).select(group="name"),
    }
    found = []
    for name in (*DIMENSIONS, *own):
        wanted = [value for value in _several(params.get(name)) if value]
        if not wanted or name == "segment":
            continue
        each = own[name]() if name in own else dimension(lake, name)
        counts = each.filter(each[GROUP].notnull()).group_by(GROUP).agg(members=lambda table: table.count())
        ordered = counts.order_by([ibis.desc("members"), GROUP])[GROUP].to_pyarrow().to_pylist()
        there = frozenset(ordered)
        found += [Unmatched(name, value, tuple(ordered)) for value in wanted if value not in there]
    return found


def _check_segments(params: Mapping[str, Any]) -> None:
    """Raises BadQuestion where a segment is named that there is not."""
    for key in _several(params.get("segment")):
        if key and by_key(key) is None:
            raise BadQuestion(f"there is no segment {key}; `regulars segments list` has them")


def _several(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or [])


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A Spark session on ``master`` (``local[2]``, ``spark://…``, ``yarn``), ended at the end. Raises SparkGone."""
    if importlib.util.find_spec("pyspark") is None:
        raise SparkGone("Spark is not installed: `make spark` does it, or pip install 'regulars[spark]'")
    sql = importlib.import_module("pyspark.sql")
    with _said_of_spark():
        builder = sql.SparkSession.builder.master(master).appName("regulars")
        made = (
            builder.config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
    try:
        yield made
    finally:
        process = made.sparkContext._gateway.proc
        with suppress(Exception):  # it may be gone already, and who asked has heard so
            made.stop()
        if process.poll() is not None:
            _forget_bridge(sql)


def _forget_bridge(sql: Any) -> None:
    """Forget the bridge to a Spark process that has died, or PySpark would try it for every later session."""
    context = importlib.import_module("pyspark").SparkContext
    with suppress(Exception):
        context._gateway.shutdown()
    context._gateway = context._jvm = context._active_spark_context = None
    sql.SparkSession._instantiatedSession = sql.SparkSession._activeSession = None


@contextmanager
def _said_of_spark() -> Iterator[None]:
    """Spark's own errors, and those of the bridge to it, as one sentence; Regulars' own go through."""
    try:
        yield
    except Exception as error:
        if not _is_sparks(error):
            raise
        first = (str(error).splitlines() or [""])[0][:200]
        raise SparkGone(f"Spark stopped before the answer was there ({type(error).__name__}: {first})") from error


def _is_sparks(error: BaseException) -> bool:
    """Whether an error comes from Spark, from the bridge to its process, or from the lost connection to it."""
    home = type(error).__module__.split(".")[0]
    return home in ("py4j", "pyspark") or isinstance(error, ConnectionError)
