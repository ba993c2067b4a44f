"""A folder anywhere that fsspec reaches: on this machine, in an object store, in memory.

Object stores have no rename, but an object is there whole or not at all; on disk a rename does the same. So ``replace``
is all or nothing everywhere, and only one file, the manifest, needs it.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Literal

import fsspec
import polars as pl
from fsspec.implementations.local import LocalFileSystem

ROWS_OF_A_GROUP = 1 << 18
COMPRESSION: Literal["lz4"] = "lz4"
"""Read a tenth faster than zstd, for not twice the space: a lake is read far oftener than it is written."""


class Root:
    """A folder by its path or URL; the names of its files are relative to it."""

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)
        try:
            self.fs, path = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise ValueError(f"{self.url}: {error}") from None
        self.path = str(path).rstrip("/")
        self.local = isinstance(self.fs, LocalFileSystem)

    def address(self, name: str) -> str:
        """How other programs find a file: its path on this machine, else its URL."""
        path = f"{self.path}/{name}"
        return path if self.local else str(self.fs.unstrip_protocol(path))

    def read(self, name: str) -> bytes:
        """A file's content. Raises FileNotFoundError."""
        content: bytes = self.fs.cat_file(f"{self.path}/{name}")
        return content

    def sizes(self) -> dict[str, int]:
        """Every file and its bytes."""
        self.fs.invalidate_cache()
        start = len(self.path) + 1
        try:
            found = self.fs.find(self.path, detail=True)
        except FileNotFoundError:
            return {}
        return {path[start:]: int(about["size"]) for path, about in found.items()}

    def put(self, name: str, content: bytes) -> None:
        """Write a file that nobody knows of yet; on disk for good when this returns."""
        path = f"{self.path}/{name}"
        if not self.local:
            self.fs.pipe_file(path, content)
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def replace(self, name: str, content: bytes) -> None:
        """Put a file in the place of another, all or nothing."""
        if not self.local:
            self.put(name, content)
            return
        self.put(f"{name}.draft", content)
        os.replace(f"{self.path}/{name}.draft", f"{self.path}/{name}")
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def remove(self, name: str) -> None:
        """Take a file away; one that is gone already is no error."""
        try:
            self.fs.rm_file(f"{self.path}/{name}")
        except FileNotFoundError:
            return

    def put_frame(self, name: str, frame: pl.DataFrame) -> int:
        """Write a frame as Parquet; returns its bytes."""
        held = BytesIO()
        frame.write_parquet(held, compression=COMPRESSION, row_group_size=ROWS_OF_A_GROUP, statistics=True)
        content = held.getvalue()
        self.put(name, content)
        return len(content)

    def frame(self, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        """Read a frame. Raises FileNotFoundError, or polars' ComputeError for what is no Parquet."""
        source = f"{self.path}/{name}" if self.local else BytesIO(self.read(name))
        return pl.read_parquet(source, columns=columns, glob=False, hive_partitioning=False)
