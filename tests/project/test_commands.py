"""The ``regulars`` command: quick to answer, clear when it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from regulars.cli.main import cards


def regulars(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regulars.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, timeout=120)


def test_help_lists_every_command_without_importing_any() -> None:
    began = time.process_time_ns(), time.monotonic()
    result = regulars("--help")
    seconds = time.monotonic() - began[1]
    assert result.returncode == 0
    assert all(name in result.stdout for name in cards())
    # Half a second on an idle machine; tests run beside others.
    assert seconds < 2.0


# Django answers for `manage`, which hands everything on.
@pytest.mark.parametrize("name", sorted(cards().keys() - {"manage"}))
def test_every_command_explains_itself(name: str) -> None:
    assert cards()[name].help.endswith((".", ":"))
    result = regulars(name, "--help", REGULARS_POSTGRES_DIR="/dev/null/never-started")
    assert result.returncode == 0, result.stderr


def test_settings_as_json() -> None:
    result = regulars("settings", "--json", REGULARS_WEB_PORT="8123")
    rows = {row["env"]: row for row in json.loads(result.stdout.splitlines()[-1])["settings"]}
    assert (rows["REGULARS_WEB_PORT"]["value"], rows["REGULARS_WEB_PORT"]["given"]) == ("8123", True)


@pytest.mark.parametrize("command", ["settings", "migrate", "serve", "worker"])
def test_wrong_setting_is_one_sentence(command: str) -> None:
    result = regulars(command, REGULARS_WEB_PORT="eighty")
    assert result.returncode == 1
    assert result.stderr.strip() == "REGULARS_WEB_PORT must be a whole number above 0, not 'eighty'"


def test_unknown_command_is_refused() -> None:
    result = regulars("shine")
    assert result.returncode == 2
    assert "No such command 'shine'" in result.stderr
