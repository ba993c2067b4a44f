"""The embedded PostgreSQL survives what happens to programs: two at once, kill -9, leftovers of a crash.

Each test has a server of its own in a fresh folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from regulars.project.postgres import DATABASE, OWNER, Cluster, PostgresError

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("postgres")]

_CHILD = """
import sys, time
from pathlib import Path
from regulars.project.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), "fast", 32)
cluster.ensure()
print(cluster.postmaster_pid(), flush=True)
if sys.argv[2] == "wait":
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's tmp_path: its folders are closed to the user that the server runs as when we are root, and opening
    # them is what test_folder_above_closed_to_others is about.
    above = Path(tempfile.mkdtemp(prefix="regulars-test-"))
    above.chmod(0o755)
    yield above / "postgres"
    leftover = Cluster(above / "postgres")
    if leftover.is_running():
        leftover.stop()
    shutil.rmtree(above)


def cluster(folder: Path, profile: str = "fast") -> Cluster:
    return Cluster(folder, profile, shared_buffers_mb=32)


def start_child(folder: Path, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder), then], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def connect(server: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(server.socket_dir), user=OWNER, dbname=DATABASE, autocommit=True)


def answer(server: Cluster, question: str) -> object:
    with connect(server) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row[0]


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_starts_safe_and_stops_with_its_last_user(folder: Path) -> None:
    server = cluster(folder, "durable")
    server.ensure()
    server.ensure()
    settings = {name: answer(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")}
    assert set(settings.values()) == {"on"}
    assert answer(server, "SHOW listen_addresses") == ""
    assert answer(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert folder.stat().st_mode & 0o077 == 0

    server.release()
    assert not server.is_running()


def test_stays_for_those_who_still_use_it(folder: Path) -> None:
    server = cluster(folder)
    server.ensure()
    pid = server.postmaster_pid()
    brief = start_child(folder, "leave")
    assert int(brief.communicate(timeout=120)[0]) == pid
    assert server.postmaster_pid() == pid


def test_two_begin_at_once(folder: Path) -> None:
    children = [start_child(folder, "wait") for _ in range(3)]
    pids = {int(child.stdout.readline()) for child in children if child.stdout}
    assert len(pids) == 1
    for child in children:
        child.communicate("", timeout=120)
    assert not cluster(folder).is_running()


def test_user_killed_outright_leaves_a_server_for_the_next(folder: Path) -> None:
    child = start_child(folder, "wait")
    assert child.stdout
    pid = int(child.stdout.readline())
    child.kill()
    child.communicate(timeout=120)
    server = cluster(folder)
    assert server.is_running()
    server.ensure()
    assert server.postmaster_pid() == pid
    server.release()
    assert not server.is_running()


def test_committed_rows_outlive_kill_9(folder: Path) -> None:
    server = cluster(folder, "durable")
    server.ensure()
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        pid = server.postmaster_pid()
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        assert not server.is_running()
        server.ensure()
    assert answer(server, "SELECT count(*) FROM kept") == 1000
    server.release()


@pytest.mark.parametrize("owner_of_number", ["another program", "nobody"])
def test_stale_pid_file(folder: Path, owner_of_number: str) -> None:
    server = cluster(folder)
    server.ensure()
    pid = server.postmaster_pid()
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    other = os.getpid() if owner_of_number == "another program" else 2**22 - 3
    for lock in (folder / "postmaster.pid", server.socket_dir / ".s.PGSQL.5432.lock"):
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(other), *lines[1:]]) + "\n")
    assert not server.is_running()
    server.ensure()
    assert answer(server, "SELECT 1") == 1
    server.release()


def test_crash_while_the_folder_was_made(folder: Path) -> None:
    half_made = Path(f"{folder}.new")
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = cluster(folder)
    server.ensure()
    assert answer(server, "SELECT 1") == 1
    server.release()


@pytest.mark.parametrize("name", ["with space", "with,comma 'and' quotes", "long" * 30, "熟客"])
def test_odd_paths(folder: Path, name: str) -> None:
    odd = folder.parent / name / "postgres"
    odd.parent.mkdir()
    odd.parent.chmod(0o755)
    server = cluster(odd)
    server.ensure()
    assert answer(server, "SELECT 1") == 1
    assert server.socket_dir.stat().st_mode & 0o077 == 0
    server.release()
    if server.socket_dir != odd:
        server.socket_dir.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_folder_above_closed_to_others(folder: Path) -> None:
    folder.parent.chmod(0o700)
    server = cluster(folder)
    server.ensure()
    assert answer(server, "SELECT 1") == 1
    # Others may now pass through, as they must, but not look around.
    assert folder.parent.stat().st_mode & 0o007 == 0o001
    server.release()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_folder_of_somebody_else(folder: Path) -> None:
    folder.parent.chmod(0o500)
    with pytest.raises(PostgresError, match="give REGULARS_DATA_DIR"):
        cluster(folder).ensure()
    folder.parent.chmod(0o700)


def test_broken_folder_says_why(folder: Path) -> None:
    server = cluster(folder)
    server.ensure()
    server.release()
    with (folder / "postgresql.conf").open("a") as conf:
        conf.write("no_such_parameter = on\n")
    with pytest.raises(PostgresError, match="no_such_parameter"):
        server.ensure()
