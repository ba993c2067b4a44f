"""``regulars serve`` from start to stop, as a person would see it, on a data folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from regulars.project.demo_logins import DemoLogin, write_logins
from regulars.project.postgres import Cluster

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.xdist_group("postgres")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def shop() -> Iterator[dict[str, str]]:
    """The environment of a new installation: its own data folder and port, tables made."""
    data = Path(tempfile.mkdtemp(prefix="regulars-test-"))
    data.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DATABASE_URL"))}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    environ |= {
        "REGULARS_DATA_DIR": str(data),
        "REGULARS_WEB_PORT": str(free_port()),
        "REGULARS_WEB_WORKERS": "1",
        "REGULARS_POSTGRES_PROFILE": "fast",
        "REGULARS_POSTGRES_SHARED_BUFFERS_MB": "64",
    }
    subprocess.run([sys.executable, "-m", "regulars.cli.main", "migrate"], env=environ, check=True)
    (data / "static").mkdir(exist_ok=True)
    yield environ
    cluster = Cluster(data / "postgres")
    if cluster.is_running():
        cluster.stop()
    shutil.rmtree(data)


def healthy(port: str, seconds_max: float = 120.0) -> None:
    deadline = time.monotonic() + seconds_max
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, "the site did not come up"
        time.sleep(0.2)


def child(supervisor: subprocess.Popen[str], word: str, seconds_max: float = 60.0) -> psutil.Process:
    """The living part whose command says ``word``; waited for, as one that just ended is started anew in a moment."""
    deadline = time.monotonic() + seconds_max
    while True:
        for one in psutil.Process(supervisor.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # gone meanwhile, or ended and not collected yet
                if word in " ".join(one.cmdline()):
                    return one
        assert time.monotonic() < deadline, f"no {word} is running"
        time.sleep(0.1)


def test_serve_survives_its_parts_and_stops_clean(shop: dict[str, str]) -> None:
    port = shop["REGULARS_WEB_PORT"]
    write_logins(Path(shop["REGULARS_DATA_DIR"]), [DemoLogin("marketer", "mei", "word-of-mei", "/console/")])
    command = [sys.executable, "-m", "regulars.cli.main", "serve"]
    supervisor = subprocess.Popen(command, env=shop, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        healthy(port)

        second = subprocess.run(command, env=shop, capture_output=True, text=True, timeout=120)
        assert second.returncode == 1
        assert "Is Regulars running already?" in second.stderr

        child(supervisor, "regulars.project.web").kill()
        healthy(port)

        cluster = Cluster(Path(shop["REGULARS_DATA_DIR"]) / "postgres")
        before = cluster.postmaster_pid()
        os.kill(before, signal.SIGKILL)
        healthy(port)
        assert cluster.postmaster_pid() != before
    finally:
        family = psutil.Process(supervisor.pid).children(recursive=True)
        supervisor.send_signal(signal.SIGINT)
        printed = supervisor.communicate(timeout=120)[0]
    assert supervisor.returncode == 0
    assert f"http://127.0.0.1:{port}/console/" in printed
    assert "mei / word-of-mei" in printed
    assert psutil.wait_procs(family, timeout=60)[1] == []
    assert not cluster.is_running()
