"""The past as a draft's calendar would have had it: the occasions of the draft put in, those of the log left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from regulars.programmes.calendar import holiday_days, is_on
from regulars.rules.days import local_day, midnight
from regulars.rules.events import OCCASION_CAME
from regulars.rules.tables import Tables
from regulars.science.history import History, Part, without_nulls


@dataclass(frozen=True, slots=True)
class WithOccasions:
    """A history with the days that give something under the programme of ``tables``, up to ``until`` (microseconds)."""

    held: History
    tables: Tables
    until: int

    def event_columns(self) -> set[str]:
        """The columns of the history itself."""
        return self.held.event_columns() | {"properties"}

    def ranges(self, event_columns: Iterable[str], line_columns: Iterable[str]) -> Iterator[list[Part]]:
        """The history's ranges, each with its members' occasions."""
        for parts in self.held.ranges(event_columns, line_columns):
            yield self._with(parts)

    def _with(self, parts: list[Part]) -> list[Part]:
        filled = [part for part in parts if part.events.height]
        if not filled:
            return parts
        began = (
            pl.concat([part.events.select("member", "effective_us") for part in filled])
            .group_by("member")
            .agg(pl.col("effective_us").min().alias("began"))
        )
        after = began["began"].min()
        assert isinstance(after, int)
        moments = self._moments(after)
        out = []
        for number, part in enumerate(filled):
            last = part.events["effective_us"].max()
            assert isinstance(last, int)
            end = self.until if number == len(filled) - 1 else last
            own = moments.filter(pl.col("occurred_us") <= end)
            moments = moments.filter(pl.col("occurred_us") > end)
            out.append(Part(_put_in(part.events, own, began), part.lines))
        return out

    def _moments(self, after: int) -> pl.DataFrame:
        """The beginning of every day that gives something, its end, and what the event would say."""
        midnights, programme = self.tables.midnights, self.tables.programme
        days = holiday_days(programme)
        rows = [
            (
                midnight(midnights, day),
                midnight(midnights, day + 1),
                msgspec.json.encode({"occasion": one.key}).decode(),
            )
            for day in range(local_day(midnights, after), local_day(midnights, self.until) + 1)
            for one in programme.calendar
            if one.gifts and is_on(one, day, days)
        ]
        schema = {"occurred_us": pl.Int64, "ends_us": pl.Int64, "properties": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _said(key: str) -> str:
    return msgspec.json.encode({"occasion": key}).decode()


def _put_in(events: pl.DataFrame, moments: pl.DataFrame, began: pl.DataFrame) -> pl.DataFrame:
    """The events with a row for each of the moments and member who was one by the end of that day."""
    kept = events.filter(pl.col("name").cast(pl.String) != OCCASION_CAME)
    rows = began.join(moments, how="cross").filter(pl.col("began") < pl.col("ends_us"))
    said: dict[str, Any] = {
        "name": pl.lit(OCCASION_CAME).cast(events.schema["name"]),
        "effective_us": pl.max_horizontal("began", "occurred_us"),
        "member": pl.col("member"),
        "occurred_us": pl.col("occurred_us"),
        "properties": pl.col("properties"),
    }
    new = rows.select(said.get(name, pl.lit(None, kind)).cast(kind).alias(name) for name, kind in events.schema.items())
    # a history's order within a member is that of decision; what is only logged may say an earlier moment
    moment = pl.col("effective_us").cum_max().over("member")
    both = pl.concat([kept.with_columns(moment.alias("at")), new.with_columns(pl.col("effective_us").alias("at"))])
    return without_nulls(both.sort("member", "at", maintain_order=True).drop("at"))
