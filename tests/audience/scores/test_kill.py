"""A run that is killed while it writes: the scores in force stay whole, the next run sweeps what it left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from regulars.audience.scores import reads, writes
from regulars.audience.scores.making.refresh import refresh
from regulars.audience.scores.models import Score, ScoreRun
from tests.audience.scores.lakes import AS_OF, lake_of, shoppers

pytestmark = pytest.mark.django_db(transaction=True)

_CHILD = """
import django, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from regulars.audience.scores import writes
from regulars.audience.scores.making import refresh
refresh.AT_ONCE = 20
put = writes.copy
def slowly(text):
    put(text)
    time.sleep(0.3)
writes.copy = slowly
refresh.refresh(sys.argv[2])
"""


@pytest.mark.crash
def test_killed_while_writing(tmp_path: Path) -> None:
    first = refresh(lake_of(tmp_path / "a", shoppers())).run
    whole = list(Score.objects.order_by("member_id").values_list("member_id", "alive", "leaving_90"))
    later = lake_of(tmp_path / "b", shoppers(), AS_OF + timedelta(days=14))
    command = [sys.executable, "-c", _CHILD, str(connection.settings_dict["NAME"]), later]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3]) as child:
        until = time.monotonic() + 90
        while not Score.objects.exclude(run_id=first.pk).exists():
            assert time.monotonic() < until and child.poll() is None
            time.sleep(0.02)
        assert writes.under_way()
        os.kill(child.pid, signal.SIGKILL)
    current = reads.current()
    assert current is not None and current.pk == first.pk
    left = Score.objects.exclude(run_id=first.pk).count()
    assert 0 < left < len(whole)
    kept = Score.objects.filter(run_id=first.pk).order_by("member_id")
    assert list(kept.values_list("member_id", "alive", "leaving_90")) == whole
    until = time.monotonic() + 20
    while writes.under_way():  # the database notices that the connection is gone
        assert time.monotonic() < until
        time.sleep(0.05)
    second = refresh(later).run
    assert second.state == ScoreRun.MADE
    assert set(Score.objects.values_list("run_id", flat=True)) == {second.pk}
    killed = ScoreRun.objects.exclude(pk__in=[first.pk, second.pk]).get()
    assert (killed.state, killed.said) == (ScoreRun.FAILED, {"key": "interrupted"})


def test_two_at_once_are_one(tmp_path: Path) -> None:
    url = lake_of(tmp_path, shoppers())
    child = (
        "import django, os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\ndjango.setup()\n"
        "from django.db import connections\nconnections['default'].settings_dict['NAME'] = sys.argv[1]\n"
        "from regulars.audience.scores import writes\n"
        "with writes.alone():\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", child, str(connection.settings_dict["NAME"])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        with pytest.raises(writes.Busy):
            refresh(url)
        assert other.stdin is not None
        other.stdin.close()
    assert not ScoreRun.objects.exists()
