"""Saying to whoever answers questions that the lake has a new state."""

from __future__ import annotations

from pathlib import Path

from regulars.inquiries.queue import lake_moved
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root


def tell(url: str | Path) -> None:
    """Answers come from the lake under ``url`` as it is now; what pages asked lately is answered ahead of them.

    Does nothing where there is no lake. Raises LakeDamaged when its manifest cannot be read.
    """
    found = mf.read(Root(url))
    if found is not None:
        lake_moved(found.state, found.synced_at, found.time_zone)
