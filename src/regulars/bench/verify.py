"""``verify``: the proof of the whole ledger; the baseline is reading the same rows of the log and nothing else."""

from __future__ import annotations

import time

from django.db import connection

from regulars.bench.figures import Figure, Say, at_most
from regulars.insight.verify import verify
from regulars.science.replay import Replay


def run(say: Say) -> list[Figure]:
    """Prove the ledger in the database."""
    say("compiling the rules, if they changed")
    assert Replay is not None
    verify(members=[0])
    say("reading the log plainly")
    began = time.perf_counter()
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy("COPY events_event TO STDOUT") as copy:
        for _ in copy:
            pass
    baseline = time.perf_counter() - began
    say("verifying")
    proof = verify()
    return [
        at_most(f"{proof.events:,} events, {proof.transfers:,} transfers", proof.seconds, "s", 10, baseline),
        at_most("drift", proof.drift, "members", 0),
    ]
