"""Which files of a lake count, and how far in the log they reach.

The manifest is the only file that is ever replaced. Whoever reads a lake reads the manifest first and then only files
that it names, so a sync that was killed has changed nothing that anybody sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from regulars.science.lake.root import Root

NAME = "manifest.json"
FORMAT = 1


class LakeDamaged(ValueError):
    """A file of the lake is missing, cut short or no Parquet; the message names it and says what helps."""


class File(msgspec.Struct, frozen=True):
    """One Parquet file. first, last: the least and the greatest of its rows' numbers (``seq``; in the ledger
    ``transfer``); None where rows have none."""

    path: str
    month: str
    rows: int
    bytes: int
    first: int | None = None
    last: int | None = None


class Fence(msgspec.Struct, frozen=True):
    """Every transfer numbered up to ``transfer`` was written by a transaction numbered below ``xid``."""

    transfer: int = 0
    xid: int = 0


class Position(msgspec.Struct, frozen=True):
    """How far the lake reaches: everything that transactions numbered below ``xid`` wrote.

    event, event_xid: the last event in it and the transaction that wrote that, by which the log is known again.
    transfer: the greatest transfer in it. floor: transfers up to it need not be looked at again; fence: the next floor.
    """

    xid: int = 0
    event: int = 0
    event_xid: int = 0
    transfer: int = 0
    floor: int = 0
    fence: Fence = Fence()


class Retired(msgspec.Struct, frozen=True):
    """A file that counted until ``at``: whoever began to read before may still need it."""

    path: str
    at: datetime


class Manifest(msgspec.Struct, frozen=True):
    """The state of a lake. ``time_zone`` is what days are counted in, ``currency`` the one of points that ``standing``
    has the balance of. Files of a table are in the order of time."""

    format: int
    generation: int
    synced_at: datetime
    time_zone: str
    currency: str
    position: Position
    tables: dict[str, list[File]]
    retired: list[Retired] = []

    @property
    def state(self) -> str:
        """What this state of the lake is known by: no two syncs of one lake share it."""
        return f"{self.generation}@{self.synced_at:%Y-%m-%dT%H:%M:%S.%f}"

    def files(self) -> Iterator[File]:
        """All files that count."""
        for files in self.tables.values():
            yield from files


def read(root: Root) -> Manifest | None:
    """The manifest; None where there is none. Raises LakeDamaged when it cannot be read."""
    try:
        content = root.read(NAME)
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise LakeDamaged(f"{root.address(NAME)} cannot be read ({error}). {_ANEW}") from None
    if found.format > FORMAT:
        raise LakeDamaged(f"{root.address(NAME)} was written by a later version of Regulars")
    return found


def write(root: Root, manifest: Manifest) -> None:
    """Let this be the state of the lake from now on."""
    root.replace(NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def check(root: Root, manifest: Manifest, sizes: dict[str, int]) -> None:
    """Raises LakeDamaged when a file that counts is not there, or not whole."""
    for file in manifest.files():
        size = sizes.get(file.path)
        if size is None:
            raise LakeDamaged(f"{root.address(file.path)} is missing. {_ANEW}")
        if size != file.bytes:
            raise LakeDamaged(f"{root.address(file.path)} has {size:,} bytes and should have {file.bytes:,}. {_ANEW}")


def of_folder(folder: Path) -> Manifest | None:
    """The manifest of a lake on this machine, its events and lines checked; None for a folder that has none.

    Raises LakeDamaged.
    """
    if not (folder / NAME).is_file():
        return None
    root = Root(folder)
    found = read(root)
    assert found is not None
    needed = [file.path for table in ("events", "lines") for file in found.tables.get(table, [])]
    sizes = {path: (folder / path).stat().st_size for path in needed if (folder / path).is_file()}
    replayed = {table: files for table, files in found.tables.items() if table in ("events", "lines")}
    check(root, msgspec.structs.replace(found, tables=replayed), sizes)
    return found


_ANEW = "`regulars lake sync --fresh` writes the lake anew from the log; until it is done nothing is deleted."
