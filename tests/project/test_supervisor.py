"""Children are kept running, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.crash]

# A child writes its pid, starts a grandchild that ignores SIGTERM (as a hung web worker would), and waits.
_CHILD = """
import os, signal, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
open(sys.argv[1], "a").write(f"{os.getpid()} {grandchild.pid}\\n")
time.sleep(60)
"""
_SUPERVISOR = """
import os, sys
from regulars.project.supervisor import Child, Supervisor
Supervisor([Child("one", [sys.executable, "-c", sys.argv[1], sys.argv[2]])], environ=os.environ).run()
"""


def eventually(condition: Callable[[], bool], seconds_max: float = 60.0) -> None:
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def born(book: Path) -> list[tuple[int, int]]:
    """The (child, grandchild) pairs so far."""
    lines = book.read_text().splitlines() if book.exists() else []
    return [(int(child), int(grandchild)) for child, grandchild in (line.split() for line in lines)]


def start(book: Path) -> subprocess.Popen[bytes]:
    supervisor = subprocess.Popen([sys.executable, "-c", _SUPERVISOR, _CHILD, str(book)], stderr=subprocess.DEVNULL)
    eventually(lambda: len(born(book)) == 1)
    return supervisor


_LATER = """
import os, sys
from pathlib import Path
from regulars.project.supervisor import Child, Supervisor
Supervisor(
    [Child("one", [sys.executable, "-c", sys.argv[1], sys.argv[2]], may_begin=lambda: Path(sys.argv[3]).exists())],
    environ=os.environ,
).run()
"""


def test_a_child_that_waits_begins_when_it_may(tmp_path: Path) -> None:
    book, sign = tmp_path / "born", tmp_path / "sign"
    supervisor = subprocess.Popen([sys.executable, "-c", _LATER, _CHILD, str(book), str(sign)])
    try:
        time.sleep(2)
        assert born(book) == []
        sign.touch()
        eventually(lambda: len(born(book)) == 1)
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def test_dead_child_comes_back_and_its_orphans_go(tmp_path: Path) -> None:
    book = tmp_path / "born"
    supervisor = start(book)
    child, grandchild = born(book)[0]
    os.kill(child, signal.SIGKILL)
    eventually(lambda: len(born(book)) == 2)
    eventually(lambda: not alive(grandchild))
    supervisor.send_signal(signal.SIGINT)
    supervisor.wait(20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_leaves_nobody(tmp_path: Path, number: signal.Signals) -> None:
    book = tmp_path / "born"
    supervisor = start(book)
    supervisor.send_signal(number)
    assert supervisor.wait(20) == 0
    for pid in born(book)[0]:
        eventually(lambda pid=pid: not alive(pid))  # type: ignore[misc]


# Killed, a process gives its memory back before it lets go of its locks: the more memory, the longer that takes.
_HEAVY = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", '''
import fcntl, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
held = b"1" * 1_500_000_000
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_SH)
open(sys.argv[1] + ".held", "w").close()
time.sleep(60)
''', sys.argv[1]])
time.sleep(60)
"""
_LAST_TO_LEAVE = """
import fcntl, os, sys
from regulars.project.supervisor import Child, Supervisor
Supervisor([Child("one", [sys.executable, "-c", sys.argv[1], sys.argv[2]])], environ=os.environ).run()
fcntl.flock(open(sys.argv[2]), fcntl.LOCK_EX | fcntl.LOCK_NB)
"""


def test_when_it_has_stopped_nobody_holds_a_lock(tmp_path: Path) -> None:
    """Who still held PostgreSQL's, be it for the blink a killed process takes to die, kept PostgreSQL running."""
    lock, held = tmp_path / "lock", tmp_path / "lock.held"
    supervisor = subprocess.Popen([sys.executable, "-c", _LAST_TO_LEAVE, _HEAVY, str(lock)], stderr=subprocess.PIPE)
    try:
        eventually(held.exists)
        supervisor.terminate()
        _out, said = supervisor.communicate(timeout=60)
    finally:
        supervisor.kill()
    assert (supervisor.returncode, said) == (0, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_killed_outright_its_children_go_too(tmp_path: Path) -> None:
    book = tmp_path / "born"
    supervisor = start(book)
    child, grandchild = born(book)[0]
    supervisor.kill()
    supervisor.wait(10)
    eventually(lambda: not alive(child))
    if alive(grandchild):
        os.kill(grandchild, signal.SIGKILL)
