"""Keeps a few child processes running until it is told to stop.

Made for one machine and no other supervisor (a laptop, a small server); under systemd or Kubernetes run
``regulars serve --only web`` and ``regulars worker`` as services of their own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

_STOP_SECONDS_MAX = 15.0  # what a child gets to finish its requests or jobs
_GONE_SECONDS_MAX = 5.0  # what the killed get to be gone
_RESTART_SECONDS_FIRST = 0.5
_RESTART_SECONDS_MAX = 30.0
_HEALTHY_AFTER_SECONDS = 30.0
_TICK_SECONDS = 0.5
_BEGIN_SECONDS_MAX = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process to keep running: its name for the log and its command line.

    ``may_begin`` is asked before its first start, about twice a second, until it says yes or half a minute has passed.
    """

    name: str
    command: Sequence[str]
    may_begin: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    restart_at: float = 0.0
    restart_after_seconds: float = _RESTART_SECONDS_FIRST


class Supervisor:
    """Starts the children, restarts those that die (waiting longer each time), and stops all together."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        environ: Mapping[str, str],
        on_tick: Callable[[], Collection[str]] | None = None,
    ) -> None:
        """``on_tick`` is called about twice a second; it may block, and names children that should start anew."""
        self._children = children
        self._environ = dict(environ)
        self._on_tick = on_tick
        self._stopping = False
        self._began_at = 0.0

    def run(self) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP, then stop every child, first asking and then killing."""
        before = {
            number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        self._began_at = time.monotonic()
        try:
            while not self._stopping:
                anew = self._on_tick() if self._on_tick is not None else ()
                for child in self._children:
                    if child.name in anew and child.process is not None:
                        child.process.terminate()
                    self._look_after(child)
                time.sleep(_TICK_SECONDS)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            # What it started itself (the web server's workers) must not stay behind and hold the port.
            _signal_group(child.process.pid, signal.SIGKILL)
            child.process = None
            if now - child.started_at > _HEALTHY_AFTER_SECONDS:
                child.restart_after_seconds = _RESTART_SECONDS_FIRST
            child.restart_at = now + child.restart_after_seconds
            log.warning("process ended, restarting", process=child.name, code=code, wait_s=child.restart_after_seconds)
            child.restart_after_seconds = min(2 * child.restart_after_seconds, _RESTART_SECONDS_MAX)
        if now >= child.restart_at and self._may_begin(child, now) and not self._stopping:
            child.process = subprocess.Popen(
                child.command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                # A group of its own: Ctrl-C reaches only us, and we stop the children in good order.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
            child.started_at = now

    def _may_begin(self, child: Child, now: float) -> bool:
        if child.started_at or child.may_begin is None or now > self._began_at + _BEGIN_SECONDS_MAX:
            return True
        return child.may_begin()

    def _stop_all(self) -> None:
        living = [child.process for child in self._children if child.process is not None]
        for process in living:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS_MAX
        for process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process does not stop, killing it", pid=process.pid)
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        for process in living:
            _wait_for_group(process.pid)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _wait_for_group(group: int) -> None:
    """Wait for what a child had started itself: what is killed lets go of its locks only when it is gone, and whoever
    holds PostgreSQL's keeps it running."""
    deadline = time.monotonic() + _GONE_SECONDS_MAX
    with contextlib.suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.02)


def _die_with_parent() -> None:
    """In the child: have the kernel end it when the supervisor is killed, so that its port is free again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
