"""Bringing the lake up to date: what is new in the log becomes files, and then one manifest names them all.

Exactly once: a sync takes what transactions between the last manifest's position and its own wrote, nothing twice and
nothing left out, and the manifest that names the new files is the one that moves the position. Killed before, it has
done nothing; what it left lying is swept by the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from regulars.insight.lake import ledger, visitors
from regulars.insight.lake.compact import compact
from regulars.insight.lake.draft import Draft
from regulars.insight.lake.horizon import Busy, OtherLog, alone, ask, check_same_log, next_floor, snapshot
from regulars.insight.lake.log import PLACES, Log
from regulars.points.fence import fence
from regulars.programmes.reads import NoProgramme, current
from regulars.science.lake import manifest as mf
from regulars.science.lake.manifest import Fence, Manifest, Position
from regulars.science.lake.root import Root
from regulars.science.lake.tables import TABLES

__all__ = ["Busy", "OtherLog", "Synced", "sync"]

KEPT = timedelta(hours=1)
"""How long files that count no longer stay for whoever is reading them."""
_OURS = re.compile(
    rf"({'|'.join(TABLES)})/(month=\d{{4}}-\d\d/)?part-\d+-\d+\.parquet|manifest\.json\.draft"
    r"|(events|lines)/\d{4}-\d\d\.(parquet|draft)"
)
"""What a lake's files are called, those of the first releases too: nothing else in the folder is touched."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: events and transfers taken, the files that count now, those that were taken together."""

    events: int
    transfers: int
    files: int
    joined: int
    swept: int
    generation: int


def sync(
    url: str | Path, progress: Callable[[int], None] | None = None, fresh: bool = False, now: datetime | None = None
) -> Synced:
    """Bring the lake under ``url`` (a folder, or any URL that fsspec knows) up to date.

    fresh: write it anew from the beginning of the log; the old state counts until then. Must not be called in a
    transaction. Raises Busy while another sync of it runs, LakeDamaged when a file that counts is missing or not whole,
    OtherLog when it was made from another log. After any error the last state stays as it is.
    """
    root = Root(url)
    now = now or datetime.now(UTC)
    with alone(root.address("")):
        return _sync(root, progress, fresh, now)


def _sync(root: Root, progress: Callable[[int], None] | None, fresh: bool, now: datetime) -> Synced:
    present = root.sizes()
    base = _base(root, present, fresh)
    swept = 0 if fresh else _sweep(root, base, present, now)
    zone, currency = _programme(now)
    ahead = Fence(*fence())
    with snapshot() as high:
        draft = Draft(root, base, present)
        before, places = Position(), pl.DataFrame(schema=PLACES)
        if base is not None and _continues(base, zone, currency, fresh):
            before = base.position
            check_same_log(before, high)
            places = _places(draft)
        else:
            for table in TABLES:
                draft.drop(table, list(draft.tables[table]))
        log = Log(draft, zone, places)
        accounts = ledger.accounts()
        log.take(before.xid, high, accounts.filter(~accounts.is_in(places["member"].implode())), progress)
        visitors.take(draft, before.xid, high, zone)
        transfers = _take_ledger(draft, before, high, zone)
        _take_standing(draft, ledger.standing(currency, log.places))
        floor, waiting = next_floor(before, ahead, high)
        last = max(before.event, log.last)
        (xid,) = ask("SELECT coalesce(max(xid::text::bigint), 0) FROM events_event WHERE id = %s", [last])
    joined = compact(draft)
    last_transfer = max((file.last or 0 for file in draft.tables["ledger"]), default=0)
    position = Position(high, last, xid, last_transfer, floor, waiting)
    kept = [one for one in (base.retired if base else []) if one.at + KEPT >= now]
    retired = [*kept, *draft.retired_at(now)]
    mf.write(root, Manifest(mf.FORMAT, draft.generation, now, zone, currency, position, draft.tables, retired))
    for file in draft.waste:
        root.remove(file.path)
    files = sum(len(files) for files in draft.tables.values())
    return Synced(log.count, transfers, files, joined, swept, draft.generation)


def _base(root: Root, present: dict[str, int], fresh: bool) -> Manifest | None:
    """The last state; of a lake that is written anew only to know what to keep until then."""
    try:
        base = mf.read(root)
        if base is not None and not fresh:
            mf.check(root, base, present)
    except mf.LakeDamaged:
        if not fresh:
            raise
        return None
    return base


def _continues(base: Manifest, zone: str, currency: str, fresh: bool) -> bool:
    """Whether the last state can be gone on from: days of another time zone cannot."""
    return not fresh and (base.format, base.time_zone, base.currency) == (mf.FORMAT, zone, currency)


def _sweep(root: Root, base: Manifest | None, present: dict[str, int], now: datetime) -> int:
    """Take away what killed syncs left, and what has not counted for long enough."""
    kept = {file.path for file in base.files()} if base else set()
    if base:
        kept |= {one.path for one in base.retired if one.at + KEPT >= now}
    leftovers = [name for name in present if name not in kept and _OURS.fullmatch(name)]
    for name in leftovers:
        root.remove(name)
    return len(leftovers)


def _programme(now: datetime) -> tuple[str, str]:
    """The time zone that days are counted in, and the first currency of points."""
    try:
        _, programme = current(now)
    except NoProgramme:
        return "UTC", ""
    return programme.time_zone, programme.points[0].key


def _places(draft: Draft) -> pl.DataFrame:
    """What the last standing says of each member's events."""
    found = [draft.read("standing", file) for file in draft.tables["standing"]]
    if not found:
        return pl.DataFrame(schema=PLACES)
    return pl.concat(found).select("member", "source", pl.col("last_at").dt.epoch("us").alias("last_us"))


def _take_ledger(draft: Draft, before: Position, high: int, zone: str) -> int:
    count = 0
    for frame in ledger.transfers(before.xid, high, before.floor, zone):
        count += frame.height
        draft.add_by_month("ledger", frame)
    for frame in ledger.tier_changes(before.xid, high, zone):
        draft.add_by_month("tier_changes", frame)
    return count


def _take_standing(draft: Draft, standing: pl.DataFrame) -> None:
    """One file, written again only when somebody's standing is another."""
    old = draft.tables["standing"]
    if old and pl.concat([draft.read("standing", file) for file in old]).equals(standing):
        return
    draft.drop("standing", list(old))
    draft.add("standing", "", standing, draft.next_name())
