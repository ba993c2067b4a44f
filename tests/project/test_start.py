"""What the processes begin with: the secret key, the demo's logins, log lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from regulars.project.demo_logins import DemoLogin, read_logins, write_logins
from regulars.project.secret import secret_key


def test_secret_key_is_made_once_and_kept_close(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = secret_key(data)
    assert secret_key(data) == first
    assert len(first) >= 50
    assert (data / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in data.iterdir()] == ["secret.key"]


def test_processes_that_begin_together_share_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from regulars.project.secret import secret_key;"
        "print(secret_key(Path(sys.argv[1])))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    keys = {child.communicate(timeout=120)[0] for child in children}
    assert len(keys) == 1
    assert keys != {""}


def test_demo_logins_are_kept_close(tmp_path: Path) -> None:
    assert read_logins(tmp_path) == []
    logins = [DemoLogin("店主", "admin", "s3cret words", "/console/")]
    write_logins(tmp_path, logins)
    assert read_logins(tmp_path) == logins
    assert (tmp_path / "demo-logins.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("shape", ["console", "json"])
def test_log_lines_hold_no_local_variables(shape: str) -> None:
    """A stack is told, the values in it are not: they are customers' data."""
    code = f"""
import structlog
from regulars.project.logs import logging_settings
logging_settings("INFO", {shape!r})
log = structlog.get_logger("shop")
def fails(phone):
    raise RuntimeError("no such member")
try:
    fails("138" + "0013" + "8000")
except RuntimeError:
    log.exception("refused", member_id=7)
log.debug("too quiet")
"""
    written = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr
    assert "refused" in written
    assert "no such member" in written
    assert "member_id" in written
    assert "13800138000" not in written
    assert "too quiet" not in written
