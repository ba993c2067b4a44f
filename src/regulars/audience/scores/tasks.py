"""The job of the scores: after a sync of the lake, once a day, or when somebody asks."""

from __future__ import annotations

import json
import subprocess
import sys

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = structlog.get_logger(__name__)


@app.task(queueing_lock="scores.refresh", name="scores.refresh")
def refresh(if_due: bool = True) -> None:
    """Make the scores anew; ``if_due``: only where there are none of this day yet.

    In a process of its own: the models want the orders and numpy in memory for a moment, which the worker need not
    keep.
    """
    command = [sys.executable, "-m", "regulars.cli.main", "scores", "--json", *(["--if-due"] if if_due else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        log.error("scores_not_made", reason=done.stderr.strip()[-500:])
        return
    log.info("scores", **json.loads(lines[-1]))


def enqueue(if_due: bool = True) -> None:
    """Let a worker do it; one that waits already is enough."""
    try:
        with transaction.atomic():  # a savepoint: finding the job there must not end the caller's transaction
            refresh.defer(if_due=if_due)
    except AlreadyEnqueued:
        pass
