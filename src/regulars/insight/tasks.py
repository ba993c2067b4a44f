"""What is done at its hour: the proof of the ledger, the estimate of what lapses, the lake."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regulars.audience.scores import tasks as scores
from regulars.audience.segments import tasks as refreshing
from regulars.inquiries.models import LakeState
from regulars.insight.owed import counted
from regulars.programmes.reads import NoProgramme

log = structlog.get_logger(__name__)


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="insight.prove_the_ledger", name="insight.prove_the_ledger")
def prove_the_ledger(timestamp: int) -> None:
    """Derive every member again and compare; any drift is an error in the log and on the console's home page.

    In a process of its own: the proof needs the compiled rules and the whole log in memory, the worker need not keep
    either.
    """
    command = [sys.executable, "-m", "regulars.cli.main", "verify", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(f"the proof did not run: {done.stderr.strip()[-500:]}")
    found = json.loads(lines[-1])
    if found["drift"]:
        log.error("ledger_drift", members=found["drift"])
    else:
        log.info("ledger_proved", members=found["members"], seconds=found["seconds"])


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="insight.estimate_breakage", name="insight.estimate_breakage")
def estimate_breakage(timestamp: int) -> None:
    """Estimate how many of the open points will lapse, for the console's page; months that do not tie are an error.

    In a process of its own, as the proof: the estimate needs the ledger as columns in memory for a moment.
    """
    command = [sys.executable, "-m", "regulars.cli.main", "owed", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(f"the estimate did not run: {done.stderr.strip()[-500:]}")
    found = json.loads(lines[-1])
    if found["ties"]:
        log.info("breakage_estimated", currencies=len(found["currencies"]))
    else:
        log.error("points_owed_do_not_tie")


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="insight.count_what_is_owed", name="insight.count_what_is_owed")
def count_what_is_owed(timestamp: int) -> None:
    """Count the points owed for the console's page; a count that does not tie to the ledger is an error in the log."""
    try:
        found = counted.count()
    except NoProgramme:
        return
    if not found.ties:
        log.error("points_owed_do_not_tie")


def count_soon() -> None:
    """Have what is owed counted now rather than at the next hour."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        count_what_is_owed.configure(queueing_lock=count_what_is_owed.queueing_lock).defer(timestamp=int(time.time()))


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="insight.sync_the_lake", name="insight.sync_the_lake")
def sync_the_lake(timestamp: int) -> None:
    """Bring the lake up to date with the log.

    In a process of its own, as the proof: columns want memory for a moment. Where a sync is under way already, or a
    file is damaged, the command says so and the last state stays. Then who belongs to the segments is found anew.
    """
    command = [sys.executable, "-m", "regulars.cli.main", "lake", "sync", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        log.error("lake_not_synced", reason=done.stderr.strip()[-500:])
        return
    found = json.loads(lines[-1])
    refreshing.enqueue()
    log.info("lake_synced", events=found["events"], transfers=found["transfers"], files=found["files"])
    scores.enqueue()  # its process finds by itself whether they are due


def sync_soon_if_never() -> None:
    """Have the lake made now rather than at the next hour, in a shop that has none yet."""
    if LakeState.objects.exists():
        return
    with contextlib.suppress(AlreadyEnqueued):
        sync_the_lake.configure(queueing_lock=sync_the_lake.queueing_lock).defer(timestamp=int(time.time()))
