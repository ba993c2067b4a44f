"""Bring the database and, in a demo, the demo year up to date; does only what is missing."""

from __future__ import annotations

from regulars.cli._prepare import prepare
from regulars.project.config import read
from regulars.project.postgres import cluster

NEEDS = "nothing"


def command() -> None:
    """Apply missing migrations and load what is missing of the demo year."""
    config = read()
    embedded = cluster(config)
    if embedded is not None:
        embedded.ensure()
    prepare(config)
