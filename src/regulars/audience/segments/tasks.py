"""The job that finds out who belongs to the segments."""

from __future__ import annotations

import json
import subprocess
import sys

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = structlog.get_logger(__name__)


@app.task(queueing_lock="segments.refresh", name="segments.refresh")
def refresh_segments() -> None:
    """Refresh every segment, in a process of its own: the lake wants memory for a moment."""
    command = [sys.executable, "-m", "regulars.cli.main", "segments", "refresh", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        log.error("segments_not_refreshed", reason=done.stderr.strip()[-500:])
        return
    found = json.loads(lines[-1])["segments"]
    failed = [one["key"] for one in found if one["problem"]]
    log.info("segments_refreshed", segments=len(found) - len(failed), failed=failed)


def enqueue() -> None:
    """Let a worker refresh the segments soon; nothing where one is to do so already."""
    try:
        with transaction.atomic():  # a savepoint: finding the job there already must not end the caller's transaction
            refresh_segments.defer()
    except AlreadyEnqueued:
        pass
