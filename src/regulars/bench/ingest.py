"""``ingest``: the demo year's baskets over HTTP, server and database on the same machine.

A server of its own (data under ``data/bench/ingest``) takes batches of 500 from two connections, then single orders
from eight clients at a steady rate. The baseline of the batches is ``COPY`` of the very rows that came of it into
tables of the same shape in the same PostgreSQL. That of the single orders is the shortest request there is
(``/healthz``: one ``SELECT 1``) from the same clients at the same rate on the same server: a machine that wakes
sleeping processes late makes everybody wait. How much processor time an order takes does not hang on that.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from queue import Queue

from regulars.bench.figures import Figure, Say, at_least, at_most
from regulars.bench.server import environment_of, processor_seconds, regulars, server, web_mb
from regulars.connect import complete_journey, json_batches

_TABLES = ("events_event", "points_transfer", "points_lot", "tiers_activity", "points_balance", "points_counter")
_PER_SECOND = 200
_MEMBER_TABLES = ("members_member", "members_outsideid", "points_account", "tiers_standing")


def run(say: Say, data: Path, programme: Path, orders: int | None, singles_for_s: int = 20) -> list[Figure]:
    """Measure. ``orders`` None: the whole year."""
    home = data / "bench" / "ingest"
    shutil.rmtree(home, ignore_errors=True)
    total = orders or complete_journey.basket_count()
    with server(home, programme, say) as (port, key):
        say(f"preparing {total:,} orders")
        bodies = list(islice(json_batches.batches(500), -(-total // 500)))
        rest = json_batches.batches(1, shift_days=None)
        say("sending them in batches of 500")
        spent, count = _batches(port, key, bodies)
        figures = [at_least("batches of 500", count / spent, "orders/s", 3000)]
        say("the same rows by COPY")
        copied = _copy_baseline(home)
        figures[0] = at_least("batches of 500", count / spent, "orders/s", 3000, count / copied)
        say("the shortest request from 8 clients at 200/s")
        shortest = _steady(port, key, [None] * (_PER_SECOND * max(2, singles_for_s // 4)))
        say("single orders from 8 clients at 200/s")
        # orders the batches did not send: the year's last, under new ids
        singles = _singles(rest, _PER_SECOND * singles_for_s)
        busy = processor_seconds(home)
        latencies = _steady(port, key, singles)
        each = (processor_seconds(home) - busy) / len(singles)
        for name, part, goal in (("median", 0.5, 10), ("99th percentile", 0.99, 40)):
            at, floor = _at(latencies, part), _at(shortest, part)
            figures.append(at_most(f"single orders, {name}", at * 1e3, "ms", goal, floor * 1e3))
        figures.append(at_most("single order, processor time of server and database", each * 1e3, "ms", 10))
        say("verifying")
        drift = regulars(home, "verify", "--json")["drift"]
        figures.append(at_most("drift after it", drift, "members", 0))
        figures.append(at_most("largest web process", web_mb(home), "MB", 250))
    return figures


def _singles(source: Iterator[bytes], count: int) -> list[bytes]:
    out = []
    for body in islice(source, count):
        event = json.loads(body)["events"][0]
        event["message_id"] = "single-" + event["message_id"]
        event["properties"]["order_id"] = "single-" + str(event["properties"]["order_id"])
        out.append(json.dumps({"events": [event]}).encode())
    return out


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


def _at(latencies: list[float], part: float) -> float:
    return sorted(latencies)[int(len(latencies) * part)]


def _steady(
    port: int, key: str, bodies: Sequence[bytes | None], clients: int = 8, per_second: int = _PER_SECOND
) -> list[float]:
    """Send single orders (None: the shortest request) at a steady rate; seconds from when each was due to its answer,
    so that waiting counts."""
    latencies: list[float] = []
    began = time.perf_counter() + 0.5

    def work(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for i in range(client, len(bodies), clients):
            due = began + i / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            body = bodies[i]
            if body is None:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            else:
                _post(connection, key, body)
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
    done = subprocess.run(command, env=environment_of(home), capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])
