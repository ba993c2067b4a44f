"""The shop's past as rehearsals need it: in memory, month by month, and what each member bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from regulars.insight import lake
from regulars.programmes.reads import microseconds
from regulars.rules.events import REFUND_NAMES
from regulars.science.history import Frames, Part
from regulars.science.parquet import Lake

I64 = np.int64
ORDER = "Order Completed"
NEW_DAYS = 90
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Bought:
    """By member (ascending ids): what they spent, refunds taken off, in minor units, and when they first bought."""

    ids: np.ndarray
    spent_minor: np.ndarray
    first_us: np.ndarray

    def of(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spending and first purchase of other members' ids; 0 and -1 for who never bought."""
        if not len(self.ids):
            return np.zeros(len(ids), I64), np.full(len(ids), -1, I64)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[place] == ids
        return np.where(known, self.spent_minor[place], 0), np.where(known, self.first_us[place], -1)


@dataclass(frozen=True, slots=True)
class Past:
    """The past in parts, a local month each.

    ends: the moment (microseconds UTC) at which each part's month ends; of the last, when the past was read.
    """

    frames: Frames
    months: tuple[str, ...]
    ends: tuple[int, ...]
    bought: Bought
    events: int
    sales_minor: int
    read_at: datetime

    @property
    def first_us(self) -> int:
        """When the first event counted."""
        return min((int(part.events["effective_us"].min()) for part in self.frames.held), default=0)  # type: ignore[arg-type]

    @property
    def as_of(self) -> int:
        """Up to when time passes for everybody."""
        return self.ends[-1] if self.ends else microseconds(self.read_at)

    def until(self, month: int) -> Frames:
        """The past up to the end of a month, by its number."""
        return Frames(self.frames.held[: month + 1])


def read(zone: str, folder: Path | None = None) -> Past:
    """The past from the log; from Parquet as the lake writes it when a ``folder`` is given (its end is then the moment
    of its last event)."""
    if folder is None:
        return past_of(lake.read(), zone, datetime.now(UTC))
    found = Lake(folder)
    held = [Part(pl.read_parquet(file), pl.read_parquet(found.lines_of(file))) for file in found.files]
    last = max((int(part.events["effective_us"].max()) for part in held), default=0)  # type: ignore[arg-type]
    return past_of(Frames(held), zone, datetime.fromtimestamp(last // 1_000_000 + 1, UTC))


def past_of(frames: Frames, zone: str, read_at: datetime) -> Past:
    """A past that is in memory already, in parts of a month each, by the clock of ``zone``."""
    months, parts = _by_month(frames, zone)
    starts = [_start_of(month, zone) for month in months]
    ends = [after - 1 for _month, after in pairwise(starts)]
    bought, sales_minor = _bought(parts)
    return Past(
        Frames(parts),
        tuple(months),
        (*ends, microseconds(read_at)) if months else (),
        bought,
        sum(part.events.height for part in parts),
        sales_minor,
        read_at,
    )


def _by_month(frames: Frames, zone: str) -> tuple[list[str], list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in frames.held:
        # what is only logged may have happened long before: without the maximum it would come before the event that
        # opened the account
        moment = pl.col("effective_us").cum_max().over("member")
        local = pl.from_epoch(moment, time_unit="us").dt.convert_time_zone(zone)
        number = (local.dt.year().cast(pl.Int32) * 100 + local.dt.month().cast(pl.Int32)).alias("month")
        of_events = part.events.select(number)["month"].to_numpy()
        assert part.lines is not None
        of_lines = np.repeat(of_events, part.events["lines_count"].to_numpy())
        for month in np.unique(of_events).tolist():
            events, lines = (
                frame.filter(pl.Series(of == month)) for frame, of in [(part.events, of_events), (part.lines, of_lines)]
            )
            found.setdefault(f"{month // 100}-{month % 100:02}", []).append(Part(events, lines))
    months = sorted(found)
    return months, [_one(found[month]) for month in months]


def _one(parts: list[Part]) -> Part:
    """Parts of one month, members in order."""
    if len(parts) == 1:
        return parts[0]
    lines = [part.lines for part in parts if part.lines is not None]
    return lake.sort(Part(pl.concat([part.events for part in parts]), pl.concat(lines)))


def _start_of(month: str, zone: str) -> int:
    year, number = map(int, month.split("-"))
    return microseconds(datetime(year, number, 1, tzinfo=ZoneInfo(zone)))


def _bought(parts: list[Part]) -> tuple[Bought, int]:
    columns = ["seq", "member", "name", "effective_us", "net_minor", "about", "whole", "share_num", "share_den"]
    if not parts:
        return Bought(np.zeros(0, I64), np.zeros(0, I64), np.zeros(0, I64)), 0
    events = pl.concat([part.events.select(columns) for part in parts]).with_columns(pl.col("name").cast(pl.String))
    orders = events.filter(pl.col("name") == ORDER)
    refunds = events.filter(pl.col("name").is_in(list(REFUND_NAMES)) & pl.col("about").is_not_null())
    nets = orders.select(pl.col("seq").alias("about"), pl.col("net_minor").alias("of_order"))
    share = pl.col("of_order") * pl.col("share_num") // pl.when(pl.col("share_den") > 0).then(pl.col("share_den"))
    back = (
        refunds.join(nets, on="about")
        .with_columns(pl.when(pl.col("whole")).then(pl.col("of_order")).otherwise(share).fill_null(0).alias("back"))
        .group_by("member", "about")
        .agg(pl.min_horizontal(pl.col("back").sum(), pl.col("of_order").first()).alias("back"))
        .group_by("member")
        .agg(pl.col("back").sum())
    )
    spent = (
        orders.group_by("member")
        .agg(pl.col("net_minor").fill_null(0).sum().alias("spent"), pl.col("effective_us").min().alias("first"))
        .join(back, on="member", how="left")
        .with_columns((pl.col("spent") - pl.col("back").fill_null(0)).alias("spent"))
        .sort("member")
    )
    bought = Bought(*(spent[name].to_numpy().astype(I64) for name in ("member", "spent", "first")))
    return bought, int(spent["spent"].sum())
