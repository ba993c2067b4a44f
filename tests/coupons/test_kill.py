"""The making of codes is killed at any moment, and goes on as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from regulars.coupons import batches, codes
from regulars.coupons.models import Batch, Coupon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crash]

WORK = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from regulars.coupons import codes
codes.make(int(sys.argv[2]), at_once=1_000)
"""


def a_maker(batch: Batch) -> subprocess.Popen[bytes]:
    """A process of its own that makes the batch's codes in the tests' database."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "-c", WORK, connection.settings_dict["NAME"], str(batch.pk)], env=environ)


def made(batch: Batch) -> int:
    return Batch.objects.values_list("made", flat=True).get(pk=batch.pk)


def test_killed_three_times_and_still_exactly_as_many_as_wanted() -> None:
    batch = batches.begin(Batch(key="x", name="x", kind=Batch.GENERATED, wanted=60_000, prefix="K", length=10))
    before = 0
    for _ in range(3):
        maker = a_maker(batch)
        deadline = time.monotonic() + 60
        while made(batch) < before + 3_000:
            assert maker.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        maker.send_signal(signal.SIGKILL)
        maker.wait(10)
        # What it had begun is undone when PostgreSQL notices that nobody is there; what was committed stands.
        time.sleep(0.2)
        before = made(batch)
        assert Coupon.objects.filter(batch=batch).count() == before < 60_000
    assert codes.make(batch.pk) == 60_000 - before
    assert Coupon.objects.filter(batch=batch).values("code").distinct().count() == 60_000
    batch.refresh_from_db()
    assert (batch.made, batch.state) == (60_000, Batch.READY)


def test_the_minutes_task_finds_a_batch_whose_maker_died() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from regulars.coupons.tasks import go_on_making

    batch = batches.begin(Batch(key="x", name="x", kind=Batch.GENERATED, wanted=10, length=10))
    jobs = ProcrastinateJob.objects.filter(task_name="coupons.make_codes", status="todo", args={"batch_id": batch.pk})
    assert jobs.count() == 1
    go_on_making(0)
    assert jobs.count() == 1, "it waits already"
    with connection.cursor() as cursor:  # a worker took it and was killed: to the queue it is still being done
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    go_on_making(0)
    assert jobs.count() == 1
    codes.make(batch.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    go_on_making(0)
    assert jobs.count() == 0, "nothing is left to make"
