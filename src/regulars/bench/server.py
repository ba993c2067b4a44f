"""A server of a bench's own: its database and web processes, and what they take of the machine."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regulars.bench.figures import Say


@contextmanager
def server(home: Path, programme: Path, say: Say) -> Iterator[tuple[int, str]]:
    """A web server on a free port with a fresh database, the programme applied and a key made."""
    home.mkdir(parents=True, exist_ok=True)
    say("starting a server of its own")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = environment_of(home) | {"REGULARS_WEB_PORT": str(port)}
    log = (home / "server.log").open("w")
    regulars(home, "migrate")
    regulars(home, "programme", "apply", str(programme))
    key = str(regulars(home, "key", "create", "bench", "--source", "bench", "--json")["key"])
    command = [sys.executable, "-m", "regulars.cli.main", "serve", "--only", "web"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield port, key
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a command that works on this bench's own data."""
    return dict(os.environ) | {"REGULARS_DATA_DIR": str(home)}


def regulars(home: Path, *arguments: str) -> dict[str, Any]:
    """Run a command on this bench's data; what it prints with ``--json``. Raises RuntimeError with its own words."""
    command = [sys.executable, "-m", "regulars.cli.main", *arguments]
    done = subprocess.run(command, env=environment_of(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"regulars {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    lines = done.stdout.strip().splitlines()
    return dict(json.loads(lines[-1])) if "--json" in arguments else {}


def wait_for(port: int) -> None:
    """Wait until the server answers. Raises RuntimeError after 40 seconds."""
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


def processor_seconds(home: Path) -> float:
    """Processor time that this bench's web and database processes have taken so far."""
    [pid_file] = home.glob("postgres/**/postmaster.pid")
    postmaster = pid_file.read_text().split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            # A backend of PostgreSQL writes its title over its environment.
            ours = fields[1] == postmaster or str(home).encode() in (stat.parent / "environ").read_bytes()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12]) if ours else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def web_mb(home: Path) -> float:
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
