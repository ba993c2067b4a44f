"""The events of a window of the log as files: by the month they were decided in, with what they amount to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import polars as pl
from django.db import connection

from regulars.insight.lake import derive
from regulars.insight.lake.draft import Draft
from regulars.insight.lake.past import sort, stream
from regulars.insight.spread import Spread
from regulars.science.history import EVENTS, LINES, Part

EVENTS_AT_ONCE = 500_000
PLACES = {"member": pl.Int64, "source": pl.String, "last_us": pl.Int64}


class Log:
    """Takes events in the order of the log into a draft.

    places: by member, what sent their first event and the latest moment that one of theirs was decided at: what is only
    logged may have happened long before, and must not be filed before what opened the account.
    """

    def __init__(self, draft: Draft, zone: str, places: pl.DataFrame) -> None:
        self.draft = draft
        self.zone = zone
        self.places = places
        self.count = 0
        self.last = 0
        self._refunds: list[pl.DataFrame] = []

    def take(self, low: int, high: int, fresh: pl.Series, progress: Callable[[int], None] | None) -> None:
        """Take what transactions from ``low`` on and below ``high`` wrote; and of members whose account is ``fresh``
        all that came before, too: they were visitors then."""
        spread = Spread(EVENTS, LINES)
        if low and len(fresh):
            before = stream(spread, " AND e.xid < %s::xid8 AND e.member_id = ANY(%s)", (str(low), fresh.to_list()))
            self._take(before, progress)
        window = stream(spread, " AND e.xid >= %s::xid8 AND e.xid < %s::xid8", (str(low), str(high)))
        self._take(window, progress)
        self._take_off_earlier_orders()

    def _take(self, parts: Iterable[Part], progress: Callable[[int], None] | None) -> None:
        for part in chunks(parts):
            if progress:
                progress(part.events.height)
            self._file(Part(_with_about_versions(part.events), part.lines))

    def _file(self, part: Part) -> None:
        assert part.lines is not None
        events = part.events
        self.count += events.height
        self.last = max(self.last, int(events["seq"].max()))  # type: ignore[arg-type]
        moments = (
            events.select("member", "effective_us")
            .join(self.places, on="member", how="left", maintain_order="left")
            .select(pl.max_horizontal("effective_us", "last_us").cum_max().over("member").alias("us"))["us"]
        )
        self._note_places(events.with_columns(moments.alias("last_us")))
        months = pl.from_epoch(moments, time_unit="us").dt.strftime("%Y-%m")
        of_lines = pl.Series(np.repeat(months.to_numpy(), events["lines_count"].to_numpy()), dtype=pl.String)
        for month in sorted(months.unique()):
            of_month = sort(Part(events.filter(months == month), part.lines.filter(of_lines == month)))
            assert of_month.lines is not None
            name = self.draft.next_name()
            self.draft.add("events", month, of_month.events, name)
            self.draft.add("lines", month, of_month.lines, name)
        refunds = derive.refunds(part)
        tables = derive.derive(part, self.zone)
        orders = tables["orders"]
        tables["orders"] = derive.take_off(orders, refunds)
        self._refunds.append(refunds.join(orders, left_on="about", right_on="seq", how="anti"))
        for table, frame in tables.items():
            self.draft.add_by_month(table, frame)

    def _note_places(self, events: pl.DataFrame) -> None:
        fresh = events.group_by("member").agg(pl.col("source").first(), pl.col("last_us").max())
        both = pl.concat([self.places, fresh.select(list(PLACES))])
        self.places = both.group_by("member").agg(pl.col("source").drop_nulls().first(), pl.col("last_us").max())

    def _take_off_earlier_orders(self) -> None:
        """Refunds of orders that were filed before: the files that hold those are written again."""
        refunds = pl.concat(self._refunds) if self._refunds else pl.DataFrame()
        if not refunds.height:
            return
        about = refunds["about"].unique().sort()
        for file in list(self.draft.tables["orders"]):
            if not about.is_between(file.first, file.last).any():
                continue
            orders = self.draft.read("orders", file)
            if orders["seq"].is_in(about.implode()).any():
                name = self.draft.next_name()
                self.draft.replace("orders", [file], derive.take_off(orders, refunds), name)


def chunks(parts: Iterable[Part]) -> Iterator[Part]:
    """Many small parts as few great ones."""
    held: list[Part] = []
    for part in parts:
        held.append(part)
        if sum(one.events.height for one in held) >= EVENTS_AT_ONCE:
            yield _one(held)
            held = []
    if held:
        yield _one(held)


def _one(parts: list[Part]) -> Part:
    lines = [part.lines for part in parts if part.lines is not None]
    return Part(pl.concat([part.events for part in parts]), pl.concat(lines))


def _with_about_versions(events: pl.DataFrame) -> pl.DataFrame:
    """For each refund the version that decided its order, which may lie long before."""
    about = events["about"].drop_nulls().unique().to_list()
    if not about:
        return events
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, version_id FROM events_event WHERE id = ANY(%s)", [about])
        found = pl.DataFrame(cursor.fetchall(), {"about": pl.Int64, "version_of_order": pl.Int64}, orient="row")
    joined = events.join(found, on="about", how="left", maintain_order="left")
    return joined.with_columns(pl.col("version_of_order").alias("about_version")).select(events.columns)
