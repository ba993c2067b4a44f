"""What a handler sees: one state of the lake, and whatever was computed from that state before."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import duckdb
import polars as pl
import structlog

from regulars.inquiries.queue import last_whole_day
from regulars.science.lake import copied
from regulars.science.lake.opened import Lake, open

log = structlog.get_logger(__name__)

T = TypeVar("T")
_KEPT_MAX = 64


@dataclass
class Sight:
    """One state of the lake.

    ``lake``: its tables (``science.lake.tables``) as Ibis tables; ``until``: its last whole local day; ``zone``: the
    name of the time zone that days are counted in; ``as_of``: when it was synced; ``state``: what it is known by.
    """

    lake: Lake
    state: str
    as_of: datetime
    zone: str
    until: date
    _kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)
    _to_copy: list[str] = field(default_factory=list, repr=False)

    def frame(self, expression: Any) -> pl.DataFrame:
        """The rows of an Ibis table of this lake."""
        found: pl.DataFrame = self.lake.connection.to_polars(expression)
        return found

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once as long as this state of the lake is in force (and not too much else is)."""
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _KEPT_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        found: T = self._kept[key]
        return found

    def copy_one(self) -> bool:
        """Read one table more of a large lake from memory from now on; whether there was one to copy."""
        if not self._to_copy:
            return False
        name, *self._to_copy = self._to_copy
        began = time.perf_counter()
        try:
            self.lake = copied.with_copy(self.lake, name)
        except duckdb.Error as error:
            # Most likely there is no memory for it. The files answer as before.
            log.warning("lake_not_copied", table=name, error=type(error).__name__)
            self._to_copy = []
            return False
        log.info("lake_copied", table=name, seconds=round(time.perf_counter() - began, 2))
        return True


def look(url: str) -> Sight:
    """The lake under ``url`` as it is now. Raises FileNotFoundError when there is none, LakeDamaged."""
    lake = open(url)
    manifest = lake.manifest
    until = last_whole_day(manifest.synced_at, manifest.time_zone)
    to_copy = list(copied.TABLES) if copied.pays(manifest) else []
    return Sight(lake, manifest.state, manifest.synced_at, manifest.time_zone, until, _to_copy=to_copy)
