"""How far the lake is, and how large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regulars.insight.lake.horizon import ask
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from regulars.science.lake.tables import TABLES


@dataclass(frozen=True, slots=True)
class Size:
    """One table: its files, rows and bytes."""

    files: int
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """The last state of a lake against the log.

    event, transfer: the last ones in it. lag_events: events of members in the log that it has not taken;
    lag_minutes: for how long the first of them has been there, whole minutes. unnamed_files, unnamed_bytes: what lies
    there and does not count, until a later sync sweeps it.
    """

    url: str
    generation: int
    synced_at: datetime
    time_zone: str
    event: int
    transfer: int
    lag_events: int
    lag_minutes: int
    tables: dict[str, Size]
    unnamed_files: int
    unnamed_bytes: int


def status(url: str | Path, now: datetime | None = None) -> Status:
    """Raises FileNotFoundError when there is no lake, LakeDamaged when a file that counts is missing or not whole."""
    root = Root(url)
    found = mf.read(root)
    if found is None:
        raise FileNotFoundError(f"there is no lake under {root.url}; `regulars lake sync` makes one")
    present = root.sizes()
    mf.check(root, found, present)
    count, first = ask(
        "SELECT count(*), min(e.received_at) FROM events_event e JOIN points_account a ON a.member_id = e.member_id"
        " WHERE e.xid >= %s::xid8 AND NOT e.fact",
        [str(found.position.xid)],
    )
    behind = ((now or datetime.now(UTC)) - first).total_seconds() // 60 if first else 0
    named = {file.path for file in found.files()} | {mf.NAME}
    rest = [size for path, size in present.items() if path not in named]
    return Status(
        url=root.url,
        generation=found.generation,
        synced_at=found.synced_at,
        time_zone=found.time_zone,
        event=found.position.event,
        transfer=found.position.transfer,
        lag_events=count,
        lag_minutes=max(int(behind), 0),
        tables={name: _size(found.tables.get(name, [])) for name in TABLES},
        unnamed_files=len(rest),
        unnamed_bytes=sum(rest),
    )


def _size(files: list[mf.File]) -> Size:
    return Size(len(files), sum(file.rows for file in files), sum(file.bytes for file in files))
