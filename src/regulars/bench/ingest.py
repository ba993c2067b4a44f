"""``ingest``: the demo year's baskets over HTTP, server and database on the same machine.

A server of its own (data under ``data/bench/ingest``) takes batches of 500 from two connections, then single orders
from eight clients at a steady rate. The baseline is ``COPY`` of the very rows that came of it into tables of the same
shape in the same PostgreSQL.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import Any

from regulars.bench.figures import Figure, Say, at_least, at_most, plain
from regulars.connect import complete_journey, json_batches

_TABLES = ("events_event", "points_transfer", "points_lot", "tiers_activity", "points_balance", "points_counter")
_MEMBER_TABLES = ("members_member", "members_outsideid", "points_account", "tiers_standing")


def run(say: Say, data: Path, programme: Path, orders: int | None, singles_for_s: int = 20) -> list[Figure]:
    """Measure. ``orders`` None: the whole year."""
    home = data / "bench" / "ingest"
    shutil.rmtree(home, ignore_errors=True)
    total = orders or complete_journey.basket_count()
    with _server(home, programme, say) as (port, key):
        say(f"preparing {total:,} orders")
        bodies = list(islice(json_batches.batches(500), -(-total // 500)))
        rest = json_batches.batches(1, shift_days=None)
        say("sending them in batches of 500")
        spent, count = _batches(port, key, bodies)
        figures = [at_least("batches of 500", count / spent, "orders/s", 3000)]
        say("the same rows by COPY")
        copied = _copy_baseline(home)
        figures[0] = at_least("batches of 500", count / spent, "orders/s", 3000, count / copied)
        say("single orders from 8 clients at 200/s")
        # orders the batches did not send: the year's last, under new ids
        singles = _singles(rest, 200 * singles_for_s)
        latencies = _steady(port, key, singles, 8, 200)
        latencies.sort()
        figures += [
            at_most("single orders, median", statistics.median(latencies) * 1e3, "ms", 10),
            at_most("single orders, 99th percentile", latencies[int(len(latencies) * 0.99)] * 1e3, "ms", 40),
            plain("single orders, rate held", len(latencies) / singles_for_s, "orders/s"),
        ]
        say("verifying")
        drift = _regulars(home, "verify", "--json")["drift"]
        figures.append(at_most("drift after it", drift, "members", 0))
        figures.append(at_most("largest web process", _web_mb(home), "MB", 250))
    return figures


def _singles(source: Iterator[bytes], count: int) -> list[bytes]:
    out = []
    for body in islice(source, count):
        event = json.loads(body)["events"][0]
        event["message_id"] = "single-" + event["message_id"]
        event["properties"]["order_id"] = "single-" + str(event["properties"]["order_id"])
        out.append(json.dumps({"events": [event]}).encode())
    return out


@contextmanager
def _server(home: Path, programme: Path, say: Say) -> Iterator[tuple[int, str]]:
    """A web server on a free port with a fresh database, the programme applied and a key made."""
    home.mkdir(parents=True, exist_ok=True)
    say("starting a server of its own")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(home) | {"REGULARS_WEB_PORT": str(port)}
    log = (home / "server.log").open("w")
    _regulars(home, "migrate")
    _regulars(home, "programme", "apply", str(programme))
    key = str(_regulars(home, "key", "create", "bench", "--source", "bench", "--json")["key"])
    command = [sys.executable, "-m", "regulars.cli.main", "serve", "--only", "web"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield port, key
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _environment(home: Path) -> dict[str, str]:
    return dict(os.environ) | {"REGULARS_DATA_DIR": str(home)}


def _regulars(home: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "regulars.cli.main", *arguments]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"regulars {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    lines = done.stdout.strip().splitlines()
    return dict(json.loads(lines[-1])) if "--json" in arguments else {}


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the server did not come up; see server.log")


def _post(connection: http.client.HTTPConnection, key: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/events", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200 or b'"refused"' in text:
        raise RuntimeError(f"HTTP {answer.status}: {text[:300]!r}")


def _batches(port: int, key: str, bodies: list[bytes]) -> tuple[float, int]:
    """Send every body, in order, from two connections; seconds and orders."""
    count = sum(len(json.loads(body)["events"]) for body in bodies)
    queue: Queue[bytes | None] = Queue()
    for body in [*bodies, None, None]:
        queue.put(body)
    errors: list[Exception] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            while (body := queue.get()) is not None:
                _post(connection, key, body)
        except Exception as error:
            errors.append(error)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began, count


def _steady(port: int, key: str, bodies: list[bytes], clients: int, per_second: int) -> list[float]:
    """Send single orders at a steady rate; seconds from when each was due to its answer, so that waiting counts."""
    latencies: list[float] = []
    began = time.perf_counter() + 0.5

    def work(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for i in range(client, len(bodies), clients):
            due = began + i / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            _post(connection, key, bodies[i])
            latencies.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies


def _copy_baseline(home: Path) -> float:
    """Seconds to COPY the rows that ingestion wrote into tables of the same shape, indexes included."""
    script = (
        "import time\n"
        "from django.db import connection\n"
        f"tables = {(*_MEMBER_TABLES, *_TABLES)!r}\n"
        "spent = 0.0\n"
        "connection.ensure_connection()\n"
        "raw = connection.connection\n"
        "with raw.cursor() as cursor:\n"
        "    for table in tables:\n"
        "        cursor.execute(f'CREATE TEMP TABLE copy_{table} (LIKE {table} INCLUDING ALL)')\n"
        "        parts = []\n"
        "        with cursor.copy(f'COPY {table} TO STDOUT (FORMAT BINARY)') as copy:\n"
        "            parts.extend(bytes(part) for part in copy)\n"
        "        began = time.perf_counter()\n"
        "        with cursor.copy(f'COPY copy_{table} FROM STDIN (FORMAT BINARY)') as copy:\n"
        "            for part in parts:\n"
        "                copy.write(part)\n"
        "        spent += time.perf_counter() - began\n"
        "print(spent)\n"
    )
    command = [sys.executable, "-m", "regulars.cli.main", "manage", "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def _web_mb(home: Path) -> float:
    """Resident memory of the largest web process that serves this bench."""
    largest = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            environment = (status.parent / "environ").read_bytes()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if str(home).encode() in environment and b"regulars.project.web" in command:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            largest = max(largest, int(fields.get("VmRSS", "0 kB").split()[0]))
    return largest / 1024
