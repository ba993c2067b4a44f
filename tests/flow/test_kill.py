"""Killed in the middle of the work: web, worker and PostgreSQL. Nothing is lost, nothing counts twice.

A shop sends batches over HTTP and sends again whatever got no answer, as shops do.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from django.db import connection

from regulars.flow import intake
from regulars.programmes import writes as programmes
from regulars.project.postgres import DATABASE, OWNER, Cluster
from tests.flow import crowd
from tests.project.test_serve import child, free_port, healthy
from tests.science import shoppers

pytestmark = [
    pytest.mark.crash, pytest.mark.slow, pytest.mark.xdist_group("postgres"), pytest.mark.django_db(transaction=True),
]  # fmt: skip

BATCHES, SIZE = 40, 25
REGULARS = [sys.executable, "-m", "regulars.cli.main"]
# pending and available together: when the worker last let time pass differs
TOTALS = """
    SELECT currency, 'balance', sum(pending + available), sum(held), sum(debt), count(*) FROM points_balance GROUP BY 1
    UNION ALL SELECT currency, kind::text, sum(amount), 0, 0, count(*) FROM points_transfer
    WHERE kind IN (1, 8) GROUP BY 1, 2
    ORDER BY 1, 2"""


def batches() -> list[list[dict[str, Any]]]:
    """What the shop sends: orders, parcels, refunds, reviews, of days gone by."""
    random = Random(7)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
    found, orders = [], []
    for number in range(BATCHES * SIZE):
        user = f"user-{random.randrange(30)}"
        at = begin + timedelta(minutes=30 * number)
        event: dict[str, Any] = {"message_id": f"m-{number}", "user_id": user, "timestamp": at.isoformat()}
        kind = random.choice(["Order Completed"] * 3 + ["Order Delivered"] * 2 + ["Order Refunded", "Product Reviewed"])
        if kind == "Order Completed" or not orders:
            properties = shoppers.order(random, f"o-{number}")
            orders.append((user, f"o-{number}"))
            event |= {"event": "Order Completed", "properties": properties}
        elif kind == "Product Reviewed":
            event |= {"event": kind, "properties": {}}
        else:
            event["user_id"], order_id = random.choice(orders[-80:])
            event |= {"event": kind, "properties": {"order_id": order_id}}
        found.append(event)
    text = json.dumps(found, default=str)
    events = json.loads(text)
    return [events[i : i + SIZE] for i in range(0, len(events), SIZE)]


@pytest.fixture
def shop() -> Iterator[dict[str, str]]:
    """A new installation that writes durably."""
    data = Path(tempfile.mkdtemp(prefix="regulars-kill-"))
    data.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DATABASE_URL"))}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    environ |= {
        "REGULARS_DATA_DIR": str(data),
        "REGULARS_WEB_PORT": str(free_port()),
        "REGULARS_WEB_WORKERS": "1",
        "REGULARS_POSTGRES_SHARED_BUFFERS_MB": "64",
    }
    subprocess.run([*REGULARS, "migrate"], env=environ, check=True, capture_output=True)
    (data / "static").mkdir(exist_ok=True)
    (data / "crowd.yaml").write_text(crowd.PROGRAMME)
    subprocess.run(
        [*REGULARS, "programme", "apply", str(data / "crowd.yaml")], env=environ, check=True, capture_output=True
    )
    yield environ
    cluster = Cluster(data / "postgres")
    if cluster.is_running():
        cluster.stop()
    shutil.rmtree(data)


class Sender:
    """Sends batch after batch, each until it is answered."""

    def __init__(self, port: str, key: str) -> None:
        self.url = f"http://127.0.0.1:{port}/api/events"
        self.headers = {"Authorization": f"Bearer {key}"}
        self.sent = 0
        self.failures = 0
        self.over = False  # nobody waits for it any more
        self.statuses: dict[str, int] = {}

    def send(self, all_of: list[list[dict[str, Any]]]) -> None:
        for batch in all_of:
            if self.over:
                return
            for result in self._answered(batch):
                self.statuses[result["status"]] = self.statuses.get(result["status"], 0) + 1
            self.sent += 1

    def _answered(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 120
        while True:
            try:
                response = httpx.post(self.url, json={"events": batch}, headers=self.headers, timeout=20)
                if response.status_code == 200:
                    return response.json()["results"]
                assert response.status_code >= 500, response.text
            except httpx.HTTPError:
                pass
            if self.over:
                return []
            self.failures += 1
            assert time.monotonic() < deadline, "no answer"
            time.sleep(0.1)


def kill_all(process: psutil.Process) -> None:
    """The process and everything it started, at once and without a word."""
    family = [process, *process.children(recursive=True)]
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=60)


def wait_until(true: Callable[[], bool], seconds_max: float = 180) -> None:
    deadline = time.monotonic() + seconds_max
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ask(environ: dict[str, str], query: str) -> list[tuple[Any, ...]]:
    """Of the installation's database."""
    cluster = Cluster(Path(environ["REGULARS_DATA_DIR"]) / "postgres")
    with psycopg.connect(host=str(cluster.socket_dir), port=5432, dbname=DATABASE, user=OWNER) as link:
        return link.execute(query).fetchall()


def test_nothing_is_lost_and_nothing_counts_twice(shop: dict[str, str]) -> None:
    made = subprocess.run([*REGULARS, "key", "create", "shop", "--source", "shop", "--json"], env=shop, check=True,
                          capture_output=True, text=True)  # fmt: skip
    port = shop["REGULARS_WEB_PORT"]
    everything = batches()
    sender = Sender(port, json.loads(made.stdout.splitlines()[-1])["key"])
    supervisor = subprocess.Popen([*REGULARS, "serve"], env=shop, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        healthy(port)
        cluster = Cluster(Path(shop["REGULARS_DATA_DIR"]) / "postgres")
        thread = threading.Thread(target=sender.send, args=[everything])
        thread.start()
        for after, victim in (
            (5, lambda: child(supervisor, "regulars.project.web")),
            (12, lambda: child(supervisor, "worker")),
            (18, lambda: psutil.Process(cluster.postmaster_pid())),
            (28, lambda: child(supervisor, "regulars.project.web")),
        ):
            wait_until(lambda after=after: sender.sent >= after)
            kill_all(victim())
        thread.join(300)
        assert sender.sent == BATCHES
        assert sender.failures > 0, "nobody noticed the killing"

        again = Sender(port, sender.headers["Authorization"].removeprefix("Bearer "))
        again.send(everything)
        assert "accepted" not in again.statuses
    finally:
        sender.over = True  # or, after a failure, it would complain in the middle of the next test
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(120)
    cluster.ensure()
    try:
        [(events, messages)] = ask(shop, "SELECT count(*), count(DISTINCT message_id) FROM events_event WHERE NOT fact")
        totals = ask(shop, TOTALS)
        proof = subprocess.run([*REGULARS, "verify", "--json"], env=shop, capture_output=True, text=True, timeout=300)
        assert json.loads(proof.stdout.splitlines()[-1])["drift"] == 0
    finally:
        cluster.release()

    # The same without any killing, in the tests' own database.
    programmes.apply(crowd.PROGRAMME)
    for batch in json.loads(json.dumps(everything)):
        intake.take(batch, intake.reader("shop"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE NOT fact")
        assert (events, messages) == (cursor.fetchone()[0],) * 2
        cursor.execute(TOTALS)
        assert totals == cursor.fetchall()
