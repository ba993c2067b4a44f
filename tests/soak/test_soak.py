"""The crowd for a long time: ``SOAK_OPERATIONS=100000 pytest tests/soak`` (an operation is an event, a hold, a sweep…).

Prints what it did; fails on a single point of drift.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.db import connection

from regulars.flow.sweep import sweep
from regulars.insight.verify import verify
from tests.flow import crowd
from tests.flow.ledger_laws import offences

OPERATIONS = int(os.environ.get("SOAK_OPERATIONS", "0"))
ROUND = 5_000

pytestmark = [
    pytest.mark.soak,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not OPERATIONS, reason="SOAK_OPERATIONS is not given"),
]


def test_the_ledger_is_exact_after_a_long_time(capsys: pytest.CaptureFixture[str]) -> None:
    crowd.publish()
    rounds = -(-OPERATIONS // 16_000)
    people = crowd.Crowd(seed=11, size=400, days=700 // rounds)
    began = time.perf_counter()
    while people.done < OPERATIONS:
        people.operations(min(ROUND, max((OPERATIONS - people.done) // 3, 40)))
        people.seed += 1
        people.begin += timedelta(days=people.days)
    sweep(everyone=True)
    seconds = time.perf_counter() - began
    # Proving reads the log once: let it not be slowed by what has just been written.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    proof = verify()
    with capsys.disabled():
        rate = f"{people.done / seconds:.0f} a second"
        print(f"\n{people.done} operations in {seconds:.0f} s ({rate}), {people.statuses}")
        found = f"{proof.events} events, {proof.transfers} transfers of {proof.members} members"
        print(f"verified {found} in {proof.seconds:.1f} s: drift {proof.drift}")
    assert proof.found == []
    assert offences() == {}
